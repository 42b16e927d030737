// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/node_watch.h"

#include "nwpd/endpoint/opened.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace nwp::endpoint {
namespace {

constexpr std::size_t kRoom = std::size_t{16} * 1024;

} // namespace

NodeWatch::NodeWatch(boost::asio::io_context& context, Callback<void()> on_events)
    : context_(context), on_events_(on_events) {}

std::string NodeWatch::start(const std::string& folder) {
    const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) return system_error("cannot watch files");
    watch_.emplace(context_, descriptor);
    // inotify(7): an event that equals the one before it is not queued, so two openings in a row would be
    // one. The folder's event for each stands between them.
    folder_ = ::inotify_add_watch(descriptor, folder.c_str(), IN_OPEN | IN_CLOSE);
    if (folder_ < 0) return system_error("cannot watch " + folder);
    watch_->set_wake(on_events_);
    watch_->want_read();
    return {};
}

int NodeWatch::add(const std::string& node) {
    return ::inotify_add_watch(watch_->descriptor(), node.c_str(), IN_OPEN | IN_CLOSE | IN_MODIFY);
}

void NodeWatch::remove(int node) { ::inotify_rm_watch(watch_->descriptor(), node); }

void NodeWatch::take(std::deque<Event>& into) {
    alignas(inotify_event) std::array<char, kRoom> buffer;
    ssize_t size = 0;
    while ((size = ::read(watch_->descriptor(), buffer.data(), buffer.size())) > 0) {
        inotify_event event{};
        for (std::size_t at = 0; at < static_cast<std::size_t>(size); at += sizeof event + event.len) {
            std::memcpy(&event, buffer.data() + at, sizeof event);
            if ((event.mask & IN_Q_OVERFLOW) != 0) into.push_back({Act::lost, -1});
            if (event.wd == folder_) continue;
            if ((event.mask & IN_OPEN) != 0) into.push_back({Act::opened, event.wd});
            if ((event.mask & IN_CLOSE) != 0) into.push_back({Act::closed, event.wd});
            const Event written{Act::written, event.wd};
            const bool told = !into.empty() && into.back() == written;
            if ((event.mask & IN_MODIFY) != 0 && !told) into.push_back(written);
        }
    }
    watch_->want_read();
}

} // namespace nwp::endpoint
