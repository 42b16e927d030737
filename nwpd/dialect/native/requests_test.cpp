// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/requests.h"

#include "tests/kit/pipe_pair.h"

#include <gtest/gtest.h>

#include <vector>

namespace nwp::native {
namespace {

/// One end of a session that keeps what it is told.
struct Ear final : session::Listener {
    void on_hello(const wire::HelloRequest&, wire::HelloReply&) override {}
    void on_open(const wire::HelloReply&) override { open = true; }
    void on_closed(Error) override { open = false; }
    void on_message(const session::Message& message) override {
        if (message.kind != session::FrameKind::reply) return;
        const auto failed = wire::decode<wire::Failed>(message.body);
        replies.push_back({message.request, message.id == wire::Failed::id ? failed->error : Error{}});
    }
    void on_data(std::uint16_t, ByteView, bool) override {}
    void on_datagram(std::uint16_t, ByteView, bool) override {}
    void on_credit(std::uint16_t, std::uint32_t) override {}
    void on_cancel(std::uint16_t) override {}
    void on_room() override {}

    struct Reply {
        std::uint16_t request;
        Error error;
        bool operator==(const Reply&) const = default;
    };
    bool open = false;
    std::vector<Reply> replies;
};

class RequestsTest : public testing::Test {
protected:
    RequestsTest() {
        host.hello(1, 0, nullptr, now());
        while (!host_ear.open || !nwp_ear.open) pass();
    }
    void pass() {
        host.service(now());
        nwp.service(now());
    }
    /// Everything that was said has arrived.
    const std::vector<Ear::Reply>& replies() {
        for (int i = 0; i < 4; ++i) pass();
        return host_ear.replies;
    }
    Instant now() const { return Instant{} + seconds(time_s); }
    void wake() { ++wakes; }

    int time_s = 1;
    int wakes = 0;
    kit::PipePair pipe;
    Ear host_ear;
    Ear nwp_ear;
    session::SessionStorage<4096, 8, 0> host_storage;
    session::SessionStorage<4096, 8, 0> nwp_storage;
    session::Session host{session::Role::host, pipe.host(), host_ear, host_storage.storage()};
    session::Session nwp{session::Role::nwp, pipe.nwp(), nwp_ear, nwp_storage.storage()};
    Outbox outbox{nwp, Callback<void()>::to<&RequestsTest::wake>(*this)};
    Requests requests{outbox};
};

TEST_F(RequestsTest, answer_is_given_once) {
    const RequestPointer request = requests.begin(7, 1000, now());
    request->reply(wire::Done{});
    request->reply(wire::Done{});
    request->fail(Error::timed_out);
    EXPECT_EQ(replies(), (std::vector<Ear::Reply>{{7, Error{}}}));
    EXPECT_GT(wakes, 0);
}

TEST_F(RequestsTest, number_that_is_open_cannot_begin_again) {
    const RequestPointer first = requests.begin(7, 1000, now());
    EXPECT_EQ(requests.begin(7, 1000, now()), nullptr);
    first->reply(wire::Done{});
    EXPECT_NE(requests.begin(7, 1000, now()), nullptr);
}

TEST_F(RequestsTest, deadline_ends_the_work_and_answers_timed_out) {
    int stops = 0;
    const RequestPointer request = requests.begin(7, 5000, now());
    request->on_cancel([&] { ++stops; });
    EXPECT_EQ(requests.next_deadline(), now() + seconds(5));
    requests.expire(now());
    EXPECT_TRUE(replies().empty());
    time_s += 5;
    requests.expire(now());
    requests.expire(now());
    EXPECT_EQ(stops, 1);
    EXPECT_EQ(replies(), (std::vector<Ear::Reply>{{7, Error::timed_out}}));
    EXPECT_EQ(requests.next_deadline(), Instant::never());
}

TEST_F(RequestsTest, cancelled_request_is_still_answered) {
    const RequestPointer request = requests.begin(7, 5000, now());
    requests.cancel(7);
    requests.cancel(7);
    EXPECT_EQ(replies(), (std::vector<Ear::Reply>{{7, Error::cancelled}}));
}

TEST_F(RequestsTest, work_that_answers_while_it_is_stopped_wins) {
    const RequestPointer request = requests.begin(7, 5000, now());
    request->on_cancel([&] { request->reply(wire::Done{}); });
    requests.cancel(7);
    EXPECT_EQ(replies(), (std::vector<Ear::Reply>{{7, Error{}}}));
}

TEST_F(RequestsTest, abandoned_request_is_stopped_and_answers_nobody) {
    int stops = 0;
    const RequestPointer request = requests.begin(7, 5000, now());
    request->on_cancel([&] { ++stops; });
    requests.abandon_all();
    request->reply(wire::Done{});
    EXPECT_EQ(stops, 1);
    EXPECT_TRUE(replies().empty());
}

TEST_F(RequestsTest, answers_that_the_session_has_no_room_for_wait_in_order) {
    for (std::uint16_t number = 1; number <= 40; ++number) {
        requests.begin(number, 1000, now())->reply(wire::Done{});
    }
    EXPECT_FALSE(outbox.drain()); // a ring of eight frames cannot hold forty
    for (int i = 0; i < 40; ++i) {
        pass();
        outbox.drain();
    }
    ASSERT_EQ(replies().size(), 40U);
    for (std::uint16_t number = 1; number <= 40; ++number)
        EXPECT_EQ(host_ear.replies[number - 1U].request, number);
}

} // namespace
} // namespace nwp::native
