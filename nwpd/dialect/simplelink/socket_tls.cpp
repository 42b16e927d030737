// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/socket_tls.h"

#include "base/text.h"
#include "simplelink/errors.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace nwp::simplelink {
namespace {

struct SuiteRow {
    std::uint8_t bit;
    std::uint16_t iana;
};

// Best first: forward secrecy with AEAD, forward secrecy, AEAD, the rest. Bits 0, 1 and 5 are RC4 (RFC 7465).
constexpr SuiteRow kSuites[] = {
    {18, 0xC02B}, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    {16, 0xC02F}, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    {19, 0xC02C}, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    {17, 0xC030}, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    {20, 0xCCA9}, // TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
    {21, 0xCCA8}, // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    {14, 0x009E}, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    {15, 0x009F}, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    {22, 0xCCAA}, // TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    {9, 0xC023},  // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    {8, 0xC027},  // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    {10, 0xC009}, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    {11, 0xC00A}, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    {4, 0xC014},  // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    {3, 0x0039},  // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    {12, 0x009C}, // TLS_RSA_WITH_AES_128_GCM_SHA256
    {13, 0x009D}, // TLS_RSA_WITH_AES_256_GCM_SHA384
    {6, 0x003C},  // TLS_RSA_WITH_AES_128_CBC_SHA256
    {7, 0x003D},  // TLS_RSA_WITH_AES_256_CBC_SHA256
    {2, 0x0035},  // TLS_RSA_WITH_AES_256_CBC_SHA
};

struct AlpnRow {
    std::uint32_t bit;
    const char* name;
};

// Best first. The bit of h2c (4) means nothing: that name is not for TLS (RFC 7540 3.1).
constexpr AlpnRow kAlpn[] = {
    {0x02, "h2"},
    {0x10, "h2-16"},
    {0x08, "h2-14"},
    {0x01, "http/1.1"},
};

/// "20261231", as UTC.
void put_date(std::array<Byte, 8>& room, std::int64_t seconds) {
    const std::chrono::sys_seconds time{std::chrono::seconds{seconds}};
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
    auto digits = static_cast<unsigned>(static_cast<int>(date.year())) % 10000 * 10000 +
                  static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day());
    for (std::size_t i = room.size(); i-- > 0; digits /= 10) room[i] = static_cast<Byte>('0' + digits % 10);
}

std::uint16_t folded(const std::array<Byte, 20>& digest) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < digest.size(); i += 2)
        sum ^= digest[i] | static_cast<unsigned>(digest[i + 1]) << 8U;
    return static_cast<std::uint16_t>(sum);
}

} // namespace

std::optional<std::vector<std::int32_t>> suites_of(std::uint32_t mask) {
    std::vector<std::int32_t> suites;
    if ((mask & TlsChoice::all_ciphers) == TlsChoice::all_ciphers) return suites;
    for (const SuiteRow& row : kSuites)
        if ((mask >> row.bit & 1U) != 0) suites.push_back(row.iana);
    if (suites.empty()) return std::nullopt;
    return suites;
}

std::optional<std::uint32_t> bit_of_suite(std::int32_t iana) {
    const auto* row = std::find_if(std::begin(kSuites), std::end(kSuites),
                                   [iana](const SuiteRow& each) { return each.iana == iana; });
    if (row == std::end(kSuites)) return std::nullopt;
    return row->bit;
}

std::optional<nwp::Protocol> version_of(TlsMethod method, bool allow_tls_1_3) {
    switch (method) {
        case TlsMethod::tls_1_2: return nwp::Protocol::tls_1_2;
        case TlsMethod::highest: return allow_tls_1_3 ? nwp::Protocol::tls_1_3 : nwp::Protocol::tls_1_2;
        default: return std::nullopt; // RFC 7568, RFC 8996
    }
}

std::uint32_t method_of(nwp::Protocol version) {
    const auto steps = static_cast<unsigned>(version) - static_cast<unsigned>(nwp::Protocol::tls_1_0);
    return static_cast<unsigned>(TlsMethod::tls_1_0) + steps;
}

std::vector<Byte> alpn_list(std::uint32_t bits) {
    std::vector<Byte> list;
    for (const AlpnRow& row : kAlpn) {
        if ((bits & row.bit) == 0) continue;
        const std::string_view name = row.name;
        list.push_back(static_cast<Byte>(name.size()));
        list.insert(list.end(), name.begin(), name.end());
    }
    return list;
}

std::uint32_t alpn_bit(std::string_view name) {
    const auto* row = std::find_if(std::begin(kAlpn), std::end(kAlpn),
                                   [name](const AlpnRow& each) { return name == each.name; });
    return row == std::end(kAlpn) ? 0 : row->bit;
}

vault::TlsFiles files_of(const TlsChoice& choice, bool is_server) {
    vault::TlsFiles files;
    files.ca = choice.ca_file;
    files.certificate = choice.certificate_file;
    files.key = choice.key_file;
    (is_server ? files.dh_parameters : files.peer_certificate) = choice.dh_file;
    return files;
}

std::int16_t file_code(const vault::TlsFileCredentials::Problem& problem) {
    switch (problem.file) {
        case vault::TlsFile::ca: return problem.missing ? code::bsd_esecnocafile : code::bsd_esecbadcafile;
        case vault::TlsFile::certificate: return code::bsd_esecbadcertfile;
        case vault::TlsFile::key: return code::bsd_esecbadprivatefile;
        case vault::TlsFile::dh_parameters: return code::bsd_esecbaddhfile;
        case vault::TlsFile::peer_certificate: return code::bsd_esecbadcertfile;
    }
    return code::bsd_esecgeneral;
}

void put_certificate(TlsConnectionParams& params, const net::CertificateSummary& certificate) {
    params.subject_hash = folded(certificate.subject_sha1);
    params.issuer_hash = folded(certificate.issuer_sha1);
    put_date(params.valid_from, certificate.not_before);
    put_date(params.valid_to, certificate.not_after);
    const auto put_name = [](std::array<Byte, 16>& room, std::int8_t& length, const std::string& name) {
        length = static_cast<std::int8_t>(copy_bytes(room, as_bytes(name)));
    };
    put_name(params.subject, params.subject_length, certificate.subject);
    put_name(params.issuer, params.issuer_length, certificate.issuer);
}

} // namespace nwp::simplelink
