// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/socket_errors.h"

#include "simplelink/errors.h"

#include <algorithm>
#include <iterator>

namespace nwp::simplelink {
namespace {

struct ErrorRow {
    Error error;
    code::Code code;
};

// The chip knows fewer faults than POSIX has: the nearest one that leads a host to the same decision.
constexpr ErrorRow kErrors[] = {
    {Error::would_block, code::bsd_eagain},
    {Error::in_progress, code::bsd_ealready},
    {Error::already, code::bsd_ealready},
    {Error::is_connected, code::bsd_eisconn},
    {Error::not_connected, code::bsd_enotconn},
    {Error::connection_refused, code::bsd_econnrefused},
    {Error::connection_reset, code::bsd_enotconn},
    {Error::connection_aborted, code::bsd_esecgeneral},
    {Error::timed_out, code::bsd_etimedout},
    {Error::host_unreachable, code::bsd_enetunreach},
    {Error::network_unreachable, code::bsd_enetunreach},
    {Error::network_down, code::bsd_enetunreach},
    {Error::address_in_use, code::bsd_eaddrinuse},
    {Error::address_not_available, code::bsd_eaddrnotavail},
    {Error::bad_handle, code::bsd_ebadf},
    {Error::invalid_argument, code::bsd_einval},
    {Error::no_protocol_option, code::bsd_enoprotoopt},
    {Error::protocol_not_supported, code::bsd_eprotonosupport},
    {Error::socket_type_not_supported, code::bsd_esocktnosupport},
    {Error::family_not_supported, code::bsd_eafnosupport},
    {Error::operation_not_supported, code::bsd_eopnotsupp},
    {Error::broken_pipe, code::bsd_enotconn},
    {Error::message_too_long, code::bsd_einval},
    {Error::too_many_files, code::bsd_ensock},
    {Error::too_many_files_in_system, code::bsd_ensock},
    {Error::no_buffers, code::bsd_enobufs},
    {Error::no_memory, code::bsd_enomem},
    {Error::not_permitted, code::bsd_eacces},
    {Error::access_denied, code::bsd_eacces},
    {Error::interrupted, code::bsd_eintr},
    {Error::destination_required, code::bsd_edestaddrreq},
    {Error::wrong_protocol_type, code::bsd_eprototype},
    {Error::bad_address, code::bsd_efault},
    {Error::exists, code::bsd_einval},
    {Error::not_found, code::bsd_einval},
    {Error::too_big, code::bsd_e2big},
    {Error::no_space, code::bsd_enomem},
    {Error::no_device, code::bsd_eaddrnotavail},
    {Error::not_a_socket, code::bsd_ebadf},
    {Error::cancelled, code::bsd_eintr},
    {Error::input_output, code::bsd_general_device},
    {Error::protocol_error, code::bsd_eopnotsupp},
    {Error::domain_error, code::bsd_einval},
    {Error::name_too_long, code::bsd_einval},
    {Error::closed, code::bsd_enotconn},
    {Error::link_down, code::bsd_general_device},
    {Error::link_reset, code::bsd_general_device},
    {Error::version_mismatch, code::bsd_general_device},
    {Error::unsupported, code::bsd_eopnotsupp},
    {Error::malformed, code::bsd_einval},
};

struct RuleRow {
    Rule rule;
    code::Code code;
};

// The first that is broken gives the code. What a host may take for "connected, but" stands last.
constexpr RuleRow kRules[] = {
    {Rule::timed_out, code::bsd_esechandshaketimedout},
    {Rule::version_too_low, code::bsd_esec_protocol_version},
    {Rule::no_common_cipher, code::bsd_esec_handshake_failure},
    {Rule::bad_record, code::bsd_esecdecrypt},
    {Rule::truncated, code::bsd_esectcpdisconnecteduncompleterecord},
    {Rule::no_certificate, code::bsd_esec_no_peer_cert},
    {Rule::malformed_certificate, code::bsd_esec_asn_parse_e},
    {Rule::bad_signature, code::bsd_esec_asn_sig_confirm_e},
    {Rule::weak_key, code::bsd_esec_insufficient_security},
    {Rule::weak_signature, code::bsd_esec_insufficient_security},
    {Rule::revoked, code::bsd_eseccertificaterevoked},
    {Rule::crl_expired, code::bsd_esec_crl_missing},
    {Rule::issuer_not_ca, code::bsd_esec_not_ca_error},
    {Rule::wrong_purpose, code::bsd_esec_extensions_e},
    {Rule::name_constraint, code::bsd_esec_alt_name_e},
    {Rule::wrong_host_name, code::bsd_esec_domain_name_mismatch},
    {Rule::expired, code::bsd_esec_asn_after_date_e},
    {Rule::not_yet_valid, code::bsd_esec_asn_before_date_e},
    {Rule::other, code::bsd_esecgeneral},
    {Rule::no_credential, code::bsd_esecnocafile},
    {Rule::self_signed, code::bsd_esec_asn_no_signer_e},
    {Rule::unknown_ca, code::bsd_esec_asn_no_signer_e},
    {Rule::missing_intermediate, code::bsd_esec_asn_no_signer_e},
    {Rule::policy_requires_verification, code::bsd_esecsnoverify},
    {Rule::clock_not_set, code::bsd_esecdateerror},
};

/// Alerts that the chip knows (RFC 5246 7.2.2, RFC 6066 9); of the others it knows what they come to.
std::int16_t alert_code(std::uint8_t alert) {
    constexpr std::uint8_t known[] = {0,  10, 20, 21, 22, 30, 40,  41,  42,  43,  47,  49, 50,
                                      51, 60, 70, 71, 80, 90, 100, 110, 111, 112, 113, 114};
    if (std::find(std::begin(known), std::end(known), alert) != std::end(known))
        return static_cast<std::int16_t>(-300 - alert);
    switch (alert) {
        case 44:
        case 45:
        case 46:
        case 48: return code::bsd_esec_bad_certificate;    // revoked, expired, unknown, CA
        case 116: return code::bsd_esec_no_certificate;    // certificate_required (RFC 8446 6.2)
        case 120: return code::bsd_esec_handshake_failure; // no_application_protocol (RFC 7301 3.2)
        default: return code::bsd_esecgeneral;
    }
}

/// Without any CA nobody is verified, and that is all there is to say.
bool is_for_want_of_a_ca(Rule rule) {
    return rule == Rule::self_signed || rule == Rule::unknown_ca || rule == Rule::missing_intermediate ||
           rule == Rule::no_credential;
}

/// A clock that is not set is behind the time, so it cannot know that a certificate is not valid yet. What it
/// shows as expired has expired.
bool is_for_want_of_a_clock(Rule rule, RuleSet broken) {
    return rule == Rule::not_yet_valid && broken.has(Rule::clock_not_set);
}

} // namespace

std::int16_t socket_code(Error error) {
    const auto* row = std::find_if(std::begin(kErrors), std::end(kErrors),
                                   [error](const ErrorRow& each) { return each.error == error; });
    return row == std::end(kErrors) ? code::bsd_soc_error : row->code;
}

std::int16_t tls_code(const Verdict& verdict, bool knows_ca) {
    if (verdict.rules.has(Rule::peer_alert)) return alert_code(verdict.alert);
    for (const RuleRow& row : kRules) {
        if (!verdict.rules.has(row.rule) || is_for_want_of_a_clock(row.rule, verdict.rules)) continue;
        return is_for_want_of_a_ca(row.rule) && !knows_ca ? code::bsd_esecsnoverify : row.code;
    }
    return code::bsd_esecgeneral;
}

bool may_stay_connected(std::int16_t code) {
    return code == code::bsd_esecsnoverify || code == code::bsd_esecdateerror ||
           code == code::bsd_esecunknownrootca;
}

} // namespace nwp::simplelink
