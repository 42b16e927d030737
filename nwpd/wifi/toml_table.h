// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/radio_file.h"

#include <toml++/toml.h>

#include <initializer_list>

namespace nwp::wifi {

/// Gathers what is wrong with one file.
class ProblemList {
public:
    explicit ProblemList(std::string_view file) : file_(file) {}

    void add(unsigned line, std::string key, std::string text) {
        problems_.push_back({file_, line, std::move(key), std::move(text)});
    }
    RadioFileProblems& problems() { return problems_; }

private:
    std::string file_;
    RadioFileProblems problems_;
};

/// One table of a TOML file read by a schema. Whatever does not fit becomes a problem, and the reading goes
/// on.
class TomlTable {
public:
    /// Every key of `table` that `keys` does not list is a problem. `name` is the table's own name with those
    /// it lies in.
    TomlTable(ProblemList& problems, const toml::table& table, std::string name,
              Span<const std::string_view> keys);

    bool has(std::string_view key) const { return table_.contains(key); }
    /// Absent or of the wrong type (a problem): nullopt.
    std::optional<std::string> text(std::string_view key, std::string_view wanted);
    std::optional<std::int64_t> number(std::string_view key, std::int64_t least, std::int64_t most,
                                       std::string_view wanted);
    std::optional<bool> flag(std::string_view key);
    const toml::table* table(std::string_view key, std::string_view wanted);
    const toml::array* array(std::string_view key, std::string_view wanted);

    /// A problem when the key is absent. Returns whether it is there.
    bool require(std::string_view key, std::string_view wanted);

    /// A problem with this key's value, or with the table as a whole if the key is absent.
    void problem(std::string_view key, std::string text);
    /// A problem on another node's line.
    void problem(std::string_view key, const toml::node& where, std::string text);

    std::string full_name(std::string_view key) const;

private:
    void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted);

    ProblemList& problems_;
    const toml::table& table_;
    std::string name_;
};

/// "a string", "an integer", ...
std::string_view describe(toml::node_type type);
unsigned line_of(const toml::source_region& region);
/// The keys as a list for a sentence: `"a", "b" or "c"`.
std::string listed(Span<const std::string_view> keys);

} // namespace nwp::wifi
