// SPDX-License-Identifier: Apache-2.0
// Socket options but those of TLS: which are answered here, which are the NWP's, with Linux's sizes and
// errors.
#include "nwp/socket.h"

#include "host/c/options.h"
#include "host/c/socket_address.h"

#include <cstring>

namespace nwp::c {

Result<void> set_number(const Call& call, SocketOption option, std::int32_t value) {
    const auto bits = static_cast<std::uint32_t>(value);
    const Byte wire[4] = {static_cast<Byte>(bits), static_cast<Byte>(bits >> 8),
                          static_cast<Byte>(bits >> 16), static_cast<Byte>(bits >> 24)};
    request::SetOption request{call.id(), option, wire};
    return call.host().perform(request);
}

Result<std::int32_t> get_number(const Call& call, SocketOption option) {
    Byte wire[4] = {};
    request::GetOption request{call.id(), option, wire};
    const Result<void> asked = call.host().perform(request);
    if (!asked) return asked.error();
    if (request.size() != sizeof wire) return Error::protocol_error;
    const std::uint32_t bits =
        static_cast<std::uint32_t>(wire[0]) | static_cast<std::uint32_t>(wire[1]) << 8 |
        static_cast<std::uint32_t>(wire[2]) << 16 | static_cast<std::uint32_t>(wire[3]) << 24;
    return static_cast<std::int32_t>(bits);
}

namespace {

constexpr std::int64_t kLongestTimeout = UINT32_MAX; // milliseconds: 49 days

#ifdef IFNAMSIZ
constexpr socklen_t kDeviceRoom = IFNAMSIZ;
#else
constexpr socklen_t kDeviceRoom = 16; // Linux's, with the NUL
#endif

/// What the NWP keeps, as int.
struct NumberOption {
    int level;
    int number;
    SocketOption option;
    bool short_too = false; ///< takes one byte as well, as Linux's options of IPPROTO_IP do
};

constexpr NumberOption kNumbers[] = {
    {SOL_SOCKET, SO_KEEPALIVE, SocketOption::keep_alive},
    {SOL_SOCKET, SO_RCVBUF, SocketOption::receive_buffer},
    {SOL_SOCKET, SO_SNDBUF, SocketOption::send_buffer},
    {SOL_SOCKET, SO_REUSEADDR, SocketOption::reuse_address},
    {SOL_SOCKET, SO_BROADCAST, SocketOption::broadcast},
    {SOL_SOCKET, SO_REUSEPORT, SocketOption::reuse_port},
    {IPPROTO_TCP, TCP_NODELAY, SocketOption::no_delay},
    {IPPROTO_IP, IP_TTL, SocketOption::hop_limit, true},
    {IPPROTO_IP, IP_MULTICAST_TTL, SocketOption::multicast_hops, true},
    {IPPROTO_IP, IP_MULTICAST_LOOP, SocketOption::multicast_loop, true},
    {IPPROTO_IPV6, IPV6_V6ONLY, SocketOption::ipv6_only},
    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, SocketOption::hop_limit},
    {IPPROTO_IPV6, IPV6_MULTICAST_HOPS, SocketOption::multicast_hops},
    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, SocketOption::multicast_loop},
};

/// Groups: what may be set, as an address.
struct GroupOption {
    int level;
    int number;
    SocketOption option;
};

constexpr GroupOption kGroups[] = {
    {IPPROTO_IP, IP_ADD_MEMBERSHIP, SocketOption::multicast_join},
    {IPPROTO_IP, IP_DROP_MEMBERSHIP, SocketOption::multicast_leave},
    {IPPROTO_IPV6, IPV6_JOIN_GROUP, SocketOption::multicast_join},
    {IPPROTO_IPV6, IPV6_LEAVE_GROUP, SocketOption::multicast_leave},
};

const GroupOption* find_group(int level, int number) {
    for (const GroupOption& entry : kGroups) {
        if (entry.level == level && entry.number == number) return &entry;
    }
    return nullptr;
}

const NumberOption* find_number(int level, int number) {
    for (const NumberOption& entry : kNumbers) {
        if (entry.level == level && entry.number == number) return &entry;
    }
    return nullptr;
}

template <typename T>
Result<T> read(const void* value, socklen_t size) {
    if (size < sizeof(T)) return Error::invalid_argument;
    if (value == nullptr) return Error::bad_address;
    T copy{};
    std::memcpy(&copy, value, sizeof copy);
    return copy;
}

/// As much as there is room for; the length becomes what was written.
template <typename T>
Result<void> write(const T& from, void* value, socklen_t* size) {
    if (*size > sizeof from) *size = sizeof from;
    if (value == nullptr && *size != 0) return Error::bad_address;
    if (*size != 0) std::memcpy(value, &from, *size);
    return {};
}

Result<void> set_timeout(std::atomic<std::uint32_t>& timeout_ms, const void* value, socklen_t size) {
    const Result<timeval> time = read<timeval>(value, size);
    if (!time) return time.error();
    if (time->tv_usec < 0 || time->tv_usec >= 1000000) return Error::domain_error;
    if (time->tv_sec < 0) { // Linux: as short as can be
        timeout_ms.store(1);
        return {};
    }
    const bool longest = time->tv_sec >= kLongestTimeout / 1000;
    const std::int64_t wanted =
        longest ? kLongestTimeout
                : static_cast<std::int64_t>(time->tv_sec) * 1000 + (time->tv_usec + 999) / 1000;
    timeout_ms.store(static_cast<std::uint32_t>(wanted));
    return {};
}

Result<void> get_timeout(std::uint32_t timeout_ms, void* value, socklen_t* size) {
    timeval time{};
    time.tv_sec = static_cast<decltype(time.tv_sec)>(timeout_ms / 1000);
    time.tv_usec = static_cast<decltype(time.tv_usec)>(timeout_ms % 1000 * 1000);
    return write(time, value, size);
}

Result<void> set_linger(SocketEntry& entry, const void* value, socklen_t size) {
    const Result<linger> wanted = read<linger>(value, size);
    if (!wanted) return wanted.error();
    const bool most = wanted->l_linger < 0 || wanted->l_linger > 0xFFFF;
    entry.linger_s.store(wanted->l_onoff == 0 ? -1 : most ? 0xFFFF : wanted->l_linger);
    return {};
}

Result<void> get_linger(const SocketEntry& entry, void* value, socklen_t* size) {
    const std::int32_t linger_s = entry.linger_s.load();
    linger now{};
    now.l_onoff = linger_s < 0 ? 0 : 1;
    now.l_linger = linger_s < 0 ? 0 : linger_s;
    return write(now, value, size);
}

Result<void> set_value(const Call& call, const NumberOption& option, const void* value, socklen_t size) {
    if (option.short_too && size > 0 && size < sizeof(int)) {
        const Result<std::uint8_t> octet = read<std::uint8_t>(value, size);
        return octet ? set_number(call, option.option, *octet) : octet.error();
    }
    const Result<int> wanted = read<int>(value, size);
    return wanted ? set_number(call, option.option, *wanted) : wanted.error();
}

Result<void> get_value(const Call& call, const NumberOption& option, void* value, socklen_t* size) {
    const Result<std::int32_t> kept = get_number(call, option.option);
    if (!kept) return kept.error();
    const bool octet = option.short_too && *size > 0 && *size < sizeof(int) && *kept >= 0 && *kept <= 0xFF;
    return octet ? write(static_cast<std::uint8_t>(*kept), value, size) : write(int{*kept}, value, size);
}

// ---- Groups, devices --------------------------------------------------------------------------------------

/// A group, and through which interface.
struct Membership {
    Address group;
    Address interface; ///< of IPv4: its address there; unspecified: the network processor chooses
};

Address ipv4_of(const in_addr& ip) {
    Address address;
    address.family = Family::ipv4;
    std::memcpy(address.ip, &ip, sizeof ip);
    return address;
}

/// An IPv6 membership names its interface by its index, an IPv4 one by an address of ours there: the network
/// processor gives its interfaces no other name for IPv4.
Result<Membership> read_membership(int level, const void* value, socklen_t size) {
    Membership membership;
    if (level == IPPROTO_IP) {
        const Result<ip_mreq> wanted = read<ip_mreq>(value, size);
        if (!wanted) return wanted.error();
        membership.group = ipv4_of(wanted->imr_multiaddr);
        if (!equal(ipv4_of(wanted->imr_interface).ip, Address{}.ip)) {
            membership.interface = ipv4_of(wanted->imr_interface);
        }
#if defined(__linux__) &&                                                                                    \
    !defined(NWP_OWN_TYPES) // ip(7): a longer one has an index, which goes before the address
        if (size >= sizeof(ip_mreqn) && read<ip_mreqn>(value, size)->imr_ifindex != 0)
            return Error::no_device;
#endif
        return membership;
    }
    const Result<ipv6_mreq> wanted = read<ipv6_mreq>(value, size);
    if (!wanted) return wanted.error();
    membership.group.family = Family::ipv6;
    membership.group.scope = static_cast<std::uint32_t>(wanted->ipv6mr_interface);
    std::memcpy(membership.group.ip, &wanted->ipv6mr_multiaddr, sizeof membership.group.ip);
    return membership;
}

Result<void> set_group(const Call& call, const GroupOption& option, const void* value, socklen_t size) {
    const Result<Membership> membership = read_membership(option.level, value, size);
    if (!membership) return membership.error();
    Byte wire[32];
    wire::Writer writer{wire};
    wire::put(writer, membership->group);
    if (membership->interface.family != Family::unspecified) wire::put(writer, membership->interface);
    request::SetOption request{call.id(), option.option, ByteView{wire}.first(writer.written())};
    return call.host().perform(request);
}

Result<void> set_device(const Call& call, const void* value, socklen_t size) {
    if (static_cast<int>(size) < 0) return Error::invalid_argument;
    if (value == nullptr && size != 0) return Error::bad_address;
    const auto* const name = static_cast<const char*>(value);
    std::size_t length = 0;
    while (length < size && length < kDeviceRoom - 1 && name[length] != '\0') ++length;
    request::SetOption request{call.id(), SocketOption::bind_to_device,
                               ByteView{static_cast<const Byte*>(value), length}};
    return call.host().perform(request);
}

/// With the NUL; nothing where there is none.
Result<void> get_device(const Call& call, void* value, socklen_t* size) {
    Byte name[kDeviceRoom] = {};
    request::GetOption request{call.id(), SocketOption::bind_to_device, Bytes{name}.first(kDeviceRoom - 1)};
    const Result<void> asked = call.host().perform(request);
    if (!asked) return asked;
    if (request.size() == 0) {
        *size = 0;
        return {};
    }
    if (*size < kDeviceRoom) return Error::invalid_argument;
    *size = static_cast<socklen_t>((request.size() < kDeviceRoom ? request.size() : kDeviceRoom - 1) + 1);
    std::memcpy(value, name, *size);
    return {};
}

Result<int> take_error(const Call& call) {
    Error error{};
    const Result<void> taken = call.host().take_error(call.id(), error);
    if (!taken) return taken.error();
    return error == Error{} ? 0 : errno_of(error);
}

/// Read-only facts of SOL_SOCKET.
Result<int> fact(const Call& call, int option) {
    if (option == SO_ERROR) return take_error(call);
    const Result<SocketInfo> info = call.host().describe(call.id());
    if (!info) return info.error();
    switch (option) {
        case SO_TYPE: return static_cast<int>(info->type);
        case SO_DOMAIN: return family_number(info->family);
        case SO_ACCEPTCONN: return info->listening ? 1 : 0;
        case SO_PROTOCOL:
            if (info->protocol != Protocol::any) return static_cast<int>(info->protocol);
            return info->type == SocketType::datagram ? IPPROTO_UDP : IPPROTO_TCP;
        default: return Error::no_protocol_option;
    }
}

/// Linux tells a level that the socket does not have from an option, but only when it is read.
bool lacks_level(const Call& call, int level) {
    if (level == SOL_SOCKET) return false;
    const Result<SocketInfo> info = call.host().describe(call.id());
    if (!info) return false;
    if (level == IPPROTO_TCP) return info->type != SocketType::stream;
    // IPv6 sockets speak IPv4 too. Their hops and loops are one for both, where Linux keeps two.
    if (level == IPPROTO_IP) return false;
    return level != IPPROTO_IPV6 || info->family != Family::ipv6;
}

Result<void> set_option(int number, int level, int option, const void* value, socklen_t size) {
    const Call call{number};
    if (!call.ok()) return Error::bad_handle;
    if (level == SOL_TLS) return set_tls_option(call, option, value, size);
    if (lacks_level(call, level)) return Error::no_protocol_option;
    if (level == SOL_SOCKET && option == SO_RCVTIMEO)
        return set_timeout(call.entry().receive_timeout_ms, value, size);
    if (level == SOL_SOCKET && option == SO_SNDTIMEO)
        return set_timeout(call.entry().send_timeout_ms, value, size);
    if (level == SOL_SOCKET && option == SO_LINGER) return set_linger(call.entry(), value, size);
    if (level == SOL_SOCKET && option == SO_BINDTODEVICE) return set_device(call, value, size);
    if (const GroupOption* const group = find_group(level, option))
        return set_group(call, *group, value, size);
    const NumberOption* const known = find_number(level, option);
    return known != nullptr ? set_value(call, *known, value, size) : Error::no_protocol_option;
}

Result<void> get_option(int number, int level, int option, void* value, socklen_t* size) {
    const Call call{number};
    if (!call.ok()) return Error::bad_handle;
    if (size == nullptr) return Error::bad_address;
    if (static_cast<int>(*size) < 0) return Error::invalid_argument;
    if (value == nullptr && *size != 0) return Error::bad_address;
    if (level == SOL_TLS) return get_tls_option(call, option, value, size);
    if (lacks_level(call, level)) return Error::operation_not_supported;
    if (level == SOL_SOCKET && option == SO_RCVTIMEO) {
        return get_timeout(call.entry().receive_timeout_ms.load(), value, size);
    }
    if (level == SOL_SOCKET && option == SO_SNDTIMEO) {
        return get_timeout(call.entry().send_timeout_ms.load(), value, size);
    }
    if (level == SOL_SOCKET && option == SO_LINGER) return get_linger(call.entry(), value, size);
    if (level == SOL_SOCKET && option == SO_BINDTODEVICE) return get_device(call, value, size);
    if (const NumberOption* const known = find_number(level, option))
        return get_value(call, *known, value, size);
    const Result<int> present =
        level == SOL_SOCKET ? fact(call, option) : Result<int>{Error::no_protocol_option};
    return present ? write(*present, value, size) : present.error();
}

} // namespace
} // namespace nwp::c

int nwp_setsockopt(int socket, int level, int option, const void* value, socklen_t size) {
    return nwp::c::answer(nwp::c::set_option(socket, level, option, value, size));
}

int nwp_getsockopt(int socket, int level, int option, void* value, socklen_t* size) {
    return nwp::c::answer(nwp::c::get_option(socket, level, option, value, size));
}
