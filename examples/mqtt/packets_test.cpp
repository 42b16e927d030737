// SPDX-License-Identifier: Apache-2.0
// Bytes are those of the standard's own figures and tables where it has any; the section stands beside them.
#include "examples/mqtt/packets.h"

#include "tests/kit/hex.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace nwp::mqtt {
namespace {

using kit::Buffer;
using namespace kit::literals;

class MqttPackets : public testing::Test {
protected:
    static Buffer bytes(const Result<ByteView>& packet) {
        return packet ? kit::copied(*packet) : Buffer{static_cast<Byte>(packet.error())};
    }
    /// Feeds all of it, `step` bytes at a time, and returns what was said last.
    Result<Packet> read(const Buffer& stream, std::size_t step = 1) {
        Result<Packet> last = Packet{};
        for (std::size_t at = 0; at < stream.size(); at += step) {
            ByteView part = ByteView{stream}.sub(at, step);
            while (!part.empty()) {
                const Result<Packet> packet = reader_.on_bytes(part);
                if (!packet) return packet;
                if (packet->said != Said::nothing) last = packet;
            }
        }
        return last;
    }

    Byte room_[300] = {};
    Byte held_[300] = {};
    Reader reader_{held_};
};

TEST_F(MqttPackets, connect_has_the_variable_header_of_the_standards_example) {
    Message will;
    will.topic = "w";
    will.payload = as_bytes("gone");
    will.delivery = Delivery::at_least_once;
    Connect connect;
    connect.client = "c";
    connect.keep_alive_s = 10;
    connect.user = "u";
    connect.password = "p";
    connect.will = &will;
    // 3.1.2.5: name, level 4, flags 0xCE, keep-alive 10; then client, will and who we are (3.1.3).
    EXPECT_EQ(bytes(write_connect(room_, connect)), "10 1c 00 04 4d 51 54 54 04 ce 00 0a 00 01 63 00 01 77 "
                                                    "00 04 67 6f 6e 65 00 01 75 00 01 70"_hex);
}

TEST_F(MqttPackets, connect_may_be_anonymous) {
    EXPECT_EQ(bytes(write_connect(room_, {})), "10 0c 00 04 4d 51 54 54 04 02 00 3c 00 00"_hex);
}

TEST_F(MqttPackets, publish_has_the_variable_header_of_the_standards_example) {
    Message message;
    message.topic = "a/b";
    message.id = 10;
    message.delivery = Delivery::at_least_once;
    EXPECT_EQ(bytes(write_publish(room_, message)), "32 07 00 03 61 2f 62 00 0a"_hex); // 3.3.2.3
    message.again = message.retain = true;
    message.payload = as_bytes("x");
    EXPECT_EQ(bytes(write_publish(room_, message)), "3b 08 00 03 61 2f 62 00 0a 78"_hex);
}

TEST_F(MqttPackets, a_message_without_acknowledgement_has_no_id) {
    Message message;
    message.topic = "a/b";
    message.payload = as_bytes("x");
    EXPECT_EQ(bytes(write_publish(room_, message)), "30 06 00 03 61 2f 62 78"_hex);
}

TEST_F(MqttPackets, a_text_of_several_bytes_for_a_character_is_the_standards_example) {
    Message message;
    message.topic = "A\xf0\xaa\x9b\x94"; // 1.5.3.1: A and U+2A6D4
    EXPECT_EQ(bytes(write_publish(room_, message)), "30 07 00 05 41 f0 aa 9b 94"_hex);
}

TEST_F(MqttPackets, subscribe_has_the_standards_example) {
    EXPECT_EQ(bytes(write_subscribe(room_, 10, "a/b", Delivery::at_least_once)),
              "82 08 00 0a 00 03 61 2f 62 01"_hex); // 3.8.2, 3.8.3
}

TEST_F(MqttPackets, the_rest_is_what_the_standard_says) {
    EXPECT_EQ(bytes(write_acknowledgement(room_, 0x1234)), "40 02 12 34"_hex); // 3.4
    EXPECT_EQ(bytes(write_ping(room_)), "c0 00"_hex);                          // 3.12
    EXPECT_EQ(bytes(write_disconnect(room_)), "e0 00"_hex);                    // 3.14
}

TEST_F(MqttPackets, lengths_are_written_and_read_as_table_2_4_has_them) {
    struct Row {
        std::size_t body;
        Buffer length;
    };
    const Row rows[] = {{64, "40"_hex},
                        {127, "7f"_hex},
                        {128, "80 01"_hex},
                        {321, "c1 02"_hex},
                        {16383, "ff 7f"_hex},
                        {16384, "80 80 01"_hex},
                        {2097151, "ff ff 7f"_hex},
                        {2097152, "80 80 80 01"_hex}};
    for (const Row& row : rows) {
        const std::vector<Byte> payload(row.body - 3, Byte{'x'});
        std::vector<Byte> into(row.body + 5);
        std::vector<Byte> held(row.body);
        Message message;
        message.topic = "t";
        message.payload = payload;
        const auto packet = write_publish(into, message);
        ASSERT_TRUE(packet);
        EXPECT_EQ(kit::copied(packet->sub(1, row.length.size())), row.length);
        EXPECT_EQ(packet->size(), 1 + row.length.size() + row.body);
        Reader reader{held};
        ByteView left = *packet;
        const auto back = reader.on_bytes(left);
        ASSERT_TRUE(back);
        EXPECT_EQ(back->said, Said::message);
        EXPECT_EQ(back->message.payload.size(), payload.size());
    }
}

TEST_F(MqttPackets, what_the_standard_forbids_is_not_written) {
    const std::string nul("a\0b", 3);
    const std::string endless(65536, 'a');
    for (const std::string& topic : {std::string(), std::string("a/+"), std::string("#"), nul, endless}) {
        Message message;
        message.topic = topic;
        EXPECT_EQ(write_publish(room_, message).error(), Error::invalid_argument) << topic.substr(0, 9);
    }
    for (const std::string& filter :
         {std::string(), std::string("a+/b"), std::string("a/#/b"), std::string("a#"), nul})
        EXPECT_EQ(write_subscribe(room_, 1, filter, Delivery::at_most_once).error(), Error::invalid_argument);
    for (const char* filter : {"#", "+", "a/+/b", "a/#", "+/+", "/"})
        EXPECT_TRUE(write_subscribe(room_, 1, filter, Delivery::at_most_once)) << filter;
    Message message;
    message.topic = "a";
    message.delivery = Delivery::at_least_once; // 2.3.1: an id that is not 0
    EXPECT_EQ(write_publish(room_, message).error(), Error::invalid_argument);
    EXPECT_EQ(write_subscribe(room_, 0, "a", Delivery::at_most_once).error(), Error::invalid_argument);
    EXPECT_EQ(write_acknowledgement(room_, 0).error(), Error::invalid_argument);
    Connect connect;
    connect.clean = false; // 3.1.3.1
    EXPECT_EQ(write_connect(room_, connect).error(), Error::invalid_argument);
    connect.clean = true;
    connect.password = "p"; // 3.1.2.9
    EXPECT_EQ(write_connect(room_, connect).error(), Error::invalid_argument);
}

TEST_F(MqttPackets, what_does_not_fit_is_not_written) {
    Message message;
    message.topic = "a/b";
    for (std::size_t size = 0; size < 10; ++size)
        EXPECT_EQ(write_publish(Bytes{room_}.first(size), message).error(), Error::message_too_long) << size;
    EXPECT_TRUE(write_publish(Bytes{room_}.first(10), message));
}

TEST_F(MqttPackets, what_a_broker_says_is_read_byte_by_byte) {
    const auto connected = read("20 02 01 00"_hex);
    ASSERT_TRUE(connected);
    EXPECT_EQ(connected->said, Said::connected);
    EXPECT_TRUE(connected->session_present);
    EXPECT_EQ(read("20 02 00 05"_hex)->code, 5); // 3.2.2.3: not authorized
    EXPECT_EQ(read("40 02 00 0a"_hex)->id, 10);
    const auto subscribed = read("90 03 00 0a 80"_hex);
    EXPECT_EQ(subscribed->said, Said::subscribed);
    EXPECT_EQ(subscribed->id, 10);
    EXPECT_EQ(subscribed->code, kRefused);
    EXPECT_EQ(read("d0 00"_hex)->said, Said::pong);
}

TEST_F(MqttPackets, a_message_is_read_with_all_that_belongs_to_it) {
    const auto packet = read("3b 08 00 03 61 2f 62 00 0a 78"_hex, 4);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->said, Said::message);
    EXPECT_EQ(packet->message.topic, "a/b");
    EXPECT_EQ(as_text(packet->message.payload), "x");
    EXPECT_EQ(packet->message.delivery, Delivery::at_least_once);
    EXPECT_EQ(packet->message.id, 10);
    EXPECT_TRUE(packet->message.again && packet->message.retain);
}

TEST_F(MqttPackets, several_packets_in_one_piece_come_one_by_one) {
    const Buffer stream = "d0 00 40 02 00 01 d0 00"_hex;
    ByteView left = stream;
    EXPECT_EQ(reader_.on_bytes(left)->said, Said::pong);
    EXPECT_EQ(reader_.on_bytes(left)->id, 1);
    EXPECT_EQ(reader_.on_bytes(left)->said, Said::pong);
    EXPECT_TRUE(left.empty());
}

TEST_F(MqttPackets, a_packet_longer_than_the_room_is_told_before_it_comes) {
    EXPECT_EQ(read("30 ad 02"_hex).error(), Error::message_too_long); // 301
}

TEST_F(MqttPackets, what_breaks_the_standard_is_malformed) {
    for (const Buffer& stream : {"00 00"_hex,
                                 "10 00"_hex,
                                 "f0 00"_hex, // types that no broker sends
                                 "21 02 00 00"_hex,
                                 "d1 00"_hex, // flags
                                 "20 01 00"_hex,
                                 "20 03 00 00 00"_hex,
                                 "20 02 02 00"_hex,
                                 "40 01 00"_hex,
                                 "d0 01 00"_hex,
                                 "90 03 00 01 03"_hex, // a code that there is not
                                 "30 01 00"_hex,
                                 "30 03 00 02 61"_hex,
                                 "30 02 00 00"_hex, // topic cut short, or none
                                 "30 03 00 01 23"_hex,
                                 "30 03 00 01 00"_hex, // a wildcard, a NUL
                                 "34 05 00 01 61 00 01"_hex,
                                 "36 05 00 01 61 00 01"_hex, // QoS 2, 3
                                 "32 05 00 01 61 00 00"_hex,
                                 "32 04 00 01 61 00"_hex, // id 0, cut short
                                 "30 ff ff ff ff"_hex}) { // a length without end
        Reader reader{held_};
        ByteView left = stream;
        EXPECT_EQ(reader.on_bytes(left).error(), Error::malformed) << testing::PrintToString(stream);
    }
}

} // namespace
} // namespace nwp::mqtt
