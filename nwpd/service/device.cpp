// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/device.h"

#include "nwpd/service/steady_time.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <fstream>
#include <utility>

namespace nwp::service {
namespace {

std::uint32_t resident_kib() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    statm >> total >> resident; // pages; proc(5)
    return static_cast<std::uint32_t>(resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024);
}

} // namespace

Device::Device(const Sockets& sockets, RadioKind radio, FaultInjector inject)
    : sockets_(sockets), radio_(radio), inject_(std::move(inject)), started_(steady_now()) {}

DeviceInfo Device::info() const { return {"OpenNWP nwpd", NWP_VERSION, steady_now() - started_, radio_}; }

DeviceStatus Device::status() const {
    DeviceStatus status = status_;
    status.sockets = sockets_.totals();
    status.resident_kib = resident_kib();
    return status;
}

Result<void> Device::simulate(std::uint8_t fault, const Bssid& bssid) {
    const bool known = fault >= static_cast<std::uint8_t>(RadioFault::access_point_lost) &&
                       fault <= static_cast<std::uint8_t>(RadioFault::lease_back);
    if (!inject_ || !known) return Error::unsupported;
    return inject_(static_cast<RadioFault>(fault), bssid);
}

void Device::count_frames(const FrameTotals& more) {
    status_.frames.in += more.in;
    status_.frames.out += more.out;
    status_.frames.resent += more.resent;
    status_.frames.broken += more.broken;
}

void Device::count_client(int change) {
    status_.clients = static_cast<std::uint16_t>(status_.clients + change);
}

void Device::count_wrong_token() {
    ++status_.wrong_tokens;
    spdlog::warn("a host showed a token that opens nothing here");
}

void Device::count_version_mismatch(std::string_view versions) {
    ++status_.version_mismatches;
    status_.last_mismatch = versions;
    spdlog::warn("a host was refused: {}", versions);
}

void Device::log_protocol_error(std::string_view client, std::string_view what) {
    spdlog::error("client {} sent {}; its session ends", client, what);
}

} // namespace nwp::service
