// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/capture_line.h"

#include "tests/kit/simplelink/chip_world.h"
#include "tests/kit/temporary_folder.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace nwp::simplelink {
namespace {

using testing::ElementsAre;

/// Reads all that comes, as the chip does.
class Reading final : public endpoint::HostLineListener {
public:
    explicit Reading(endpoint::HostLine& line) : line_(line) {}
    void on_opened() override { events += "opened "; }
    void on_closed() override { events += "closed "; }
    void on_readable() override {
        const ByteView bytes = line_.read();
        read.insert(read.end(), bytes.begin(), bytes.end());
    }
    void on_drained() override { events += "drained "; }

    std::string events;
    std::vector<Byte> read;

private:
    endpoint::HostLine& line_;
};

std::string hex(ByteView bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const Byte byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
    return text;
}

/// The packets of a file as "> 2143..." from the host and "< badc..." to it.
std::vector<std::string> packets(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<Byte> all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto number = [&](std::size_t at) {
        return all[at] | all[at + 1] << 8 | all[at + 2] << 16 | all[at + 3] << 24;
    };
    std::vector<std::string> found;
    for (std::size_t at = 0; at + 8 <= all.size(); at += static_cast<std::size_t>(number(at + 4))) {
        if (number(at) != 6) continue;
        const auto size = static_cast<std::size_t>(number(at + 20));
        const int direction = number(at + 28 + (size + 3) / 4 * 4 + 4);
        found.push_back((direction == 1 ? "> " : "< ") + hex(ByteView{all}.sub(at + 28, size)));
    }
    return found;
}

class CaptureLineTest : public testing::Test {
protected:
    CaptureLineTest() { EXPECT_EQ(line.start(reading), ""); }

    void run() {
        context.restart();
        context.run();
    }
    void host_sends(const std::vector<Byte>& bytes) {
        inner->host_sends({bytes.data(), bytes.size()});
        run();
    }

    boost::asio::io_context context;
    kit::TemporaryFolder folder;
    std::string path = folder / "capture";
    test::MemoryLine* inner = new test::MemoryLine{context}; // the capture's, which lives as long
    CaptureLine line{std::unique_ptr<endpoint::HostLine>{inner}, path};
    Reading reading{line};
};

const std::vector<Byte> kMessage = {0x21, 0x43, 0x34, 0x12, 0x01, 0x94, 4, 0, 2, 1, 0, 0};

TEST_F(CaptureLineTest, whole_messages_are_packets_with_their_direction) {
    inner->open();
    host_sends({0xFF, 0xEE, 0xDD, 0xBB, 0x21, 0x43, 0x34, 0x12, 0x01, 0x94});
    host_sends({4, 0, 2, 1, 0, 0, 0x65, 0x87, 0x78, 0x56});
    const Byte answer[] = {0xBA, 0xDC, 0xCD, 0xAB, 1};
    line.write(answer);
    EXPECT_THAT(packets(path), ElementsAre("> 214334120194040002010000", "< badccdab01"));
    EXPECT_EQ(reading.read.size(), 20U); // noise and sync words reach the reader as they came
    EXPECT_EQ(hex({inner->sent.data(), inner->sent.size()}), "badccdab01");
}

TEST_F(CaptureLineTest, length_stands_as_the_host_wrote_it) {
    inner->open();
    host_sends({0x21, 0x43, 0x34, 0x12, 0x01, 0x94, 3, 0, 2, 1, 0, 7});
    EXPECT_THAT(packets(path), ElementsAre("> 214334120194030002010007"));
}

TEST_F(CaptureLineTest, several_messages_at_once_are_several_packets) {
    inner->open();
    std::vector<Byte> both = {0x99};
    both.insert(both.end(), kMessage.begin(), kMessage.end());
    both.insert(both.end(), kMessage.begin(), kMessage.end());
    host_sends(both);
    EXPECT_THAT(packets(path), ElementsAre("> 214334120194040002010000", "> 214334120194040002010000"));
}

TEST_F(CaptureLineTest, words_around_a_new_rate_are_packets) {
    inner->open();
    host_sends({0xFF, 0xFF, 0xFF, 0xFF, 0x55, 0xAA, 0x55, 0xAA});
    EXPECT_THAT(packets(path), ElementsAre("> ffffffff55aa55aa"));
}

TEST_F(CaptureLineTest, half_a_message_goes_with_its_host) {
    inner->open();
    host_sends({kMessage.begin(), kMessage.begin() + 9});
    inner->close();
    inner->open();
    host_sends(kMessage);
    EXPECT_THAT(packets(path), ElementsAre("> 214334120194040002010000"));
    EXPECT_EQ(reading.events, "opened closed opened ");
}

TEST_F(CaptureLineTest, what_is_written_to_nobody_is_no_packet) {
    const Byte word[] = {1};
    line.write(word);
    EXPECT_THAT(packets(path), ElementsAre());
}

TEST_F(CaptureLineTest, file_is_its_owners_alone) {
    struct stat there {};
    ASSERT_EQ(::stat(path.c_str(), &there), 0);
    EXPECT_EQ(there.st_mode & 0777U, 0600U);
}

TEST_F(CaptureLineTest, file_that_cannot_be_written_is_told) {
    const CaptureLine none{std::make_unique<test::MemoryLine>(context), folder / "none" / "capture"};
    EXPECT_THAT(none.error(), testing::HasSubstr("cannot write"));
}

} // namespace
} // namespace nwp::simplelink
