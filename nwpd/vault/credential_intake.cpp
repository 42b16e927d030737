// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/credential_intake.h"

#include "base/text.h"

#include <algorithm>

namespace nwp::vault {
namespace {

constexpr std::string_view kPemBegin = "-----BEGIN";
constexpr Byte kSequence = 0x30;

/// 0x30 and a definite length in its shortest form (X.690 8.1.3, 10.1) that equals the rest.
bool is_der_sequence(ByteView value) {
    if (value.size() < 2 || value[0] != kSequence) return false;
    if (value[1] < 0x80) return value.size() - 2 == value[1];

    const std::size_t octets = value[1] & 0x7fU;
    if (octets == 0 || octets > 4 || value.size() < 2 + octets) return false;
    std::uint64_t length = 0;
    for (const Byte octet : value.sub(2, octets)) length = length << 8 | octet;
    const bool shortest = length >= 0x80 && value[2] != 0;
    return shortest && value.size() - 2 - octets == length;
}

ByteView without_trailing_nul(ByteView value) {
    if (!value.empty() && value[value.size() - 1] == 0) return value.first(value.size() - 1);
    return value;
}

Result<Intake> take_in_secret(CredentialType type, ByteView value) {
    const bool identity = type == CredentialType::psk_id;
    if (value.empty() || value.size() > (identity ? kMaxPskIdentity : kMaxPsk))
        return Error::invalid_argument;
    // OpenSSL hands identities over as C strings: one with a NUL inside would be another identity.
    if (identity && std::find(value.begin(), value.end(), 0) != value.end()) return Error::invalid_argument;
    return Intake{ValueForm::secret, value};
}

} // namespace

bool is_file_name(std::string_view name) {
    if (name.empty() || name.size() > kMaxFileName) return false;
    return std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Intake form_of_content(ByteView content) {
    if (is_der_sequence(content)) return {ValueForm::der, content};
    if (as_text(content).substr(0, kPemBegin.size()) == kPemBegin) {
        return {ValueForm::pem, without_trailing_nul(content)};
    }
    return {};
}

Result<Intake> take_in(CredentialType type, ByteView value) {
    if (value.size() > kMaxCredentialSize) return Error::too_big;
    switch (type) {
        case CredentialType::psk:
        case CredentialType::psk_id: return take_in_secret(type, value);
        case CredentialType::ca_certificate:
        case CredentialType::own_certificate:
        case CredentialType::private_key:
        case CredentialType::crl: break;
        default: return Error::invalid_argument;
    }
    const Intake bytes = form_of_content(value);
    if (bytes.form != ValueForm::none) return bytes;

    const ByteView name = without_trailing_nul(value);
    if (!is_file_name(as_text(name))) return Error::invalid_argument;
    return Intake{ValueForm::file_name, name};
}

} // namespace nwp::vault
