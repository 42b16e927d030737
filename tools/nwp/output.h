// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>

#include <string>

namespace nwp::tool {

/// Prints a command's outcome: as JSON (keys in the order they were put in), or as text: an object as aligned
/// lines, a list of objects as a table, an object inside an object under a heading.
void print(const boost::json::object& outcome, bool as_json);

/// The text form, for tests.
std::string as_text(const boost::json::object& outcome);

} // namespace nwp::tool
