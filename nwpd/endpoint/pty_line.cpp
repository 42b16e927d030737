// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/pty_line.h"

#include "nwpd/endpoint/terminal.h"

#include <boost/asio/post.hpp>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace nwp::endpoint {
namespace {

constexpr std::size_t kMostOldInput = std::size_t{64} * 1024; ///< more than the system's queues hold
constexpr int kMostLooks = 100;

bool has_input(int descriptor) {
    pollfd state{descriptor, POLLIN, 0};
    return ::poll(&state, 1, 0) > 0;
}

std::string folder_of(const std::string& node) { return node.substr(0, node.rfind('/') + 1); }

} // namespace

/// A pseudo-terminal and who has it open.
struct PtyLine::Pair {
    explicit Pair(std::string path) : terminal(std::move(path)) {}

    PseudoTerminal terminal;
    std::optional<DescriptorStream> stream;
    int node = -1; ///< its number in the watch
    std::size_t openers = 0;
    bool written = false; ///< by a host, and maybe not read yet
};

PtyLine::PtyLine(boost::asio::io_context& context, std::string path)
    : context_(context), path_(std::move(path)),
      node_(context, Callback<void()>::to<&PtyLine::handle_events>(*this)) {}

PtyLine::~PtyLine() = default;

std::string PtyLine::start(HostLineListener& listener) {
    listener_ = &listener;
    return publish_fresh();
}

/// Makes a pseudo-terminal and leads the path to it.
std::string PtyLine::publish_fresh() {
    auto fresh = std::make_unique<Pair>(path_);
    const Opened ours = fresh->terminal.make();
    if (ours.descriptor < 0) return ours.error;
    DescriptorStream::Listener& here = *this;
    fresh->stream.emplace(context_, ours.descriptor, here);
    // Watched before any host can find it.
    const std::string& node = fresh->terminal.node();
    if (!node_.started()) {
        if (auto error = node_.start(folder_of(node)); !error.empty()) return error;
    }
    fresh->node = node_.add(node);
    if (fresh->node < 0) return system_error("cannot watch " + node);
    if (auto error = fresh->terminal.publish(); !error.empty()) return error;
    if (session_) session_->terminal.hand_over_link();
    published_ = std::move(fresh);
    return {};
}

bool PtyLine::is_on() const { return session_ && session_->openers != 0; }

std::size_t PtyLine::unsent() const { return is_on() ? session_->stream->unsent() : 0; }

/// Whether the host that our listener believes to be there has closed by now.
bool PtyLine::power_off_waits() {
    node_.take(events_);
    std::size_t openers = session_->openers;
    for (const Event& event : events_) {
        if (event.act == Act::lost) return true;
        if (event.node != session_->node) continue;
        if (event.act == Act::opened) ++openers;
        if (event.act == Act::closed && --openers == 0) return true;
    }
    return false;
}

ByteView PtyLine::read() {
    if (!is_on()) return {};
    const ByteView bytes = session_->stream->read();
    if (bytes.empty()) session_->written = false;
    // Asked behind the reading: when nobody has closed by now, then these bytes are of the host that is
    // there.
    if (power_off_waits()) {
        if (!bytes.empty()) session_->stream->put_back({bytes.begin(), bytes.end()});
        handle_later();
        return {};
    }
    return bytes;
}

void PtyLine::write(ByteView bytes) {
    if (!is_on()) return;
    // The host that these are for is gone, and the next must not read them: two signs of life in a row
    // confuse it.
    if (power_off_waits()) return handle_later();
    session_->stream->write(bytes);
}

void PtyLine::handle_later() {
    boost::asio::post(context_, [weak = std::weak_ptr<PtyLine*>(self_)] {
        if (const auto line = weak.lock()) (*line)->handle_events();
    });
}

void PtyLine::on_drained() {
    if (is_on()) listener_->on_drained();
}

void PtyLine::handle_events() {
    node_.take(events_);
    while (!events_.empty()) {
        const Event event = events_.front();
        events_.pop_front();
        handle(event);
    }
    if (!is_on()) return;
    const DescriptorStream& stream = *session_->stream;
    if (session_->written && !stream.has_read_ahead() && !has_input(stream.descriptor()))
        session_->written = false;
    if (stream.has_read_ahead()) listener_->on_readable();
}

void PtyLine::handle(const Event& event) {
    if (event.act == Act::lost) return handle_lost();
    const bool of_session = session_ && session_->node == event.node;
    const bool of_published = published_ && published_->node == event.node;
    if (!of_session && !of_published) return; // of one that is gone
    Pair& pair = of_session ? *session_ : *published_;
    switch (event.act) {
        case Act::opened:
            ++pair.openers;
            if (!session_) return begin();
            if (of_session && pair.openers == 1) listener_->on_opened();
            return;
        case Act::closed: return closed_by_one(pair);
        case Act::written: pair.written = true; return;
        case Act::lost: return;
    }
}

void PtyLine::closed_by_one(Pair& pair) {
    if (pair.openers == 0 || --pair.openers != 0) return;
    if (pair.written) drop_old_input(pair);
    pair.written = false;
    if (session_.get() != &pair) return; // it never had power
    forget_bytes(pair);
    listener_->on_closed();
    if (!opens_again(pair.node)) end();
}

/// What its host has not read.
void PtyLine::forget_bytes(Pair& pair) {
    pair.stream->drop_unsent();
    pair.terminal.drop_unread(pair.stream->descriptor());
}

/// The host that opened the published pseudo-terminal gets power, and the path leads to a fresh one.
void PtyLine::begin() {
    session_ = std::move(published_);
    if (const auto error = publish_fresh(); !error.empty())
        spdlog::error("{}: hosts that follow share a pseudo-terminal: {}", path_, error);
    listener_->on_opened();
}

/// Nobody has, and nobody will get, the session's pseudo-terminal: what is left in it goes with it.
void PtyLine::end() {
    if (!published_ && !publish_fresh().empty()) {
        published_ = std::move(session_);
        return;
    }
    node_.remove(session_->node);
    session_.reset();
    if (published_->openers != 0) begin();
}

/// Whether what waits tells, or could have told, of a host that opened this one.
bool PtyLine::opens_again(int node) const {
    return std::any_of(events_.begin(), events_.end(), [node](const Event& event) {
        return event == Event{Act::opened, node} || event.act == Act::lost;
    });
}

void PtyLine::drop_old_input(Pair& pair) {
    if (next_host_wrote(pair.node)) return;
    auto bytes = pair.stream->take_all(kMostOldInput);
    node_.take(events_); // it may have been the next host's, written while we looked
    if (!bytes.empty() && next_host_wrote(pair.node)) pair.stream->put_back(std::move(bytes));
}

/// Whether what waits tells of a host that opened this one and wrote.
bool PtyLine::next_host_wrote(int node) const {
    const auto opened = std::find(events_.begin(), events_.end(), Event{Act::opened, node});
    return std::find(opened, events_.end(), Event{Act::written, node}) != events_.end();
}

/// Sees who has which one open, at a moment when nobody comes or goes. What waited is forgotten.
void PtyLine::count_again() {
    for (int looks = 0; looks < kMostLooks; ++looks) {
        std::deque<Event> only_ours;
        events_.clear();
        for (Pair* pair : {session_.get(), published_.get()}) {
            if (pair == nullptr) continue;
            pair->openers = pair->terminal.has_host(pair->stream->descriptor()) ? 1 : 0;
            only_ours.insert(only_ours.end(), {{Act::closed, pair->node}, {Act::opened, pair->node}});
        }
        node_.take(events_);
        std::erase_if(events_, [](const Event& event) { return event.act == Act::written; });
        if (events_ == only_ours) break; // else a host came or went while we looked
    }
    events_.clear();
}

/// The system lost count of the openings: the host that is there, if one is, finds us as after its power-on.
void PtyLine::handle_lost() {
    spdlog::warn("{}: more openings and closings than the system remembers", path_);
    const bool was_on = is_on();
    count_again();
    if (session_) {
        forget_bytes(*session_);
        drop_old_input(*session_);
    }
    if (was_on) listener_->on_closed();
    if (is_on()) return listener_->on_opened();
    if (session_) return end();
    if (published_->openers != 0) begin();
}

} // namespace nwp::endpoint
