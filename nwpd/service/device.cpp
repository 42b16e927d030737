// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/device.h"

#include "nwpd/service/steady_time.h"

#include <unistd.h>

#include <fstream>
#include <utility>

namespace nwp::service {
namespace {

void add(LinkCounters& sum, const LinkCounters& more) {
    sum.clients += more.clients;
    sum.wrong_tokens += more.wrong_tokens;
    sum.version_mismatches += more.version_mismatches;
    sum.frames_in += more.frames_in;
    sum.frames_out += more.frames_out;
    sum.frames_resent += more.frames_resent;
    sum.frames_broken += more.frames_broken;
    if (!more.last_mismatch.empty()) sum.last_mismatch = more.last_mismatch;
}

/// proc(5): the second number of statm is the resident set, in pages. 0 where there is no /proc.
std::uint32_t resident_kib() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (!(statm >> size >> resident)) return 0;
    return static_cast<std::uint32_t>(resident * (static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024));
}

} // namespace

Device::Device(const Sockets& sockets) : sockets_(sockets), started_(steady_now()) {}

Device::LinkId Device::add_link(Report report) {
    const LinkId id{++last_link_};
    links_.emplace(id, std::move(report));
    return id;
}

void Device::remove_link(LinkId link) {
    const auto at = links_.find(link);
    if (at == links_.end()) return;
    LinkCounters last = at->second();
    last.clients = 0;
    add(gone_, last);
    links_.erase(at);
}

DeviceInfo Device::info() const {
    return {.product = "OpenNWP", .version = NWP_VERSION, .uptime = steady_now() - started_};
}

DeviceStatus Device::status() const {
    DeviceStatus status{.links = gone_, .sockets = sockets_.totals(), .resident_kib = resident_kib()};
    for (const auto& [id, report] : links_) add(status.links, report());
    return status;
}

} // namespace nwp::service
