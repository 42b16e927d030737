// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/pty_line.h"

#include <boost/asio/post.hpp>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace nwp::endpoint {
namespace {

constexpr std::size_t kMostOldInput = std::size_t{64} * 1024; ///< more than the system's queues hold
constexpr int kMostLooks = 100;

bool has_input(int descriptor) {
    pollfd state{descriptor, POLLIN, 0};
    return ::poll(&state, 1, 0) > 0;
}

} // namespace

PtyLine::PtyLine(boost::asio::io_context& context, std::string path)
    : context_(context), terminal_(std::move(path)),
      node_(context, Callback<void()>::to<&PtyLine::handle_events>(*this)) {}

std::string PtyLine::start(HostLineListener& listener) {
    listener_ = &listener;
    const Opened ours = terminal_.make();
    if (ours.descriptor < 0) return ours.error;
    DescriptorStream::Listener& here = *this;
    stream_.emplace(context_, ours.descriptor, here);
    // Watched before any host can find it.
    if (auto error = node_.start(terminal_.node()); !error.empty()) return error;
    return terminal_.publish();
}

/// Whether the host that our listener believes to be there has closed by now.
bool PtyLine::power_off_waits() {
    node_.take(events_);
    std::size_t openers = openers_;
    for (const Event event : events_) {
        if (event == Event::opened) ++openers;
        if (event == Event::lost || (event == Event::closed && --openers == 0)) return true;
    }
    return false;
}

ByteView PtyLine::read() {
    if (openers_ == 0) return {};
    const ByteView bytes = stream_->read();
    if (bytes.empty()) written_ = false;
    // Asked behind the reading: when nobody has closed by now, then these bytes are of the host that is
    // there.
    if (power_off_waits()) {
        if (!bytes.empty()) stream_->put_back({bytes.begin(), bytes.end()});
        handle_later();
        return {};
    }
    return bytes;
}

void PtyLine::write(ByteView bytes) {
    if (openers_ == 0) return;
    // The host that these are for is gone, and the next must not read them: two signs of life in a row
    // confuse it.
    if (power_off_waits()) return handle_later();
    stream_->write(bytes);
}

void PtyLine::handle_later() {
    boost::asio::post(context_, [weak = std::weak_ptr<PtyLine*>(self_)] {
        if (const auto line = weak.lock()) (*line)->handle_events();
    });
}

void PtyLine::on_drained() {
    if (openers_ != 0) listener_->on_drained();
}

void PtyLine::handle_events() {
    node_.take(events_);
    while (!events_.empty()) {
        const Event event = events_.front();
        events_.pop_front();
        handle(event);
    }
    if (written_ && !stream_->has_read_ahead() && !has_input(stream_->descriptor())) written_ = false;
    if (openers_ != 0 && stream_->has_read_ahead()) listener_->on_readable();
}

void PtyLine::handle(Event event) {
    switch (event) {
        case Event::opened:
            if (openers_++ == 0) listener_->on_opened();
            return;
        case Event::closed:
            if (openers_ == 0 || --openers_ != 0) return;
            drop_bytes();
            return listener_->on_closed();
        case Event::written: written_ = true; return;
        case Event::lost: return begin_anew();
    }
}

void PtyLine::drop_bytes() {
    stream_->drop_unsent();
    terminal_.drop_unread(stream_->descriptor());
    if (written_) drop_old_input();
    written_ = false;
}

void PtyLine::drop_old_input() {
    if (next_host_wrote()) return;
    auto bytes = stream_->take_all(kMostOldInput);
    node_.take(events_); // it may have been the next host's, written while we looked
    if (!bytes.empty() && next_host_wrote()) stream_->put_back(std::move(bytes));
}

/// Whether what waits tells of a host that opened and wrote.
bool PtyLine::next_host_wrote() const {
    const auto opened = std::find(events_.begin(), events_.end(), Event::opened);
    return std::find(opened, events_.end(), Event::written) != events_.end();
}

/// The system lost count of the openings: the host that is there, if one is, finds us as after its power-on.
void PtyLine::begin_anew() {
    spdlog::warn("{}: more openings and closings than the system remembers", terminal_.node());
    const bool was_on = std::exchange(openers_, 0) != 0;
    const std::deque<Event> only_ours = {Event::closed, Event::opened};
    bool somebody = false;
    for (int looks = 0; looks < kMostLooks; ++looks) {
        events_.clear();
        somebody = terminal_.has_host(stream_->descriptor());
        node_.take(events_);
        std::erase(events_, Event::written);
        if (events_ == only_ours) break; // else a host came or went while we looked
    }
    events_.clear();
    written_ = true;
    drop_bytes();
    if (was_on) listener_->on_closed();
    openers_ = somebody ? 1 : 0;
    if (somebody) listener_->on_opened();
}

} // namespace nwp::endpoint
