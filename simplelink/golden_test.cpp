// SPDX-License-Identifier: Apache-2.0
// Each captured message is framed, decoded by its declaration, encoded again and equal but for uninitialised
// bytes.
#include "simplelink/host_framer.h"
#include "simplelink/messages.h"
#include "simplelink/nwp_framer.h"
#include "simplelink/opcodes.h"
#include "tests/kit/simplelink_golden.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp::simplelink {
namespace {

using kit::Buffer;
using kit::golden_message;
using kit::GoldenMessage;
using namespace kit::literals;

void append(Buffer& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// What there are files of; all declarations would keep the compiler busy for long.
using Captured =
    Messages<DeviceAbort, DeviceGet, DeviceGetResponse, DeviceStop, DeviceStopResponse, DeviceStopped, Dummy,
             FileClose, FileControl, FileInfoGetResponse, FileListGet, FileOpen, FileOpenResponse,
             FileReadResponse, FileWrite, HostByName, HostByNameResult, HostByNameResultV6, InitComplete,
             Ipv4Acquired, MdnsRegister, NetAppRequest, NetAppResponse, NetCfgGet, NetCfgGetResponse,
             NetCfgSet, NetUtilCommand, PolicySet, ProfileAdd, Provisioning, ScanResultsGet,
             ScanResultsGetResponse, SocketAccept, SocketAccepted, SocketBind, SocketClose, SocketClosed,
             SocketConnect, SocketConnectResponse, SocketConnected, SocketOpen, SocketOpenResponse,
             SocketOptionSet, SocketOptionSetResponse, SocketReceive, SocketReceived, SocketReceivedFrom,
             SocketSelect, SocketSelected, SocketSend, SocketSendTo, SocketSendToV6, WlanConnect,
             WlanConnectEap, WlanConnected, WlanSet>;

/// Args of a body, decoded and encoded again, and what stands behind them. Empty: too short.
using Again = Buffer (*)(ByteView body);

template <typename M>
Buffer encoded_again(ByteView body) {
    const Result<M> message = decode<M>(body);
    if (!message) return {};
    const auto args = encode(*message);
    Buffer again(args.begin(), args.end());
    append(again, payload_of<M>(body));
    return again;
}

struct Declaration {
    std::uint16_t opcode;
    Again again;
};

template <typename... M>
Buffer encoded_again(Messages<M...>, std::uint16_t opcode, ByteView body) {
    for (const Declaration& declaration : {Declaration{M::opcode, &encoded_again<M>}...}) {
        if (declaration.opcode == opcode) return declaration.again(body);
    }
    ADD_FAILURE() << "no declaration of " << opcode;
    return {};
}

void expect_host_message(const GoldenMessage& golden) {
    HostFramer framer;
    framer.feed(golden.bytes);
    const auto message = framer.next();
    ASSERT_TRUE(message);
    EXPECT_STREQ(find_command(message->opcode)->name, golden.name.c_str());
    EXPECT_EQ(framer.noise(), 0U);
    EXPECT_EQ(framer.held(), 0U);

    const std::size_t header = golden.bytes.size() - message->body.size();
    Buffer again = kit::copied(ByteView{golden.bytes}.first(header));
    append(again, encoded_again(Captured{}, message->opcode, message->body));
    EXPECT_EQ(kit::to_hex(golden.masked(again)), kit::to_hex(golden.masked(golden.bytes)));
}

std::string name_of(std::uint16_t opcode) {
    if ((opcode & kSync) != 0) return std::string(find_command_of_response(opcode)->name) + "Response";
    return find_event(opcode)->name;
}

void expect_nwp_message(const GoldenMessage& golden) {
    NwpFramer framer;
    framer.feed(golden.bytes);
    const auto message = framer.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(name_of(message->opcode), golden.name);
    EXPECT_EQ(framer.noise(), 0U);
    EXPECT_EQ(framer.held(), 0U);

    const Buffer body = encoded_again(Captured{}, message->opcode, message->body);
    Buffer again;
    append_message(again, message->opcode, message->state, body);
    EXPECT_EQ(kit::to_hex(again), kit::to_hex(golden.bytes));
}

TEST(CapturedMessages, decode_and_encode_again) {
    const auto all = kit::golden_messages();
    EXPECT_EQ(all.size(), 65U);
    for (const GoldenMessage& golden : all) {
        SCOPED_TRACE(golden.file);
        if (golden.from_host()) expect_host_message(golden);
        if (golden.form == GoldenMessage::Form::nwp) expect_nwp_message(golden);
    }
}

TEST(CapturedMessages, hold_the_greeting_of_a_host_that_changed_its_baud_rate) {
    HostFramer framer;
    framer.feed(golden_message("63_BaudGreeting").bytes);
    EXPECT_FALSE(framer.next());
    EXPECT_TRUE(framer.take_baud_greeting());
}

/// Body of a captured message, framed.
Buffer body_of(std::string_view file) {
    const GoldenMessage golden = golden_message(file);
    if (golden.from_host()) {
        HostFramer framer;
        framer.feed(golden.bytes);
        return kit::copied(framer.next()->body);
    }
    NwpFramer framer;
    framer.feed(golden.bytes);
    return kit::copied(framer.next()->body);
}

/// The value at the beginning of a payload, which is encoded again to the same bytes.
template <typename T>
T value_in(ByteView payload) {
    const Result<T> value = decode<T>(payload);
    EXPECT_TRUE(value);
    EXPECT_EQ(kit::to_hex(encode(*value)), kit::to_hex(payload.first(T::size)));
    return *value;
}

TEST(CapturedMessages, hold_values_of_settings) {
    const Buffer scan = body_of("08_WlanSet");
    EXPECT_EQ(value_in<ScanParameters>(payload_of<WlanSet>(scan)).rssi_threshold_dbm, -95);
    const Buffer version = body_of("14_DeviceGetResponse");
    EXPECT_EQ(value_in<DeviceVersion>(payload_of<DeviceGetResponse>(version)).chip_id, 0x00311001U);
    const Buffer filters = body_of("09_WlanSet");
    EXPECT_EQ(value_in<RxFilterIds>(payload_of<WlanSet>(filters)).ids[7], 0xFF);
}

TEST(CapturedMessages, hold_networks) {
    const Buffer body = body_of("17_ScanResultsGetResponse");
    const ByteView entries = payload_of<ScanResultsGetResponse>(body);
    ASSERT_EQ(entries.size(), 2 * ScanEntry::size);
    const auto first = value_in<ScanEntry>(entries);
    EXPECT_EQ(text_of(first.ssid, first.ssid_length), "TestAP");
    EXPECT_EQ(first.rssi_dbm, -40);
    EXPECT_EQ(first.security,
              scan_security::ccmp | scan_security::ccmp << 4 | scan_security::wpa2 | scan_security::psk);
    EXPECT_EQ(first.channel, 6);
    const auto second = value_in<ScanEntry>(entries.from(ScanEntry::size));
    EXPECT_EQ(text_of(second.ssid, second.ssid_length), "open");
    EXPECT_EQ(second.security, 0);
}

/// The texts of a message with these length fields, one behind another.
template <typename M>
std::string texts_in(std::string_view file) {
    const Buffer body = body_of(file);
    const auto texts = texts_of(*decode<M>(body), payload_of<M>(body));
    if (!texts) return "malformed";
    const auto text = [](ByteView bytes) { return std::string(bytes.begin(), bytes.end()); };
    return text(texts->ssid) + "," + text(texts->password) + "," + text(texts->user) + "," +
           text(texts->anonymous_user);
}

TEST(CapturedMessages, hold_texts_without_alignment) {
    EXPECT_EQ(texts_in<WlanConnect>("18_WlanConnect"), "TestAP,password1,,");
    EXPECT_EQ(texts_in<WlanConnectEap>("57_WlanConnectEap"), "EntAP,pw,user,anon");
    EXPECT_EQ(texts_in<ProfileAdd>("21_ProfileAdd"), "TestAP,password1,,");
}

TEST(CapturedMessages, lose_their_texts_when_cut) {
    const Buffer body = body_of("18_WlanConnect");
    const ByteView cut = ByteView{body}.first(body.size() - 1);
    EXPECT_EQ(texts_of(*decode<WlanConnect>(cut), payload_of<WlanConnect>(cut)).error(), Error::malformed);
}

TEST(CapturedMessages, hold_addresses_in_two_byte_orders) {
    EXPECT_EQ(network_order(decode<HostByNameResult>(body_of("23_HostByNameResult"))->address),
              (std::array<Byte, 4>{93, 184, 216, 34}));
    const auto v6 = network_order(decode<HostByNameResultV6>(body_of("24_HostByNameResultV6"))->address);
    EXPECT_EQ(kit::to_hex(v6), "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01");
    EXPECT_EQ(host_order(v6), decode<HostByNameResultV6>(body_of("24_HostByNameResultV6"))->address);
    const auto accepted = decode<SocketAccepted>(body_of("42_SocketAccepted"));
    EXPECT_EQ(accepted->port.value, 12345);
    EXPECT_EQ(accepted->address, (std::array<Byte, 4>{127, 0, 0, 1}));
}

TEST(CapturedMessages, hold_files) {
    const Buffer open = body_of("48_FileOpen");
    EXPECT_EQ(*file_name_of(payload_of<FileOpen>(open)), "ca.der");
    const FileMode mode = file_mode(decode<FileOpen>(open)->mode);
    EXPECT_EQ(mode.max_size, 4096U);
    EXPECT_EQ(mode.access, FileAccess::write_or_create);
    EXPECT_EQ(mode.flags, 0);
    EXPECT_EQ(decode<FileInfoGetResponse>(body_of("53_FileInfoGetResponse"))->flags,
              file_info_flag::not_failsafe | file_info_flag::public_write | file_info_flag::public_read);
    const Buffer sign = body_of("56_NetUtilCommand");
    EXPECT_EQ(value_in<SignAttributes>(payload_of<NetUtilCommand>(sign)).type, SignatureType::sha1_ecdsa);
}

TEST(FileMode, counts_its_size_in_units) {
    const FileMode mode = file_mode(0x00032145);
    EXPECT_EQ(mode.max_size, 0x45U * 1024);
    EXPECT_EQ(mode.access, FileAccess::create);
    EXPECT_EQ(mode.flags, file_flag::failsafe | file_flag::secure);
    EXPECT_TRUE(mode.sized);
    EXPECT_FALSE(file_mode(0x00003510).sized);
}

TEST(FileName, needs_its_end_mark) {
    EXPECT_EQ(file_name_of("61 62"_hex).error(), Error::malformed);
    EXPECT_EQ(file_name_of("00 62"_hex).error(), Error::malformed);
    EXPECT_EQ(file_name_of({}).error(), Error::malformed);
    EXPECT_EQ(*file_name_of("61 00 ff"_hex), "a");
    Buffer longest(kFileNameRoom, 'a');
    longest.push_back(0);
    EXPECT_TRUE(file_name_of(longest));
    longest.insert(longest.begin(), 'a');
    EXPECT_EQ(file_name_of(longest).error(), Error::malformed);
}

} // namespace
} // namespace nwp::simplelink
