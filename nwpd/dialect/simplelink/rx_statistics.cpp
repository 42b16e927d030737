// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/rx_statistics.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

std::uint32_t stamp(Instant now) { return static_cast<std::uint32_t>(now.microseconds()); }

/// Six bins of 10 dBm from -40 down; beacons travel at the lowest rate, which is the first bin of rates.
std::size_t bin_of(std::int8_t rssi_dbm) {
    return static_cast<std::size_t>(std::clamp((-40 - rssi_dbm + 9) / 10, 0, 5));
}

template <typename Number>
void count(Number& counter) {
    if (counter != static_cast<Number>(-1)) ++counter;
}

} // namespace

void RxStatistics::start(Instant now) {
    counting_ = true;
    counters_ = {};
    rssi_sum_ = 0;
    counters_.start_time = stamp(now);
}

RxStatisticsGetResponse RxStatistics::take(Instant now) {
    RxStatisticsGetResponse taken = counters_;
    taken.get_time = stamp(now);
    counters_ = {};
    counters_.start_time = stamp(now);
    rssi_sum_ = 0;
    return taken;
}

void RxStatistics::on_heard(const WifiNetwork& network) {
    if (!counting_) return;
    count(counters_.valid_frames);
    count(counters_.rates[0]);
    count(counters_.rssi[bin_of(network.rssi_dbm)]);
    rssi_sum_ += network.rssi_dbm;
    counters_.management_rssi_dbm =
        static_cast<std::int16_t>(rssi_sum_ / static_cast<std::int64_t>(counters_.valid_frames));
}

} // namespace nwp::simplelink
