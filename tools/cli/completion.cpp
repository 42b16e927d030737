// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/documents.h"
#include "tools/cli/tree.h"

#include <map>

namespace nwp::cli {
namespace {

/// Within single quotes of a shell.
std::string in_quotes(const std::string& text) {
    std::string out = "'";
    for (const char letter : text) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return out + '\'';
}

void add(std::string& words, const std::string& word) { words += (words.empty() ? "" : " ") + word; }

std::string values_of(const CLI::Option& option) {
    if (names_a_file(option)) return "files=1";
    std::string words;
    for (const std::string& word : choices(option)) add(words, word);
    return "words=" + in_quotes(words);
}

/// The branches of the function's case statements.
struct Branches {
    std::string commands; ///< "nwp wifi": a word that leads deeper
    std::string values;   ///< "nwp wifi connect --security": a word that wants another behind it
    std::string options;  ///< "nwp wifi connect": what may stand there beginning with a dash
    std::string places;   ///< "nwp cred add 2": what may stand at that place
};

void add_command(Branches& branches, const CLI::App& app, const std::string& words) {
    if (app.get_parent() != nullptr)
        branches.commands +=
            "            " + in_quotes(words) + ") path=" + in_quotes(words) + "; place=0 ;;\n";
    std::string names;
    for (const CLI::Option* option : options_behind(app)) {
        for (const std::string& name : spellings(*option)) {
            add(names, name);
            if (!takes_value(*option)) continue;
            std::string spelled = words;
            spelled += ' ';
            spelled += name;
            branches.values +=
                "        " + in_quotes(spelled) + ") " + values_of(*option) + "; return 0 ;;\n";
        }
    }
    branches.options += "        " + in_quotes(words) + ") words=" + in_quotes(names) + " ;;\n";
    std::string commands;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        add(commands, command->get_name());
    if (!commands.empty())
        branches.places += "        " + in_quotes(words + " 0") + ") words=" + in_quotes(commands) + " ;;\n";
    unsigned place = 0;
    for (const CLI::Option* argument : positionals(app)) {
        branches.places += "        " + in_quotes(words + ' ' + std::to_string(place++)) + ") " +
                           values_of(*argument) + " ;;\n";
    }
}

std::string functions(const CLI::App& app, const std::string& name) {
    Branches branches;
    for_each_command(app, name, [&](const CLI::App& command, const std::string& words) {
        add_command(branches, command, words);
    });
    const std::string function = "_" + name;
    return function +
           "_value() { # the option $2 behind the command $1 wants a value: which\n"
           "    case \"$1 $2\" in\n" +
           branches.values + "    esac\n    return 1\n}\n\n" + function +
           "() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} path=" +
           in_quotes(name) +
           " place=0 i word words='' files=''\n"
           "    COMPREPLY=()\n"
           "    for ((i = 1; i < COMP_CWORD; ++i)); do\n"
           "        word=${COMP_WORDS[i]}\n"
           "        if " +
           function +
           "_value \"$path\" \"$word\"; then\n"
           "            ((++i))\n"
           "            continue\n"
           "        fi\n"
           "        words='' files=''\n"
           "        case \"$path $word\" in\n" +
           branches.commands +
           "            *' -'*) ;;\n"
           "            *) ((++place)) ;;\n"
           "        esac\n"
           "    done\n"
           "    words='' files=''\n"
           "    if ((i > COMP_CWORD)) && " +
           function +
           "_value \"$path\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; then\n"
           "        :\n"
           "    elif [[ $current == -* ]]; then\n"
           "        case \"$path\" in\n" +
           branches.options +
           "        esac\n"
           "    else\n"
           "        case \"$path $place\" in\n" +
           branches.places +
           "        esac\n"
           "    fi\n"
           "    if [[ -n $files ]]; then\n"
           "        COMPREPLY=($(compgen -f -- \"$current\"))\n"
           "    else\n"
           "        COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "    fi\n"
           "}\n";
}

} // namespace

std::string bash_completion(const CLI::App& app, const std::string& name) {
    return "# bash completion for " + name + ", made by " + name + " --completion bash\n\n" +
           functions(app, name) + "\ncomplete -o filenames -F _" + name + ' ' + name;
}

std::string zsh_completion(const CLI::App& app, const std::string& name) {
    return "#compdef " + name + "\n# made by " + name + " --completion zsh\n\n" + functions(app, name) +
           "\nautoload -Uz bashcompinit\nbashcompinit\ncomplete -F _" + name + ' ' + name;
}

namespace {

const std::map<std::string, std::string (*)(const CLI::App&, const std::string&)> kCompletions = {
    {"bash", bash_completion}, {"fish", fish_completion}, {"zsh", zsh_completion}};

} // namespace

void add_documents(CLI::App& app, const Manual& manual) {
    std::string below;
    for (const Manual::Section& section : manual.sections) {
        below += (below.empty() ? "" : "\n\n") + section.title + ":\n  ";
        for (const char letter : section.text)
            below += letter == '\n' ? std::string("\n  ") : std::string(1, letter);
    }
    app.footer(below);
    app.add_flag_callback(
           "--man", [&app, &manual] { throw CLI::CallForVersion(manual_page(app, manual), 0); },
           "print the manual page in roff and end")
        ->trigger_on_parse();
    app.add_option_function<std::string>(
           "--completion",
           [&app, &manual](const std::string& shell) {
               throw CLI::CallForVersion(kCompletions.at(shell)(app, manual.name), 0);
           },
           "print a script that completes the words of this command, for bash, fish or zsh, and end")
        ->check(CLI::IsMember({"bash", "fish", "zsh"}))
        ->trigger_on_parse();
}

} // namespace nwp::cli
