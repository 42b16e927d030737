// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"
#include "ports/posix/posix_descriptors.h"
#include "ports/posix/posix_port.h"
#include "tests/kit/host_memory.h"

#include <atomic>
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
    void run();
    void sleep();

    posix::PosixPort port_;
    posix::PosixDescriptors descriptors_{port_};
    HostMemory memory_;
    posix::Bell bell_;
    Host host_;
    c::Attachment attachment_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace nwp::kit
