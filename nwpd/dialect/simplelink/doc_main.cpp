// SPDX-License-Identifier: Apache-2.0
// Prints docs/simplelink.md from the declarations and from what the silos say of themselves.
#include "nwpd/dialect/simplelink/standing.h"

#include <array>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

namespace nwp::simplelink {
namespace {

constexpr const char* kIntroduction = R"(# The SimpleLink dialect

Made by `nwp-simplelink-doc` from the declarations in `simplelink/*.h` and from `nwpd/dialect/simplelink/standing.cpp`; do
not edit.

An endpoint with `dialect = "simplelink"` speaks the host protocol of TI's CC31xx and CC32xx, byte for byte, so that a program
with TI's own host driver runs unchanged. Opening the line is the power of the chip: it says INIT COMPLETE then, and once;
closing it takes the power away. What is set survives, and so do files; sockets do not. One line has one chip and one host.

* **Works**: does what the protocol says. **Stored**: checked, kept, and read back; nothing else depends on it yet.
  **Refused**: answered with an error, in the exact size that a driver reads.
* TLS is at least 1.2, and at most 1.2 unless the client's policy says `allow_tls_1_3 = true`. SSLv3 and RC4 are not there,
  whatever a mask says. A handshake that a chip would let pass with a warning (-453 no CA, -461 date, -468 unknown root) closes
  the connection with that code, unless `legacy_warn` of the client's policy names the host; -467 (revoked) always does.
* The clock that a host sets is its own: its certificates are checked against it, and nobody else's. It never shows less than
  the earliest date that the store knows to be past.
* A file that a host writes is the file that the native dialect names as a credential. Private keys can be written and used,
  not read back.
)";

const char* text(Standing standing) {
    switch (standing) {
        case Standing::works: return "works";
        case Standing::stored: return "stored";
        case Standing::refused: return "refused";
    }
    return "";
}

const char* text(Sender sender) {
    switch (sender) {
        case Sender::nobody: return "nobody";
        case Sender::driver_3: return "driver 3";
        case Sender::driver_2: return "driver 2, 3";
        case Sender::zephyr: return "Zephyr, driver 2, 3";
    }
    return "";
}

const char* text(ConfigGroup group) {
    switch (group) {
        case ConfigGroup::device: return "device";
        case ConfigGroup::policy: return "policy";
        case ConfigGroup::wlan: return "WLAN";
        case ConfigGroup::netcfg: return "netcfg";
        case ConfigGroup::netapp: return "netapp";
        case ConfigGroup::socket: return "socket";
        case ConfigGroup::file: return "file";
        case ConfigGroup::netutil: return "netutil";
        case ConfigGroup::netutil_command: return "netutil task";
    }
    return "";
}

std::string hexadecimal(std::uint16_t number) {
    std::ostringstream text;
    text << "0x" << std::hex << std::uppercase << std::setw(4) << std::setfill('0') << number;
    return text.str();
}

std::string options(const ConfigRow& row) {
    if (row.first_option == row.last_option) return std::to_string(row.first_option);
    if (row.last_option == 0xFFFF) return "any";
    return std::to_string(row.first_option) + " to " + std::to_string(row.last_option);
}

class Count {
public:
    void add(Standing standing) { ++of_[static_cast<std::size_t>(standing)]; }
    std::string text() const {
        return std::to_string(of_[0]) + " work, " + std::to_string(of_[1]) + " are stored, " +
               std::to_string(of_[2]) + " refused.";
    }

private:
    std::array<unsigned, 3> of_{};
};

template <typename Rows>
Count count(const Rows& rows) {
    Count counted;
    for (const auto& row : rows) counted.add(standing_of(row).standing);
    return counted;
}

void print_commands() {
    std::cout << "\n## Commands and requests\n\n"
              << count(kCommands).text() << "\n\n"
              << "| opcode | name | sent by | standing | why |\n| --- | --- | --- | --- | --- |\n";
    for (const CommandRow& row : kCommands) {
        const StandingRow standing = standing_of(row);
        std::cout << "| " << hexadecimal(row.opcode) << " | " << row.name << " | " << text(row.sender)
                  << " | " << text(standing.standing) << " | " << standing.why << " |\n";
    }
}

void print_events() {
    std::cout << "\n## Events\n\n"
              << count(kEvents).text() << "\n\n"
              << "| opcode | name | standing | why |\n| --- | --- | --- | --- |\n";
    for (const EventRow& row : kEvents) {
        const StandingRow standing = standing_of(row);
        std::cout << "| " << hexadecimal(row.opcode) << " | " << row.name << " | " << text(standing.standing)
                  << " | " << standing.why << " |\n";
    }
}

void print_settings() {
    std::cout << "\n## Settings\n\n"
              << count(kConfigRows).text() << "\n\n"
              << "| silo | id | option | name | standing | why |\n| --- | --- | --- | --- | --- | --- |\n";
    for (const ConfigRow& row : kConfigRows) {
        const StandingRow standing = standing_of(row);
        std::cout << "| " << text(row.group) << " | " << row.id << " | " << options(row) << " | " << row.name
                  << " | " << text(standing.standing) << " | " << standing.why << " |\n";
    }
}

} // namespace
} // namespace nwp::simplelink

int main() {
    std::cout << nwp::simplelink::kIntroduction;
    nwp::simplelink::print_commands();
    nwp::simplelink::print_events();
    nwp::simplelink::print_settings();
    return std::cout.flush() ? 0 : 1;
}
