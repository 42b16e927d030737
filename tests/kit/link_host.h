// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "link/link.h"
#include "ports/posix/posix_descriptors.h"
#include "ports/posix/posix_port.h"

#include <atomic>
#include <memory>
#include <thread>

namespace nwp::kit {

/// The host driver over any Link, on the port of Linux, with the thread that services it.
class LinkHost {
public:
    /// Says hello from now on. `nonce_seed`: another one for each host of a link.
    explicit LinkHost(link::Link& link, std::uint32_t nonce_seed = 1);
    /// No call of it may be under way.
    ~LinkHost();
    LinkHost(const LinkHost&) = delete;
    LinkHost& operator=(const LinkHost&) = delete;

    Host& host() { return host_; }
    Port& port() { return port_; }
    /// The C interface uses this host from now on, until another one is attached.
    void attach() { c::attach(attachment_); }

private:
    static constexpr std::size_t kSockets = 80;
    static constexpr std::size_t kReceiveBytes = 72 * 1024;
    using Storage = HostStorage<kSockets, kReceiveBytes, 4096, 64, 63>;
    using Table = c::SocketTable<kSockets, 4, 32, 8>;

    void run();
    void sleep();

    posix::PosixPort port_;
    posix::PosixDescriptors descriptors_{port_};
    std::unique_ptr<Storage> storage_ = std::make_unique<Storage>();
    std::unique_ptr<Table> table_ = std::make_unique<Table>();
    posix::Bell bell_;
    Host host_;
    c::Attachment attachment_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace nwp::kit
