// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/radio.h"

#include <boost/json.hpp>

#include <chrono>
#include <string>

namespace nwp::tool {

/// When an event came, as RFC 3339 writes it, in UTC with milliseconds.
std::string time_text(std::chrono::system_clock::time_point time);

// What is printed of each event: "time" and "event" first.
boost::json::object event_row(const std::string& time, const LinkChanged& change);
boost::json::object event_row(const std::string& time, const WifiChanged& change);
boost::json::object event_row(const std::string& time, const AddressChanged& change);
boost::json::object event_row(const std::string& time, const WifiStationChanged& change);

/// The row in one line: time, event and what it is now, then `name=value` for the rest.
std::string event_line(const boost::json::object& row);

} // namespace nwp::tool
