// SPDX-License-Identifier: Apache-2.0
#pragma once

// A program's manual page and shell completion, from the same declarations as its --help.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace nwp::cli {

/// What a manual page has beside options and commands.
struct Manual {
    struct Section {
        std::string title; ///< "Exit status"
        std::string text;  ///< paragraphs, with an empty line between two
    };
    std::string name;    ///< of the program
    int section = 1;     ///< 1 user commands, 8 administration
    std::string version; ///< "OpenNWP 0.1.0"
    std::vector<Section> sections;
};

/// In roff with the macros of man(7). Every option, argument and command of the tree is in it.
std::string manual_page(const CLI::App& app, const Manual& manual);

/// For bash, for fish, and for zsh through its bashcompinit: commands, options, and where an argument is one
/// of a few words those words; where its type is FILE or FOLDER, names of files.
std::string bash_completion(const CLI::App& app, const std::string& name);
std::string fish_completion(const CLI::App& app, const std::string& name);
std::string zsh_completion(const CLI::App& app, const std::string& name);

/// Adds --man and --completion, and below --help the sections of the manual. Both options print and end the
/// program as --version does; `manual` is used as it is then. `app` and `manual` outlive the parsing.
void add_documents(CLI::App& app, const Manual& manual);

} // namespace nwp::cli
