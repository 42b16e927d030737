// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tls_stream.h"
#include "nwpd/service/credentials.h"

#include <functional>

namespace nwp::service {

/// The machine's clock, and the earliest date it may show: the later of the build time and the vault's floor.
/// A date that a verified handshake proved becomes the floor of the vault, at most once a day, so that a
/// clock set back (or never set) after that day is noticed. An unproven date never does: a clock that once
/// ran years ahead would lock out the right time for good.
class SystemCalendar final : public net::Calendar {
public:
    /// Seconds since 1970-01-01T00:00:00Z.
    using Clock = std::function<std::int64_t()>;
    static std::int64_t system_clock();
    /// Of the last commit, or SOURCE_DATE_EPOCH, when this was configured.
    static std::int64_t build_time();

    /// Reads the vault's floor, so it is made before the vault moves to its own thread. A floor that cannot
    /// be read makes every date too early: nothing is verified by a clock that nobody can vouch for.
    explicit SystemCalendar(const vault::Vault& vault, Clock clock = system_clock);

    std::int64_t now() const override { return clock_(); }
    std::int64_t floor() const override { return floor_; }

    /// The date now is as certificates say; to be called from Sockets::on_date_proven().
    void date_proven(Credentials& credentials);

private:
    Clock clock_;
    std::int64_t stored_ = 0; ///< what the vault has, or is about to have
    std::int64_t floor_ = 0;
};

} // namespace nwp::service
