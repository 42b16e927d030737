// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/regulatory_domain.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nwp::wifi {

/// The rules of all countries, as wireless-regdb keeps them for Linux and its package brings them up to date.
class RegulatoryDatabase {
public:
    /// Where Linux has it.
    static constexpr const char* kPath = "/lib/firmware/regulatory.db";

    using Rules = std::map<std::string, std::vector<RegulatoryRule>, std::less<>>;

    /// Knows no country.
    RegulatoryDatabase() = default;
    /// By ISO 3166-1 alpha-2.
    explicit RegulatoryDatabase(Rules rules) : rules_(std::move(rules)) {}

    /// A file of version 20, which Linux reads since 4.15. The signature beside it is not looked at: whoever
    /// can write there can replace nwpd, too.
    ///   malformed   it is none, or what is in it lies outside of it
    static Result<RegulatoryDatabase> parse(ByteView file);
    ///   not_found   it is not there, or cannot be read
    ///   malformed   as above
    static Result<RegulatoryDatabase> load(const std::string& path);

    /// The rules of ISO 3166-1 alpha-2, or "00".
    ///   invalid_argument   no two capital letters
    ///   not_found          a country whose rules are not here
    Result<RegulatoryDomain> domain(std::string_view country) const;
    std::size_t size() const { return rules_.size(); }

private:
    Rules rules_;
};

} // namespace nwp::wifi
