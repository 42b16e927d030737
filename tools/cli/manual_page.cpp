// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/documents.h"
#include "tools/cli/tree.h"

#include <algorithm>
#include <cctype>

namespace nwp::cli {
namespace {

/// Text that roff takes for nothing else: groff_char(7), and control characters at the begin of a line.
std::string roff(const std::string& text) {
    std::string out;
    for (const char letter : text) {
        const bool line_begin = out.empty() || out.back() == '\n';
        if (line_begin && (letter == '.' || letter == '\'')) out += "\\&";
        switch (letter) {
            case '\\': out += "\\e"; break;
            case '-': out += "\\-"; break;
            case '\'': out += "\\(aq"; break;
            case '`': out += "\\(ga"; break;
            case '^': out += "\\(ha"; break;
            case '~': out += "\\(ti"; break;
            default: out += letter;
        }
    }
    return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return text;
}

std::string paragraphs(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find("\n\n", at), text.size());
        out += (at == 0 ? "" : ".PP\n") + roff(text.substr(at, end - at)) + '\n';
        at = end + 2;
    }
    return out;
}

std::string synopsis(const CLI::App& app, const std::string& words) {
    std::string line = bold(words) + " [" + italic("OPTIONS") + ']';
    for (const CLI::Option* argument : positionals(app)) {
        const std::string name = italic(argument->get_name(true));
        line += argument->get_required() ? ' ' + name : " [" + name + ']';
    }
    if (!app.get_subcommands([](const CLI::App*) { return true; }).empty()) line += ' ' + italic("COMMAND");
    return line + '\n';
}

std::string details(const CLI::Option& option) {
    std::string text = roff(option.get_description()) + ".\n";
    if (const auto words = choices(option); !words.empty()) {
        text += "One of";
        for (const std::string& word : words)
            text += ' ' + bold(word) + (&word == &words.back() ? ".\n" : ",");
    }
    if (!option.get_default_str().empty()) text += "Default: " + bold(option.get_default_str()) + ".\n";
    return text;
}

std::string options(const CLI::App& app) {
    std::string out;
    for (const CLI::Option* argument : positionals(app)) {
        out += ".TP\n" + italic(argument->get_name(true)) + '\n' + details(*argument);
    }
    for (const CLI::Option* option : named_options(app)) {
        std::string names;
        for (const std::string& name : spellings(*option)) names += (names.empty() ? "" : ", ") + bold(name);
        if (takes_value(*option)) names += ' ' + italic(placeholder(*option));
        out += ".TP\n" + names + '\n' + details(*option);
    }
    return out;
}

} // namespace

std::string manual_page(const CLI::App& app, const Manual& manual) {
    const std::string section = std::to_string(manual.section);
    std::string page =
        ".TH " + upper(roff(manual.name)) + ' ' + section + " \"\" \"" + roff(manual.version) + "\"\n";
    page += ".SH NAME\n" + roff(manual.name) + " \\- " + roff(app.get_description()) + '\n';
    page += ".SH SYNOPSIS\n" + synopsis(app, manual.name);
    page += ".SH OPTIONS\n" + options(app);
    std::string commands;
    for_each_command(app, manual.name, [&](const CLI::App& command, const std::string& words) {
        if (&command == &app) return;
        commands += ".SS " + roff(words) + '\n' + synopsis(command, words) + ".PP\n" +
                    roff(command.get_description()) + ".\n" + options(command);
    });
    if (!commands.empty()) page += ".SH COMMANDS\n" + commands;
    for (const Manual::Section& each : manual.sections) {
        page += ".SH " + upper(roff(each.title)) + '\n' + paragraphs(each.text);
    }
    return page;
}

} // namespace nwp::cli
