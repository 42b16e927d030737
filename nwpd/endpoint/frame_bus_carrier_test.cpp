// SPDX-License-Identifier: Apache-2.0
// What is its own; what every link promises is in tests/contract.
#include "nwpd/endpoint/frame_bus_carrier.h"

#include "nwpd/endpoint/line_fixture.h"
#include "tests/kit/hex.h"
#include "tests/kit/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sys/socket.h>
#include <sys/un.h>

namespace nwp::endpoint {
namespace {

namespace fs = std::filesystem;
using kit::Buffer;
using namespace kit::literals;
using testing::HasSubstr;

class FrameBusCarrierTest : public LineTest {
protected:
    std::unique_ptr<FrameBusCarrier> carrier(const std::string& own, const std::string& peer) {
        const Opened opened = open_frame_bus(folder / own);
        EXPECT_GE(opened.descriptor, 0) << opened.error;
        return std::make_unique<FrameBusCarrier>(context, opened.descriptor, folder / own, folder / peer);
    }
    /// Neither would_block nor a frame, or would_block after all that is there.
    Error next(FrameBusCarrier& at) {
        Result<ByteView> got = Error::would_block;
        runs_until([&] { return (got = at.receive()).error() != Error::would_block; });
        return got.error();
    }
    Buffer frame_at(FrameBusCarrier& at) {
        Buffer frame;
        runs_until([&] {
            const auto got = at.receive();
            if (got) frame = kit::copied(*got);
            return got.ok();
        });
        return frame;
    }
    bool sends(FrameBusCarrier& from, const Buffer& frame) {
        return runs_until([&] {
            static_cast<void>(from.receive());
            return from.send(frame).ok();
        });
    }

    kit::TemporaryFolder folder;
};

TEST_F(FrameBusCarrierTest, its_socket_is_there_as_long_as_it_is) {
    auto nwp = carrier("nwp", "mcu");
    EXPECT_TRUE(fs::is_socket(folder / "nwp"));
    nwp.reset();
    EXPECT_FALSE(fs::exists(folder / "nwp"));
}

TEST_F(FrameBusCarrierTest, a_socket_that_a_dead_daemon_left_is_replaced) {
    const Opened left = open_frame_bus(folder / "nwp");
    ::close(left.descriptor);
    EXPECT_TRUE(carrier("nwp", "mcu"));
}

TEST_F(FrameBusCarrierTest, a_file_that_is_no_socket_is_left_alone) {
    std::ofstream(folder / "nwp") << "precious";
    const Opened opened = open_frame_bus(folder / "nwp");
    EXPECT_LT(opened.descriptor, 0);
    EXPECT_THAT(opened.error, HasSubstr("nwp"));
    EXPECT_TRUE(fs::is_regular_file(folder / "nwp"));
}

TEST_F(FrameBusCarrierTest, a_path_longer_than_a_socket_may_have_is_refused) {
    const Opened opened = open_frame_bus(folder / std::string(200, 'a'));
    EXPECT_LT(opened.descriptor, 0);
    EXPECT_THAT(opened.error, HasSubstr("longer than"));
}

TEST_F(FrameBusCarrierTest, a_host_that_is_not_there_yet_loses_nothing_of_what_follows) {
    auto nwp = carrier("nwp", "mcu");
    auto mcu = carrier("mcu", "nwp");
    ASSERT_TRUE(sends(*mcu, "01 02"_hex));
    EXPECT_EQ(frame_at(*nwp), "01 02"_hex);
    ASSERT_TRUE(sends(*nwp, "03"_hex));
    EXPECT_EQ(frame_at(*mcu), "03"_hex);
}

TEST_F(FrameBusCarrierTest, a_host_that_begins_anew_resets_the_link) {
    auto nwp = carrier("nwp", "mcu");
    auto mcu = carrier("mcu", "nwp");
    ASSERT_TRUE(sends(*mcu, "01"_hex));
    ASSERT_EQ(frame_at(*nwp), "01"_hex);
    mcu.reset();
    mcu = carrier("mcu", "nwp");
    EXPECT_EQ(next(*nwp), Error::link_reset);
    ASSERT_TRUE(sends(*mcu, "02"_hex));
    EXPECT_EQ(frame_at(*nwp), "02"_hex);
}

TEST_F(FrameBusCarrierTest, packets_of_strangers_are_counted_and_dropped) {
    auto nwp = carrier("nwp", "mcu");
    auto mcu = carrier("mcu", "nwp");
    const HostEnd stranger{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder / "nwp").string().copy(address.sun_path, sizeof address.sun_path - 1);
    for (const std::size_t size :
         {0U, 1U, 60U, 1514U, 3000U}) { // one of each kind that Ethernet carries, and beyond
        const Buffer packet(size, Byte{0xAA});
        ASSERT_EQ(::sendto(stranger.get(), packet.data(), size, 0,
                           reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  static_cast<ssize_t>(size));
    }
    ASSERT_TRUE(sends(*mcu, "01"_hex));
    EXPECT_EQ(frame_at(*nwp), "01"_hex);
    EXPECT_EQ(nwp->broken_frames(), 5U);
}

TEST_F(FrameBusCarrierTest, a_host_that_takes_nothing_lets_the_window_close_and_wakes_when_it_opens) {
    auto nwp = carrier("nwp", "mcu");
    auto mcu = carrier("mcu", "nwp");
    ASSERT_TRUE(sends(*mcu, "01"_hex));
    ASSERT_EQ(frame_at(*nwp), "01"_hex);
    unsigned sent = 0;
    while (nwp->send("02"_hex).ok()) ++sent;
    EXPECT_EQ(sent, link::kBusWindow);

    int rings = 0;
    const auto ring = [](void* count) { ++*static_cast<int*>(count); };
    nwp->on_activity({ring, &rings});
    run_what_is_ready();
    rings = 0;
    for (unsigned i = 0; i < sent; ++i) EXPECT_EQ(frame_at(*mcu), "02"_hex);
    static_cast<void>(mcu->receive()); // the rest of the report
    EXPECT_TRUE(runs_until([&] { return rings > 0; }));
    static_cast<void>(nwp->receive());
    EXPECT_TRUE(nwp->send("03"_hex).ok());
}

} // namespace
} // namespace nwp::endpoint
