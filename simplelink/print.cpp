// SPDX-License-Identifier: Apache-2.0
#include "simplelink/print.h"

#include "base/ip_text.h"
#include "simplelink/config_ids.h"
#include "simplelink/errors.h"
#include "simplelink/message_info.h"
#include "simplelink/messages.h"
#include "simplelink/opcodes.h"

#include <algorithm>

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

std::string bytes_text(std::string_view name, ByteView bytes) {
    if (is_one_of(kTexts, name)) {
        const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        return quoted(text.substr(0, text.find('\0')));
    }
    if (name == "address") return bytes.size() == 4 ? ipv4_text(bytes) : ipv6_text(bytes);
    if (bytes.size() != sizeof(MacAddress)) return bytes.size() <= 16 ? hex(bytes) : hidden(bytes.size());
    std::string text;
    for (const Byte byte : bytes) text += (text.empty() ? "" : ":") + hex(ByteView{&byte, 1});
    return text;
}

std::uint32_t number_in(ByteView bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8U | bytes[i];
    return number;
}

std::int32_t signed_number_in(ByteView bytes) {
    const auto unused = static_cast<unsigned>(32 - 8 * bytes.size());
    return static_cast<std::int32_t>(number_in(bytes) << unused) >> unused;
}

/// An address of which each word travels with its least significant byte first.
std::string host_order_text(ByteView bytes) {
    std::array<Byte, 16> network{};
    for (std::size_t i = 0; i < bytes.size(); ++i) network[i] = bytes[i / 4 * 4 + 3 - i % 4];
    return bytes.size() == 4 ? ipv4_text(network) : ipv6_text(network);
}

std::string numbers_text(const FieldInfo& field, ByteView bytes) {
    if (field.width == 4 && field.count == 4) return host_order_text(bytes);
    std::string text;
    for (std::size_t i = 0; i < field.count; ++i) {
        text +=
            (text.empty() ? "[" : " ") + std::to_string(number_in(bytes.sub(i * field.width, field.width)));
    }
    return text + ']';
}

std::string number_text(std::string_view name, std::uint32_t number, ByteView bytes) {
    if (bytes.size() == 4 && is_one_of(kAddresses, name)) return host_order_text(bytes);
    return is_one_of(kBits, name) ? hex(number) : std::to_string(number);
}

std::string value_text(const FieldInfo& field, ByteView bytes) {
    const std::string_view name = field.name;
    if (is_one_of(kSecrets, name)) return hidden(bytes.size());
    switch (field.kind) {
        case FieldKind::bytes: return bytes_text(name, bytes);
        case FieldKind::numbers: return numbers_text(field, bytes);
        case FieldKind::port: return std::to_string(bytes[0] << 8 | bytes[1]);
        case FieldKind::signed_number: {
            const std::int32_t number = signed_number_in(bytes);
            return is_one_of(kStatuses, name) ? status_text(number) : std::to_string(number);
        }
        case FieldKind::number: break;
    }
    return number_text(name, number_in(bytes), bytes);
}

/// The args by their declaration; a body that is too short is not shown, as it may hold a secret all the
/// same.
std::string args_text(const MessageInfo& message, ByteView body) {
    if (body.size() < message.size) return "<cut to " + std::to_string(body.size()) + " bytes>";
    std::string text;
    for (const FieldInfo& field : message.fields) {
        FieldInfo shown = field;
        // It has room for four words and uses one.
        if (message.opcode == PingStart::opcode && shown.kind == FieldKind::numbers)
            shown = {field.name, FieldKind::number, field.offset, 4};
        text += (text.empty() ? "" : ", ") + std::string(field.name) + '=' +
                value_text(shown, body.sub(shown.offset, shown.size()));
    }
    return '{' + text + '}';
}

// What follows the args. Only what is named here is shown; of all else, how long it is.

std::string rest_text(ByteView payload) { return payload.empty() ? "" : ' ' + hidden(payload.size()); }

std::string labelled(const char* label, ByteView payload, std::size_t length) {
    if (payload.size() < length) return std::string(" ") + label + "=<cut>";
    const ByteView text = payload.first(length);
    return std::string(" ") + label + '=' + quoted({reinterpret_cast<const char*>(text.data()), text.size()});
}

std::string file_name_text(ByteView payload) {
    const Result<std::string_view> name = file_name_of(payload);
    return " name=" + (name ? quoted(*name) : "<none>");
}

template <typename M>
std::string wlan_text(ByteView body) {
    const Result<WlanTexts> texts = texts_of(*decode<M>(body), payload_of<M>(body));
    if (!texts) return " <cut>";
    return labelled("ssid", texts->ssid, texts->ssid.size()) + " password=" + hidden(texts->password.size());
}

/// A setting by its name and, if it is a plain number, its value: passphrases are texts.
std::string setting_text(const ConfigRow* row, const Lengths& lengths, ByteView payload) {
    if (row == nullptr) return " (unknown)" + rest_text(payload);
    const std::string name = " (" + std::string(row->name) + ")";
    const bool number = lengths.least == lengths.most && lengths.most <= 4 && lengths.most != 0;
    if (!number || payload.size() < lengths.most) return name + rest_text(payload);
    return name + ' ' + hex(number_in(payload.first(lengths.most)));
}

/// A setting by its group, id and option, with the value that goes to the NWP or comes from it.
std::string setting_text(ConfigGroup group, std::uint16_t id, std::uint16_t option, bool is_set,
                         ByteView payload) {
    const ConfigRow* row = find_config(group, id, option);
    const Lengths none;
    return setting_text(row, row == nullptr ? none : is_set ? row->set : row->get, payload);
}

/// SettingCommand and SettingResponse have id and option in the same place.
std::string setting_text(ConfigGroup group, bool is_set, ByteView body) {
    const auto setting = decode<DeviceGet>(body);
    return setting_text(group, setting->id, setting->option, is_set, payload_of<DeviceGet>(body));
}

std::string socket_option_text(ByteView body) {
    const auto option = decode<SocketOptionSet>(body);
    const ByteView payload = payload_of<SocketOptionSet>(body);
    const bool names_file = option->level == 1 && option->option >= 30 && option->option <= 33;
    const bool names_host = option->level == 1 && option->option == 42;
    if (!names_file && !names_host)
        return setting_text(ConfigGroup::socket, option->level, option->option, true, payload);
    return setting_text(ConfigGroup::socket, option->level, option->option, true, {}) +
           labelled("value", payload, option->length);
}

std::string mdns_text(ByteView body) {
    const auto service = decode<MdnsRegister>(body);
    const ByteView payload = payload_of<MdnsRegister>(body);
    return labelled("name", payload, service->name_length) + rest_text(payload.from(service->name_length));
}

/// What follows the args of a command; the body holds at least these.
std::string command_payload_text(std::uint16_t opcode, std::size_t args, ByteView body) {
    const ByteView payload = body.from(args);
    switch (opcode) {
        case HostByName::opcode: return labelled("name", payload, decode<HostByName>(body)->name_length);
        case HostByService::opcode:
            return labelled("name", payload, decode<HostByService>(body)->name_length);
        case MdnsRegister::opcode: return mdns_text(body);
        case FileOpen::opcode:
        case FileInfoGet::opcode:
        case FileDelete::opcode: return file_name_text(payload);
        case WlanConnect::opcode: return wlan_text<WlanConnect>(body);
        case WlanConnectEap::opcode: return wlan_text<WlanConnectEap>(body);
        case ProfileAdd::opcode: return wlan_text<ProfileAdd>(body);
        case ProfileAddEap::opcode: return wlan_text<ProfileAddEap>(body);
        case ProfileUpdate::opcode:
        case ProfileUpdateEap::opcode: return wlan_text<ProfileUpdate>(body); // same layout
        case DeviceGet::opcode:
        case DeviceSet::opcode: return setting_text(ConfigGroup::device, true, body);
        case NetCfgGet::opcode:
        case NetCfgSet::opcode: return setting_text(ConfigGroup::netcfg, true, body);
        case WlanGet::opcode:
        case WlanSet::opcode: return setting_text(ConfigGroup::wlan, true, body);
        case NetAppGet::opcode:
        case NetAppSet::opcode: return setting_text(ConfigGroup::netapp, true, body);
        case PolicySet::opcode: return setting_text(ConfigGroup::policy, body[0], 0, true, payload);
        case SocketOptionSet::opcode: return socket_option_text(body);
        case SocketOptionGet::opcode:
            return setting_text(ConfigGroup::socket, body[1], body[2], true, payload);
        case FileControl::opcode:
            return setting_text(ConfigGroup::file, body[4], 0, true, {}) + rest_text(payload);
        case NetUtilCommand::opcode:
            return setting_text(ConfigGroup::netutil_command, body[0], 0, true, {}) + rest_text(payload);
        default: return rest_text(payload);
    }
}

std::string nwp_payload_text(std::uint16_t opcode, std::size_t args, ByteView body) {
    const ByteView payload = body.from(args);
    switch (opcode) {
        case DeviceGetResponse::opcode: return setting_text(ConfigGroup::device, false, body);
        case NetCfgGetResponse::opcode: return setting_text(ConfigGroup::netcfg, false, body);
        case WlanGetResponse::opcode: return setting_text(ConfigGroup::wlan, false, body);
        case NetAppGetResponse::opcode: return setting_text(ConfigGroup::netapp, false, body);
        case PolicyGetResponse::opcode: return setting_text(ConfigGroup::policy, body[0], 0, false, payload);
        case HttpTokenGet::opcode: return labelled("name", payload, body[0]);
        default: return rest_text(payload);
    }
}

/// Of two forms of the same event, the longer one.
constexpr auto& kAcceptedV6Fields = field_infos<SocketAcceptedV6>;
constexpr MessageInfo kAcceptedV6{SocketAcceptedV6::opcode, SocketAcceptedV6::size, kAcceptedV6Fields};

const MessageInfo* info_of(const NwpMessage& message) {
    if ((message.opcode & kSync) != 0) return response_info(message.opcode);
    const bool longer =
        message.opcode == SocketAcceptedV6::opcode && message.body.size() >= SocketAcceptedV6::size;
    return longer ? &kAcceptedV6 : event_info(message.opcode);
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
    const MessageInfo* info = command_info(message.opcode);
    if (info == nullptr) return row->name + rest_text(message.body); // nobody knows its layout
    const std::string text = row->name + args_text(*info, message.body);
    if (message.body.size() < info->size) return text;
    return text + command_payload_text(message.opcode, info->size, message.body);
}

std::string print_message(const NwpMessage& message) {
    std::string text = name_of(message);
    const MessageInfo* info = info_of(message);
    text += info == nullptr ? rest_text(message.body) : args_text(*info, message.body);
    if (info != nullptr && message.body.size() >= info->size)
        text += nwp_payload_text(message.opcode, info->size, message.body);
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
