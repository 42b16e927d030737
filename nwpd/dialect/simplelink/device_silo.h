// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/service/alarm.h"
#include "simplelink/device.h"

namespace nwp::simplelink {

/// Start and stop, the chip's own settings and clock, event masks, the UART's rate.
class DeviceSilo final : public SiloHandler {
public:
    explicit DeviceSilo(const Power& power);

    bool take(const HostMessage& message) override;

    /// INIT COMPLETE, once.
    void announce_start();

    // Change of the UART's rate (facts 1.7).

    /// The answer to the command has left; the host closes its port next and opens it at the new rate.
    bool awaits_new_rate() const { return awaits_new_rate_; }
    /// The host's first words at the new rate.
    void on_baud_greeting();

    void on(const DeviceStop& command, ByteView payload);
    void on(const DeviceGet& command, ByteView payload);
    void on(const DeviceSet& command, ByteView payload);
    void on(const EventMaskSet& command, ByteView payload);
    void on(const EventMaskGet& command, ByteView payload);
    void on(const UartModeSet& command, ByteView payload);
    void on(const VersionRead& command, ByteView payload);

private:
    void answer(const DeviceGet& command, ByteView value);
    void get_general(const DeviceGet& command);
    void get_status(const DeviceGet& command);
    void set_date(ByteView value);
    void stopped();

    Board& board_;
    service::Client& client_;
    Outbox& out_;
    Flash flash_;
    service::Alarm stop_timer_;
    bool awaits_new_rate_ = false;
};

} // namespace nwp::simplelink
