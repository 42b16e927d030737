// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/socket_options.h"

#include "base/text.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace nwp::service {
namespace {

enum class Access { set_and_get, set_only };
/// Whether a number outside 0 and 1 means "on" (SOL_SOCKET, as Linux) or is wrong (SOL_TLS, as Zephyr).
enum class Kind { number, loose_flag };

struct IntegerOption {
    SocketOption option;
    std::int32_t SocketOptionValues::*value;
    Access access;
    Kind kind;
    std::int32_t least;
    std::int32_t most;
};

using Values = SocketOptionValues;
constexpr std::int32_t kTls12 = static_cast<std::int32_t>(Protocol::tls_1_2);
constexpr std::int32_t kTls13 = static_cast<std::int32_t>(Protocol::tls_1_3);
constexpr std::int32_t kDtls12 = static_cast<std::int32_t>(Protocol::dtls_1_2);

constexpr IntegerOption kIntegers[] = {
    {SocketOption::keep_alive, &Values::keep_alive, Access::set_and_get, Kind::loose_flag, 0, 1},
    {SocketOption::no_delay, &Values::no_delay, Access::set_and_get, Kind::loose_flag, 0, 1},
    {SocketOption::receive_buffer, &Values::receive_buffer, Access::set_and_get, Kind::number, 0, INT_MAX},
    {SocketOption::send_buffer, &Values::send_buffer, Access::set_and_get, Kind::number, 0, INT_MAX},
    {SocketOption::reuse_address, &Values::reuse_address, Access::set_and_get, Kind::loose_flag, 0, 1},
    {SocketOption::reuse_port, &Values::reuse_port, Access::set_and_get, Kind::loose_flag, 0, 1},
    {SocketOption::hop_limit, &Values::hop_limit, Access::set_and_get, Kind::number, -1, 255},
    {SocketOption::multicast_hops, &Values::multicast_hops, Access::set_and_get, Kind::number, -1, 255},
    {SocketOption::multicast_loop, &Values::multicast_loop, Access::set_and_get, Kind::loose_flag, 0, 1},
    {SocketOption::broadcast, &Values::broadcast, Access::set_and_get, Kind::loose_flag, 0, 1},
    {SocketOption::linger, &Values::linger, Access::set_and_get, Kind::number, -1, INT_MAX},
    {SocketOption::ipv6_only, &Values::ipv6_only, Access::set_and_get, Kind::loose_flag, 0, 1},
    {SocketOption::tls_peer_verify, &Values::peer_verify, Access::set_only, Kind::number, 0, 2},
    {SocketOption::tls_dtls_role, &Values::dtls_role, Access::set_only, Kind::number, 0, 1},
    {SocketOption::tls_timeout_min, &Values::timeout_min, Access::set_and_get, Kind::number, INT_MIN,
     INT_MAX},
    {SocketOption::tls_timeout_max, &Values::timeout_max, Access::set_and_get, Kind::number, INT_MIN,
     INT_MAX},
    {SocketOption::tls_cert_no_copy, &Values::cert_no_copy, Access::set_only, Kind::number, 0, 1},
    {SocketOption::tls_native, &Values::native, Access::set_only, Kind::number, INT_MIN, INT_MAX},
    {SocketOption::tls_session_cache, &Values::session_cache, Access::set_and_get, Kind::number, 0, 1},
    {SocketOption::tls_defer, &Values::defer, Access::set_and_get, Kind::number, 0, 1},
    {SocketOption::tls_version_max, &Values::version_max, Access::set_and_get, Kind::number, kTls12, kDtls12},
};

const IntegerOption* integer_option(SocketOption option) {
    const auto* found = std::find_if(std::begin(kIntegers), std::end(kIntegers),
                                     [option](const IntegerOption& entry) { return entry.option == option; });
    return found == std::end(kIntegers) ? nullptr : found;
}

bool is_of_tls(SocketOption option) { return option >= SocketOption::tls_sec_tag_list; }

std::int32_t integer_at(ByteView bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | bytes[at + i];
    return static_cast<std::int32_t>(value);
}

Result<std::vector<std::int32_t>> parse_integers(ByteView value, std::size_t most) {
    if (value.size() % 4 != 0 || value.size() / 4 > most) return Error::invalid_argument;
    std::vector<std::int32_t> integers;
    for (std::size_t at = 0; at < value.size(); at += 4) integers.push_back(integer_at(value, at));
    return integers;
}

/// RFC 7301 3.1: each name behind its length, none empty.
Result<std::vector<std::string>> parse_alpn(ByteView value, std::size_t most) {
    std::vector<std::string> names;
    while (!value.empty()) {
        const ByteView name = value.sub(1, value[0]);
        if (name.empty() || name.size() != value[0] || names.size() == most) return Error::invalid_argument;
        names.emplace_back(as_text(name));
        value = value.from(1 + name.size());
    }
    return names;
}

std::vector<Byte> alpn_bytes(const std::vector<std::string>& names) {
    std::vector<Byte> bytes;
    for (const std::string& name : names) {
        bytes.push_back(static_cast<Byte>(name.size()));
        bytes.insert(bytes.end(), name.begin(), name.end());
    }
    return bytes;
}

bool has_kernel_default(SocketOption option) {
    return option == SocketOption::receive_buffer || option == SocketOption::send_buffer ||
           option == SocketOption::hop_limit;
}

/// What a socket has that nobody set this on: buffer sizes, the hop limit.
std::int32_t kernel_default(SocketType type, SocketOption option) {
    const int made =
        socket(AF_INET, (type == SocketType::datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    int value = 0;
    socklen_t length = sizeof value;
    const bool hops = option == SocketOption::hop_limit;
    const int name = hops ? IP_TTL : option == SocketOption::receive_buffer ? SO_RCVBUF : SO_SNDBUF;
    if (made < 0 || getsockopt(made, hops ? IPPROTO_IP : SOL_SOCKET, name, &value, &length) != 0) value = 0;
    if (made >= 0) ::close(made);
    return value;
}

} // namespace

std::vector<Byte> option_bytes(std::int32_t value) {
    std::vector<Byte> bytes;
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes.push_back(static_cast<Byte>(static_cast<std::uint32_t>(value) >> shift));
    return bytes;
}

std::vector<Byte> option_bytes(const std::vector<std::int32_t>& values) {
    std::vector<Byte> bytes;
    for (const std::int32_t value : values) {
        const auto one = option_bytes(value);
        bytes.insert(bytes.end(), one.begin(), one.end());
    }
    return bytes;
}

std::vector<Byte> option_bytes(const std::string& text) { return {text.begin(), text.end()}; }

Result<Address> option_address(ByteView value) {
    Address address;
    if (value.empty()) return Error::invalid_argument;
    address.family = static_cast<Family>(value[0]);
    const std::size_t ip = address.ip_size();
    const std::size_t scope = address.family == Family::ipv6 ? 4 : 0;
    if (ip == 0 || value.size() != 3 + ip + scope) return Error::invalid_argument;
    address.port = static_cast<std::uint16_t>(value[1] | value[2] << 8);
    copy_bytes(address.ip, value.sub(3, ip));
    if (scope != 0) address.scope = static_cast<std::uint32_t>(integer_at(value, 3 + ip));
    return address;
}

Result<void> SocketOptions::check_level(SocketOption option) const {
    if (is_of_tls(option) && !is_tls(protocol_) && !is_dtls(protocol_)) return Error::no_protocol_option;
    // Datagrams are secured from the first or never.
    if (option == SocketOption::tls_defer && type_ != SocketType::stream) return Error::no_protocol_option;
    // Linux has no IPPROTO_IPV6 options on an AF_INET socket.
    if (option == SocketOption::ipv6_only && family_ != Family::ipv6) return Error::no_protocol_option;
    if (option == SocketOption::no_delay && type_ != SocketType::stream) return Error::no_protocol_option;
    return {};
}

Result<void> SocketOptions::check_value(SocketOption option, std::int32_t number) const {
    // A cap below the floor leaves no version; of DTLS there is one.
    if (option == SocketOption::tls_version_max) {
        const bool right = is_dtls(protocol_)
                               ? number == kDtls12
                               : number <= kTls13 && number >= static_cast<std::int32_t>(protocol_);
        if (!right) return Error::invalid_argument;
    }
    // IP_TTL 0 is none; IPV6_UNICAST_HOPS 0 stays on the machine (Linux).
    if (option == SocketOption::hop_limit && number == 0 && family_ == Family::ipv4)
        return Error::invalid_argument;
    if (option == SocketOption::multicast_hops && type_ == SocketType::stream)
        return family_ == Family::ipv4 ? Error::invalid_argument : Error::no_protocol_option;
    return {};
}

Result<void> SocketOptions::set(SocketOption option, ByteView value, bool in_use) {
    if (auto level = check_level(option); !level) return level;
    if (option == SocketOption::ipv6_only && in_use) return Error::invalid_argument;
    if (option == SocketOption::multicast_join || option == SocketOption::multicast_leave)
        return Error::protocol_error;                         // as Linux on a TCP socket
    if (option == SocketOption::tls_session_purge) return {}; // the sessions are its client's

    const IntegerOption* integer = integer_option(option);
    if (integer == nullptr) return set_text(option, value);
    if (value.size() != 4) return Error::invalid_argument;
    std::int32_t number = integer_at(value, 0);
    if (integer->kind == Kind::loose_flag) number = number != 0 ? 1 : 0;
    if (number < integer->least || number > integer->most) return Error::invalid_argument;
    if (auto right = check_value(option, number); !right) return right;
    if (option == SocketOption::multicast_hops && number == -1) number = 1; // the default, as Linux
    values_.*integer->value = number;
    return {};
}

Result<void> SocketOptions::set_text(SocketOption option, ByteView value) {
    const std::string text{as_text(value)};
    if (option == SocketOption::bind_to_device) {
        if (text.size() > 15) return Error::invalid_argument; // IFNAMSIZ - 1
        if (!text.empty() && text != kDevice) return Error::no_device;
        values_.device = text;
        return {};
    }
    if (option == SocketOption::tls_host_name) {
        // RFC 1035 2.3.4. A NUL inside would hide what follows from whoever reads it as a C string.
        if (text.size() > 254 || text.find('\0') != std::string::npos) return Error::invalid_argument;
        values_.host_name = text;
        return {};
    }
    return set_list(option, value);
}

Result<void> SocketOptions::set_list(SocketOption option, ByteView value) {
    if (option == SocketOption::tls_alpn_list) {
        auto names = parse_alpn(value, kMostAlpnNames);
        if (!names) return names.error();
        values_.alpn = std::move(*names);
        return {};
    }
    const bool tags = option == SocketOption::tls_sec_tag_list;
    if (!tags && option != SocketOption::tls_cipher_list) return Error::no_protocol_option;
    auto integers = parse_integers(value, tags ? kMostTags : kMostCipherSuites);
    if (!integers) return integers.error();
    (tags ? values_.tags : values_.cipher_suites) = std::move(*integers);
    return {};
}

Result<std::vector<Byte>> SocketOptions::get(SocketOption option) const {
    if (auto level = check_level(option); !level) return level.error();
    if (const IntegerOption* integer = integer_option(option)) {
        if (integer->access == Access::set_only) return Error::no_protocol_option;
        const bool unset = has_kernel_default(option) && values_.*integer->value < 0;
        return option_bytes(unset ? kernel_default(type_, option) : values_.*integer->value);
    }
    switch (option) {
        case SocketOption::accepting: return option_bytes(0); // the stream socket knows better
        case SocketOption::bind_to_device: return option_bytes(values_.device);
        case SocketOption::tls_sec_tag_list: return option_bytes(values_.tags);
        case SocketOption::tls_cipher_list: return option_bytes(values_.cipher_suites);
        case SocketOption::tls_alpn_list: return alpn_bytes(values_.alpn);
        default: return Error::no_protocol_option;
    }
}

} // namespace nwp::service
