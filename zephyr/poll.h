// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/types.h"
#include "zephyr/driver.h"

namespace nwp::zephyr {

// The two steps of Zephyr's poll(): prepare adds events to wait for, update reads what became true. Between
// them Zephyr sleeps on the events of all descriptors, its own ones too. An entry takes one event for POLLIN
// and one for POLLOUT; one that asks for neither takes one for errors, which are always told.
//
// A signal is raised while its condition is true. It is taken back only by somebody who has just seen that
// the condition is not, and who then looks again: so several threads may poll one socket.

/// 0; -EALREADY: something is true already, no sleep; -ENOMEM: there is no place for the events.
int prepare_poll(Host& host, SocketId socket, SocketPlace& place, const pollfd& entry, k_poll_event*& next,
                 const k_poll_event* end);

/// 0, with revents set; -EAGAIN: woken, but it is not true any more, sleep on.
int update_poll(Host& host, SocketId socket, SocketPlace& place, pollfd& entry, k_poll_event*& next);

/// The readiness callback of a socket; `place` is its SocketPlace.
void tell_pollers(void* place, SocketId socket, Readiness readiness);

} // namespace nwp::zephyr
