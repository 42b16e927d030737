// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "nwpd/service/key_slots.h"
#include "simplelink/errors.h"
#include "simplelink/netutil.h"
#include "simplelink/wlan_events.h"
#include "tests/kit/simplelink/chip_world.h"

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

using Bytes = std::vector<Byte>;

class NetUtilTest : public ChipWorld {
protected:
    NetUtilTest() {
        network.set_lease(std::nullopt);
        passed_over = {WlanConnected::opcode, WlanDisconnected::opcode};
        power_on();
    }

    std::int16_t get(NetUtilOption option, std::uint32_t object, std::uint16_t room, Bytes& value) {
        return ask<NetUtilGetResponse>(NetUtilGet{object, 0x5A5A, option, room}, {}, &value).status;
    }
    /// The response alone; a task that was begun is then awaited by outcome().
    template <typename Attributes>
    std::int16_t begin(NetUtilTask task, const Attributes& attributes, const Bytes& input,
                       std::uint16_t room = 200) {
        const auto head = encode(attributes);
        Bytes payload(head.begin(), head.end());
        payload.insert(payload.end(), input.begin(), input.end());
        const NetUtilCommand command{task, static_cast<std::uint16_t>(head.size()),
                                     static_cast<std::uint16_t>(input.size()), room};
        return ask<NetUtilCommandResponse>(command, {payload.data(), payload.size()}).status;
    }
    std::int16_t outcome(Bytes* output = nullptr) {
        Bytes payload;
        const auto result = expect<NetUtilResult>(&payload);
        EXPECT_EQ(result.output_length, payload.size());
        if (output != nullptr) *output = payload;
        return result.status;
    }
    std::int16_t temporary(std::uint32_t object, std::uint16_t step) {
        EXPECT_EQ(begin(NetUtilTask::temporary_keys, ObjectAttributes{object, 0, step}, {}), 0);
        return outcome();
    }
    void write_key_file(const std::string& name, const Bytes& content) {
        bool done = false;
        credentials.write_file(name, content, [&](const Result<void>& result) { done = result.ok(); });
        EXPECT_TRUE(until([&] { return done; }));
    }
};

constexpr std::uint16_t kCreate = 1;
constexpr std::uint16_t kRemove = 2;

TEST_F(NetUtilTest, gives_as_many_random_bytes_as_were_asked_for) {
    Bytes one;
    Bytes two;
    EXPECT_EQ(get(NetUtilOption::true_random, 0, 32, one), 0);
    EXPECT_EQ(get(NetUtilOption::true_random, 0, 32, two), 0);
    EXPECT_EQ(one.size(), 32U);
    EXPECT_NE(one, two);
    EXPECT_EQ(get(NetUtilOption::true_random, 0, 1000, one), 0);
    EXPECT_EQ(one.size(), 1000U);
    EXPECT_EQ(get(NetUtilOption::true_random, 0, 0, one), code::netutil_crypto_invalid_param);
}

TEST_F(NetUtilTest, signs_and_verifies_with_a_temporary_key) {
    EXPECT_EQ(temporary(1, kCreate), 0);
    EXPECT_EQ(temporary(1, kCreate), code::netutil_crypto_db_entry_not_free);
    const Bytes message{'h', 'e', 'l', 'l', 'o'};
    Bytes signature;
    EXPECT_EQ(begin(NetUtilTask::sign, SignAttributes{1, SignatureType::sha1_ecdsa, 0}, message), 0);
    EXPECT_EQ(outcome(&signature), 0);

    Bytes input = message;
    input.insert(input.end(), signature.begin(), signature.end());
    const VerifyAttributes whole{1, SignatureType::sha1_ecdsa, 0, 5,
                                 static_cast<std::uint16_t>(signature.size())};
    Bytes verdict;
    EXPECT_EQ(begin(NetUtilTask::verify, whole, input), 0);
    EXPECT_EQ(outcome(&verdict), 0);
    EXPECT_EQ(verdict, Bytes(4, 0));
    input[0] = 'j';
    EXPECT_EQ(begin(NetUtilTask::verify, whole, input), 0);
    EXPECT_EQ(outcome(&verdict), 0);
    EXPECT_EQ(verdict, Bytes(4, 0xFF));

    EXPECT_EQ(temporary(1, kRemove), 0);
    EXPECT_EQ(temporary(1, kRemove), code::netutil_crypto_empty_db_entry);
    EXPECT_EQ(begin(NetUtilTask::sign, SignAttributes{1, SignatureType::sha1_ecdsa, 0}, message), 0);
    EXPECT_EQ(outcome(), code::netutil_crypto_empty_db_entry);
}

TEST_F(NetUtilTest, tells_the_public_half_of_the_devices_own_key) {
    Bytes key;
    EXPECT_EQ(get(NetUtilOption::public_key, 0, 255, key), 0);
    EXPECT_EQ(key.size(), 91U) << "SubjectPublicKeyInfo of a key on P-256";
    Bytes info;
    EXPECT_EQ(get(NetUtilOption::public_key_info, 0, 255, info), 0);
    EXPECT_EQ(info, (Bytes{1, 1, 1, 0, 0, 0, 0, 0}));
    EXPECT_EQ(get(NetUtilOption::public_key, 0, 10, key), code::netutil_crypto_buffer_too_small);
    EXPECT_EQ(get(NetUtilOption::public_key, 5, 255, key), code::netutil_crypto_empty_db_entry);
    EXPECT_EQ(get(NetUtilOption::public_key, 99, 255, key), code::netutil_crypto_invalid_index);
    EXPECT_EQ(get(static_cast<NetUtilOption>(9), 0, 255, key), code::netutil_crypto_invalid_param);
    EXPECT_EQ(temporary(0, kRemove), code::netutil_crypto_non_temporary_key);
}

TEST_F(NetUtilTest, a_file_becomes_a_key_with_a_number) {
    Bytes secret;
    const auto key = vault::SigningKey::make(&secret);
    write_key_file("k.der", secret);
    Bytes input{1, 1, 1, 0, 0, 0, 5, 5};
    for (const char c : std::string("c.derk.der")) input.push_back(static_cast<Byte>(c));
    EXPECT_EQ(begin(NetUtilTask::install, ObjectAttributes{4, 0, kCreate}, input), 0);
    EXPECT_EQ(outcome(), 0);
    Bytes value;
    EXPECT_EQ(get(NetUtilOption::public_key, 4, 255, value), 0);
    EXPECT_EQ(value, key->public_key());
    EXPECT_EQ(get(NetUtilOption::public_key_info, 4, 255, value), 0);
    EXPECT_EQ(value, input);
    EXPECT_EQ(temporary(4, kRemove), code::netutil_crypto_non_temporary_key);
    EXPECT_EQ(begin(NetUtilTask::install, ObjectAttributes{4, 0, kRemove}, {}), 0);
    EXPECT_EQ(outcome(), 0);
    input.pop_back();
    EXPECT_EQ(begin(NetUtilTask::install, ObjectAttributes{4, 0, kCreate}, input), 0);
    EXPECT_EQ(outcome(), code::netutil_crypto_invalid_param) << "a name that is cut short";
}

TEST_F(NetUtilTest, what_cannot_be_begun_is_refused_without_an_event) {
    EXPECT_EQ(begin(NetUtilTask::create_certificate, ObjectAttributes{1, 0, kCreate}, {}),
              code::netutil_crypto_unsupported_option);
    EXPECT_EQ(begin(NetUtilTask::sign, SignAttributes{0, SignatureType::sha256_rsa, 0}, {1}),
              code::netutil_crypto_unsupported_option);
    EXPECT_EQ(begin(NetUtilTask::verify, VerifyAttributes{0, SignatureType::sha1_ecdsa, 0, 100, 100}, {1}),
              code::netutil_crypto_invalid_param);
    EXPECT_EQ(begin(NetUtilTask::temporary_keys, ObjectAttributes{1, 0, 9}, {}),
              code::netutil_crypto_invalid_param);
    EXPECT_EQ(
        ask<NetUtilCommandResponse>(NetUtilCommand{NetUtilTask::sign, 12, 500, 0}, as_bytes("short")).status,
        code::netutil_crypto_invalid_param);
    EXPECT_TRUE(is_silent());
}

TEST_F(NetUtilTest, knows_the_gateways_hardware_address) {
    EXPECT_EQ(begin(NetUtilTask::arp_lookup, ArpAttributes{1, 100}, {1, 0, 0x4D, 0x0A}), 0);
    EXPECT_EQ(outcome(), code::netutil_crypto_general) << "not connected";
    wifi::JoinRequest request;
    request.ssid = "guests";
    request.security = WifiSecurity::open;
    wlan->connect(client, request, seconds(10),
                  [](const Result<WifiNetwork>& joined) { EXPECT_TRUE(joined); });
    ASSERT_TRUE(until([&] { return wlan->status().lease.has_value(); }));
    ASSERT_EQ(next().opcode, 0x1825);
    EXPECT_EQ(begin(NetUtilTask::arp_lookup, ArpAttributes{1, 100}, {1, 0, 0x4D, 0x0A}), 0);
    Bytes mac;
    EXPECT_EQ(outcome(&mac), 0);
    EXPECT_EQ(mac, (Bytes{2, 0, 0, 0, 0, 2}));
}

} // namespace
