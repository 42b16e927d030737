// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "base/wifi.h"
#include "simplelink/wlan.h"

namespace nwp::simplelink {

/// What this chip heard on the air while it counts: one management frame for each access point that a scan
/// hears or a join meets. A pure machine.
class RxStatistics {
public:
    void start(Instant now);
    void stop() { counting_ = false; }
    /// Since start(), or since this was asked last.
    RxStatisticsGetResponse take(Instant now);

    void on_heard(const WifiNetwork& network);

private:
    bool counting_ = false;
    RxStatisticsGetResponse counters_;
    std::int64_t rssi_sum_ = 0;
};

} // namespace nwp::simplelink
