// SPDX-License-Identifier: Apache-2.0
#include "simplelink/print.h"

#include "base/ip_text.h"
#include "simplelink/config_ids.h"
#include "simplelink/errors.h"
#include "simplelink/messages.h"
#include "simplelink/opcodes.h"

#include <algorithm>
#include <optional>

namespace nwp::simplelink {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

/// Fields that hold secrets: keys, the words that open files, and texts among which passphrases are.
constexpr std::array<std::string_view, 4> kSecrets{"key", "token", "tokens", "texts"};
/// Numbers that are an error code when they are negative.
constexpr std::array<std::string_view, 5> kStatuses{"status", "handle", "count", "code", "value"};
/// 32-bit numbers that are addresses.
constexpr std::array<std::string_view, 8> kAddresses{"address", "gateway", "dns",         "mask",
                                                     "first",   "last",    "dhcp_server", "interface"};
/// Bytes that are text.
constexpr std::array<std::string_view, 5> kTexts{"ssid", "name", "owner_name", "country", "extra"};
/// Numbers that are sets of bits.
constexpr std::array<std::string_view, 10> kBits{
    "read_set", "write_set",        "flags",       "mode",    "options",
    "mask",     "family_and_flags", "eap_methods", "chip_id", "data"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string hex(ByteView bytes) {
    std::string text;
    for (const Byte byte : bytes) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

std::string hex(std::uint32_t number) {
    std::string digits;
    for (int shift = 28; shift >= 0; shift -= 4)
        digits += kDigits[number >> static_cast<unsigned>(shift) & 15U];
    return "0x" + digits.substr(std::min<std::size_t>(digits.find_first_not_of('0'), 7));
}

std::string opcode_text(std::uint16_t opcode) {
    return "0x" + hex(std::array<Byte, 2>{static_cast<Byte>(opcode >> 8U), static_cast<Byte>(opcode)});
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char character : text) {
        const auto byte = static_cast<Byte>(character);
        if (byte >= 0x20 && byte < 0x7F && character != '"' && character != '\\') {
            result += character;
        } else {
            result += "\\x" + hex(ByteView{&byte, 1});
        }
    }
    return result + '"';
}

std::string hidden(std::size_t size) { return "<" + std::to_string(size) + " bytes>"; }

std::string address_text(nwp::Family family, ByteView bytes) {
    Address address;
    address.family = family;
    copy_bytes(address.ip, bytes);
    return std::string(ip_text(address).view());
}

std::string ipv4_text(ByteView bytes) { return address_text(nwp::Family::ipv4, bytes); }
std::string ipv6_text(ByteView bytes) { return address_text(nwp::Family::ipv6, bytes); }

std::string status_text(std::int32_t status) {
    const char* name = error_name(status);
    return name == nullptr ? std::to_string(status) : name;
}

template <std::size_t N>
std::string bytes_text(std::string_view name, const std::array<Byte, N>& bytes) {
    if (is_one_of(kTexts, name)) {
        const std::string_view text = text_of(bytes, N);
        return quoted(text.substr(0, text.find('\0')));
    }
    if (name == "address") return N == 4 ? ipv4_text(bytes) : ipv6_text(bytes);
    if constexpr (N != sizeof(MacAddress)) return N <= 16 ? hex(bytes) : hidden(N);
    std::string text;
    for (const Byte byte : bytes) text += (text.empty() ? "" : ":") + hex(ByteView{&byte, 1});
    return text;
}

template <typename T>
struct IsBytes : std::false_type {};
template <std::size_t N>
struct IsBytes<std::array<Byte, N>> : std::true_type {};

template <typename T, std::size_t N>
std::string numbers_text(const std::array<T, N>& numbers) {
    std::string text;
    for (const T number : numbers) text += (text.empty() ? "[" : " ") + std::to_string(number);
    return text + ']';
}

template <typename T>
std::string value_text(std::string_view name, const T& value) {
    if (is_one_of(kSecrets, name)) return hidden(wire_size<T>);
    if constexpr (std::is_enum_v<T>) {
        return std::to_string(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_same_v<T, BigEndian16>) {
        return std::to_string(value.value);
    } else if constexpr (IsBytes<T>::value) {
        return bytes_text(name, value);
    } else if constexpr (std::is_same_v<T, HostOrderIpv6>) {
        return ipv6_text(network_order(value));
    } else if constexpr (!std::is_integral_v<T>) {
        return numbers_text(value);
    } else if (std::is_same_v<T, HostOrderIpv4> && is_one_of(kAddresses, name)) {
        return ipv4_text(network_order(static_cast<HostOrderIpv4>(value)));
    } else if (is_one_of(kBits, name)) {
        return hex(static_cast<std::uint32_t>(value));
    } else if (is_one_of(kStatuses, name)) {
        return status_text(static_cast<std::int32_t>(value));
    } else {
        return std::to_string(value);
    }
}

template <typename M>
std::string fields_text(const M& message) {
    std::string text;
    for_each_field(message, [&text](const auto& field, const auto& value) {
        text += (text.empty() ? "" : ", ") + std::string(field.name) + '=' + value_text(field.name, value);
    });
    return '{' + text + '}';
}

// PingStart has room for four words and uses one.
std::string fields_text(const PingStart& ping) {
    return "{interval_ms=" + std::to_string(ping.interval_ms) +
           ", data_size=" + std::to_string(ping.data_size) +
           ", timeout_ms=" + std::to_string(ping.timeout_ms) + ", attempts=" + std::to_string(ping.attempts) +
           ", flags=" + hex(ping.flags) + ", address=" + ipv4_text(network_order(ping.address[0])) + '}';
}

// What follows the args. Only what is named here is shown; of all else, how long it is.

std::string rest_text(ByteView payload) { return payload.empty() ? "" : ' ' + hidden(payload.size()); }

template <typename M>
std::string payload_text(const M&, ByteView payload) {
    return rest_text(payload);
}

std::string labelled(const char* label, ByteView payload, std::size_t length) {
    if (payload.size() < length) return std::string(" ") + label + "=<cut>";
    const ByteView text = payload.first(length);
    return std::string(" ") + label + '=' + quoted({reinterpret_cast<const char*>(text.data()), text.size()});
}

std::string payload_text(const HostByName& message, ByteView payload) {
    return labelled("name", payload, message.name_length);
}
std::string payload_text(const HostByService& message, ByteView payload) {
    return labelled("name", payload, message.name_length);
}
std::string payload_text(const HttpTokenGet& message, ByteView payload) {
    return labelled("name", payload, message.name_length);
}
std::string payload_text(const MdnsRegister& message, ByteView payload) {
    return labelled("name", payload, message.name_length) + rest_text(payload.from(message.name_length));
}

std::string file_name_text(ByteView payload) {
    const Result<std::string_view> name = file_name_of(payload);
    return " name=" + (name ? quoted(*name) : "<none>");
}
std::string payload_text(const FileOpen&, ByteView payload) { return file_name_text(payload); }
std::string payload_text(const FileInfoGet&, ByteView payload) { return file_name_text(payload); }
std::string payload_text(const FileDelete&, ByteView payload) { return file_name_text(payload); }

template <typename M>
std::string wlan_texts(const M& message, ByteView payload) {
    const Result<WlanTexts> texts = texts_of(message, payload);
    if (!texts) return " <cut>";
    return labelled("ssid", texts->ssid, texts->ssid.size()) + " password=" + hidden(texts->password.size());
}
std::string payload_text(const WlanConnect& message, ByteView payload) {
    return wlan_texts(message, payload);
}
std::string payload_text(const WlanConnectEap& message, ByteView payload) {
    return wlan_texts(message, payload);
}
std::string payload_text(const ProfileAdd& message, ByteView payload) { return wlan_texts(message, payload); }
std::string payload_text(const ProfileAddEap& message, ByteView payload) {
    return wlan_texts(message, payload);
}
std::string payload_text(const ProfileUpdate& message, ByteView payload) {
    return wlan_texts(message, payload);
}
std::string payload_text(const ProfileUpdateEap& message, ByteView payload) {
    return wlan_texts(message, payload);
}

/// A setting by its name and, if it is a plain number, its value: passphrases are texts.
std::string setting_text(const ConfigRow* row, const Lengths& lengths, ByteView payload) {
    if (row == nullptr) return " (unknown)" + rest_text(payload);
    const std::string name = " (" + std::string(row->name) + ")";
    const bool number = lengths.least == lengths.most && lengths.most <= 4 && lengths.most != 0;
    if (!number || payload.size() < lengths.most) return name + rest_text(payload);
    std::uint32_t value = 0;
    for (std::size_t i = lengths.most; i-- > 0;) value = value << 8U | payload[i];
    return name + ' ' + hex(value);
}

template <std::uint16_t Opcode>
constexpr ConfigGroup group_of() {
    constexpr std::uint16_t command = Opcode | kFromHost;
    if (command == NetCfgSet::opcode || command == NetCfgGet::opcode) return ConfigGroup::netcfg;
    if (silo_of(Opcode) == Silo::wlan) return ConfigGroup::wlan;
    return silo_of(Opcode) == Silo::netapp ? ConfigGroup::netapp : ConfigGroup::device;
}

template <std::uint16_t Opcode>
std::string payload_text(const SettingCommand<Opcode>& message, ByteView payload) {
    const ConfigRow* row = find_config(group_of<Opcode>(), message.id, message.option);
    return setting_text(row, row == nullptr ? Lengths{} : row->set, payload);
}
template <std::uint16_t Opcode>
std::string payload_text(const SettingResponse<Opcode>& message, ByteView payload) {
    const ConfigRow* row = find_config(group_of<Opcode>(), message.id, message.option);
    return setting_text(row, row == nullptr ? Lengths{} : row->get, payload);
}

template <std::uint16_t Opcode>
std::string payload_text(const Policy<Opcode>& message, ByteView payload) {
    const auto type = static_cast<std::uint16_t>(message.type);
    return setting_text(find_config(ConfigGroup::policy, type, message.option), {}, payload);
}

template <std::uint16_t Opcode>
std::string payload_text(const SocketOptionCommand<Opcode>& message, ByteView payload) {
    const ConfigRow* row = find_config(ConfigGroup::socket, message.level, message.option);
    const bool names_file = message.level == 1 && message.option >= 30 && message.option <= 33;
    const bool names_host = message.level == 1 && message.option == 42;
    const bool has_text = (names_file || names_host) && Opcode == SocketOptionSet::opcode;
    if (row == nullptr || !has_text) return setting_text(row, row == nullptr ? Lengths{} : row->set, payload);
    return setting_text(row, {}, {}) + labelled("value", payload, message.length);
}

std::string payload_text(const FileControl& message, ByteView payload) {
    const auto operation = static_cast<std::uint16_t>(message.operation);
    return setting_text(find_config(ConfigGroup::file, operation, 0), {}, payload);
}
std::string payload_text(const NetUtilCommand& message, ByteView payload) {
    const auto task = static_cast<std::uint16_t>(message.task);
    return setting_text(find_config(ConfigGroup::netutil_command, task, 0), {}, payload);
}

template <typename M>
std::string print_as(ByteView body) {
    const Result<M> message = decode<M>(body);
    if (!message)
        return "<cut to " + std::to_string(body.size()) + " bytes>"; // it may hold a secret all the same
    return fields_text(*message) + payload_text(*message, payload_of<M>(body));
}

/// Printed as the first declaration of that opcode; without one, how long it is.
template <typename... M>
std::string print_any(Messages<M...>, std::uint16_t opcode, ByteView body) {
    std::optional<std::string> text;
    const auto attempt = [&](auto message) {
        using T = decltype(message);
        if (!text && T::opcode == opcode) text = print_as<T>(body);
    };
    (attempt(M{}), ...);
    return text ? *text : rest_text(body);
}

bool is_ipv6_accepted(const NwpMessage& message) {
    return message.opcode == SocketAcceptedV6::opcode && message.body.size() >= SocketAcceptedV6::size;
}

std::string state_text(std::uint16_t opcode, const NwpState& state) {
    std::string text =
        " free=" + std::to_string(state.tx_pool_count) + '*' + std::to_string(state.min_max_payload);
    if (opcode == DeviceAbort::opcode) { // what kind of abort stands where the sockets' bits are
        return text + " type=" + hex(static_cast<std::uint32_t>(state.tx_failure | state.non_blocking << 16));
    }
    if (state.device_status != 0) text += " device_status=" + hex(std::uint32_t{state.device_status});
    if (state.tx_failure != 0) text += " tx_failure=" + hex(std::uint32_t{state.tx_failure});
    if (state.non_blocking != 0) text += " non_blocking=" + hex(std::uint32_t{state.non_blocking});
    return text;
}

std::string name_of(const NwpMessage& message) {
    if ((message.opcode & kSync) != 0) {
        const CommandRow* row = find_command_of_response(message.opcode);
        return row == nullptr ? "unknown response " + opcode_text(message.opcode)
                              : std::string(row->name) + "Response";
    }
    const EventRow* row = find_event(message.opcode);
    return row == nullptr ? "unknown event " + opcode_text(message.opcode) : row->name;
}

constexpr std::array<Byte, 8> kBaudGreeting{0xFF, 0xFF, 0xFF, 0xFF, 0x55, 0xAA, 0x55, 0xAA};
constexpr std::array<Byte, 4> kBaudAnswer{0x55, 0xAA, 0x55, 0xAA};

/// Of a frame that should hold one message, what the framer made of it.
template <typename Framer>
std::string print_framed(ByteView frame) {
    Framer framer;
    framer.feed(frame);
    const auto message = framer.next();
    if (!message) return "no whole message in " + std::to_string(frame.size()) + " bytes";
    std::string text = print_message(*message);
    if (framer.noise() != 0) text += " ! " + std::to_string(framer.noise()) + " bytes before it";
    if (framer.held() != 0) text += " ! " + std::to_string(framer.held()) + " bytes behind it";
    return text;
}

} // namespace

std::string print_message(const HostMessage& message) {
    const CommandRow* row = find_command(message.opcode);
    if (row == nullptr) return "unknown command " + opcode_text(message.opcode) + rest_text(message.body);
    return row->name + print_any(Commands{}, message.opcode, message.body);
}

std::string print_message(const NwpMessage& message) {
    std::string text = name_of(message);
    if ((message.opcode & kSync) != 0) {
        text += print_any(Responses{}, message.opcode, message.body);
    } else if (is_ipv6_accepted(message)) {
        text += print_as<SocketAcceptedV6>(message.body);
    } else {
        text += print_any(Events{}, message.opcode, message.body);
    }
    return text + state_text(message.opcode, message.state);
}

std::string print_frame(ByteView frame, bool from_host) {
    if (from_host && equal(frame, kBaudGreeting)) return "greeting at a new baud rate";
    if (!from_host && equal(frame, kBaudAnswer)) return "answer at a new baud rate";
    return from_host ? print_framed<HostFramer>(frame) : print_framed<NwpFramer>(frame);
}

bool is_frame(ByteView frame) {
    constexpr std::array<std::array<Byte, 4>, 3> begins{
        {{0xBA, 0xDC, 0xCD, 0xAB}, {0xFF, 0xEE, 0xDD, 0xBB}, {0x21, 0x43, 0x34, 0x12}}};
    return std::any_of(begins.begin(), begins.end(),
                       [&](const auto& begin) { return equal(frame.first(begin.size()), begin); });
}

} // namespace nwp::simplelink
