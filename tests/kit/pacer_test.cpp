// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pacer.h"

#include "tests/kit/pseudo_terminal.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

namespace nwp::kit {
namespace {

using Clock = std::chrono::steady_clock;
using posix::FileDescriptor;

/// A pacer between two pseudo-terminals, on a thread of its own.
class Cable {
public:
    explicit Cable(PacerSettings settings)
        : pacer_(a_.controller(), b_.controller(), settings), thread_([this] { pacer_.run(stop_.get()); }) {}
    ~Cable() { unplug(); }

    void unplug() {
        if (!thread_.joinable()) return;
        const std::uint64_t one = 1;
        EXPECT_EQ(::write(stop_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
        thread_.join();
    }
    int open_a() const { return ::open(a_.path().c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC); }
    int open_b() const { return ::open(b_.path().c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC); }
    const Pacer& pacer() const { return pacer_; }

private:
    PseudoTerminal a_;
    PseudoTerminal b_;
    FileDescriptor stop_{::eventfd(0, EFD_CLOEXEC)};
    Pacer pacer_;
    std::thread thread_;
};

Byte pattern(std::uint64_t index) { return static_cast<Byte>(index * 7 + index / 251); }

/// Writes and reads one descriptor at once until both amounts are done. False: nothing moved for ten seconds.
bool exchange(int fd, std::uint64_t to_write, std::uint64_t to_read, bool& right) {
    std::array<Byte, 4096> bytes{};
    std::uint64_t written = 0;
    std::uint64_t got = 0;
    right = true;
    while (written < to_write || got < to_read) {
        pollfd polled{fd, static_cast<short>(POLLIN | (written < to_write ? POLLOUT : 0)), 0};
        if (::poll(&polled, 1, 10000) <= 0) return false;
        if ((polled.revents & POLLIN) != 0) {
            const ssize_t count = ::read(fd, bytes.data(), bytes.size());
            for (ssize_t i = 0; i < count; ++i, ++got) {
                right = right && bytes[static_cast<std::size_t>(i)] == pattern(got);
            }
        }
        if ((polled.revents & POLLOUT) != 0) {
            const std::size_t size = std::min<std::uint64_t>(bytes.size(), to_write - written);
            for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(written + i);
            const ssize_t count = ::write(fd, bytes.data(), size);
            if (count > 0) written += static_cast<std::uint64_t>(count);
        }
    }
    return true;
}

// How near the rate is on a machine with nothing else to do is bench/link's question: it prints it. Whatever
// the load, a line is never faster than its baud rate, and bytes are neither lost nor changed.
TEST(Pacer, saturated_line_is_never_faster_than_its_rate_and_loses_nothing) {
    constexpr unsigned kBaud = 2000000;
    constexpr std::uint64_t kBytes = std::uint64_t{kBaud} / 10 * 2;
    Cable cable{{.baud = kBaud}};
    const FileDescriptor a{cable.open_a()};
    const FileDescriptor b{cable.open_b()};
    bool right_a = false;
    bool right_b = false;
    bool done_b = false;
    std::thread peer([&] { done_b = exchange(b.get(), kBytes, kBytes, right_b); });
    EXPECT_TRUE(exchange(a.get(), kBytes, kBytes, right_a));
    peer.join();
    cable.unplug();
    EXPECT_TRUE(done_b && right_a && right_b);
    for (const PacerReport& report : {cable.pacer().a_to_b(), cable.pacer().b_to_a()}) {
        EXPECT_EQ(report.bytes, kBytes);
        EXPECT_GT(report.rate(), 0);
        EXPECT_LE(report.rate(), kBaud / 10.0 * 1.01);
    }
}

TEST(Pacer, byte_arrives_after_its_time_on_the_line_and_not_much_later) {
    Cable cable{{.baud = 1200}}; // a byte in 8.3 ms
    const FileDescriptor a{cable.open_a()};
    const FileDescriptor b{cable.open_b()};
    const auto begin = Clock::now();
    const std::array<Byte, 6> sent{1, 2, 3, 4, 5, 6};
    ASSERT_EQ(::write(a.get(), sent.data(), sent.size()), 6);
    std::array<Byte, 6> got{};
    for (std::size_t size = 0; size < got.size();) {
        pollfd polled{b.get(), POLLIN, 0};
        ASSERT_EQ(::poll(&polled, 1, 5000), 1);
        const ssize_t count = ::read(b.get(), got.data() + size, got.size() - size);
        ASSERT_GT(count, 0);
        size += static_cast<std::size_t>(count);
    }
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(50));
    EXPECT_EQ(got, sent);
}

TEST(Pacer, receiver_that_does_not_read_stops_the_sender_and_loses_nothing) {
    constexpr std::uint64_t kBytes = 300000;
    Cable cable{{.baud = 40000000}};
    const FileDescriptor a{cable.open_a()};
    const FileDescriptor b{cable.open_b()};
    // Until the sender has been blocked for 100 ms.
    std::uint64_t written = 0;
    for (pollfd polled{a.get(), POLLOUT, 0}; ::poll(&polled, 1, 100) == 1;) {
        ASSERT_LT(written, kBytes) << "nothing ever stopped the sender";
        const Byte byte = pattern(written);
        if (::write(a.get(), &byte, 1) == 1) ++written;
    }
    bool right = false;
    EXPECT_TRUE(exchange(b.get(), 0, written, right));
    EXPECT_TRUE(right);
}

TEST(Pacer, ends_may_be_opened_and_closed_again) {
    Cable cable{{}};
    for (int round = 0; round < 3; ++round) {
        const FileDescriptor a{cable.open_a()};
        const FileDescriptor b{cable.open_b()};
        bool right_a = false;
        bool right_b = false;
        std::thread peer([&] { EXPECT_TRUE(exchange(b.get(), 100, 50, right_b)); });
        EXPECT_TRUE(exchange(a.get(), 50, 100, right_a));
        peer.join();
        EXPECT_TRUE(right_a && right_b);
    }
}

TEST(Pacer, faults_flip_bits_and_keep_the_count) {
    constexpr std::uint64_t kBytes = 20000;
    Cable cable{{.baud = 4000000, .fault_seed = 3, .flip_per_byte = 1e-3}};
    const FileDescriptor a{cable.open_a()};
    const FileDescriptor b{cable.open_b()};
    bool ignored = false;
    bool right = false;
    std::thread sender([&] { EXPECT_TRUE(exchange(a.get(), kBytes, 0, ignored)); });
    EXPECT_TRUE(exchange(b.get(), 0, kBytes, right));
    sender.join();
    EXPECT_FALSE(right);
}

} // namespace
} // namespace nwp::kit
