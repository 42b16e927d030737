// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/provisioning_machine.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/dialect/simplelink/wlan_link.h"
#include "nwpd/dialect/simplelink/wlan_profiles.h"
#include "nwpd/service/alarm.h"

#include <memory>

namespace nwp::simplelink {

/// Provisioning in real time. What brings a profile while it runs is the host itself (external
/// configuration).
class WlanProvisioning final : public SiloHandler {
public:
    WlanProvisioning(const Power& power, WlanMode mode, WlanLink& link, const WlanProfiles& profiles);

    bool take(const HostMessage& message) override;

    void start_by_policy();
    void on_profile_added(std::size_t index);
    void on_address();
    bool is_running() const { return machine_.is_running(); }

    void on(const Provisioning& command, ByteView payload);

private:
    void act();
    void tell(ProvisioningResult result);
    void try_profile(std::size_t index);
    void arm();

    Outbox& out_;
    WlanMode mode_;
    WlanLink& link_;
    const WlanProfiles& profiles_;
    ProvisioningMachine machine_;
    service::Alarm timer_;
};

} // namespace nwp::simplelink
