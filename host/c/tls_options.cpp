// SPDX-License-Identifier: Apache-2.0
// Options of SOL_TLS: direction, type and size of each as Zephyr has them; the NWP judges the values.
#include "nwp/socket.h"

#include "host/c/options.h"

#include <cstring>

namespace nwp::c {
namespace {

constexpr std::size_t kLongestName = 255; // of a host, of a protocol (RFC 7301 3.1)
constexpr std::size_t kLongestList = request::kPart;

enum class Form : std::uint8_t { number, numbers, host_name, protocols, text, anything, verdict, defer };

struct TlsOption {
    int number;
    SocketOption option; // not of a verdict
    Form form;
    bool set;
    bool get;
};

constexpr TlsOption kOptions[] = {
    {TLS_SEC_TAG_LIST, SocketOption::tls_sec_tag_list, Form::numbers, true, true},
    {TLS_HOSTNAME, SocketOption::tls_host_name, Form::host_name, true, false},
    {TLS_CIPHERSUITE_LIST, SocketOption::tls_cipher_list, Form::numbers, true, true},
    {TLS_CIPHERSUITE_USED, SocketOption::tls_cipher_used, Form::number, false, true},
    {TLS_PEER_VERIFY, SocketOption::tls_peer_verify, Form::number, true, false},
    {TLS_DTLS_ROLE, SocketOption::tls_dtls_role, Form::number, true, false},
    {TLS_ALPN_LIST, SocketOption::tls_alpn_list, Form::protocols, true, true},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, SocketOption::tls_timeout_min, Form::number, true, true},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, SocketOption::tls_timeout_max, Form::number, true, true},
    {TLS_CERT_NOCOPY, SocketOption::tls_cert_no_copy, Form::number, true, false},
    {TLS_NATIVE, SocketOption::tls_native, Form::number, true, false},
    {TLS_SESSION_CACHE, SocketOption::tls_session_cache, Form::number, true, true},
    {TLS_SESSION_CACHE_PURGE, SocketOption::tls_session_purge, Form::anything, true, false},
    {NWP_TLS_VERDICT, SocketOption{}, Form::verdict, false, true},
    {NWP_TLS_VERSION, SocketOption::tls_version, Form::number, false, true},
    {NWP_TLS_VERSION_MAX, SocketOption::tls_version_max, Form::number, true, true},
    {NWP_TLS_ALPN_SELECTED, SocketOption::tls_alpn_selected, Form::text, false, true},
    {NWP_TLS_DEFER, SocketOption::tls_defer, Form::defer, true, true},
    {NWP_TLS_RESUMED, SocketOption::tls_resumed, Form::number, false, true},
};

const TlsOption* find(int number) {
    for (const TlsOption& option : kOptions) {
        if (option.number == number) return &option;
    }
    return nullptr;
}

Result<void> set_bytes(const Call& call, SocketOption option, ByteView value) {
    request::SetOption request{call.id(), option, value};
    return call.host().perform(request);
}

// ---- Numbers, one or several ------------------------------------------------------------------------------

Result<std::int32_t> read_one(const void* value, socklen_t size) {
    if (size != sizeof(int)) return Error::invalid_argument;
    if (value == nullptr) return Error::bad_address;
    int number = 0;
    std::memcpy(&number, value, sizeof number);
    return number;
}

Result<void> set_one(const Call& call, SocketOption option, const void* value, socklen_t size) {
    const Result<std::int32_t> number = read_one(value, size);
    return number ? set_number(call, option, *number) : number.error();
}

/// Switching it off on a stream that stands begins the handshake, for which the answer waits.
Result<void> set_defer(const Call& call, const void* value, socklen_t size) {
    const Result<std::int32_t> number = read_one(value, size);
    if (!number) return number.error();
    const Result<SocketInfo> info = call.host().describe(call.id());
    if (!info) return info.error();
    if (*number != 0 || !info->connected)
        return set_number(call, SocketOption::tls_defer, *number != 0 ? 1 : 0);
    request::BeginTls request{call.id()};
    return call.host().perform(request);
}

Result<void> get_one(const Call& call, SocketOption option, void* value, const socklen_t* size) {
    if (*size != sizeof(int)) return Error::invalid_argument;
    const Result<std::int32_t> number = get_number(call, option);
    if (!number) return number.error();
    const int present = *number;
    std::memcpy(value, &present, sizeof present);
    return {};
}

Result<void> set_several(const Call& call, SocketOption option, const void* value, socklen_t size) {
    if (size % sizeof(int) != 0 || size > kLongestList) return Error::invalid_argument;
    if (value == nullptr && size != 0) return Error::bad_address;
    Byte wire[kLongestList];
    for (std::size_t i = 0; i < size; i += sizeof(int)) {
        int number = 0;
        std::memcpy(&number, static_cast<const Byte*>(value) + i, sizeof number);
        const auto bits = static_cast<std::uint32_t>(number);
        for (std::size_t octet = 0; octet < 4; ++octet)
            wire[i + octet] = static_cast<Byte>(bits >> (8 * octet));
    }
    return set_bytes(call, option, ByteView{wire}.first(size));
}

Result<void> get_several(const Call& call, SocketOption option, void* value, socklen_t* size) {
    if (*size % sizeof(int) != 0 || *size == 0) return Error::invalid_argument;
    Byte wire[kLongestList];
    request::GetOption request{call.id(), option, wire};
    const Result<void> asked = call.host().perform(request);
    if (!asked) return asked;
    const std::size_t there = request.size() < sizeof wire ? request.size() : sizeof wire;
    const std::size_t count = (there < *size ? there : *size) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t bits = 0;
        for (std::size_t octet = 0; octet < 4; ++octet) {
            bits |= static_cast<std::uint32_t>(wire[4 * i + octet]) << (8 * octet);
        }
        std::memcpy(static_cast<Byte*>(value) + i * sizeof(int), &bits, sizeof bits);
    }
    *size = static_cast<socklen_t>(count * sizeof(int));
    return {};
}

// ---- Names ------------------------------------------------------------------------------------------------

/// Bytes before the NUL, or `most` + 1 when there is none among so many.
std::size_t length_of(const char* text, std::size_t most) {
    std::size_t length = 0;
    while (length <= most && text[length] != '\0') ++length;
    return length;
}

/// NULL travels as the empty name, which means "do not check": so the empty name itself must not.
Result<void> set_host_name(const Call& call, const void* value) {
    if (value == nullptr) return set_bytes(call, SocketOption::tls_host_name, {});
    const auto* const name = static_cast<const char*>(value);
    const std::size_t length = length_of(name, kLongestName);
    if (length == 0 || length > kLongestName) return Error::invalid_argument;
    return set_bytes(call, SocketOption::tls_host_name, as_bytes({name, length}));
}

Result<void> set_protocols(const Call& call, const void* value, socklen_t size) {
    const Span<const char*> kept = protocol_names(call.to(), call.id());
    const std::size_t count = size / sizeof(const char*);
    if (size % sizeof(const char*) != 0 || count > kept.size()) return Error::invalid_argument;
    if (value == nullptr && size != 0) return Error::bad_address;
    const auto name_at = [value](std::size_t i) {
        const char* name = nullptr;
        std::memcpy(&name, static_cast<const Byte*>(value) + i * sizeof name, sizeof name);
        return name;
    };

    Byte wire[kLongestList];
    std::size_t filled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char* const name = name_at(i);
        if (name == nullptr) return Error::bad_address;
        const std::size_t length = length_of(name, kLongestName);
        const bool fits = length != 0 && length <= kLongestName && length < sizeof wire - filled;
        if (!fits) return Error::invalid_argument;
        wire[filled++] = static_cast<Byte>(length);
        filled += copy_bytes(Bytes{wire}.from(filled), as_bytes({name, length}));
    }
    const Result<void> set = set_bytes(call, SocketOption::tls_alpn_list, ByteView{wire}.first(filled));
    if (!set) return set;
    for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = i < count ? name_at(i) : nullptr;
    return {};
}

Result<void> get_protocols(const Call& call, void* value, socklen_t* size) {
    if (*size % sizeof(const char*) != 0 || *size == 0) return Error::invalid_argument;
    const Span<const char*> kept = protocol_names(call.to(), call.id());
    std::size_t count = 0;
    while (count < kept.size() && kept[count] != nullptr && (count + 1) * sizeof(const char*) <= *size)
        ++count;
    *size = static_cast<socklen_t>(count * sizeof(const char*));
    std::memcpy(value, kept.data(), *size);
    return {};
}

/// With a NUL behind it.
Result<void> get_text(const Call& call, SocketOption option, void* value, socklen_t* size) {
    Byte text[kLongestName];
    request::GetOption request{call.id(), option, text};
    const Result<void> asked = call.host().perform(request);
    if (!asked) return asked;
    if (request.size() > sizeof text || request.size() >= *size) return Error::invalid_argument;
    std::memcpy(value, text, request.size());
    static_cast<char*>(value)[request.size()] = '\0';
    *size = static_cast<socklen_t>(request.size() + 1);
    return {};
}

// ---- The verdict ------------------------------------------------------------------------------------------

Result<void> get_verdict(const Call& call, void* value, const socklen_t* size) {
    nwp_tls_verdict told{};
    if (*size != sizeof told) return Error::invalid_argument;
    request::GetVerdict request{call.id()};
    const Result<void> asked = call.host().perform(request);
    if (!asked) return asked;
    const Verdict& verdict = request.verdict();
    told.rules = verdict.rules.bits();
    told.depth = verdict.depth;
    told.alert = verdict.alert;
    static_assert(sizeof told.subject > decltype(verdict.subject)::capacity);
    std::memcpy(told.subject, verdict.subject.bytes().data(), verdict.subject.size());
    std::memcpy(value, &told, sizeof told);
    return {};
}

/// The option, if a TLS socket has it in that direction.
Result<const TlsOption*> option_of(const Call& call, int number, bool TlsOption::*direction) {
    const Result<SocketInfo> info = call.host().describe(call.id());
    if (!info) return info.error();
    const TlsOption* const option = find(number);
    const bool secure = is_tls(info->protocol) || is_dtls(info->protocol);
    if (!secure || option == nullptr || !(option->*direction)) return Error::no_protocol_option;
    return option;
}

} // namespace

Result<void> set_tls_option(const Call& call, int number, const void* value, socklen_t size) {
    const Result<const TlsOption*> found = option_of(call, number, &TlsOption::set);
    if (!found) return found.error();
    const SocketOption option = (*found)->option;
    switch ((*found)->form) {
        case Form::number: return set_one(call, option, value, size);
        case Form::numbers: return set_several(call, option, value, size);
        case Form::host_name: return set_host_name(call, value);
        case Form::protocols: return set_protocols(call, value, size);
        case Form::anything: return set_bytes(call, option, {});
        case Form::defer: return set_defer(call, value, size);
        case Form::text:
        case Form::verdict: break;
    }
    return Error::no_protocol_option;
}

Result<void> get_tls_option(const Call& call, int number, void* value, socklen_t* size) {
    const Result<const TlsOption*> found = option_of(call, number, &TlsOption::get);
    if (!found) return found.error();
    const SocketOption option = (*found)->option;
    switch ((*found)->form) {
        case Form::number:
        case Form::defer: return get_one(call, option, value, size);
        case Form::text: return get_text(call, option, value, size);
        case Form::numbers: return get_several(call, option, value, size);
        case Form::protocols: return get_protocols(call, value, size);
        case Form::verdict: return get_verdict(call, value, size);
        case Form::host_name:
        case Form::anything: break;
    }
    return Error::no_protocol_option;
}

} // namespace nwp::c
