// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "host/c/datagram_calls.h"

#include <memory>

namespace nwp::kit {

/// What a host of the contract tests has room for, and how it is set. Datagram sockets are among it.
struct HostMemory {
    static constexpr std::size_t kSockets = 80;
    static constexpr std::size_t kReceiveBytes = 72 * 1024;

    /// `nonce_seed`: another one for each host of a link.
    static HostSettings settings(std::uint32_t nonce_seed) {
        HostSettings settings;
        settings.nonce_seed = nonce_seed;
        settings.datagrams = &Host::kDatagrams;
        return settings;
    }
    HostParts parts() const { return storage->parts(); }
    c::Attachment attachment(Host& host, Port& port, c::Descriptors& descriptors) const {
        return table->attachment(host, port, descriptors, kReceiveBytes, &c::kDatagramCalls);
    }

    std::unique_ptr<HostStorage<kSockets, kReceiveBytes, 4096, 64, 63>> storage =
        std::make_unique<HostStorage<kSockets, kReceiveBytes, 4096, 64, 63>>();
    std::unique_ptr<c::SocketTable<kSockets, 4, 32, 8>> table =
        std::make_unique<c::SocketTable<kSockets, 4, 32, 8>>();
};

} // namespace nwp::kit
