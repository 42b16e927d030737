// SPDX-License-Identifier: Apache-2.0
// Socket options: one table says which there are; sizes and errors are Linux's, of SOL_TLS Zephyr's.
#include "nwp/socket.h"

#include "host/c/options.h"
#include "host/c/socket_address.h"

#include <cstring>

namespace nwp::c {
namespace {

/// What a value is, and so who keeps it.
enum class Form : std::uint8_t {
    // Kept at this side
    receive_timeout,
    send_timeout,
    linger,
    // Facts of the socket
    error,
    type,
    domain,
    protocol,
    accepting,
    // Kept by the NWP
    number,          ///< int; longer is fine, as in Linux
    number_or_octet, ///< takes one byte as well, as Linux's options of IPPROTO_IP do
    device,          ///< text
    ipv4_group,
    ipv6_group,
    // Of TLS, with Zephyr's strict sizes
    exact_number,
    numbers,
    host_name,
    protocols,
    text,
    anything,
    verdict,
    defer,
};

/// One option: its number in the API and on the link.
struct OptionRow {
    std::uint16_t level;
    std::uint16_t number;
    SocketOption option : 8; ///< where the NWP keeps it
    Form form : 6;
    bool sets : 1;
    bool gets : 1;
};

constexpr SocketOption kOurs{}; // the NWP does not know of it

constexpr OptionRow kOptions[] = {
    {SOL_SOCKET, SO_RCVTIMEO, kOurs, Form::receive_timeout, true, true},
    {SOL_SOCKET, SO_SNDTIMEO, kOurs, Form::send_timeout, true, true},
    {SOL_SOCKET, SO_LINGER, kOurs, Form::linger, true, true},
    {SOL_SOCKET, SO_ERROR, kOurs, Form::error, false, true},
    {SOL_SOCKET, SO_TYPE, kOurs, Form::type, false, true},
    {SOL_SOCKET, SO_DOMAIN, kOurs, Form::domain, false, true},
    {SOL_SOCKET, SO_PROTOCOL, kOurs, Form::protocol, false, true},
    {SOL_SOCKET, SO_ACCEPTCONN, kOurs, Form::accepting, false, true},
    {SOL_SOCKET, SO_KEEPALIVE, SocketOption::keep_alive, Form::number, true, true},
    {SOL_SOCKET, SO_RCVBUF, SocketOption::receive_buffer, Form::number, true, true},
    {SOL_SOCKET, SO_SNDBUF, SocketOption::send_buffer, Form::number, true, true},
    {SOL_SOCKET, SO_REUSEADDR, SocketOption::reuse_address, Form::number, true, true},
    {SOL_SOCKET, SO_BROADCAST, SocketOption::broadcast, Form::number, true, true},
    {SOL_SOCKET, SO_REUSEPORT, SocketOption::reuse_port, Form::number, true, true},
    {SOL_SOCKET, SO_BINDTODEVICE, SocketOption::bind_to_device, Form::device, true, true},
    {IPPROTO_TCP, TCP_NODELAY, SocketOption::no_delay, Form::number, true, true},
    {IPPROTO_IP, IP_TTL, SocketOption::hop_limit, Form::number_or_octet, true, true},
    {IPPROTO_IP, IP_MULTICAST_TTL, SocketOption::multicast_hops, Form::number_or_octet, true, true},
    {IPPROTO_IP, IP_MULTICAST_LOOP, SocketOption::multicast_loop, Form::number_or_octet, true, true},
    {IPPROTO_IP, IP_ADD_MEMBERSHIP, SocketOption::multicast_join, Form::ipv4_group, true, false},
    {IPPROTO_IP, IP_DROP_MEMBERSHIP, SocketOption::multicast_leave, Form::ipv4_group, true, false},
    {IPPROTO_IPV6, IPV6_V6ONLY, SocketOption::ipv6_only, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, SocketOption::hop_limit, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_MULTICAST_HOPS, SocketOption::multicast_hops, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, SocketOption::multicast_loop, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_JOIN_GROUP, SocketOption::multicast_join, Form::ipv6_group, true, false},
    {IPPROTO_IPV6, IPV6_LEAVE_GROUP, SocketOption::multicast_leave, Form::ipv6_group, true, false},
    {SOL_TLS, TLS_SEC_TAG_LIST, SocketOption::tls_sec_tag_list, Form::numbers, true, true},
    {SOL_TLS, TLS_HOSTNAME, SocketOption::tls_host_name, Form::host_name, true, false},
    {SOL_TLS, TLS_CIPHERSUITE_LIST, SocketOption::tls_cipher_list, Form::numbers, true, true},
    {SOL_TLS, TLS_CIPHERSUITE_USED, SocketOption::tls_cipher_used, Form::exact_number, false, true},
    {SOL_TLS, TLS_PEER_VERIFY, SocketOption::tls_peer_verify, Form::exact_number, true, false},
    {SOL_TLS, TLS_DTLS_ROLE, SocketOption::tls_dtls_role, Form::exact_number, true, false},
    {SOL_TLS, TLS_ALPN_LIST, SocketOption::tls_alpn_list, Form::protocols, true, true},
    {SOL_TLS, TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, SocketOption::tls_timeout_min, Form::exact_number, true, true},
    {SOL_TLS, TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, SocketOption::tls_timeout_max, Form::exact_number, true, true},
    {SOL_TLS, TLS_CERT_NOCOPY, SocketOption::tls_cert_no_copy, Form::exact_number, true, false},
    {SOL_TLS, TLS_NATIVE, SocketOption::tls_native, Form::exact_number, true, false},
    {SOL_TLS, TLS_SESSION_CACHE, SocketOption::tls_session_cache, Form::exact_number, true, true},
    {SOL_TLS, TLS_SESSION_CACHE_PURGE, SocketOption::tls_session_purge, Form::anything, true, false},
    {SOL_TLS, NWP_TLS_VERDICT, kOurs, Form::verdict, false, true},
    {SOL_TLS, NWP_TLS_VERSION, SocketOption::tls_version, Form::exact_number, false, true},
    {SOL_TLS, NWP_TLS_VERSION_MAX, SocketOption::tls_version_max, Form::exact_number, true, true},
    {SOL_TLS, NWP_TLS_ALPN_SELECTED, SocketOption::tls_alpn_selected, Form::text, false, true},
    {SOL_TLS, NWP_TLS_DEFER, SocketOption::tls_defer, Form::defer, true, true},
    {SOL_TLS, NWP_TLS_RESUMED, SocketOption::tls_resumed, Form::exact_number, false, true},
};

bool has_level(const SocketInfo& socket, int level) {
    switch (level) {
        case SOL_SOCKET:
        case IPPROTO_IP: return true; // IPv6 sockets speak IPv4 too; hops and loops are one for both
        case IPPROTO_TCP: return socket.type == SocketType::stream;
        case IPPROTO_IPV6: return socket.family == Family::ipv6;
        case SOL_TLS: return is_tls(socket.protocol) || is_dtls(socket.protocol);
        default: return false;
    }
}

/// Null: there is none, or not for that direction.
const OptionRow* find(int level, int number, bool set) {
    for (const OptionRow& row : kOptions) {
        if (row.level == level && row.number == number) return (set ? row.sets : row.gets) ? &row : nullptr;
    }
    return nullptr;
}

// ---- Set --------------------------------------------------------------------------------------------------

/// Copies an int or a struct, of which there must be all.
Result<void> read_value(void* into, std::size_t wanted, const void* value, std::size_t size) {
    if (size < wanted) return Error::invalid_argument;
    if (value == nullptr) return Error::bad_address;
    std::memcpy(into, value, wanted);
    return {};
}

Result<void> set_timeout(Shared<std::uint32_t>& timeout_ms, const void* value, socklen_t size) {
    constexpr std::uint32_t kLongest_s = UINT32_MAX / 1000 - 1; // 49 days
    timeval time{};
    const Result<void> read = read_value(&time, sizeof time, value, size);
    if (!read) return read;
    if (time.tv_usec < 0 || time.tv_usec >= 1000000) return Error::domain_error;
    if (time.tv_sec < 0) {
        timeout_ms = 1; // Linux: as short as can be
    } else if (time.tv_sec > kLongest_s) {
        timeout_ms = UINT32_MAX;
    } else {
        const auto rest_us = static_cast<std::uint32_t>(time.tv_usec);
        timeout_ms = static_cast<std::uint32_t>(time.tv_sec) * 1000 + (rest_us + 999) / 1000;
    }
    return {};
}

Result<void> set_linger(SocketEntry& entry, const void* value, socklen_t size) {
    linger wanted{};
    const Result<void> read = read_value(&wanted, sizeof wanted, value, size);
    if (!read) return read;
    const bool most = wanted.l_linger < 0 || wanted.l_linger > 0xFFFF;
    entry.linger_s = most ? std::uint16_t{0xFFFF} : static_cast<std::uint16_t>(wanted.l_linger);
    entry.lingers = wanted.l_onoff != 0;
    return {};
}

/// Numbers travel as int32s in little-endian.
Result<void> pack_numbers(const void* value, std::size_t size, Travelling& travelling) {
    wire::Writer writer{travelling.room};
    for (std::size_t at = 0; at < size; at += sizeof(int)) {
        int number = 0;
        std::memcpy(&number, static_cast<const Byte*>(value) + at, sizeof number);
        writer.number(static_cast<std::uint32_t>(number), 4);
    }
    travelling.bytes = {travelling.room, size};
    return {};
}

Result<void> pack_number(const OptionRow& row, const void* value, socklen_t size, Travelling& travelling) {
    int number = 0;
    if (row.form == Form::number_or_octet && size > 0 && size < sizeof number) {
        if (value == nullptr) return Error::bad_address;
        number = *static_cast<const Byte*>(value);
    } else {
        const Result<void> read = read_value(&number, sizeof number, value, size);
        if (!read) return read;
    }
    if (row.form == Form::defer) number = number != 0 ? 1 : 0;
    return pack_numbers(&number, sizeof number, travelling);
}

/// An IPv4 membership names its interface by an address of ours there: the network processor gives its
/// interfaces no other name for IPv4.
Result<void> pack_ipv4_group(const void* value, socklen_t size, Travelling& travelling) {
    ip_mreq wanted{};
    const Result<void> read = read_value(&wanted, sizeof wanted, value, size);
    if (!read) return read;
#if defined(__linux__) && !defined(NWP_OWN_TYPES) // ip(7): a longer one has an index, which goes first
    ip_mreqn longer{};
    if (read_value(&longer, sizeof longer, value, size) && longer.imr_ifindex != 0) return Error::no_device;
#endif
    wire::Writer writer{travelling.room};
    Address address;
    address.family = Family::ipv4;
    std::memcpy(address.ip, &wanted.imr_multiaddr, sizeof wanted.imr_multiaddr);
    wire::put(writer, address);
    if (wanted.imr_interface.s_addr != 0) {
        std::memcpy(address.ip, &wanted.imr_interface, sizeof wanted.imr_interface);
        wire::put(writer, address);
    }
    travelling.bytes = {travelling.room, writer.written()};
    return {};
}

/// An IPv6 membership names its interface by its index.
Result<void> pack_ipv6_group(const void* value, socklen_t size, Travelling& travelling) {
    ipv6_mreq wanted{};
    const Result<void> read = read_value(&wanted, sizeof wanted, value, size);
    if (!read) return read;
    wire::Writer writer{travelling.room};
    Address address;
    address.family = Family::ipv6;
    address.scope = static_cast<std::uint32_t>(wanted.ipv6mr_interface);
    std::memcpy(address.ip, &wanted.ipv6mr_multiaddr, sizeof wanted.ipv6mr_multiaddr);
    wire::put(writer, address);
    travelling.bytes = {travelling.room, writer.written()};
    return {};
}

/// NULL travels as the empty name, which means "do not check": so the empty name itself must not.
Result<void> pack_host_name(const void* value, Travelling& travelling) {
    if (value == nullptr) return {};
    const auto* const name = static_cast<const char*>(value);
    const std::size_t length = length_of(name, kLongestName + 1);
    if (length == 0 || length > kLongestName) return Error::invalid_argument;
    travelling.bytes = as_bytes({name, length});
    return {};
}

#ifdef IFNAMSIZ
constexpr socklen_t kDeviceRoom = IFNAMSIZ;
#else
constexpr socklen_t kDeviceRoom = 16; // Linux's, with the NUL
#endif

Result<void> pack_device(const void* value, socklen_t size, Travelling& travelling) {
    if (static_cast<int>(size) < 0) return Error::invalid_argument;
    if (value == nullptr && size != 0) return Error::bad_address;
    const auto* const name = static_cast<const char*>(value);
    travelling.bytes = as_bytes({name, length_of(name, size < kDeviceRoom ? size : kDeviceRoom - 1)});
    return {};
}

/// What the NWP keeps, as it travels.
Result<void> pack(const Call& call, const OptionRow& row, const void* value, socklen_t size,
                  Travelling& travelling) {
    switch (row.form) {
        case Form::exact_number:
        case Form::defer:
            if (size != sizeof(int)) return Error::invalid_argument;
            return pack_number(row, value, size, travelling);
        case Form::numbers:
            if (size % sizeof(int) != 0 || size > kLongestValue) return Error::invalid_argument;
            if (value == nullptr && size != 0) return Error::bad_address;
            return pack_numbers(value, size, travelling);
        case Form::device: return pack_device(value, size, travelling);
        case Form::ipv4_group: return pack_ipv4_group(value, size, travelling);
        case Form::ipv6_group: return pack_ipv6_group(value, size, travelling);
        case Form::host_name: return pack_host_name(value, travelling);
        case Form::protocols: return pack_protocols(call, value, size, travelling);
        case Form::anything: return {};
        default: return pack_number(row, value, size, travelling);
    }
}

Result<void> set_at_nwp(const Call& call, const OptionRow& row, const void* value, socklen_t size,
                        const SocketInfo& socket) {
    Travelling travelling;
    const Result<void> packed = pack(call, row, value, size, travelling);
    if (!packed) return packed;
    // Switching it off on a stream that stands begins the handshake, for which the answer waits.
    if (row.form == Form::defer && socket.connected && travelling.bytes[0] == 0) {
        request::BeginTls request{call.id()};
        return call.perform(request);
    }
    request::SetOption request{call.id(), row.option, travelling.bytes};
    const Result<void> set = call.perform(request);
    if (set && row.form == Form::protocols) keep_protocols(call, value, size);
    return set;
}

Result<void> set_option(const Call& call, int level, int number, const void* value, socklen_t size) {
    SocketInfo socket;
    const Result<void> described = call.describe(socket);
    if (!described) return described;
    const OptionRow* const row = find(level, number, true);
    if (row == nullptr || !has_level(socket, level)) return Error::no_protocol_option;
    switch (row->form) {
        case Form::receive_timeout: return set_timeout(call.entry().receive_timeout_ms, value, size);
        case Form::send_timeout: return set_timeout(call.entry().send_timeout_ms, value, size);
        case Form::linger: return set_linger(call.entry(), value, size);
        default: return set_at_nwp(call, *row, value, size, socket);
    }
}

// ---- Get --------------------------------------------------------------------------------------------------

/// As much as there is room for; the length becomes what was written.
Result<void> write_value(const void* from, std::size_t there, void* value, socklen_t* size) {
    if (*size > there) *size = static_cast<socklen_t>(there);
    if (*size != 0) std::memcpy(value, from, *size);
    return {};
}

Result<void> get_timeout(std::uint32_t timeout_ms, void* value, socklen_t* size) {
    timeval time{};
    time.tv_sec = static_cast<decltype(time.tv_sec)>(timeout_ms / 1000);
    time.tv_usec = static_cast<decltype(time.tv_usec)>(timeout_ms % 1000 * 1000);
    return write_value(&time, sizeof time, value, size);
}

Result<void> get_linger(const SocketEntry& entry, void* value, socklen_t* size) {
    linger now{};
    now.l_onoff = entry.lingers ? 1 : 0;
    if (entry.lingers) now.l_linger = entry.linger_s;
    return write_value(&now, sizeof now, value, size);
}

/// int32s of the NWP, as many as there is room for. `there` becomes how many bytes of them it has.
Result<void> get_numbers(const Call& call, SocketOption option, Bytes values, std::size_t& there) {
    request::GetOption request{call.id(), option, values};
    const Result<void> asked = call.perform(request);
    there = request.size();
    for (Bytes left = values; left.size() >= sizeof(int); left = left.from(sizeof(int))) {
        const auto number = static_cast<std::uint32_t>(left[0] | left[1] << 8 | left[2] << 16) |
                            static_cast<std::uint32_t>(left[3]) << 24;
        std::memcpy(left.data(), &number, sizeof number);
    }
    return asked;
}

/// What this side knows of the socket, and the numbers that the NWP keeps.
Result<void> get_number(const Call& call, const OptionRow& row, const SocketInfo& socket, int& number) {
    switch (row.form) {
        case Form::error: {
            Error error{};
            const Result<void> taken = call.host().take_error(call.id(), error);
            number = error == Error{} ? 0 : errno_of(error);
            return taken;
        }
        case Form::type: number = static_cast<int>(socket.type); return {};
        case Form::domain: number = family_number(socket.family); return {};
        case Form::accepting: number = socket.listening ? 1 : 0; return {};
        case Form::protocol:
            number = static_cast<int>(socket.protocol);
            if (number == 0) number = socket.type == SocketType::datagram ? IPPROTO_UDP : IPPROTO_TCP;
            return {};
        default: break;
    }
    Byte bytes[sizeof number] = {};
    std::size_t there = 0;
    const Result<void> got = get_numbers(call, row.option, bytes, there);
    if (got && there != sizeof bytes) return Error::protocol_error;
    std::memcpy(&number, bytes, sizeof bytes);
    return got;
}

Result<void> get_one(const Call& call, const OptionRow& row, const SocketInfo& socket, void* value,
                     socklen_t* size) {
    int number = 0;
    const Result<void> got = get_number(call, row, socket, number);
    if (!got) return got;
    const bool short_too = row.form == Form::number_or_octet && *size > 0 && *size < sizeof number;
    if (!short_too || number < 0 || number > 0xFF) return write_value(&number, sizeof number, value, size);
    const auto octet = static_cast<Byte>(number);
    return write_value(&octet, sizeof octet, value, size);
}

Result<void> get_several(const Call& call, const OptionRow& row, void* value, socklen_t* size) {
    if (*size % sizeof(int) != 0 || *size == 0) return Error::invalid_argument;
    std::size_t there = 0;
    const Result<void> got = get_numbers(call, row.option, {static_cast<Byte*>(value), *size}, there);
    if (got && there < *size) *size = static_cast<socklen_t>(there - there % sizeof(int));
    return got;
}

/// With a NUL behind it. A device: nothing where there is none, and else as much room as Linux wants.
Result<void> get_text(const Call& call, const OptionRow& row, void* value, socklen_t* size) {
    Byte text[kLongestName + 1] = {};
    request::GetOption request{call.id(), row.option, Bytes{text}.first(kLongestName)};
    const Result<void> asked = call.perform(request);
    if (!asked) return asked;
    const bool device = row.form == Form::device;
    if (device && request.size() == 0) {
        *size = 0;
        return {};
    }
    if (request.size() >= (device ? kDeviceRoom : sizeof text)) return Error::invalid_argument;
    const std::size_t least = device ? kDeviceRoom : request.size() + 1;
    if (*size < least) return Error::invalid_argument;
    return write_value(text, request.size() + 1, value, size);
}

Result<void> get_option(const Call& call, int level, int number, void* value, socklen_t* size) {
    if (size == nullptr) return Error::bad_address;
    if (static_cast<int>(*size) < 0) return Error::invalid_argument;
    if (value == nullptr && *size != 0) return Error::bad_address;
    SocketInfo socket;
    const Result<void> described = call.describe(socket);
    if (!described) return described;
    // Linux tells a level that the socket does not have from an option, but only here.
    if (!has_level(socket, level)) {
        return level == SOL_TLS ? Error::no_protocol_option : Error::operation_not_supported;
    }
    const OptionRow* const row = find(level, number, false);
    if (row == nullptr) return Error::no_protocol_option;
    switch (row->form) {
        case Form::receive_timeout: return get_timeout(call.entry().receive_timeout_ms, value, size);
        case Form::send_timeout: return get_timeout(call.entry().send_timeout_ms, value, size);
        case Form::linger: return get_linger(call.entry(), value, size);
        case Form::device:
        case Form::text: return get_text(call, *row, value, size);
        case Form::numbers: return get_several(call, *row, value, size);
        case Form::protocols: return get_protocols(call, value, size);
        case Form::verdict: return get_verdict(call, value, size);
        case Form::exact_number:
        case Form::defer:
            if (*size != sizeof(int)) return Error::invalid_argument;
            break;
        default: break;
    }
    return get_one(call, *row, socket, value, size);
}

} // namespace

std::size_t length_of(const char* text, std::size_t most) {
    std::size_t length = 0;
    while (length < most && text[length] != '\0') ++length;
    return length;
}

} // namespace nwp::c

using namespace nwp; // the functions below are C's

int nwp_setsockopt(int socket, int level, int option, const void* value, socklen_t size) {
    const c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    return c::answer(c::set_option(call, level, option, value, size));
}

int nwp_getsockopt(int socket, int level, int option, void* value, socklen_t* size) {
    const c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    return c::answer(c::get_option(call, level, option, value, size));
}
