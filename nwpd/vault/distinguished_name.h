// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "nwpd/vault/openssl_pointers.h"

#include <string>
#include <string_view>
#include <vector>

namespace nwp::vault {

/// One attribute of a distinguished name.
struct NameAttribute {
    std::string type;        ///< dotted decimal object identifier
    std::string value;       ///< UTF-8; for `encoded`, DER
    bool encoded = false;    ///< was written as #hex: `value` is the DER encoding of the value
    bool joins_next = false; ///< '+': in the same RelativeDistinguishedName as the attribute that follows

    friend bool operator==(const NameAttribute&, const NameAttribute&) = default;
};

/// Parses an RFC 4514 string, such as "CN=sensor-7,O=Example". Attributes stay in the order of the string:
/// the most specific first. Types are the names of RFC 4514 section 3 and serialNumber and emailAddress, in
/// any case, or dotted decimal. Pure.
///   invalid_argument   not such a string, or an empty one
Result<std::vector<NameAttribute>> parse_distinguished_name(std::string_view text);

/// The name in the order of X.501 (RFC 4514 2.1: the string's reverse).
///   invalid_argument   a value that its type cannot have (a country of three letters, a CN longer than 64)
Result<NamePointer> make_name(const std::vector<NameAttribute>& attributes);

} // namespace nwp::vault
