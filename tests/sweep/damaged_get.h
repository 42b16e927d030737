// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "tests/kit/faulty_pipe.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/temporary_folder.h"
#include "tests/sweep/web_server.h"

#include <string>

namespace nwp::sweep {

/// How a page was got, or why not. Times are the link's.
struct Get {
    std::string page;
    std::string failed; ///< the call that failed; empty: none did
    int error = 0;      ///< its errno
    Duration longest{}; ///< of all calls
};

/// What lives through all runs: the network processor without links, and the page.
class Laboratory {
public:
    Laboratory();

    static constexpr const char* kPage = "HTTP/1.0 200 OK\r\n\r\n<html>A page that takes several frames: it "
                                         "tells of a network that is far away, behind a line on which "
                                         "everything may go wrong once, and arrives whole.</html>\n";

    kit::TemporaryFolder folder;
    kit::ManualClock clock;
    WebServer web{kPage};
    kit::NwpInProcess nwp;
};

/// A host of its own on a serial line of its own to the laboratory's network processor, in one thread and
/// manual time: what happens depends on nothing but what befalls the line.
class DamagedGet final : private Port {
public:
    DamagedGet(Laboratory& laboratory, kit::Mutator damage);
    ~DamagedGet();
    DamagedGet(const DamagedGet&) = delete;
    DamagedGet& operator=(const DamagedGet&) = delete;

    /// http_get over the plain calls: socket, connect, send, recv to the end, close.
    Get get();
    /// The line is whole again.
    void mend() { line_.on_passage({}); }
    /// Another session, once the link is up; false when it does not come up within ten seconds.
    bool new_session();
    /// Until the link is up or down.
    bool await(LinkState state);

    kit::FaultyPipe& line() { return line_; }
    Instant time() const { return laboratory_.clock.now(); }
    bool hangs() const { return hangs_; }

private:
    static constexpr std::size_t kSockets = 3;
    static constexpr std::size_t kReceiveBytes = 256;
    static constexpr std::size_t kFrameRoom = 96;

    Instant now() override { return laboratory_.clock.now(); }
    bool wait(Waiter& waiter, Lock& lock, Instant until) override;
    void wake(Waiter& waiter) override { waiter.woken = true; }
    void lock() override {}
    void unlock() override {}
    void log(LogLevel, const char*) override {}

    bool turn(Instant until);
    bool move();
    bool settle();
    template <typename Call>
    auto timed(Get& get, const char* name, Call call);
    Get walk();

    Laboratory& laboratory_;
    kit::FaultyPipe line_;
    HostStorage<kSockets, kReceiveBytes, kFrameRoom, 16, 8> storage_;
    Host host_;
    c::OwnNumbers numbers_{kSockets};
    c::SocketTable<kSockets, 1, 2, 1> table_;
    c::Attachment attachment_;
    bool hangs_ = false;
};

} // namespace nwp::sweep
