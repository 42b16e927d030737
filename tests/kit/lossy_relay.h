// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "ports/posix/file_descriptor.h"

#include <atomic>
#include <cstdint>
#include <thread>

namespace nwp::kit {

/// Stands between one UDP client and a server on loopback, on a thread of its own: loses datagrams both ways
/// and gives some behind the next one.
class LossyRelay {
public:
    /// In hundredths.
    LossyRelay(const Address& server, unsigned lost, unsigned late);
    ~LossyRelay();
    LossyRelay(const LossyRelay&) = delete;
    LossyRelay& operator=(const LossyRelay&) = delete;

    std::uint16_t port() const { return port_; }
    unsigned lost() const { return dropped_; }

private:
    void run(std::uint16_t server_port, unsigned lost, unsigned late);

    posix::FileDescriptor client_side_;
    posix::FileDescriptor server_side_;
    std::uint16_t port_ = 0;
    std::atomic<unsigned> dropped_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace nwp::kit
