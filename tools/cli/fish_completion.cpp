// SPDX-License-Identifier: Apache-2.0
// Completion for fish: a function that finds the command in the words before the cursor, and a line for
// whatever may stand behind each command.
#include "tools/cli/documents.h"
#include "tools/cli/tree.h"

namespace nwp::cli {
namespace {

/// As one word of fish: within single quotes only a quote and a backslash are special.
std::string word_of(const std::string& text) {
    const std::string plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string out = "'";
    for (const char letter : text) {
        if (letter == '\'' || letter == '\\') out += '\\';
        out += letter;
    }
    return out + '\'';
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// What a value may be: -F files, -a one of these words; else nothing that can be known.
std::string values_of(const CLI::Option& option) {
    const std::vector<std::string> words = choices(option);
    if (names_a_file(option)) return "-r -F";
    return words.empty() ? "-x" : "-x -a " + word_of(joined(words));
}

class Writer {
public:
    explicit Writer(const std::string& name) : name_(name) {}

    void add(const CLI::App& command, const std::string& words) {
        if (command.get_parent() != nullptr) commands_ += ' ' + word_of(words);
        for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
            line(words, " 0", "-x -a " + word_of(below->get_name()), below->get_description());
        unsigned place = 0;
        for (const CLI::Option* argument : positionals(command))
            line(words, ' ' + std::to_string(place++), values_of(*argument), argument->get_description());
        for (const CLI::Option* option : options_behind(command)) add(*option, words);
    }

    std::string script() const {
        const std::string function = "__" + name_ + "_at";
        return "function " + function +
               " # command [place]: whether the words before the cursor lead there\n"
               "    set -l path " +
               word_of(name_) +
               "\n    set -l place 0\n"
               "    set -l is_value 0\n"
               "    for word in (commandline -opc)[2..-1]\n"
               "        if test $is_value = 1\n"
               "            set is_value 0\n"
               "        else if contains -- \"$path $word\"" +
               values_ +
               "\n            set is_value 1\n"
               "        else if contains -- \"$path $word\"" +
               commands_ +
               "\n            set path \"$path $word\"\n"
               "            set place 0\n"
               "        else if not string match -q -- '-*' $word\n"
               "            set place (math $place + 1)\n"
               "        end\n"
               "    end\n"
               "    test \"$path\" = $argv[1]; and begin\n"
               "        not set -q argv[2]; or test $place = $argv[2]\n"
               "    end\n"
               "end\n\n"
               "complete -c " +
               name_ + " -f\n" + lines_;
    }

private:
    void add(const CLI::Option& option, const std::string& words) {
        std::string names;
        for (const std::string& name : option.get_snames()) names += "-s " + name + ' ';
        for (const std::string& name : option.get_lnames()) names += "-l " + name + ' ';
        line(words, "", names + (takes_value(option) ? values_of(option) : "-f"), option.get_description());
        if (!takes_value(option)) return;
        for (const std::string& name : spellings(option)) {
            std::string spelled = words;
            spelled.append(" ").append(name);
            values_.append(" ").append(word_of(spelled));
        }
    }

    void line(const std::string& words, const std::string& place, const std::string& what,
              const std::string& description) {
        const std::string condition = "__" + name_ + "_at " + word_of(words) + place;
        lines_ += "complete -c " + name_ + " -n " + word_of(condition) + ' ' + what + " -d " +
                  word_of(description) + '\n';
    }

    std::string name_;
    std::string commands_; ///< "nwp wifi": a word that leads deeper
    std::string values_;   ///< "nwp wifi connect --security": a word that wants another behind it
    std::string lines_;
};

} // namespace

std::string fish_completion(const CLI::App& app, const std::string& name) {
    Writer writer{name};
    for_each_command(app, name,
                     [&](const CLI::App& command, const std::string& words) { writer.add(command, words); });
    return "# fish completion for " + name + ", made by " + name + " --completion fish\n\n" + writer.script();
}

} // namespace nwp::cli
