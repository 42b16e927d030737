// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/service/sockets.h"

#include <functional>
#include <map>
#include <string>

namespace nwp::service {

/// What a front end counted on its links since it was made.
struct LinkCounters {
    std::size_t clients = 0; ///< hosts with a session now
    std::uint32_t wrong_tokens = 0;
    std::uint32_t version_mismatches = 0;
    std::uint64_t frames_in = 0;
    std::uint64_t frames_out = 0; ///< resent ones included
    std::uint64_t frames_resent = 0;
    std::uint64_t frames_broken = 0; ///< dropped for a bad CRC or length
    std::string last_mismatch;       ///< which versions met last, empty if none
};

struct DeviceInfo {
    std::string product;
    std::string version;
    Duration uptime;
};

struct DeviceStatus {
    LinkCounters links; ///< of all front ends, those that are gone included
    SocketTotals sockets;
    std::uint32_t resident_kib = 0; ///< memory of the daemon
};

/// What this NWP is and how it is. One executor.
class Device {
public:
    using Report = std::function<LinkCounters()>;
    enum class LinkId : std::uint64_t {};

    explicit Device(const Sockets& sockets);
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    /// A front end joins the status: `report` is asked whenever somebody wants to know.
    LinkId add_link(Report report);
    /// It leaves; what it counted stays in the sums.
    void remove_link(LinkId link);

    DeviceInfo info() const;
    DeviceStatus status() const;

private:
    const Sockets& sockets_;
    Instant started_;
    std::map<LinkId, Report> links_;
    LinkCounters gone_; ///< sums of links that left
    std::uint64_t last_link_ = 0;
};

} // namespace nwp::service
