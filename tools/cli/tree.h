// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a CLI11 tree says about itself, as manual page and completion need it.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace nwp::cli {

/// Calls visit(app, words) for the program and every command below it; `words` is how it is called ("nwp wifi
/// scan").
template <typename Visit>
void for_each_command(const CLI::App& app, const std::string& words, const Visit& visit) {
    visit(app, words);
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        for_each_command(*command, words + ' ' + command->get_name(), visit);
    }
}

inline std::vector<const CLI::Option*> positionals(const CLI::App& app) {
    return app.get_options([](const CLI::Option* option) { return option->get_positional(); });
}
inline std::vector<const CLI::Option*> named_options(const CLI::App& app) {
    return app.get_options([](const CLI::Option* option) { return option->nonpositional(); });
}

/// The options that may stand behind a command: its own and those of the commands above it.
inline std::vector<const CLI::Option*> options_behind(const CLI::App& app) {
    std::vector<const CLI::Option*> options;
    for (const CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
        if (level != &app && !level->get_fallthrough() && !app.get_fallthrough()) break;
        for (const CLI::Option* option : named_options(*level)) {
            const bool help_of_above = level != &app && option == level->get_help_ptr();
            if (!help_of_above) options.push_back(option);
        }
    }
    return options;
}

/// "-o", "--output"
inline std::vector<std::string> spellings(const CLI::Option& option) {
    std::vector<std::string> all;
    for (const std::string& name : option.get_snames()) all.push_back('-' + name);
    for (const std::string& name : option.get_lnames()) all.push_back("--" + name);
    return all;
}

inline bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() != 0; }

/// The words that CLI11 accepts, which it names in braces ("TEXT:{open,wpa2-psk}"); empty: any.
inline std::vector<std::string> choices(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const auto begin = type.find('{');
    const auto end = type.find('}');
    std::vector<std::string> words;
    if (begin == std::string::npos || end == std::string::npos) return words;
    for (auto at = begin + 1; at <= end;) {
        const auto comma = type.find_first_of(",}", at);
        words.push_back(type.substr(at, comma - at));
        at = comma + 1;
    }
    return words;
}

/// What stands for its value: "FILE", "KIND:PATH". Behind a colon CLI11 adds what a check accepts, in braces
/// or in words.
inline std::string placeholder(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const auto colon = type.find(':');
    const bool checked = colon != std::string::npos && type.find_first_of(" {", colon) != std::string::npos;
    return checked ? type.substr(0, colon) : type;
}

inline bool names_a_file(const CLI::Option& option) {
    const std::string type = placeholder(option);
    return type == "FILE" || type == "FOLDER";
}

} // namespace nwp::cli
