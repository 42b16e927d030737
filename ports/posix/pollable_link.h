// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"

namespace nwp::posix {

/// A Link on a file descriptor, for a thread that polls. on_poll() counts as a use of the link (one thread at
/// a time with send() and receive()); fd() and wants_write() may be asked by any thread at any time.
///
/// The activity callback also runs, inside send(), when wants_write() becomes true: a thread that already
/// polls has to poll for POLLOUT from then on.
class PollableLink : public link::Link {
public:
    /// Poll this for POLLIN, always. -1 while the link is down (poll() skips it).
    virtual int fd() const = 0;

    /// Poll for POLLOUT as well.
    virtual bool wants_write() const = 0;

    /// What poll() said; POLLHUP and POLLERR are `readable`. Calls the activity callback if that changes
    /// anything.
    virtual void on_poll(bool readable, bool writable) = 0;

protected:
    ~PollableLink() = default;
};

} // namespace nwp::posix
