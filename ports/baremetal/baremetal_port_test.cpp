// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/baremetal_port.h"

#include "host/test_world.h"

namespace nwp::baremetal {
namespace {

/// A board whose sleep is the test's: interrupts come while it lasts, else time goes to its end.
class FakeBoard final : public Board {
public:
    explicit FakeBoard(kit::ManualClock& clock) : clock_(clock) {}

    Instant now() override { return clock_.now(); }
    void sleep(Instant until, const std::atomic<bool>& woken) override {
        sleeps.push_back(until);
        if (interrupts) interrupts();
        if (!woken) clock_.advance_to(until);
    }
    void write_line(const char* text) override { lines.emplace_back(text); }

    std::function<void()> interrupts;
    std::vector<Instant> sleeps;
    std::vector<std::string> lines;

private:
    kit::ManualClock& clock_;
};

class BaremetalPortTest : public testing::Test {
protected:
    BaremetalPortTest() { port_.serve(host_); }

    /// From now on the network processor works while the microcontroller sleeps.
    void plug_in() {
        board_.interrupts = [this] {
            while (nwp_.service(clock_.now())) {
            }
        };
    }
    void up() {
        plug_in();
        host_.start();
        ASSERT_TRUE(host_.await_link(clock_.now() + seconds(5)));
    }
    bool wait(Waiter& waiter, Duration time) {
        Lock lock{port_};
        return port_.wait(waiter, lock, clock_.now() + time);
    }

    kit::ManualClock clock_;
    FakeBoard board_{clock_};
    BaremetalPort port_{board_};
    kit::PipePair pipe_{{128, 64}};
    HostStorage<2, 256, 128, 4, 0> storage_;
    Host host_{port_, pipe_.host(), storage_.parts()};
    test::FakeNwp nwp_{pipe_.nwp()};
};

TEST_F(BaremetalPortTest, whoever_waits_does_the_drivers_work) {
    up();
    const auto socket = host_.open(Family::ipv4, SocketType::stream, Protocol::tcp);
    ASSERT_TRUE(socket);
    const bool opened = host_.block(*socket, clock_.now() + seconds(5),
                                    [&] { return host_.opened(*socket).error() != Error::would_block; });
    EXPECT_TRUE(opened);
    EXPECT_TRUE(host_.opened(*socket));
}

TEST_F(BaremetalPortTest, an_answer_ends_a_wait_at_once) {
    plug_in();
    host_.start();
    const Instant before = clock_.now();
    EXPECT_TRUE(host_.await_link(before + seconds(5)));
    EXPECT_EQ(clock_.now(), before) << "it slept on although the answer was there";
}

TEST_F(BaremetalPortTest, a_wait_ends_when_its_time_is_over) {
    host_.start();
    const Instant end = clock_.now() + seconds(2);
    EXPECT_EQ(host_.await_link(end).error(), Error::timed_out);
    EXPECT_EQ(clock_.now(), end);
}

TEST_F(BaremetalPortTest, a_sleep_ends_when_the_driver_has_something_to_do) {
    host_.start();
    ASSERT_EQ(host_.await_link(clock_.now() + seconds(2)).error(), Error::timed_out);
    EXPECT_GT(board_.sleeps.size(), 2U) << "hellos are said again";
    EXPECT_GT(pipe_.frames_sent(kit::End::host), 2U);
}

TEST_F(BaremetalPortTest, a_wake_that_came_before_the_wait_is_not_lost_and_is_used_up) {
    up();
    board_.sleeps.clear();
    Waiter waiter;
    port_.wake(waiter);
    EXPECT_TRUE(wait(waiter, seconds(1)));
    EXPECT_TRUE(board_.sleeps.empty());
    EXPECT_FALSE(wait(waiter, milliseconds(10)));
}

TEST_F(BaremetalPortTest, an_interrupt_that_wakes_the_waiter_ends_the_sleep) {
    up();
    Waiter waiter;
    board_.interrupts = [&] {
        port_.wake(waiter);
        port_.wake(host_.service_waiter()); // as a link's activity does
    };
    const Instant before = clock_.now();
    EXPECT_TRUE(wait(waiter, seconds(1)));
    EXPECT_EQ(clock_.now(), before);
}

TEST_F(BaremetalPortTest, a_frame_that_comes_before_the_sleep_ends_it) {
    up();
    Waiter waiter;
    board_.sleeps.clear();
    board_.interrupts = [&] {
        EXPECT_FALSE(host_.service_waiter().woken)
            << "what came before the driver looked is no reason to stay awake";
        nwp_.event(wire::AddressChanged{});
        nwp_.service(clock_.now());
        EXPECT_TRUE(host_.service_waiter().woken) << "the board looks at it before it sleeps";
        board_.interrupts = nullptr;
    };
    const Instant before = clock_.now();
    EXPECT_FALSE(wait(waiter, milliseconds(5)));
    EXPECT_GE(board_.sleeps.size(), 2U) << "it looked at the frame, and slept for the rest";
    EXPECT_EQ(clock_.now(), before + milliseconds(5));
}

TEST_F(BaremetalPortTest, what_went_wrong_is_written_and_information_is_not) {
    port_.log(LogLevel::information, "all is well");
    port_.log(LogLevel::error, "versions differ");
    EXPECT_EQ(board_.lines, std::vector<std::string>{"versions differ"});
}

} // namespace
} // namespace nwp::baremetal
