// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/dialect/simplelink/wlan_network.h"

#include <array>
#include <functional>
#include <optional>

namespace nwp::simplelink {

/// The networks that the chip may join by itself. Kept in the flash; passwords never leave it.
class WlanProfiles final : public SiloHandler {
public:
    WlanProfiles(const Power& power, WlanMode mode);

    bool take(const HostMessage& message) override;

    /// Told after one was added (with its index), changed or deleted.
    void on_changed(std::function<void(std::optional<std::size_t> added)> listener) {
        changed_ = std::move(listener);
    }
    const std::optional<WlanNetwork>& at(std::size_t index) const { return profiles_[index]; }
    bool empty() const;
    bool full() const;

    void on(const ProfileAdd& command, ByteView payload);
    void on(const ProfileAddEap& command, ByteView payload);
    void on(const ProfileGet& command, ByteView payload);
    void on(const ProfileDelete& command, ByteView payload);
    void on(const ProfileUpdate& command, ByteView payload);
    void on(const ProfileUpdateEap& command, ByteView payload);

private:
    template <typename Response, typename Message>
    void add(const Message& command, ByteView payload, WlanForm form);
    template <typename Response, typename Message>
    void update(const Message& command, ByteView payload, WlanForm form);
    void put(std::size_t index, WlanNetwork network);
    void remove(std::size_t index);

    Outbox& out_;
    Flash flash_;
    WlanMode mode_;
    std::array<std::optional<WlanNetwork>, kProfiles> profiles_;
    std::function<void(std::optional<std::size_t>)> changed_;
};

} // namespace nwp::simplelink
