// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/commands.h"
#include "tools/nwp/event_rows.h"

#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace nwp::tool {
namespace {

namespace json = boost::json;

/// Without an answer for so long the link is said to be down.
constexpr Duration kFirstWord = seconds(1);

/// Events on their way from the servicing thread, which must not wait for a terminal, to the one that prints.
class EventQueue final : public StationListener {
public:
    explicit EventQueue(posix::PosixHost& posix) : posix_(posix), host_(posix.host()), port_(posix.port()) {
        host_.add(*this);
    }
    ~EventQueue() {
        posix_.stop(); // no event is being told any more
        host_.remove(*this);
    }

    void on_link(const LinkChanged& change) override {
        const std::lock_guard lock(mutex_);
        link_ = change.state;
        add(event_row(now(), change));
    }
    void on_wifi(const WifiChanged& change) override {
        const std::lock_guard lock(mutex_);
        add(event_row(now(), change));
    }
    void on_address(const AddressChanged& change) override {
        const std::lock_guard lock(mutex_);
        add(event_row(now(), change));
    }

    void on_station(const WifiStationChanged& change) override {
        const std::lock_guard lock(mutex_);
        add(event_row(now(), change));
    }

    /// The next event; nothing when none came in time. While it waits the driver looks whether the NWP still
    /// answers.
    std::optional<json::object> next(Instant until) {
        if (!host_.block(watch_, Callback<bool()>::to<&EventQueue::has_some>(*this), until))
            return std::nullopt;
        const std::lock_guard lock(mutex_);
        json::object row = std::move(rows_.front());
        rows_.pop_front();
        return row;
    }
    /// As the last link event said.
    LinkState link() {
        const std::lock_guard lock(mutex_);
        return link_;
    }

private:
    static std::string now() { return time_text(std::chrono::system_clock::now()); }
    void add(json::object row) {
        rows_.push_back(std::move(row));
        const Lock lock{port_};
        port_.wake(watch_.waiter);
    }
    bool has_some() {
        const std::lock_guard lock(mutex_);
        return !rows_.empty();
    }

    posix::PosixHost& posix_;
    Host& host_;
    Port& port_;
    Watch watch_;
    std::mutex mutex_;
    std::deque<json::object> rows_;
    LinkState link_ = LinkState::down;
};

void print_event(const json::object& row, bool as_json) {
    const std::string line = (as_json ? json::serialize(row) : event_line(row)) + '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
    if (std::fflush(stdout) != 0) throw Failure(kRefused, "events: the output cannot be written");
}

/// The link's state, then the Wi-Fi and address events that follow every hello.
void print_present(const Common& common, posix::PosixHost& posix, EventQueue& events) {
    constexpr int kSnapshots = 3;
    start(posix, common.link);
    const Instant until = posix.port().now() + kPatience;
    for (int printed = 0; printed < kSnapshots; ++printed) {
        const auto row = events.next(until);
        if (!row) throw no_session(common.link, posix.host(), Error::timed_out);
        print_event(*row, common.json);
        if (events.link() == LinkState::version_mismatch)
            throw no_session(common.link, posix.host(), Error::version_mismatch);
    }
}

[[noreturn]] void follow(const Common& common, posix::PosixHost& posix, EventQueue& events) {
    try {
        start(posix, common.link);
    } catch (const Failure& failure) {
        if (failure.status() != kNoLink) throw; // the driver goes on trying
    }
    auto row = events.next(posix.port().now() + kFirstWord);
    if (!row) row = event_row(time_text(std::chrono::system_clock::now()), LinkChanged{});
    while (true) {
        print_event(*row, common.json);
        row = events.next(Instant::never());
    }
}

void run_events(const Common& common, bool follows) {
    posix::PosixHost posix(settings_for(common.link));
    EventQueue events(posix);
    if (follows) follow(common, posix, events);
    print_present(common, posix, events);
}

} // namespace

void declare_events(CLI::App& app, Common& common) {
    const auto follows = std::make_shared<bool>(false);
    auto* events = app.add_subcommand("events", "print the state of link, Wi-Fi and address, one line each");
    events->add_flag("--follow", *follows,
                     "go on with each change, the access point's stations too, over losses of the link, "
                     "until interrupted");
    events->callback(
        [&common, follows] { common.chosen = [&common, follows] { run_events(common, *follows); }; });
}

} // namespace nwp::tool
