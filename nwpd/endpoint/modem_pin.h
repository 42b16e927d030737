// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace nwp::endpoint {

/// What tells that the host on a serial port has switched us on.
enum class PowerSign : std::uint8_t {
    always, ///< nothing: we are on as long as the port is there
    dcd,    ///< data carrier detect
    dsr,    ///< data set ready
    cts     ///< clear to send
};

/// One modem line that the other side drives.
class ModemPin {
public:
    virtual ~ModemPin() = default;
    ModemPin() = default;
    ModemPin(const ModemPin&) = delete;
    ModemPin& operator=(const ModemPin&) = delete;

    struct State {
        bool raised = false;
        /// Differs from before when the line changed in between, be it back and forth. Stands still where
        /// the driver does not count.
        std::uint32_t changes = 0;
    };
    /// Nothing: the port has no such line, or is gone.
    virtual std::optional<State> look() = 0;
};

/// That of a terminal.
class TerminalPin final : public ModemPin {
public:
    /// `descriptor` is another's; `sign` is not `always`.
    TerminalPin(int descriptor, PowerSign sign) : descriptor_(descriptor), sign_(sign) {}
    std::optional<State> look() override;

private:
    int descriptor_;
    PowerSign sign_;
};

} // namespace nwp::endpoint
