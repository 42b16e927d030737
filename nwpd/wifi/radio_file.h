// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/wifi/address_map.h"
#include "nwpd/wifi/air_device.h"
#include "nwpd/wifi/radio.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nwp::wifi {

/// One access point of the simulated air.
struct AccessPoint {
    WifiNetwork network;
    Passphrase passphrase;      ///< empty for open networks
    std::optional<Lease> lease; ///< what its DHCP server gives; none: it gives no address
};

/// How long the simulated radio takes.
struct RadioTiming {
    Duration scan_result = milliseconds(20); ///< before each scan result, and before the end of the scan
    Duration join = milliseconds(50);
    Duration lease = milliseconds(20); ///< from joined to address
};

/// What a radio file says. docs/radio.md describes the format.
struct RadioFile {
    RadioTiming timing;
    std::vector<AccessPoint> access_points;
    std::vector<MapEntry> map;
    std::vector<AirDevice> devices;
};

/// One thing wrong in a radio file.
struct RadioFileProblem {
    std::string file;
    unsigned line = 0; ///< 0: the file as a whole
    std::string key;   ///< such as "access_point.channel"; empty: no key is to blame
    std::string text;  ///< what is wrong and what to do

    /// "radio.toml:7: access_point.channel: 0 is no channel; give 1 to 233"
    std::string message() const;
};
using RadioFileProblems = std::vector<RadioFileProblem>;

/// The file, or everything that is wrong with it (at least one problem). `file_name` is for the messages.
std::variant<RadioFile, RadioFileProblems> parse_radio_file(std::string_view text,
                                                            std::string_view file_name);
/// The same from disk.
std::variant<RadioFile, RadioFileProblems> load_radio_file(const std::string& path);

/// The radio file that nwpd uses when it is given none.
std::string_view default_radio_file();

/// Every key of the format with the tables it lies in, such as "access_point.lease.dns"; for the document's
/// test.
std::vector<std::string> radio_file_keys();

} // namespace nwp::wifi
