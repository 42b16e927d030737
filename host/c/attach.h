// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/address_pool.h"
#include "host/c/descriptors.h"
#include "nwp/host.h"

namespace nwp::c {

class Call;
struct DatagramCalls;

/// TLS begins on a stream that stands: what switching NWP_TLS_DEFER off does.
Result<void> begin_tls(const Call& call);

/// A value that any thread may read while another changes it. It says nothing about other memory.
template <typename T>
class Shared {
public:
    constexpr Shared(T value) : value_(value) {}
    Shared(const Shared& other) : value_(T{other}) {}
    Shared& operator=(const Shared& other) { return *this = T{other}; }
    operator T() const { return value_.load(std::memory_order_relaxed); }
    Shared& operator=(T value) {
        value_.store(value, std::memory_order_relaxed);
        return *this;
    }

private:
    std::atomic<T> value_;
};

/// What the C interface keeps for one socket beside the host. Changed under the port's lock, read by anyone.
struct SocketEntry {
    std::atomic<std::uint16_t> generation{0}; ///< of the socket at this place; 0: none
    Shared<std::uint16_t> linger_s{0};        ///< while it lingers
    Shared<bool> lingers{false};
    Shared<bool> nonblocking{false};
    Shared<bool> close_on_exec{false};
    Shared<SocketType> type{SocketType::stream};
    Shared<int> number{-1};
    Shared<std::uint32_t> receive_timeout_ms{0}; ///< 0: none
    Shared<std::uint32_t> send_timeout_ms{0};
};

/// What the C interface stands on. All of it lives until detach().
struct Attachment {
    Host& host;
    Port& port;
    Descriptors& descriptors;
    AddressPool& addresses;
    Span<SocketEntry> sockets; ///< one for each of the host's
    const char** alpn_names;   ///< TLS_ALPN_LIST of all sockets
    std::size_t alpn_names_each;
    std::size_t receive_room; ///< bytes that one socket can hold unread
    /// &kDatagramCalls, if the host's settings name &Host::kDatagrams; else there are no datagram sockets.
    const DatagramCalls* datagrams = nullptr;
    /// Null: there is no NWP_TLS_DEFER (ENOPROTOOPT), and the image links none of it.
    Result<void> (*begin_tls)(const Call& call) = &c::begin_tls;
};

/// That socket's part of the room for protocol names.
inline Span<const char*> protocol_names(const Attachment& to, SocketId socket) {
    return {to.alpn_names + socket.index * to.alpn_names_each, to.alpn_names_each};
}

/// Owns what Attachment needs for so many sockets, protocol names for each, and addresses of getaddrinfo().
template <std::size_t Sockets, std::size_t AlpnNames, std::size_t Addresses, std::size_t CanonicalNames>
class SocketTable {
public:
    Attachment attachment(Host& host, Port& port, Descriptors& descriptors, std::size_t receive_room,
                          const DatagramCalls* datagrams = nullptr,
                          Result<void> (*begin_tls)(const Call& call) = &c::begin_tls) {
        return {host,        port,      descriptors,  addresses_, sockets_,
                alpn_names_, AlpnNames, receive_room, datagrams,  begin_tls};
    }

private:
    SocketEntry sockets_[Sockets];
    const char* alpn_names_[Sockets * AlpnNames] = {};
    AddressPoolOf<Addresses, CanonicalNames> addresses_;
};

/// From now on the C interface uses this host. No call may be under way, and no socket may be open.
void attach(Attachment& attachment);
/// No call may be under way. Sockets that are open answer EBADF from now on.
void detach();

/// What is attached, or null.
Attachment* attached();
/// The same; if nothing is attached, a program that links nwp_default_host has its host started now.
Attachment* attached_or_default();

} // namespace nwp::c

/// Defined in ports/posix/default_host.cpp, for programs that link it: attaches a host and returns it, or
/// null when it cannot.
extern "C" nwp::c::Attachment* nwp_attach_default_host() __attribute__((weak));
