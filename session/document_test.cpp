// SPDX-License-Identifier: Apache-2.0
// The conversation printed in docs/protocol/session.md, played against both sides and printed as a trace.
#include "session/pair_test.h"
#include "session/print.h"
#include "wire/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace nwp::session {
namespace {

struct Line {
    bool from_host = false;
    kit::Buffer frame;
};

std::vector<Line> read_document() {
    std::ifstream file(NWP_SOURCE_DIR "/docs/protocol/session.md");
    std::vector<Line> lines;
    std::string line;
    while (std::getline(file, line)) {
        if (line.rfind("> ", 0) != 0 && line.rfind("< ", 0) != 0) continue;
        lines.push_back({line[0] == '>', kit::from_hex(line.substr(2))});
    }
    return lines;
}

/// Says at its turn what the document's conversation says.
class Speaker {
public:
    Speaker(Role role, std::vector<std::function<void(Session&)>> acts)
        : session(role, link, heard, storage.storage()), acts_(std::move(acts)) {}

    kit::Buffer speak(Instant now) {
        if (next_ < acts_.size()) acts_[next_++](session);
        session.flush(now);
        const auto sent = link.take();
        return sent.size() == 1 ? sent[0] : kit::Buffer{};
    }
    void listen(const kit::Buffer& frame, Instant now) {
        link.coming.push_back(frame);
        session.service(now);
    }

    ScriptedLink link{true};
    Recorder heard;
    SessionStorage<512, 8, 0> storage;
    Session session;

private:
    std::vector<std::function<void(Session&)>> acts_;
    std::size_t next_ = 0;
};

constexpr wire::SocketHandle kSocket{0x0401};
constexpr Instant kNow{1000000};

std::vector<std::function<void(Session&)>> host_acts() {
    return {
        [](Session& it) { it.hello(42, wire::capability::streams, nullptr, kNow); },
        [](Session& it) {
            EXPECT_TRUE(it.send_request(
                1, 10000, wire::SocketOpen{Family::ipv4, SocketType::stream, Protocol::tcp, 7, 2048}));
        },
        [](Session& it) {
            EXPECT_TRUE(
                it.send_request(2, 130000, wire::SocketConnect{kSocket, Address::ipv4(10, 77, 0, 10, 80)}));
        },
        [](Session& it) { EXPECT_TRUE(it.send_data(0x0401, kit::from_hex("47455420"), false)); },
        [](Session& it) {
            EXPECT_TRUE(it.send_request(3, 10000, wire::SocketClose{kSocket, -1}));
        },
    };
}

std::vector<std::function<void(Session&)>> nwp_acts() {
    return {
        [](Session&) {},
        [](Session& it) {
            EXPECT_TRUE(it.send_reply(1, wire::SocketOpened{kSocket, 4096}));
        },
        [](Session& it) {
            EXPECT_TRUE(it.send_reply(2, wire::SocketConnected{Address::ipv4(10, 77, 0, 2, 49152)}));
        },
        [](Session& it) { EXPECT_TRUE(it.send_credit(0x0401, 4100)); },
        [](Session& it) { EXPECT_TRUE(it.send_data(0x0401, kit::from_hex("4f4b0a"), true)); },
        [](Session& it) { EXPECT_TRUE(it.send_reply(3, wire::Done{})); },
    };
}

TEST(Document, conversation_is_what_both_sides_say) {
    Speaker host{Role::host, host_acts()};
    Speaker nwp{Role::nwp, nwp_acts()};
    nwp.heard.answer.capabilities = wire::capability::streams;
    for (unsigned i = 0; i < 16; ++i) nwp.heard.answer.token.octets[i] = static_cast<Byte>(i * 0x11);
    const auto lines = read_document();
    ASSERT_EQ(lines.size(), 11U);
    for (const Line& line : lines) {
        Speaker& from = line.from_host ? host : nwp;
        Speaker& to = line.from_host ? nwp : host;
        ASSERT_EQ(kit::to_hex(from.speak(kNow)), kit::to_hex(line.frame));
        to.listen(line.frame, kNow);
    }
    EXPECT_EQ(nwp.heard.data, kit::from_hex("47455420"));
    EXPECT_EQ(host.heard.data, kit::from_hex("4f4b0a"));
    EXPECT_EQ(host.heard.ends, 1);
    EXPECT_EQ(nwp.heard.messages.size(), 3U);
    EXPECT_EQ(host.heard.messages.size(), 3U);
    EXPECT_TRUE(host.heard.closed.empty());
}

std::string trace(FramePrinter& printer, const Line& line) {
    return printer.print_frame(line.frame, line.from_host ? Direction::to_nwp : Direction::to_host);
}

TEST(Trace, prints_the_conversation_of_the_document) {
    FramePrinter printer;
    std::vector<std::string> lines;
    for (const Line& line : read_document()) lines.push_back(trace(printer, line));
    EXPECT_EQ(lines.at(1),
              "nwp > host  hello HelloReply{magic=827348814, error=0, major=1, minor=0, nonce=42, epoch=1, "
              "capabilities=1, frame_room=512, window=128, attached=0, sockets=0, token=<16 bytes>}");
    EXPECT_EQ(lines.at(4), "host > nwp  #1 request 2 within 130000 ms: SocketConnect{socket=1025, "
                           "peer=10.77.0.10:80}");
    EXPECT_EQ(lines.at(6), "host > nwp  #2 data 1025: 4 bytes");
    EXPECT_EQ(lines.at(7), "nwp > host  #2 credit 1025: up to 4100");
    EXPECT_EQ(lines.at(8), "nwp > host  #3 data 1025: 3 bytes, end");
    EXPECT_EQ(lines.at(10), "nwp > host  #4 reply 3: Done{}");
    for (const std::string& line : lines) EXPECT_EQ(line.find('!'), std::string::npos) << line;
}

TEST(Trace, marks_what_should_not_have_been_said) {
    FramePrinter printer;
    const auto lines = read_document();
    for (std::size_t i = 0; i < 4; ++i) trace(printer, lines[i]);
    const auto say = [&](const char* hex, Direction direction) {
        return printer.print_frame(kit::from_hex(hex), direction);
    };
    EXPECT_THAT(say("19 00 0104 0100 0100 00", Direction::to_nwp),
                testing::EndsWith("1 bytes ! broken_pipe"));
    EXPECT_THAT(say("14 00 0900 0200 0100 0802 10270000 0904 ffffffff", Direction::to_nwp),
                testing::EndsWith("! bad_handle"));
    EXPECT_THAT(say("15 00 0800 0100 0200 1000", Direction::to_host), testing::EndsWith("! nobody asked"));
    EXPECT_THAT(say("17 00 0000 0300 0100 0705 000000000000", Direction::to_nwp),
                testing::EndsWith("! from the wrong side"));
    EXPECT_THAT(say("27 00 0000 0300 0100 0705 000000000000", Direction::to_host),
                testing::EndsWith("! of epoch 2"));
    EXPECT_THAT(say("00", Direction::to_host), testing::EndsWith("1 bytes ! no frame"));
}

TEST(Trace, follows_parts_frames_that_come_again_and_frames_that_come_early) {
    FramePrinter printer;
    const auto lines = read_document();
    for (std::size_t i = 0; i < 2; ++i) trace(printer, lines[i]);
    const auto say = [&](const char* hex) {
        return printer.print_frame(kit::from_hex(hex), Direction::to_nwp);
    };
    EXPECT_EQ(say("14 00 0100 0100 0000 0104"), "host > nwp  #1 request early");
    EXPECT_EQ(
        say("14 01 0100 0000 0000 0802 10270000"),
        "host > nwp  #0 request 1: part of 6 bytes; then #1 request 1 within 10000 ms: malformed message "
        "0x0208 of 2 bytes ! bad_handle");
    EXPECT_EQ(say("14 00 0100 0100 0000 0104"), "host > nwp  #1 request again");
    EXPECT_EQ(say("12 00 0000 0000 0500 05"), "host > nwp  ack, wants 5, has 6 8");
}

} // namespace
} // namespace nwp::session
