// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_scan.h"

#include <chrono>
#include <utility>

namespace nwp::simplelink {
namespace {

constexpr Duration kScanLimit = seconds(20);

template <typename Message>
void append(std::vector<Byte>& bytes, const Message& entry) {
    const auto args = encode(entry);
    bytes.insert(bytes.end(), args.begin(), args.end());
}

} // namespace

WlanScan::WlanScan(const Power& power, const WlanSettings& settings, const WlanPolicies& policies)
    : board_(power.board), client_(power.client), out_(power.out), settings_(settings), policies_(policies),
      timer_(power.board.loop) {}

bool WlanScan::take(const HostMessage& message) {
    return route(Messages<ScanResultsGet, ExtendedScanResultsGet>{}, message, out_, *this);
}

bool WlanScan::is_fresh() const {
    if (!has_ended_) return false;
    const bool periodic = (policies_.scan() & scan_policy::enabled) != 0;
    return periodic ||
           std::chrono::steady_clock::now() - ended_ < std::chrono::microseconds{kFresh.microseconds()};
}

bool WlanScan::may_answer(std::uint8_t index, std::uint8_t count) {
    if (count == 0 || index >= kScanEntries || count > kScanEntries - index) {
        out_.refuse(code::invalid_param);
        return false;
    }
    if (!is_running_ && is_fresh()) return true;
    // A periodic scan that runs does not hide what the one before found.
    if (is_running_ && has_ended_ && (policies_.scan() & scan_policy::enabled) != 0) return true;
    begin();
    out_.refuse(code::wlan_get_network_list_eagain);
    return false;
}

std::vector<WifiNetwork> WlanScan::shown(std::uint8_t index, std::uint8_t count) const {
    const bool hidden = (policies_.scan() & scan_policy::hidden) != 0;
    std::vector<WifiNetwork> all = seen_through(settings_.scan_view(hidden), found_);
    if (index >= all.size()) return {};
    all.erase(all.begin(), all.begin() + index);
    if (all.size() > count) all.resize(count);
    return all;
}

void WlanScan::on(const ScanResultsGet& command, ByteView) {
    if (!may_answer(command.index, command.count)) return;
    const auto networks = shown(command.index, command.count);
    std::vector<Byte> entries;
    for (const WifiNetwork& network : networks) append(entries, scan_entry(network));
    out_.respond(ScanResultsGetResponse{static_cast<std::int16_t>(networks.size()), 0}, entries);
}

void WlanScan::on(const ExtendedScanResultsGet& command, ByteView) {
    if (!may_answer(command.index, command.count)) return;
    const auto networks = shown(command.index, command.count);
    const std::string country = settings_.country();
    ScanEntryExtension
        extension; // access points of ours tell no country; what is allowed here holds for them
    extension.country = room_with<2>(as_bytes(country));
    extension.channels_2_4_ghz = static_cast<std::uint16_t>(channels_in(country));
    std::vector<Byte> entries;
    for (const WifiNetwork& network : networks) {
        append(entries, scan_entry(network));
        append(entries, extension);
    }
    out_.respond(ExtendedScanResultsGetResponse{static_cast<std::int16_t>(networks.size()), 0}, entries);
}

void WlanScan::on_policy_changed() {
    if ((policies_.scan() & scan_policy::enabled) == 0) {
        timer_.cancel();
        return;
    }
    begin();
}

void WlanScan::look(std::function<void()> done) {
    waiting_.push_back(std::move(done));
    begin();
}

void WlanScan::begin() {
    if (is_running_) return;
    is_running_ = true;
    running_.clear();
    board_.services.wlan.scan(
        client_, kScanLimit,
        [this](const WifiNetwork& network) {
            running_.push_back(network);
            if (heard_) heard_(network);
        },
        [this](const Result<void>&) { finish(); }); // one that was cut short found what it found
}

void WlanScan::finish() {
    is_running_ = false;
    has_ended_ = true;
    ended_ = std::chrono::steady_clock::now();
    found_ = std::exchange(running_, {});
    arm();
    for (const auto& done : std::exchange(waiting_, {})) done();
}

void WlanScan::arm() {
    if ((policies_.scan() & scan_policy::enabled) == 0) return;
    timer_.set(std::chrono::seconds{policies_.scan_interval_s()}, [this] { begin(); });
}

} // namespace nwp::simplelink
