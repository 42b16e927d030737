// SPDX-License-Identifier: Apache-2.0
// Socket options: one table says which there are; sizes and errors are Linux's, of SOL_TLS Zephyr's.
#include "nwp/socket.h"

#include "host/c/datagram_calls.h"
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
    group,           ///< of multicast: a struct of its level
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
    {IPPROTO_IP, IP_ADD_MEMBERSHIP, SocketOption::multicast_join, Form::group, true, false},
    {IPPROTO_IP, IP_DROP_MEMBERSHIP, SocketOption::multicast_leave, Form::group, true, false},
    {IPPROTO_IPV6, IPV6_V6ONLY, SocketOption::ipv6_only, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, SocketOption::hop_limit, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_MULTICAST_HOPS, SocketOption::multicast_hops, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, SocketOption::multicast_loop, Form::number, true, true},
    {IPPROTO_IPV6, IPV6_JOIN_GROUP, SocketOption::multicast_join, Form::group, true, false},
    {IPPROTO_IPV6, IPV6_LEAVE_GROUP, SocketOption::multicast_leave, Form::group, true, false},
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

/// One call about an option of a socket.
class OptionCall {
protected:
    explicit OptionCall(const Call& call) : call_(call) {}

    /// Finds out about the socket and the option; row_ is null where the socket has none such.
    Result<void> look_up(int level, int number);

    const Call& call_;
    const OptionRow* row_ = nullptr;
    SocketInfo socket_;
};

Result<void> OptionCall::look_up(int level, int number) {
    const Result<void> described = call_.describe(socket_);
    if (!described || !has_level(socket_, level)) return described;
    for (const OptionRow& row : kOptions) {
        if (row_ == nullptr && row.level == level && row.number == number) row_ = &row;
    }
    return {};
}

// ---- Set --------------------------------------------------------------------------------------------------

class Setting : private OptionCall {
public:
    Setting(const Call& call, const void* value, socklen_t size)
        : OptionCall(call), value_(value), size_(size) {}

    Result<void> run(int level, int number) {
        const Result<void> found = look_up(level, number);
        if (!found) return found;
        if (row_ == nullptr || !row_->sets) return Error::no_protocol_option;
        switch (row_->form) {
            case Form::receive_timeout: return set_timeout(call_.entry().receive_timeout_ms);
            case Form::send_timeout: return set_timeout(call_.entry().send_timeout_ms);
            case Form::linger: return set_linger();
            default: return set_at_nwp();
        }
    }

private:
    Result<void> read(void* into, std::size_t wanted) const {
        return read_value(into, wanted, value_, size_);
    }

    Result<void> set_timeout(Shared<std::uint32_t>& timeout_ms) const;
    Result<void> set_linger() const;
    Result<void> set_at_nwp();

    // What the NWP keeps is made ready to travel.
    Result<void> pack();
    Result<void> pack_number();
    Result<void> pack_numbers(const void* numbers, std::size_t size);
    Result<void> pack_group();
    Result<void> pack_device();
    Result<void> pack_host_name();

    const void* value_;
    socklen_t size_;
    Travelling travelling_;
};

Result<void> Setting::set_timeout(Shared<std::uint32_t>& timeout_ms) const {
    constexpr std::uint32_t kLongest_s = UINT32_MAX / 1000 - 1; // 49 days
    timeval time{};
    const Result<void> whole = read(&time, sizeof time);
    if (!whole) return whole;
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

Result<void> Setting::set_linger() const {
    linger wanted{};
    const Result<void> whole = read(&wanted, sizeof wanted);
    if (!whole) return whole;
    const bool most = wanted.l_linger < 0 || wanted.l_linger > 0xFFFF;
    call_.entry().linger_s = static_cast<std::uint16_t>(most ? 0xFFFF : wanted.l_linger);
    call_.entry().lingers = wanted.l_onoff != 0;
    return {};
}

/// Numbers travel as int32s in little-endian.
Result<void> Setting::pack_numbers(const void* numbers, std::size_t size) {
    wire::Writer writer{travelling_.room};
    for (std::size_t at = 0; at < size; at += sizeof(int)) {
        std::uint32_t number = 0;
        std::memcpy(&number, static_cast<const Byte*>(numbers) + at, sizeof number);
        writer.number(number, sizeof number);
    }
    travelling_.bytes = {travelling_.room, size};
    return {};
}

Result<void> Setting::pack_number() {
    int number = 0;
    if (row_->form == Form::number_or_octet && size_ > 0 && size_ < sizeof number) {
        if (value_ == nullptr) return Error::bad_address;
        number = *static_cast<const Byte*>(value_);
    } else {
        const Result<void> whole = read(&number, sizeof number);
        if (!whole) return whole;
    }
    if (row_->form == Form::defer) number = number != 0 ? 1 : 0;
    return pack_numbers(&number, sizeof number);
}

/// Groups are for datagrams: an image without them has no code for their structs.
Result<void> Setting::pack_group() {
    const DatagramCalls* const datagrams = call_.to().datagrams;
    if (datagrams == nullptr) return Error::no_protocol_option;
    return datagrams->pack_group(row_->level, value_, size_, travelling_);
}

/// NULL travels as the empty name, which means "do not check": so the empty name itself must not.
Result<void> Setting::pack_host_name() {
    if (value_ == nullptr) return {};
    const auto* const name = static_cast<const char*>(value_);
    const std::size_t length = length_of(name, kLongestName + 1);
    if (length == 0 || length > kLongestName) return Error::invalid_argument;
    travelling_.bytes = as_bytes({name, length});
    return {};
}

#ifdef IFNAMSIZ
constexpr socklen_t kDeviceRoom = IFNAMSIZ;
#else
constexpr socklen_t kDeviceRoom = 16; // Linux's, with the NUL
#endif

Result<void> Setting::pack_device() {
    if (static_cast<int>(size_) < 0) return Error::invalid_argument;
    if (value_ == nullptr && size_ != 0) return Error::bad_address;
    const auto* const name = static_cast<const char*>(value_);
    travelling_.bytes = as_bytes({name, length_of(name, size_ < kDeviceRoom ? size_ : kDeviceRoom - 1)});
    return {};
}

Result<void> Setting::pack() {
    switch (row_->form) {
        case Form::defer:
            if (call_.to().begin_tls == nullptr) return Error::no_protocol_option;
            [[fallthrough]];
        case Form::exact_number:
            if (size_ != sizeof(int)) return Error::invalid_argument;
            return pack_number();
        case Form::numbers:
            if (size_ % sizeof(int) != 0 || size_ > kLongestValue) return Error::invalid_argument;
            if (value_ == nullptr && size_ != 0) return Error::bad_address;
            return pack_numbers(value_, size_);
        case Form::device: return pack_device();
        case Form::group: return pack_group();
        case Form::host_name: return pack_host_name();
        case Form::protocols: return pack_protocols(call_, value_, size_, travelling_);
        case Form::anything: return {};
        default: return pack_number();
    }
}

Result<void> Setting::set_at_nwp() {
    const Result<void> packed = pack();
    if (!packed) return packed;
    // Switching it off on a stream that stands begins the handshake, for which the answer waits.
    if (row_->form == Form::defer && socket_.connected && travelling_.room[0] == 0) {
        return call_.to().begin_tls(call_);
    }
    request::SetOption request{call_.id(), row_->option, travelling_.bytes};
    const Result<void> set = call_.perform(request);
    if (set && row_->form == Form::protocols) keep_protocols(call_, value_, size_);
    return set;
}

// ---- Get --------------------------------------------------------------------------------------------------

class Getting : private OptionCall {
public:
    /// `value` has room for `*size` bytes.
    Getting(const Call& call, void* value, socklen_t* size) : OptionCall(call), value_(value), size_(size) {}

    Result<void> run(int level, int number) {
        const Result<void> found = look_up(level, number);
        if (!found) return found;
        // Linux tells a level that the socket does not have from an option, but only here.
        if (level != SOL_TLS && !has_level(socket_, level)) return Error::operation_not_supported;
        if (row_ == nullptr || !row_->gets) return Error::no_protocol_option;
        switch (row_->form) {
            case Form::receive_timeout: return get_timeout(call_.entry().receive_timeout_ms);
            case Form::send_timeout: return get_timeout(call_.entry().send_timeout_ms);
            case Form::linger: return get_linger();
            case Form::device:
            case Form::text: return get_text();
            case Form::numbers: return get_several();
            case Form::protocols: return get_protocols(call_, value_, size_);
            case Form::verdict: return get_verdict(call_, value_, size_);
            default: return get_one();
        }
    }

private:
    /// As much as there is room for; the length becomes what was written.
    Result<void> write(const void* from, std::size_t there) {
        if (*size_ > there) *size_ = static_cast<socklen_t>(there);
        if (*size_ != 0) std::memcpy(value_, from, *size_);
        return {};
    }

    Result<void> get_timeout(std::uint32_t timeout_ms);
    Result<void> get_linger();
    Result<void> get_one();
    Result<void> get_several();
    Result<void> get_text();
    Result<void> number(int& number);
    Result<void> numbers_of_nwp(Bytes numbers, std::size_t& there);

    void* value_;
    socklen_t* size_;
};

Result<void> Getting::get_timeout(std::uint32_t timeout_ms) {
    timeval time{};
    time.tv_sec = static_cast<decltype(time.tv_sec)>(timeout_ms / 1000);
    time.tv_usec = static_cast<decltype(time.tv_usec)>(timeout_ms % 1000 * 1000);
    return write(&time, sizeof time);
}

Result<void> Getting::get_linger() {
    linger now{};
    if (call_.entry().lingers) {
        now.l_onoff = 1;
        now.l_linger = call_.entry().linger_s;
    }
    return write(&now, sizeof now);
}

/// int32s, as many as there is room for. `there` becomes how many bytes of them the NWP has.
Result<void> Getting::numbers_of_nwp(Bytes numbers, std::size_t& there) {
    request::GetOption request{call_.id(), row_->option, numbers};
    const Result<void> asked = call_.perform(request);
    if (!asked) return asked;
    there = request.size();
    for (Byte* at = numbers.begin(); at != numbers.end(); at += sizeof(int)) {
        const std::uint32_t number =
            static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
            static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
        std::memcpy(at, &number, sizeof number);
    }
    return {};
}

/// What this side knows of the socket, and the numbers that the NWP keeps.
Result<void> Getting::number(int& number) {
    switch (row_->form) {
        case Form::error: {
            Error error{};
            const Result<void> taken = call_.host().take_error(call_.id(), error);
            if (error != Error{}) number = errno_of(error);
            return taken;
        }
        case Form::type: number = static_cast<int>(socket_.type); return {};
        case Form::domain: number = family_number(socket_.family); return {};
        case Form::accepting: number = socket_.listening ? 1 : 0; return {};
        case Form::protocol:
            number = static_cast<int>(socket_.protocol);
            if (number == 0) number = socket_.type == SocketType::datagram ? IPPROTO_UDP : IPPROTO_TCP;
            return {};
        default: break;
    }
    std::size_t there = 0;
    const Result<void> got = numbers_of_nwp({reinterpret_cast<Byte*>(&number), sizeof number}, there);
    return got && there != sizeof number ? Error::protocol_error : got;
}

Result<void> Getting::get_one() {
    const bool exact = row_->form == Form::exact_number || row_->form == Form::defer;
    int present = 0;
    if (exact && *size_ != sizeof present) return Error::invalid_argument;
    const Result<void> got = number(present);
    if (!got) return got;
    const bool short_too = row_->form == Form::number_or_octet && *size_ < sizeof present;
    if (!short_too || present < 0 || present > 0xFF) return write(&present, sizeof present);
    const auto octet = static_cast<Byte>(present);
    return write(&octet, sizeof octet);
}

Result<void> Getting::get_several() {
    if (*size_ % sizeof(int) != 0 || *size_ == 0) return Error::invalid_argument;
    std::size_t there = 0;
    const Result<void> got = numbers_of_nwp({static_cast<Byte*>(value_), *size_}, there);
    if (got && there < *size_) *size_ = static_cast<socklen_t>(there - there % sizeof(int));
    return got;
}

/// With a NUL behind it. A device: nothing where there is none, and else as much room as Linux wants.
Result<void> Getting::get_text() {
    Byte text[kLongestName + 1] = {};
    request::GetOption request{call_.id(), row_->option, Bytes{text}.first(kLongestName)};
    const Result<void> asked = call_.perform(request);
    if (!asked) return asked;
    const bool device = row_->form == Form::device;
    const std::size_t length = request.size();
    if (device && length == 0) return write(text, 0);
    const std::size_t least = device ? kDeviceRoom : length + 1;
    if (length >= sizeof text || *size_ < least) return Error::invalid_argument;
    return write(text, length + 1);
}

} // namespace

Result<void> read_value(void* into, std::size_t wanted, const void* value, std::size_t size) {
    if (size < wanted) return Error::invalid_argument;
    if (value == nullptr) return Error::bad_address;
    std::memcpy(into, value, wanted);
    return {};
}

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
    return c::answer(c::Setting{call, value, size}.run(level, option));
}

int nwp_getsockopt(int socket, int level, int option, void* value, socklen_t* size) {
    const c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    if (size == nullptr) return c::fail(Error::bad_address);
    if (static_cast<int>(*size) < 0) return c::fail(Error::invalid_argument);
    if (value == nullptr && *size != 0) return c::fail(Error::bad_address);
    return c::answer(c::Getting{call, value, size}.run(level, option));
}
