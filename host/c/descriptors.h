// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/port.h"
#include "nwp/types.h"

#include "base/result.h"

namespace nwp::c {

/// Where the numbers of sockets come from. A place is a socket's index in the host's table. Any thread.
class Descriptors {
public:
    static constexpr std::uint16_t kNoPlace = 0xFFFF;

    /// A number for the place that is in use from now on.   too_many_files
    virtual Result<int> reserve(std::uint16_t place, bool close_on_exec) = 0;
    virtual void release(int number) = 0;
    virtual void set_close_on_exec(int number, bool on) = 0;
    /// kNoPlace: none of ours.
    virtual std::uint16_t place_of(int number) const = 0;
    /// poll() for the numbers of the set that are none of ours, the others are left as they are: sleeps until
    /// one of them is ready, the waiter is woken (that wake is used up) or until `until`; returns how many
    /// are ready.
    ///   interrupted
    virtual Result<int> wait_with(Waiter& waiter, pollfd* set, std::size_t size, Instant until) = 0;

protected:
    ~Descriptors() = default;
};

/// For systems without descriptors: a place's number is the place itself, behind the three of stdio.
class OwnNumbers final : public Descriptors {
public:
    static constexpr int kFirst = 3;

    explicit OwnNumbers(std::uint16_t places) : places_(places) {}

    Result<int> reserve(std::uint16_t place, bool) override { return place + kFirst; }
    void release(int) override {}
    void set_close_on_exec(int, bool) override {}
    std::uint16_t place_of(int number) const override {
        const bool ours = number >= kFirst && number - kFirst < places_;
        return ours ? static_cast<std::uint16_t>(number - kFirst) : kNoPlace;
    }
    Result<int> wait_with(Waiter&, pollfd* set, std::size_t size, Instant) override {
        int count = 0;
        for (std::size_t i = 0; i < size; ++i) {
            if (set[i].fd < 0 || place_of(set[i].fd) != kNoPlace) continue;
            set[i].revents = POLLNVAL;
            ++count;
        }
        return count;
    }

private:
    std::uint16_t places_;
};

} // namespace nwp::c
