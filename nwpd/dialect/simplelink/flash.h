// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "nwpd/service/settings.h"
#include "simplelink/opcodes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::simplelink {

/// Name of the value of a configuration id.
std::string config_name(Silo silo, std::uint16_t id, std::uint16_t option);

/// What the chip remembers besides files: the values of its configuration ids, its role, profiles and
/// policies. They survive a loss of power unless the host asked for settings that do not (DeviceSet, general,
/// persistent = 0).
class Flash {
public:
    explicit Flash(service::Settings& settings) : settings_(settings) {}

    /// Valid until it is put anew or removed.
    std::optional<ByteView> get(std::string_view name) const;
    void put(std::string_view name, ByteView value);
    /// As put(), surviving in any case.
    void keep(std::string_view name, ByteView value);
    void remove(std::string_view name);

    /// A number of one byte; `otherwise` if it was never set.
    std::uint8_t number(std::string_view name, std::uint8_t otherwise) const;

    /// Whether what is put from now on survives. The choice itself always does.
    bool is_persistent() const;
    void set_persistent(bool persistent);

private:
    service::Settings& settings_;
};

/// 16 bytes that tell this device from all others, made when they are first asked for.
std::vector<Byte> unique_id(Flash& flash);

} // namespace nwp::simplelink
