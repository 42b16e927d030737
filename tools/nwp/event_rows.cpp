// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/event_rows.h"

#include "tools/nwp/values.h"
#include "wire/hello.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace nwp::tool {
namespace {

namespace json = boost::json;

constexpr std::size_t kBareFields = 3; ///< time, event, and what it is now stand without their names

const char* state_name(LinkState state) {
    switch (state) {
        case LinkState::down: return "down";
        case LinkState::up: return "up";
        case LinkState::version_mismatch: return "version_mismatch";
    }
    return "unknown";
}

std::string value_text(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    return json::serialize(value);
}

} // namespace

std::string time_text(std::chrono::system_clock::time_point time) {
    using std::chrono::milliseconds;
    const auto since = std::chrono::duration_cast<milliseconds>(time.time_since_epoch());
    const std::time_t whole = since.count() / 1000;
    std::tm utc{};
    ::gmtime_r(&whole, &utc);
    std::array<char, 24> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(since.count() % 1000));
    return std::string(date.data()) + fraction.data();
}

json::object event_row(const std::string& time, const LinkChanged& change) {
    json::object row{{"time", time}, {"event", "link"}, {"state", state_name(change.state)}};
    if (change.state == LinkState::down) return row;
    row["nwp_protocol"] = std::to_string(change.nwp_major) + '.' + std::to_string(change.nwp_minor);
    if (change.state == LinkState::version_mismatch) {
        row["our_protocol"] = std::to_string(wire::kMajor) + '.' + std::to_string(wire::kMinor);
    }
    return row;
}

json::object event_row(const std::string& time, const WifiChanged& change) {
    return {{"time", time},
            {"event", "wifi"},
            {"state", to_string(change.state)},
            {"cause", to_string(change.cause)},
            {"reason", change.detail}};
}

json::object event_row(const std::string& time, const AddressChanged& change) {
    return {{"time", time},
            {"event", "address"},
            {"address", text_of(change.address)},
            {"prefix_length", change.prefix_length},
            {"gateway", text_of(change.gateway)},
            {"dns", text_of(change.dns)}};
}

json::object event_row(const std::string& time, const WifiStationChanged& change) {
    return {{"time", time},
            {"event", "station"},
            {"state", change.joined != 0 ? "joined" : "left"},
            {"station", text_of(change.station)}};
}

std::string event_line(const json::object& row) {
    std::string line;
    std::size_t field = 0;
    for (const auto& entry : row) {
        if (field != 0) line += ' ';
        if (field++ >= kBareFields) line += std::string(entry.key()) + '=';
        line += value_text(entry.value());
    }
    return line;
}

} // namespace nwp::tool
