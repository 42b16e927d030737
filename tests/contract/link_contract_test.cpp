// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/link_contract.h"

#include "ports/posix/tty_link.h"
#include "ports/posix/unix_link.h"
#include "tests/kit/faulty_pipe.h"
#include "tests/kit/pacer.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/pseudo_terminal.h"
#include "tests/kit/spi_bus.h"

#include <array>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace nwp::contract {
namespace {

const Buffer kNoise = kit::from_hex("7d 00 ff 13 02 00 05 a5 5a 00 00 5a 01 ff 00 20");

class PerfectPipe {
public:
    link::Link& end(End end) { return pair_.end(end); }
    void turn() {}
    void take_away(End) { pair_.cut(); }
    void restart(End end) { pair_.restart(end); }

private:
    kit::PipePair pair_;
};

/// Goes from event to event of a LinkPair in manual time.
void to_next_event(kit::LinkPair& pair, Instant& now) {
    now = earlier(pair.next_event(), now + milliseconds(10));
    pair.advance_to(now);
}

class SimulatedUart {
public:
    link::Link& end(End end) { return pair_.end(end); }
    void turn() { to_next_event(pair_, now_); }
    void put_garbage(End to) {
        pair_.on_passage([to, put = false](kit::Passage& passage) mutable {
            if (passage.from == to || put) return;
            passage.bytes.insert(passage.bytes.begin(), kNoise.begin(), kNoise.end());
            put = true;
        });
    }

private:
    Instant now_;
    kit::FaultyPipe pair_{{.bytes_per_second = 92160, .latency = milliseconds(1)}};
};

class SimulatedSpi {
public:
    link::Link& end(End end) { return bus_.end(end); }
    void turn() { to_next_event(bus_, now_); }
    void restart(End end) { bus_.restart(end); }
    void put_garbage(End to) {
        bus_.on_exchange([to, exchanges = 0](End at, Buffer& bytes) mutable {
            if (at != to || ++exchanges > 3) return;
            for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = kNoise[i % kNoise.size()];
        });
    }

private:
    Instant now_;
    kit::SpiBus bus_{{.bytes_per_second = 1000000, .gap = microseconds(50)}};
};

/// What a port's thread does, for both ends: poll() for what they ask for, tell them what it said.
void poll_both(std::array<posix::PollableLink*, 2> links) {
    std::array<pollfd, 2> polled{};
    for (std::size_t i = 0; i < 2; ++i) {
        const bool wants_write = links[i]->wants_write();
        polled[i] = {links[i]->fd(), static_cast<short>(POLLIN | (wants_write ? POLLOUT : 0)), 0};
    }
    if (::poll(polled.data(), polled.size(), 5) <= 0) return;
    for (std::size_t i = 0; i < 2; ++i) {
        const bool readable = (polled[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
        const bool writable = (polled[i].revents & POLLOUT) != 0;
        if (readable || writable) links[i]->on_poll(readable, writable);
    }
}

class UnixSocket {
public:
    UnixSocket() {
        int sockets[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
        for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(ends_[i].adopt(sockets[i]).ok());
    }
    link::Link& end(End end) { return ends_[kit::index(end)]; }
    void turn() { poll_both({ends_.data(), ends_.data() + 1}); }
    void take_away(End end) { ends_[kit::index(end)].close(); }

private:
    std::array<posix::UnixLink, 2> ends_;
};

/// Two serial ports with a paced cable between.
class PseudoTerminalUart {
public:
    PseudoTerminalUart() {
        thread_ = std::thread([this] { pacer_.run(stop_.get()); });
        for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(ends_[i].open((*terminals_)[i].path()).ok());
    }
    ~PseudoTerminalUart() { stop_pacer(); }

    link::Link& end(End end) { return ends_[kit::index(end)]; }
    void turn() { poll_both({ends_.data(), ends_.data() + 1}); }

    void put_garbage(End to) {
        const auto& from = (*terminals_)[kit::index(kit::other(to))];
        const posix::FileDescriptor terminal{::open(from.path().c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC)};
        EXPECT_EQ(::write(terminal.get(), kNoise.data(), kNoise.size()), static_cast<ssize_t>(kNoise.size()));
    }
    /// The adapter is pulled out: both terminals hang up.
    void take_away(End) {
        stop_pacer();
        terminals_.reset();
    }

private:
    void stop_pacer() {
        if (!thread_.joinable()) return;
        const std::uint64_t one = 1;
        EXPECT_EQ(::write(stop_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
        thread_.join();
    }

    posix::FileDescriptor stop_{::eventfd(0, EFD_CLOEXEC)};
    std::unique_ptr<std::array<kit::PseudoTerminal, 2>> terminals_ =
        std::make_unique<std::array<kit::PseudoTerminal, 2>>();
    kit::Pacer pacer_{(*terminals_)[0].controller(), (*terminals_)[1].controller(), {.baud = 4000000}};
    std::thread thread_;
    std::array<posix::TtyLink, 2> ends_;
};

class MediumNames {
public:
    template <typename Medium>
    static std::string GetName(int) {
        if (std::is_same_v<Medium, PerfectPipe>) return "PerfectPipe";
        if (std::is_same_v<Medium, SimulatedUart>) return "SimulatedUart";
        if (std::is_same_v<Medium, SimulatedSpi>) return "SimulatedSpi";
        if (std::is_same_v<Medium, UnixSocket>) return "UnixSocket";
        return "PseudoTerminalUart";
    }
};

using All = testing::Types<PerfectPipe, SimulatedUart, SimulatedSpi, UnixSocket, PseudoTerminalUart>;
INSTANTIATE_TYPED_TEST_SUITE_P(Over, LinkContract, All, MediumNames);

using Noisy = testing::Types<SimulatedUart, SimulatedSpi, PseudoTerminalUart>;
INSTANTIATE_TYPED_TEST_SUITE_P(Over, NoisyLinkContract, Noisy, MediumNames);

using Attentive = testing::Types<PerfectPipe, UnixSocket, PseudoTerminalUart>;
INSTANTIATE_TYPED_TEST_SUITE_P(Over, AttentiveLinkContract, Attentive, MediumNames);

using Resetting = testing::Types<PerfectPipe, SimulatedSpi>;
INSTANTIATE_TYPED_TEST_SUITE_P(Over, ResetLinkContract, Resetting, MediumNames);

} // namespace
} // namespace nwp::contract
