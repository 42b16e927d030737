// SPDX-License-Identifier: Apache-2.0
// Much data over a bad line: it arrives equal, and the resending costs little.
#include "session/pair_test.h"
#include "tests/kit/faulty_pipe.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

namespace nwp::session {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NWP_TEST_IS_SLOW
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NWP_TEST_IS_SLOW
#endif
#ifdef NWP_TEST_IS_SLOW
constexpr std::uint64_t kTotal = 8ULL << 20;
#else
constexpr std::uint64_t kTotal = 64ULL << 20;
#endif

/// Bytes that never repeat within a run; both ends make them.
class Pattern {
public:
    explicit Pattern(std::uint64_t seed) : state_(seed) {}

    void fill(Bytes into) {
        for (Byte& byte : into) {
            if (left_ == 0) {
                state_ ^= state_ << 13;
                state_ ^= state_ >> 7;
                state_ ^= state_ << 17;
                word_ = state_;
                left_ = 8;
            }
            byte = static_cast<Byte>(word_);
            word_ >>= 8;
            --left_;
        }
    }

private:
    std::uint64_t state_;
    std::uint64_t word_ = 0;
    unsigned left_ = 0;
};

constexpr std::uint64_t kFromHost = 0x9E3779B97F4A7C15;
constexpr std::uint64_t kFromNwp = 0xD1B54A32D192ED03;

/// Sends as long as there is room and compares what comes.
class Bulk final : public Recorder {
public:
    Bulk(std::uint64_t out, std::uint64_t in) : out_(out), in_(in) {}

    void send(Session& session) {
        while (sent < kTotal) {
            if (pending_.empty()) {
                const std::uint64_t left = kTotal - sent;
                const auto size =
                    static_cast<std::size_t>(left < session.data_room() ? left : session.data_room());
                pending_.resize(size);
                out_.fill(pending_);
            }
            const auto taken = session.send_data(7, pending_, sent + pending_.size() == kTotal);
            if (!taken) return;
            ASSERT_EQ(*taken, pending_.size());
            sent += *taken;
            pending_.clear();
        }
    }
    void on_datagram(std::uint16_t, ByteView, bool) override {}
    void on_data(std::uint16_t, ByteView bytes, bool end) override {
        expected_.resize(bytes.size());
        in_.fill(expected_);
        equal_so_far = equal_so_far && equal(bytes, expected_);
        received += bytes.size();
        ended = ended || end;
    }

    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    bool equal_so_far = true;
    bool ended = false;

private:
    Pattern out_;
    Pattern in_;
    kit::Buffer pending_;
    kit::Buffer expected_;
};

struct Outcome {
    double seconds = 0;
    double share = 0; ///< useful bytes of bytes sent, both ways together
    std::size_t resent = 0;
    std::size_t doubled = 0;
    std::size_t frames = 0;
};

Outcome run(const kit::FaultyPipeSettings& settings) {
    kit::FaultyPipe pipe{settings};
    kit::ManualClock clock;
    auto host_storage = std::make_unique<SessionStorage<512, 64, 63>>();
    auto nwp_storage = std::make_unique<SessionStorage<512, 64, 63>>();
    Bulk host_side{kFromHost, kFromNwp};
    Bulk nwp_side{kFromNwp, kFromHost};
    Session host{Role::host, pipe.host(), host_side, host_storage->storage()};
    Session nwp{Role::nwp, pipe.nwp(), nwp_side, nwp_storage->storage()};
    const Instant begin = clock.now();
    host.hello(1, 0, nullptr, begin);
    const auto done = [](const Bulk& bulk) { return bulk.ended; };
    while (!done(host_side) || !done(nwp_side)) {
        pipe.advance_to(clock.now());
        bool more = false;
        for (const auto& [session, bulk] : {std::pair{&host, &host_side}, std::pair{&nwp, &nwp_side}}) {
            more = session->service(clock.now()) || more;
            if (session->is_open()) bulk->send(*session);
            session->flush(clock.now());
        }
        if (more) continue;
        const Instant next = earlier(pipe.next_event(), earlier(host.next_deadline(), nwp.next_deadline()));
        if (next == Instant::never() || next - begin > seconds(20000)) {
            ADD_FAILURE() << "stands still after " << host_side.received << " and " << nwp_side.received;
            break;
        }
        clock.advance_to(next);
    }
    EXPECT_TRUE(host_side.equal_so_far);
    EXPECT_TRUE(nwp_side.equal_so_far);
    EXPECT_EQ(host_side.received, kTotal);
    EXPECT_EQ(nwp_side.received, kTotal);
    EXPECT_TRUE(host_side.closed.empty());
    EXPECT_TRUE(nwp_side.closed.empty());

    Outcome outcome;
    outcome.seconds = static_cast<double>((clock.now() - begin).milliseconds()) / 1000;
    const auto bytes_sent = pipe.bytes_sent(kit::End::host) + pipe.bytes_sent(kit::End::nwp);
    outcome.share = 2 * static_cast<double>(kTotal) / static_cast<double>(bytes_sent);
    outcome.resent = host.counters().resent + nwp.counters().resent;
    outcome.doubled = host.counters().doubled + nwp.counters().doubled;
    outcome.frames = host.counters().frames_out + nwp.counters().frames_out;
    return outcome;
}

void print(const char* name, const Outcome& outcome) {
    std::printf("%-10s %8.1f s of line time, useful share %.3f, %zu frames, %zu resent, %zu came twice\n",
                name, outcome.seconds, outcome.share, outcome.frames, outcome.resent, outcome.doubled);
}

TEST(Bulk, arrives_equal_over_a_bad_line_at_little_cost) {
    kit::FaultyPipeSettings settings;
    settings.frame_room = 512;
    settings.bytes_per_second = 92160;
    settings.latency = milliseconds(2);
    const Outcome clean = run(settings);
    settings.faults = {.flip_per_byte = 1e-4, .vanish = 0.01, .twice = 0.01, .swap = 0.01};
    const Outcome faulty = run(settings);
    print("faultless", clean);
    print("faulty", faulty);
    std::printf("goodput of the faulty line by bytes sent %.3f, by time %.3f of the faultless one\n",
                faulty.share / clean.share, clean.seconds / faulty.seconds);
    EXPECT_EQ(clean.resent, 0U);
    EXPECT_GE(faulty.share / clean.share, 0.80);
    EXPECT_GE(clean.seconds / faulty.seconds, 0.80);
}

TEST(Bulk, needs_no_resending_where_neighbours_are_swapped) {
    kit::FaultyPipeSettings settings;
    settings.frame_room = 512;
    settings.latency = milliseconds(2);
    settings.bytes_per_second = 92160;
    settings.faults = {.swap = 0.01};
    const Outcome outcome = run(settings);
    print("swapped", outcome);
    EXPECT_EQ(outcome.resent, 0U);
}

} // namespace
} // namespace nwp::session
