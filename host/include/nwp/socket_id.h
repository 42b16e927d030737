// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/callback.h"

#include <cstdint>

namespace nwp {

/// A socket of a Host: a place in its table and that place's generation, so that a number kept beyond close()
/// never names the successor. The default one names nothing.
struct alignas(4) SocketId {
    std::uint16_t index = 0;      ///< 0 to HostStorage's Sockets - 1; for tables beside the host's
    std::uint16_t generation = 0; ///< never 0 for a socket

    explicit operator bool() const { return generation != 0; }
    friend bool operator==(SocketId a, SocketId b) {
        return a.index == b.index && a.generation == b.generation;
    }
    friend bool operator!=(SocketId a, SocketId b) { return !(a == b); }
};

/// A set of the conditions that poll() knows, each under its POSIX name.
class Readiness {
public:
    constexpr Readiness() = default;
    constexpr explicit Readiness(std::uint8_t bits) : bits_(bits) {}
    constexpr std::uint8_t bits() const { return bits_; }
    constexpr bool any() const { return bits_ != 0; }
    constexpr bool has(Readiness other) const { return (bits_ & other.bits_) == other.bits_; }

    friend constexpr Readiness operator|(Readiness a, Readiness b) {
        return Readiness(static_cast<std::uint8_t>(a.bits_ | b.bits_));
    }
    friend constexpr Readiness operator&(Readiness a, Readiness b) {
        return Readiness(static_cast<std::uint8_t>(a.bits_ & b.bits_));
    }
    friend constexpr bool operator==(Readiness a, Readiness b) { return a.bits_ == b.bits_; }
    friend constexpr bool operator!=(Readiness a, Readiness b) { return a.bits_ != b.bits_; }

private:
    std::uint8_t bits_ = 0;
};

namespace ready {
constexpr Readiness readable{1};      ///< POLLIN: receive() has something to say
constexpr Readiness writable{2};      ///< POLLOUT: send() has something to say
constexpr Readiness error{4};         ///< POLLERR
constexpr Readiness hang_up{8};       ///< POLLHUP
constexpr Readiness read_hang_up{16}; ///< POLLRDHUP: no more will come
constexpr Readiness settled{32};      ///< no open, connect or close of this socket is under way
} // namespace ready

/// Tells that a socket's readiness may have grown. On the servicing thread, without the lock: it may call
/// everything of the host that does not wait. May come once more after close() on another thread returned.
using ReadinessCallback = Callback<void(SocketId, Readiness)>;

} // namespace nwp
