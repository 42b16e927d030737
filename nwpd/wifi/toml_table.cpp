// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/toml_table.h"

#include <algorithm>

namespace nwp::wifi {

std::string_view describe(toml::node_type type) {
    switch (type) {
        case toml::node_type::none: return "nothing";
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "an array";
        case toml::node_type::string: return "a string";
        case toml::node_type::integer: return "an integer";
        case toml::node_type::floating_point: return "a floating-point number";
        case toml::node_type::boolean: return "a boolean";
        case toml::node_type::date: return "a date";
        case toml::node_type::time: return "a time";
        case toml::node_type::date_time: return "a date and time";
    }
    return "something else";
}

unsigned line_of(const toml::source_region& region) { return static_cast<unsigned>(region.begin.line); }

std::string listed(Span<const std::string_view> keys) {
    std::string text;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i > 0) text += i + 1 == keys.size() ? " or " : ", ";
        text += keys[i];
    }
    return text;
}

TomlTable::TomlTable(ProblemList& problems, const toml::table& table, std::string name,
                     Span<const std::string_view> keys)
    : problems_(problems), table_(table), name_(std::move(name)) {
    for (const auto& [key, node] : table_) {
        if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
        problems_.add(line_of(key.source()), full_name(key.str()),
                      "unknown key; remove it or use " + listed(keys));
    }
}

std::optional<std::string> TomlTable::text(std::string_view key, std::string_view wanted) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return {};
    if (auto value = node->value_exact<std::string>()) return value;
    wrong_type(key, *node, wanted);
    return {};
}

std::optional<std::int64_t> TomlTable::number(std::string_view key, std::int64_t least, std::int64_t most,
                                              std::string_view wanted) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return {};
    auto value = node->value_exact<std::int64_t>();
    if (!value) {
        wrong_type(key, *node, wanted);
        return {};
    }
    if (*value >= least && *value <= most) return value;
    problem(key, std::to_string(*value) + " is out of range; give " + std::string{wanted});
    return {};
}

std::optional<bool> TomlTable::flag(std::string_view key) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return {};
    if (const auto value = node->value_exact<bool>()) return value;
    wrong_type(key, *node, "true");
    return {};
}

const toml::table* TomlTable::table(std::string_view key, std::string_view wanted) {
    const toml::node* node = table_.get(key);
    if (node != nullptr && !node->is_table()) wrong_type(key, *node, wanted);
    return node == nullptr ? nullptr : node->as_table();
}

const toml::array* TomlTable::array(std::string_view key, std::string_view wanted) {
    const toml::node* node = table_.get(key);
    if (node != nullptr && !node->is_array()) wrong_type(key, *node, wanted);
    return node == nullptr ? nullptr : node->as_array();
}

bool TomlTable::require(std::string_view key, std::string_view wanted) {
    if (has(key)) return true;
    problem(key, "is missing; give " + std::string{wanted});
    return false;
}

void TomlTable::problem(std::string_view key, std::string text) {
    const toml::node* node = table_.get(key);
    const toml::node& where = node == nullptr ? static_cast<const toml::node&>(table_) : *node;
    problem(key, where, std::move(text));
}

void TomlTable::problem(std::string_view key, const toml::node& where, std::string text) {
    problems_.add(line_of(where.source()), full_name(key), std::move(text));
}

std::string TomlTable::full_name(std::string_view key) const {
    return name_.empty() ? std::string{key} : name_ + '.' + std::string{key};
}

void TomlTable::wrong_type(std::string_view key, const toml::node& node, std::string_view wanted) {
    problem(key, "is " + std::string{describe(node.type())} + "; give " + std::string{wanted});
}

} // namespace nwp::wifi
