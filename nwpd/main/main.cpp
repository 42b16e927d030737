// SPDX-License-Identifier: Apache-2.0
#include "nwpd/main/configuration.h"
#include "nwpd/main/daemon.h"
#include "nwpd/wifi/radio_file.h"
#include "tools/cli/documents.h"

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace nwp;

struct Arguments {
    std::string configuration;
    std::string store;
    std::string radio;
    std::string log_level;
    std::vector<std::string> endpoints;
    std::vector<std::string> ports;
    int ready_descriptor = -1;
    bool print_configuration = false;
    bool print_radio = false;
};

void declare(CLI::App& app, Arguments& arguments) {
    app.add_option("--config", arguments.configuration, "configuration file (TOML); none: the built-in one")
        ->type_name("FILE");
    app.add_option("--store", arguments.store, "folder of the store, instead of the configuration's")
        ->type_name("FOLDER");
    app.add_option("--radio", arguments.radio, "radio file, or 'none' for a wired network")
        ->type_name("FILE");
    app.add_option(
           "--endpoint", arguments.endpoints,
           "where hosts connect, instead of the configuration's: unix:PATH, pty:PATH, tty:PATH[:BAUD], "
           "framebus:PATH:PEER; for "
           "SimpleLink hosts simplelink+unix:PATH, simplelink+pty:PATH, simplelink+tty:PATH[:BAUD], "
           "simplelink+tcp:ADDRESS:PORT")
        ->type_name("KIND:PATH");
    app.add_option(
           "--port", arguments.ports,
           "port of the simulated network that another real port stands for, instead of the radio file's")
        ->type_name("PORT=REAL");
    app.add_option("--log-level", arguments.log_level, "trace, debug, info, warn, error or off");
    app.add_option("--ready-fd", arguments.ready_descriptor,
                   "descriptor that a byte is written to when hosts may connect")
        ->type_name("FD");
    app.add_flag("--print-config", arguments.print_configuration, "print the built-in configuration and end");
    app.add_flag("--print-radio", arguments.print_radio, "print the built-in radio file and end");
    app.set_version_flag("--version", std::string("nwpd ") + NWP_VERSION);
}

cli::Manual manual() {
    return {
        "nwpd",
        8,
        "OpenNWP " NWP_VERSION,
        {{"Configuration",
          "--print-config prints the one that holds without --config; docs/configuration.md describes every "
          "key, docs/radio.md the radio file. What the command line says wins."},
         {"Signals", "SIGTERM and SIGINT end it."},
         {"Exit status", "0 when a signal ended it; 2 when a file, an endpoint or the store cannot be used; "
                         "more than 100 when "
                         "the command line makes no sense."},
         {"See also", "nwp(1)"}}};
}

/// "443=8443". False when it is none.
bool parse_port(const std::string& text, wifi::PortMapping& port) {
    unsigned lease = 0;
    unsigned real = 0;
    int read = 0;
    if (std::sscanf(text.c_str(), "%5u=%5u%n", &lease, &real, &read) != 2)
        return false; // NOLINT(cert-err34-c)
    if (read != static_cast<int>(text.size()) || lease - 1 > 65534 || real - 1 > 65534) return false;
    port = {static_cast<std::uint16_t>(lease), static_cast<std::uint16_t>(real)};
    return true;
}

/// What the command line says instead of the file. Empty, or what is wrong with it.
std::string override_with(const Arguments& arguments, daemon::Configuration& configuration) {
    if (!arguments.store.empty()) configuration.store_folder = arguments.store;
    if (!arguments.radio.empty()) {
        configuration.wired = arguments.radio == "none";
        configuration.radio_file = configuration.wired ? "" : arguments.radio;
    }
    if (!arguments.log_level.empty()) {
        if (!daemon::is_log_level(arguments.log_level)) {
            return "--log-level " + arguments.log_level + ": give trace, debug, info, warn, error or off";
        }
        configuration.log_level = arguments.log_level;
    }
    if (!arguments.endpoints.empty()) configuration.endpoints.clear();
    for (const std::string& text : arguments.endpoints) {
        const auto endpoint = daemon::parse_endpoint(text);
        if (!endpoint)
            return "--endpoint " + text +
                   ": give unix:PATH, pty:PATH, tty:PATH[:BAUD] or framebus:PATH:PEER, with simplelink+ in "
                   "front of one of the first three for SimpleLink hosts, or simplelink+tcp:ADDRESS:PORT";
        configuration.endpoints.push_back(*endpoint);
    }
    for (const std::string& text : arguments.ports) {
        wifi::PortMapping port;
        if (!parse_port(text, port)) return "--port " + text + ": give two ports such as 443=8443";
        configuration.ports.push_back(port);
    }
    if (configuration.store_folder.empty()) return "no folder for the store; give store.folder or --store";
    if (configuration.endpoints.empty()) return "no endpoint; give a table [[endpoint]] or --endpoint";
    return {};
}

int complain(const std::string& text) {
    std::fprintf(stderr, "nwpd: %s\n", text.c_str());
    return 2;
}

int complain(const daemon::Problems& problems) {
    for (const auto& problem : problems) complain(problem.message());
    return 2;
}

void tell_ready(int descriptor) {
    if (descriptor < 0) return;
    const char byte = '\n';
    if (::write(descriptor, &byte, 1) != 1) spdlog::warn("nobody reads descriptor {}", descriptor);
    ::close(descriptor);
}

void set_up_log(const std::string& level) {
    spdlog::set_default_logger(spdlog::stderr_color_mt("nwpd"));
    spdlog::set_level(spdlog::level::from_str(level));
}

int print(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"The network processor: Wi-Fi, TCP/IP, DNS, TLS and keys for hosts behind a link."};
    Arguments arguments;
    declare(app, arguments);
    const cli::Manual page = manual();
    cli::add_documents(app, page);
    CLI11_PARSE(app, argc, argv);
    if (arguments.print_configuration) return print(daemon::default_configuration());
    if (arguments.print_radio) return print(wifi::default_radio_file());

    auto read = arguments.configuration.empty()
                    ? daemon::parse_configuration(daemon::default_configuration(), "built-in configuration")
                    : daemon::load_configuration(arguments.configuration);
    if (const auto* problems = std::get_if<daemon::Problems>(&read)) return complain(*problems);
    auto& configuration = std::get<daemon::Configuration>(read);
    if (const std::string error = override_with(arguments, configuration); !error.empty())
        return complain(error);
    set_up_log(configuration.log_level);
    ::signal(SIGPIPE, SIG_IGN); // a peer that is gone is an error of its socket, not our end

    daemon::Daemon daemon(configuration);
    if (const std::string error = daemon.start(); !error.empty()) return complain(error);
    tell_ready(arguments.ready_descriptor);
    daemon.run();
    return 0;
}
