// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wire/wifi.h"

namespace nwp {

/// Wi-Fi's state and its cause changed; `detail` (the 802.11 reason code) is for people and logs.
using WifiChanged = wire::WifiChanged;
/// The NWP's address was acquired, changed or lost (`address.family` unspecified).
using AddressChanged = wire::AddressChanged;

enum class LinkState : std::uint8_t {
    down = 0, ///< not answered yet, stopped, or lost
    up = 1,
    version_mismatch = 2, ///< the NWP speaks another major version; the host asks again every 5 s
};

struct LinkChanged {
    LinkState state = LinkState::down;
    bool attached = false;      ///< up: the token was right; Host::attached() tells which sockets live on
    std::uint8_t nwp_major = 0; ///< up, version_mismatch: what the NWP speaks
    std::uint8_t nwp_minor = 0; ///< up: the lower of both; version_mismatch: its own
};

/// Is told what happens, each change exactly once, in order, on the servicing thread, without the lock. Every
/// time the link comes up one on_wifi and one on_address follow as a snapshot of what is. A listener may call
/// everything of the host that does not wait.
class EventListener {
public:
    EventListener() = default;
    EventListener(const EventListener&) = delete;
    EventListener& operator=(const EventListener&) = delete;

    virtual void on_wifi(const WifiChanged&) {}
    virtual void on_address(const AddressChanged&) {}
    virtual void on_link(const LinkChanged&) {}
    /// What only some hosts listen for, undecoded, so that the others need not have it: wire::decode() with
    /// the message that has this id, as StationListener does.
    virtual void on_event(std::uint16_t, ByteView) {}

protected:
    ~EventListener() = default;

private:
    friend class Host;
    EventListener* next_ = nullptr;
};

} // namespace nwp
