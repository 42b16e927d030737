// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace nwp::baseline {

/// Bytes in order to and from one peer, which TLS stands on: TCP of this processor or of another.
class Stream {
public:
    static constexpr int kFinished = -1;

    /// How many bytes were taken; 0: none now.
    virtual int send(const std::uint8_t* bytes, std::size_t size) = 0;
    /// How many bytes came; 0: none now; kFinished: the peer has no more.
    virtual int receive(std::uint8_t* into, std::size_t room) = 0;
    /// Sleeps until one of the two may do better. Fails the program when the peer is silent for too long.
    virtual void wait() = 0;

protected:
    ~Stream() = default;
};

/// How long a peer may be silent.
constexpr std::uint32_t kPatienceMs = 20000;

} // namespace nwp::baseline
