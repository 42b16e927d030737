// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/pty_line.h"

#include "nwpd/endpoint/line_fixture.h"
#include "tests/kit/temporary_folder.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

namespace nwp::endpoint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Answers each power-on with one byte, as the NWP says that it is ready.
class Answerer final : public HostLineListener {
public:
    explicit Answerer(HostLine& line) : line_(line) {}
    void on_opened() override {
        ++opened;
        const Byte mark = '!';
        line_.write({&mark, 1});
    }
    void on_closed() override { ++closed; }
    void on_readable() override {}
    void on_drained() override {}

    int opened = 0;
    int closed = 0;

private:
    HostLine& line_;
};

class PtyLineTest : public LineTest {
protected:
    HostEnd open_host() const { return HostEnd{::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)}; }

    /// Bytes that wait for the host.
    static std::string waiting(const HostEnd& host) {
        // What is on its way between the two ends arrives for who looks with poll().
        pollfd state{host.get(), POLLIN, 0};
        if (::poll(&state, 1, 0) <= 0) return "";
        char text[64];
        const ssize_t count = ::read(host.get(), text, sizeof text);
        return {text, static_cast<std::size_t>(count)};
    }

    kit::TemporaryFolder folder;
    std::string path = folder / "line";
    PtyLine line{context, path};
};

TEST_F(PtyLineTest, opening_the_path_is_power_and_closing_its_end) {
    ASSERT_EQ(line.start(heard), "");
    run_what_is_ready();
    EXPECT_THAT(heard.events, ElementsAre()); // our own descriptor does not count
    {
        const HostEnd host = open_host();
        ASSERT_TRUE(tells(1));
        EXPECT_THAT(heard.events, ElementsAre("opened"));
    }
    ASSERT_TRUE(tells(2));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed"));
}

TEST_F(PtyLineTest, bytes_pass_both_ways_as_they_are) {
    ASSERT_EQ(line.start(heard), "");
    const HostEnd host = open_host();
    std::string all(256, '\0');
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i);
    ASSERT_EQ(::write(host.get(), all.data(), all.size()), 256);
    EXPECT_EQ(received(line, 256), all);
    send(line, "to\r\nhost\x03");
    std::string back(9, '\0');
    ASSERT_EQ(::read(host.get(), back.data(), back.size()), 9);
    EXPECT_EQ(back, "to\r\nhost\x03");
}

TEST_F(PtyLineTest, thousand_cycles_that_the_loop_sees_at_once_are_all_told) {
    ASSERT_EQ(line.start(heard), "");
    for (int i = 0; i < 1000; ++i) const HostEnd host = open_host();
    ASSERT_TRUE(tells(2000));
    run_what_is_ready();
    ASSERT_EQ(heard.events.size(), 2000U);
    for (std::size_t i = 0; i < heard.events.size(); ++i)
        ASSERT_EQ(heard.events[i], i % 2 == 0 ? "opened" : "closed") << i;
}

TEST_F(PtyLineTest, close_and_reopen_while_the_loop_runs_are_all_told) {
    ASSERT_EQ(line.start(heard), "");
    for (std::size_t i = 0; i < 1000; ++i) {
        {
            const HostEnd host = open_host();
        }
        run_what_is_ready();
    }
    ASSERT_TRUE(tells(2000));
}

TEST_F(PtyLineTest, power_is_on_until_the_last_of_two_openers_closes) {
    ASSERT_EQ(line.start(heard), "");
    {
        const HostEnd first = open_host();
        {
            const HostEnd second = open_host(); // the two openings are equal and come together
            const HostEnd third = open_host();
        }
        ASSERT_TRUE(tells(1));
        run_what_is_ready();
        EXPECT_THAT(heard.events, ElementsAre("opened"));
        ASSERT_EQ(::write(first.get(), "here", 4), 4);
        EXPECT_EQ(received(line, 4), "here");
    }
    ASSERT_TRUE(tells(2));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed"));
}

TEST_F(PtyLineTest, answer_to_each_power_on_reaches_only_the_host_that_is_there) {
    Answerer answerer{line};
    ASSERT_EQ(line.start(answerer), "");
    for (int i = 0; i < 50; ++i) const HostEnd host = open_host();
    const HostEnd host = open_host();
    ASSERT_TRUE(runs_until([&] { return answerer.opened == 51; }));
    EXPECT_EQ(answerer.closed, 50);
    EXPECT_EQ(waiting(host), "!");
    run_what_is_ready();
    EXPECT_EQ(waiting(host), "");
}

TEST_F(PtyLineTest, bytes_that_no_host_read_are_gone_when_it_closes) {
    ASSERT_EQ(line.start(heard), "");
    {
        const HostEnd host = open_host();
        ASSERT_TRUE(tells(1));
        send(line, "unread");
        send(line, std::string(100000, 'x'));
        EXPECT_NE(line.unsent(), 0U);
    }
    const HostEnd host = open_host(); // before the loop saw the close
    ASSERT_TRUE(tells(3));
    EXPECT_EQ(line.unsent(), 0U);
    EXPECT_EQ(waiting(host), "");
    send(line, "new");
    EXPECT_EQ(waiting(host), "new");
}

TEST_F(PtyLineTest, what_a_host_left_unread_is_not_there_for_one_that_opens_at_once) {
    ASSERT_EQ(line.start(heard), "");
    {
        const HostEnd host = open_host();
        ASSERT_TRUE(tells(1));
        send(line, std::string(100000, 'x'));
    }
    const HostEnd next = open_host();
    EXPECT_EQ(waiting(next), ""); // the loop has not run since
    ASSERT_TRUE(tells(3));
    EXPECT_EQ(waiting(next), "");
}

TEST_F(PtyLineTest, who_opens_beside_a_host_gets_power_when_that_one_has_gone) {
    ASSERT_EQ(line.start(heard), "");
    std::optional<HostEnd> first{open_host()};
    ASSERT_TRUE(tells(1));
    const HostEnd second = open_host();
    ASSERT_EQ(::write(second.get(), "early", 5), 5);
    run_what_is_ready();
    send(line, "to the first");
    EXPECT_EQ(waiting(second), "");
    EXPECT_TRUE(line.read().empty());
    EXPECT_THAT(heard.events, ElementsAre("opened"));
    first.reset();
    ASSERT_TRUE(tells(3));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened"));
    EXPECT_EQ(received(line, 5), "early");
    send(line, "to the second");
    EXPECT_EQ(waiting(second), "to the second");
}

TEST_F(PtyLineTest, path_leads_somewhere_at_every_moment) {
    ASSERT_EQ(line.start(heard), "");
    std::atomic<bool> ends{false};
    std::atomic<int> missing{0};
    std::thread looker([&] {
        struct stat there {};
        while (!ends) missing += ::lstat(path.c_str(), &there) != 0 ? 1 : 0;
    });
    for (std::size_t i = 1; i <= 200; ++i) {
        const HostEnd host = open_host();
        ASSERT_TRUE(tells(2 * i - 1));
    }
    ends = true;
    looker.join();
    EXPECT_EQ(missing, 0);
}

TEST_F(PtyLineTest, bytes_that_we_did_not_read_are_gone_when_the_host_closes) {
    ASSERT_EQ(line.start(heard), "");
    {
        const HostEnd host = open_host();
        ASSERT_TRUE(tells(1));
        ASSERT_EQ(::write(host.get(), "half a comm", 11), 11);
    }
    const HostEnd host = open_host(); // before the loop saw the close
    ASSERT_TRUE(tells(3));
    EXPECT_TRUE(line.read().empty());
    ASSERT_EQ(::write(host.get(), "new", 3), 3);
    EXPECT_EQ(received(line, 3), "new");
}

TEST_F(PtyLineTest, bytes_of_a_host_that_reopened_and_wrote_at_once_are_kept) {
    ASSERT_EQ(line.start(heard), "");
    {
        const HostEnd host = open_host();
        ASSERT_EQ(::write(host.get(), "rate", 4), 4);
        EXPECT_EQ(received(line, 4), "rate");
    }
    const HostEnd host = open_host();
    ASSERT_EQ(::write(host.get(), "magic", 5), 5); // the loop has seen neither
    EXPECT_TRUE(line.read().empty());              // nothing of the next host in the time of the first
    EXPECT_THAT(heard.events, ElementsAre("opened"));
    ASSERT_TRUE(tells(3));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened"));
    EXPECT_EQ(received(line, 5), "magic");
}

TEST_F(PtyLineTest, nothing_for_a_host_that_has_closed_reaches_the_next) {
    ASSERT_EQ(line.start(heard), "");
    {
        const HostEnd host = open_host();
        ASSERT_TRUE(tells(1));
    }
    const HostEnd next = open_host();
    send(line, "to the first"); // nobody has told us yet that it is gone
    EXPECT_EQ(waiting(next), "");
    ASSERT_TRUE(tells(3));
    send(line, "to the second");
    EXPECT_EQ(waiting(next), "to the second");
}

TEST_F(PtyLineTest, who_looks_in_costs_the_host_nothing) {
    ASSERT_EQ(line.start(heard), "");
    const HostEnd host = open_host();
    ASSERT_TRUE(tells(1));
    { const HostEnd other = open_host(); }
    send(line, "an answer");
    EXPECT_EQ(waiting(host), "an answer");
    run_what_is_ready();
    EXPECT_THAT(heard.events, ElementsAre("opened"));
}

TEST_F(PtyLineTest, host_that_nobody_reads_is_slowed_down) {
    ASSERT_EQ(line.start(heard), "");
    const HostEnd host{::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    ASSERT_TRUE(tells(1));
    const std::string much(1 << 16, 'x');
    std::size_t taken = 0;
    ssize_t count = 0;
    while ((count = ::write(host.get(), much.data(), much.size())) > 0 && taken < (std::size_t{64} << 20)) {
        taken += static_cast<std::size_t>(count);
        run_what_is_ready();
    }
    EXPECT_LT(taken, std::size_t{64} << 20);
    EXPECT_EQ(received(line, taken).size(), taken);
}

TEST_F(PtyLineTest, host_that_comes_and_goes_more_often_than_the_system_remembers_is_found) {
    std::size_t most = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
    if (most > 1000000) GTEST_SKIP() << "the system remembers " << most << " events";
    ASSERT_EQ(line.start(heard), "");
    for (std::size_t i = 0; i < most; ++i) const HostEnd host = open_host();
    HostEnd last = open_host();
    ASSERT_TRUE(runs_until([&] { return !heard.events.empty() && heard.events.back() == "opened"; }));
    run_what_is_ready();
    for (std::size_t i = 0; i < heard.events.size(); ++i)
        ASSERT_EQ(heard.events[i], i % 2 == 0 ? "opened" : "closed") << i;
    const std::size_t before = heard.events.size();

    ASSERT_EQ(::write(last.get(), "raw\n", 4), 4);
    EXPECT_EQ(received(line, 4), "raw\n");
    { const HostEnd gone = std::move(last); }
    ASSERT_TRUE(tells(before + 1));
    EXPECT_EQ(heard.events.back(), "closed");
    const HostEnd next = open_host();
    ASSERT_TRUE(tells(before + 2));
    EXPECT_EQ(heard.events.back(), "opened");
}

TEST_F(PtyLineTest, lost_count_without_a_host_ends_closed) {
    std::size_t most = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
    if (most > 1000000) GTEST_SKIP() << "the system remembers " << most << " events";
    ASSERT_EQ(line.start(heard), "");
    for (std::size_t i = 0; i < most; ++i) const HostEnd host = open_host();
    ASSERT_TRUE(tells(2));
    run_what_is_ready();
    EXPECT_EQ(heard.events.back(), "closed");
    EXPECT_EQ(heard.events.size() % 2, 0U);
}

TEST_F(PtyLineTest, path_that_is_a_file_is_left_alone) {
    std::ofstream(path) << "precious";
    EXPECT_THAT(line.start(heard), HasSubstr("is no symbolic link"));
    struct stat there {};
    ASSERT_EQ(::lstat(path.c_str(), &there), 0);
    EXPECT_TRUE(S_ISREG(there.st_mode));
}

} // namespace
} // namespace nwp::endpoint
