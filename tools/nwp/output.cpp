// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/output.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace nwp::tool {
namespace {

namespace json = boost::json;

constexpr std::size_t kGap = 2; ///< spaces between columns

/// Columns a terminal needs: UTF-8 continuation bytes take none.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t used = width_of(text);
    if (used < width) text.append(width - used, ' ');
    return text;
}

std::string words(std::string_view key) {
    std::string text(key);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string scalar(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_null()) return "-";
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    return json::serialize(value);
}

std::string table(const json::array& rows) {
    if (rows.empty()) return "none\n";
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& column : rows.front().get_object()) lines[0].push_back(words(column.key()));
    for (const json::value& row : rows) {
        auto& line = lines.emplace_back();
        for (const auto& column : row.get_object()) line.push_back(scalar(column.value()));
    }
    std::vector<std::size_t> widths(lines[0].size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
    }
    std::string text;
    for (const auto& line : lines) {
        for (std::size_t i = 0; i + 1 < line.size(); ++i) text += padded(line[i], widths[i] + kGap);
        text += line.back() + '\n';
    }
    return text;
}

std::string lines_of(const json::object& object) {
    std::size_t width = 0;
    for (const auto& entry : object) {
        if (!entry.value().is_structured()) width = std::max(width, width_of(words(entry.key())));
    }
    std::string text;
    for (const auto& entry : object) {
        const json::value& value = entry.value();
        if (!value.is_structured()) text += padded(words(entry.key()), width + kGap) + scalar(value) + '\n';
    }
    for (const auto& entry : object) {
        const json::value& value = entry.value();
        if (!value.is_structured()) continue;
        const bool only = object.size() == 1; // a heading over the one thing there is says nothing
        if (!only) text += (text.empty() ? "" : "\n") + words(entry.key()) + '\n';
        text += value.is_object() ? lines_of(value.get_object()) : table(value.get_array());
    }
    return text;
}

} // namespace

std::string as_text(const json::object& outcome) { return lines_of(outcome); }

void print(const json::object& outcome, bool as_json) {
    const std::string text = as_json ? json::serialize(outcome) + '\n' : as_text(outcome);
    std::fwrite(text.data(), 1, text.size(), stdout);
}

} // namespace nwp::tool
