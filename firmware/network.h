// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/running.h"

namespace nwp::firmware {

/// The words of the command line, which stand between bars: "http_get|www.example.org|443".
class Words {
public:
    static constexpr std::size_t kMost = 10;

    /// Asks the emulator.
    Words();
    std::size_t size() const { return size_; }
    /// Empty where there is none.
    const char* operator[](std::size_t index) const { return index < size_ ? words_[index] : ""; }

private:
    char line_[256];
    const char* words_[kMost];
    std::size_t size_ = 0;
};

/// Somebody who is told of events and on whom the program may wait.
class Listening : public EventListener {
public:
    /// Listens from now on, for ever.
    explicit Listening(const Running& running) : running_(running) { running.host.add(*this); }

    /// Sleeps until `met`, which events make true, at most until then. False: it did not come true.
    bool wait(Callback<bool()> met, Instant until) { return running_.host.block(changes_, met, until); }

protected:
    ~Listening() = default;

    const Running& running() const { return running_; }
    /// In each on_...() that may make true what is waited for.
    void changed() {
        const Lock lock{running_.port};
        running_.port.wake(changes_.waiter);
    }

private:
    const Running running_;
    Watch changes_; // told of the link by the host, of everything else by changed()
};

/// Prints "WHAT: WHY" and returns `status`.
int failed(const Running& running, int status, const char* what, const char* why);

/// Waits until the network processor answers, joins the network, unless `ssid` is empty, and waits for an
/// address. kDone, or what to exit with; the line is printed. May be called again when the link was lost.
int reach_network(const Running& running, const char* ssid, const char* passphrase,
                  Duration link_patience = seconds(3));

} // namespace nwp::firmware
