// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/nwp/connection.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace nwp::tool {

/// What every command has.
struct Common {
    std::string link = "unix:/run/nwp.sock";
    bool json = false;
    std::function<void()> chosen; ///< what the command line chose
};

/// Each declares its commands and, when one is chosen, sets `chosen`.
void declare_device(CLI::App& app, Common& common);
void declare_wifi(CLI::App& app, Common& common);
/// Below `wifi`.
void declare_radio(CLI::App& wifi, Common& common);
void declare_credentials(CLI::App& app, Common& common);
void declare_files(CLI::App& app, Common& common);
void declare_names(CLI::App& app, Common& common);
void declare_get(CLI::App& app, Common& common);
void declare_events(CLI::App& app, Common& common);
void declare_sockets(CLI::App& app, Common& common);
void declare_trace(CLI::App& app, Common& common);

} // namespace nwp::tool
