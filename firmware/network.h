// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/running.h"

namespace nwp::firmware {

/// The words of the command line, which stand between bars: "http_get|www.example.org|443".
class Words {
public:
    static constexpr std::size_t kMost = 8;

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

/// Prints "WHAT: WHY" and returns `status`.
int failed(const Running& running, int status, const char* what, const char* why);

/// Waits until the network processor answers, joins the network, unless `ssid` is empty, and waits for an
/// address. kDone, or what to exit with; the line is printed.
int reach_network(const Running& running, const char* ssid, const char* passphrase);

} // namespace nwp::firmware
