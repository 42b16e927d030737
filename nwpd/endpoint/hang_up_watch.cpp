// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/hang_up_watch.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace nwp::endpoint {
namespace {

/// A descriptor that becomes readable when `descriptor` hangs up, and for nothing else; -1: none is left. The
/// loop's own wait for input cannot tell: it is over for bytes as well.
int make_hang_up_descriptor(int descriptor) {
    const int made = ::epoll_create1(EPOLL_CLOEXEC);
    if (made < 0) return -1;
    epoll_event wanted{};
    wanted.events = EPOLLRDHUP; // EPOLLHUP and EPOLLERR come unasked
    if (::epoll_ctl(made, EPOLL_CTL_ADD, descriptor, &wanted) == 0) return made;
    ::close(made);
    return -1;
}

} // namespace

bool has_hung_up(int descriptor) {
    pollfd state{descriptor, POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0;
}

HangUpWatch::HangUpWatch(boost::asio::io_context& context, int descriptor, Callback<void()> on_hung_up)
    : descriptor_(descriptor), on_hung_up_(on_hung_up) {
    const int made = make_hang_up_descriptor(descriptor);
    if (made < 0) return;
    watch_.emplace(context, made);
    watch_->set_wake(Callback<void()>::to<&HangUpWatch::look>(*this));
    watch_->want_read();
}

void HangUpWatch::look() {
    // A wait of Asio's may end for nothing: what it noted about a descriptor that was closed meanwhile goes
    // to the next one that it keeps in the same place.
    if (!has_hung_up(descriptor_)) return watch_->want_read();
    on_hung_up_();
}

} // namespace nwp::endpoint
