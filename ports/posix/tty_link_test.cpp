// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/tty_link.h"

#include "tests/kit/hex.h"
#include "tests/kit/pseudo_terminal.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace nwp::posix {
namespace {

using namespace kit::literals;
using kit::Buffer;
using kit::PseudoTerminal;

/// What came on the line within a second, at least `least` bytes of it.
Buffer line_bytes(int fd, std::size_t least) {
    Buffer bytes(4096);
    std::size_t size = 0;
    for (pollfd polled{fd, POLLIN, 0}; size < least && ::poll(&polled, 1, 1000) == 1;) {
        const ssize_t count = ::read(fd, bytes.data() + size, bytes.size() - size);
        if (count <= 0) break;
        size += static_cast<std::size_t>(count);
    }
    bytes.resize(size);
    return bytes;
}

TEST(TtyLink, sends_the_documented_bytes_after_a_delimiter) {
    PseudoTerminal terminal;
    TtyLink link;
    ASSERT_TRUE(link.open(terminal.path()).ok());
    ASSERT_TRUE(link.send("31 32 33 34 35 36 37 38 39"_hex).ok());
    EXPECT_EQ(kit::to_hex(line_bytes(terminal.controller(), 16)),
              "00 0e 31 32 33 34 35 36 37 38 39 83 92 06 e3 00");
}

TEST(TtyLink, sets_the_line_up_raw_at_its_speed) {
    PseudoTerminal terminal;
    TtyLink link{{.baud = 115200}};
    ASSERT_TRUE(link.open(terminal.path()).ok());
    termios settings{};
    ASSERT_EQ(::tcgetattr(link.fd(), &settings), 0);
    EXPECT_EQ(::cfgetospeed(&settings), static_cast<speed_t>(B115200));
    EXPECT_EQ(settings.c_lflag & (ECHO | ICANON | ISIG), 0U);
    EXPECT_EQ(settings.c_iflag & (IXON | ICRNL | ISTRIP), 0U);
    EXPECT_EQ(settings.c_oflag & OPOST, 0U);
    EXPECT_EQ(settings.c_cflag & CRTSCTS, 0U);
}

TEST(TtyLink, asks_for_hardware_flow_control_when_told) {
    PseudoTerminal terminal;
    TtyLink link{{.hardware_flow = true}};
    ASSERT_TRUE(link.open(terminal.path()).ok());
    termios settings{};
    ASSERT_EQ(::tcgetattr(link.fd(), &settings), 0);
    EXPECT_NE(settings.c_cflag & CRTSCTS, 0U);
}

TEST(TtyLink, says_why_it_cannot_open) {
    const kit::TemporaryFolder folder;
    TtyLink link;
    EXPECT_EQ(link.open(folder / "absent").error(), Error::not_found);
    std::ofstream{folder / "file"} << "no terminal";
    EXPECT_EQ(link.open(folder / "file").error(), Error::invalid_argument);
    PseudoTerminal terminal;
    TtyLink odd{{.baud = 12345}};
    EXPECT_EQ(odd.open(terminal.path()).error(), Error::invalid_argument);
    EXPECT_EQ(odd.fd(), -1);
}

TEST(TtyLink, counts_what_the_line_damaged) {
    PseudoTerminal terminal;
    TtyLink link;
    ASSERT_TRUE(link.open(terminal.path()).ok());
    const Buffer bytes =
        "0e 31 32 33 34 35 36 37 38 38 83 92 06 e3 00 0e 31 32 33 34 35 36 37 38 39 83 92 06 e3 00"_hex;
    ASSERT_EQ(::write(terminal.controller(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    pollfd polled{link.fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&polled, 1, 5000), 1);
    EXPECT_EQ(kit::to_hex(*link.receive()), "31 32 33 34 35 36 37 38 39");
    EXPECT_EQ(link.counters().bad_check, 1U);
}

TEST(TtyLink, hang_up_is_link_down_and_the_line_may_be_opened_again) {
    std::optional<PseudoTerminal> terminal{std::in_place};
    TtyLink link;
    ASSERT_TRUE(link.open(terminal->path()).ok());
    terminal.reset();
    EXPECT_EQ(link.receive().error(), Error::link_down);
    EXPECT_EQ(link.send("01"_hex).error(), Error::link_down);
    EXPECT_EQ(link.fd(), -1);
    PseudoTerminal again;
    ASSERT_TRUE(link.open(again.path()).ok());
    EXPECT_EQ(link.receive().error(), Error::would_block);
}

TEST(TtyLink, full_line_keeps_frames_whole) {
    PseudoTerminal terminal;
    TtyLink link{{.frame_room = 300}};
    ASSERT_TRUE(link.open(terminal.path()).ok());
    const Buffer frame(300, 0x33);
    std::size_t sent = 0;
    while (link.send(frame).ok()) ++sent;
    EXPECT_TRUE(link.wants_write());

    Buffer storage(link::framer_room(300));
    link::Framer framer{storage};
    std::size_t arrived = 0;
    while (arrived < sent) {
        const Buffer some = line_bytes(terminal.controller(), 1);
        ASSERT_FALSE(some.empty()) << arrived << " of " << sent;
        for (ByteView rest{some}; !rest.empty();) {
            rest = rest.from(framer.on_bytes(rest));
            if (framer.frame().empty()) continue;
            EXPECT_TRUE(equal(framer.frame(), frame));
            ++arrived;
        }
        link.on_poll(false, true);
    }
    EXPECT_FALSE(link.wants_write());
}

} // namespace
} // namespace nwp::posix
