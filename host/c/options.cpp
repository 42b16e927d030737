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

/// What the NWP keeps, as int.
struct NumberOption {
    int level;
    int number;
    SocketOption option;
};

constexpr NumberOption kNumbers[] = {
    {SOL_SOCKET, SO_KEEPALIVE, SocketOption::keep_alive},
    {SOL_SOCKET, SO_RCVBUF, SocketOption::receive_buffer},
    {SOL_SOCKET, SO_SNDBUF, SocketOption::send_buffer},
    {SOL_SOCKET, SO_REUSEADDR, SocketOption::reuse_address},
    {SOL_SOCKET, SO_BROADCAST, SocketOption::broadcast},
    {IPPROTO_TCP, TCP_NODELAY, SocketOption::no_delay},
    {IPPROTO_IPV6, IPV6_V6ONLY, SocketOption::ipv6_only},
};

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

Result<int> take_error(const Call& call) {
    Error error{};
    const Result<void> taken = call.host().take_error(call.id(), error);
    if (!taken) return taken.error();
    return error == Error{} ? 0 : errno_of(error);
}

/// Read-only facts of SOL_SOCKET.
Result<int> fact(const Call& call, int option) {
    if (option == SO_ERROR) return take_error(call);
    if (option == SO_ACCEPTCONN) return 0; // there are no listeners
    const Result<SocketInfo> info = call.host().describe(call.id());
    if (!info) return info.error();
    switch (option) {
        case SO_TYPE: return static_cast<int>(info->type);
        case SO_DOMAIN: return family_number(info->family);
        case SO_PROTOCOL:
            return info->protocol == Protocol::any ? IPPROTO_TCP : static_cast<int>(info->protocol);
        default: return Error::no_protocol_option;
    }
}

Result<void> set_option(int number, int level, int option, const void* value, socklen_t size) {
    const Call call{number};
    if (!call.ok()) return Error::bad_handle;
    if (level == SOL_TLS) return set_tls_option(call, option, value, size);
    if (level == SOL_SOCKET && option == SO_RCVTIMEO)
        return set_timeout(call.entry().receive_timeout_ms, value, size);
    if (level == SOL_SOCKET && option == SO_SNDTIMEO)
        return set_timeout(call.entry().send_timeout_ms, value, size);
    if (level == SOL_SOCKET && option == SO_LINGER) return set_linger(call.entry(), value, size);
    const NumberOption* const known = find_number(level, option);
    if (known == nullptr) return Error::no_protocol_option;
    const Result<int> wanted = read<int>(value, size);
    return wanted ? set_number(call, known->option, *wanted) : wanted.error();
}

/// Linux tells a level that an IPv4 socket does not have from an option, but only when it is read.
bool lacks_level(const Call& call, int level) {
    if (level == SOL_SOCKET || level == IPPROTO_TCP || level == IPPROTO_IP) return false;
    const Result<SocketInfo> info = call.host().describe(call.id());
    return info && info->family == Family::ipv4;
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
    Result<int> present = Error::no_protocol_option;
    if (const NumberOption* const known = find_number(level, option)) {
        const Result<std::int32_t> kept = get_number(call, known->option);
        present = kept ? Result<int>{*kept} : kept.error();
    } else if (level == SOL_SOCKET) {
        present = fact(call, option);
    }
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
