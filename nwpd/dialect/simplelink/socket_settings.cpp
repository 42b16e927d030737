// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/socket_settings.h"

#include "base/text.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

using Level = OptionLevel;
using Name = OptionName;
using Scope = OptionScope;

constexpr std::int32_t kMostLinger = 60; // the host waits 65 s for the end of CLOSE

std::uint32_t u32_at(ByteView value, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;) number = number << 8U | value[at + i];
    return number;
}

void put_number(std::vector<Byte>& bytes, std::uint32_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<Byte>(number >> shift));
}

/// 31XX firmware names its files by number, and they lie in this folder.
std::string legacy_file(Byte id) { return id == 0 ? std::string{} : "/cert/" + std::to_string(id) + ".der"; }

std::uint32_t SocketSettings::*number_of(Name name) {
    switch (name) {
        case Name::receive_buffer: return &SocketSettings::receive_buffer;
        case Name::keep_alive: return &SocketSettings::keep_alive;
        case Name::keep_alive_time: return &SocketSettings::keep_alive_time;
        case Name::no_certificate_store: return &SocketSettings::no_certificate_store;
        case Name::keep_datagram_rest: return &SocketSettings::keep_datagram_rest;
        case Name::multicast_interface: return &SocketSettings::multicast_interface;
        default: return nullptr;
    }
}

std::string TlsChoice::*text_of(Name name) {
    switch (name) {
        case Name::key_file: return &TlsChoice::key_file;
        case Name::certificate_file: return &TlsChoice::certificate_file;
        case Name::ca_file: return &TlsChoice::ca_file;
        case Name::dh_file: return &TlsChoice::dh_file;
        default: return nullptr;
    }
}

Result<void> store_number(SocketSettings& settings, Name name, std::uint32_t number) {
    const bool is_flag = name == Name::keep_alive || name == Name::keep_datagram_rest;
    if (is_flag && number > 1) return Error::invalid_argument;
    const bool is_zero_wrong = name == Name::receive_buffer || name == Name::keep_alive_time;
    if (is_zero_wrong && number == 0) return Error::invalid_argument;
    settings.*number_of(name) = number;
    return {};
}

Result<void> store_method(TlsChoice& tls, Byte method) {
    if (method > static_cast<Byte>(TlsMethod::dtls_1_0)) return Error::invalid_argument;
    if (method == static_cast<Byte>(TlsMethod::dtls_1_0)) return Error::operation_not_supported;
    tls.method = static_cast<TlsMethod>(method);
    return {};
}

Result<void> store_timeout(SocketSettings& settings, ByteView value) {
    const auto seconds = static_cast<std::int32_t>(u32_at(value, 0));
    const auto microseconds = static_cast<std::int32_t>(u32_at(value, 4));
    if (seconds < 0 || microseconds < 0 || microseconds >= 1000000) return Error::invalid_argument;
    settings.receive_timeout_seconds = seconds;
    settings.receive_timeout_microseconds = microseconds;
    return {};
}

/// A NUL inside would hide what follows from whoever reads it as a C string. Some hosts count the one at the
/// end.
Result<std::string> text_in(ByteView value) {
    std::string text{as_text(value)};
    if (!text.empty() && text.back() == '\0') text.pop_back();
    if (text.empty() || text.find('\0') != std::string::npos) return Error::invalid_argument;
    return text;
}

} // namespace

std::optional<std::chrono::microseconds> SocketSettings::receive_timeout() const {
    if (receive_timeout_seconds == 0 && receive_timeout_microseconds == 0) return std::nullopt;
    return std::chrono::seconds{receive_timeout_seconds} +
           std::chrono::microseconds{receive_timeout_microseconds};
}

std::int32_t SocketSettings::linger() const {
    if (linger_on == 0) return -1;
    return static_cast<std::int32_t>(std::min<std::uint32_t>(linger_seconds, kMostLinger));
}

const std::vector<OptionRow>& option_rows() {
    static const std::vector<OptionRow> rows = {
        {Level::socket, Name::receive_buffer, 4, 4, Scope::any, true, true},
        {Level::socket, Name::keep_alive, 4, 4, Scope::stream, true, true},
        {Level::socket, Name::linger, 8, 8, Scope::stream, true, true},
        {Level::socket, Name::receive_timeout, 8, 8, Scope::any, true, true},
        {Level::socket, Name::non_blocking, 4, 4, Scope::any, true, true},
        {Level::socket, Name::tls_method, 1, 1, Scope::stream, true, true},
        {Level::socket, Name::tls_cipher_mask, 4, 4, Scope::stream, true, true},
        {Level::socket, Name::tls_file_ids, 4, 4, Scope::stream, true, false},
        {Level::socket, Name::channel, 4, 4, Scope::transceiver, true, true},
        {Level::socket, Name::key_file, 1, kMostText, Scope::stream, true, true},
        {Level::socket, Name::certificate_file, 1, kMostText, Scope::stream, true, true},
        {Level::socket, Name::ca_file, 1, kMostText, Scope::stream, true, true},
        {Level::socket, Name::dh_file, 1, kMostText, Scope::stream, true, true},
        {Level::socket, Name::start_tls, 0, kMostText, Scope::stream, true, false},
        {Level::socket, Name::tls_connection, TlsConnectionParams::size, TlsConnectionParams::size,
         Scope::stream, false, true},
        {Level::socket, Name::keep_alive_time, 4, 4, Scope::stream, true, true},
        {Level::socket, Name::no_certificate_store, 4, 4, Scope::stream, true, true},
        {Level::socket, Name::keep_datagram_rest, 4, 4, Scope::datagram, true, true},
        {Level::socket, Name::alpn, 4, 4, Scope::stream, true, true},
        {Level::socket, Name::client_challenge, 0, kMostText, Scope::stream, true, false},
        {Level::socket, Name::domain_name, 1, 254, Scope::stream, true, true},

        {Level::ip, Name::multicast_interface, 4, 4, Scope::datagram, true, true},
        {Level::ip, Name::multicast_ttl, 1, 1, Scope::datagram, true, true},
        {Level::ip, Name::join_group, 8, 8, Scope::datagram, true, false},
        {Level::ip, Name::leave_group, 8, 8, Scope::datagram, true, false},
        {Level::ip, Name::header_included, 4, 4, Scope::raw, true, true},
        {Level::ip, Name::raw_without_header, 4, 4, Scope::raw, true, true},
        {Level::ip, Name::ipv6_header_included, 4, 4, Scope::raw, true, true},
        {Level::ip, Name::ipv6_join_group, 20, 20, Scope::datagram, true, false},
        {Level::ip, Name::ipv6_leave_group, 20, 20, Scope::datagram, true, false},
        {Level::ip, Name::ipv6_multicast_hops, 1, 1, Scope::datagram, true, true},

        {Level::phy, Name::phy_rate, 4, 4, Scope::transceiver, true, true},
        {Level::phy, Name::phy_tx_power, 4, 4, Scope::transceiver, true, true},
        {Level::phy, Name::phy_frames, 4, 4, Scope::transceiver, true, true},
        {Level::phy, Name::phy_preamble, 4, 4, Scope::transceiver, true, true},
        {Level::phy, Name::phy_tx_inhibit, 4, 4, Scope::transceiver, true, true},
        {Level::phy, Name::phy_timeout, 4, 4, Scope::transceiver, true, true},
        {Level::phy, Name::phy_acknowledge, 4, 4, Scope::transceiver, true, true},
    };
    return rows;
}

const OptionRow* find_option(std::uint8_t level, std::uint8_t name) {
    const auto& rows = option_rows();
    const auto found = std::find_if(rows.begin(), rows.end(), [=](const OptionRow& row) {
        return static_cast<std::uint8_t>(row.level) == level && static_cast<std::uint8_t>(row.name) == name;
    });
    return found == rows.end() ? nullptr : &*found;
}

Result<void> store_option(SocketSettings& settings, OptionName name, ByteView value) {
    if (number_of(name) != nullptr) return store_number(settings, name, u32_at(value, 0));
    if (const auto member = text_of(name)) {
        auto text = text_in(value);
        if (!text) return text.error();
        settings.tls.*member = std::move(*text);
        return {};
    }
    switch (name) {
        case Name::linger:
            settings.linger_on = u32_at(value, 0);
            settings.linger_seconds = u32_at(value, 4);
            return {};
        case Name::receive_timeout: return store_timeout(settings, value);
        case Name::tls_method: return store_method(settings.tls, value[0]);
        case Name::tls_cipher_mask: settings.tls.ciphers = u32_at(value, 0); return {};
        case Name::alpn: settings.tls.alpn = u32_at(value, 0); return {};
        case Name::tls_file_ids:
            settings.tls.key_file = legacy_file(value[0]);
            settings.tls.certificate_file = legacy_file(value[1]);
            settings.tls.ca_file = legacy_file(value[2]);
            settings.tls.dh_file = legacy_file(value[3]);
            return {};
        case Name::domain_name: {
            auto text = text_in(value);
            if (!text) return text.error();
            settings.tls.domain_name = std::move(*text);
            return {};
        }
        case Name::multicast_ttl:
        case Name::ipv6_multicast_hops: settings.multicast_ttl = value[0]; return {};
        default: return Error::operation_not_supported;
    }
}

std::vector<Byte> load_option(const SocketSettings& settings, OptionName name) {
    std::vector<Byte> value;
    const auto put_text = [&value](const std::string& text) { value.assign(text.begin(), text.end()); };
    if (const auto number = number_of(name)) put_number(value, settings.*number);
    if (const auto text = text_of(name)) put_text(settings.tls.*text);
    switch (name) {
        case Name::linger:
            put_number(value, settings.linger_on);
            put_number(value, settings.linger_seconds);
            break;
        case Name::receive_timeout:
            put_number(value, static_cast<std::uint32_t>(settings.receive_timeout_seconds));
            put_number(value, static_cast<std::uint32_t>(settings.receive_timeout_microseconds));
            break;
        case Name::tls_method: value.push_back(static_cast<Byte>(settings.tls.method)); break;
        case Name::tls_cipher_mask: put_number(value, settings.tls.ciphers); break;
        case Name::alpn: put_number(value, settings.tls.alpn); break;
        case Name::domain_name: put_text(settings.tls.domain_name.value_or("")); break;
        case Name::multicast_ttl:
        case Name::ipv6_multicast_hops: value.push_back(settings.multicast_ttl); break;
        default: break;
    }
    return value;
}

} // namespace nwp::simplelink
