// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/credential.h"
#include "base/result.h"
#include "nwpd/net/credentials.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nwp::vault {

struct CredentialInfo {
    SecTag tag = 0;
    CredentialType type = CredentialType::none;
    CredentialKind kind = CredentialKind::bytes;
    std::uint32_t size = 0;      ///< of the value in bytes; a generated key: 0
    std::string summary;         ///< for people: subject of a certificate, name of a file, kind of a key
};

struct FileInfo {
    std::string name;
    std::uint32_t size = 0;
};

/// The encrypted store. Every call may block on the disk: it runs on the vault's own thread (VaultService in
/// nwpd/service), never on one that moves bytes. A call that returned success has reached the disk.
class Vault {
public:
    /// Opens the store in `folder`, making it and its device key file (mode 0600) when absent.
    ///   access_denied   the key file is readable by others, or not ours
    ///   malformed       the store does not open with this key
    ///   input_output    the disk
    static Result<std::unique_ptr<Vault>> open(const std::filesystem::path& folder);
    ~Vault();
    Vault(const Vault&) = delete;

    /// Contracts 6. Same bytes again: success; different bytes: exists, unless `replace`.
    ///   invalid_argument   neither DER nor PEM nor a possible file name; or a type it cannot be
    ///   not_found          it names a file that is absent
    ///   too_big            longer than kMaxCredentialSize
    ///   no_space           the disk is full
    Result<void> add(SecTag tag, CredentialType type, ByteView value, bool replace);
    /// not_found when there is nothing to delete.
    Result<void> remove(SecTag tag, CredentialType type);
    /// Certificates, CRLs and PSK identities as they were added (a file's bytes where it names one).
    ///   access_denied   keys and PSKs, always
    ///   not_found
    Result<std::vector<Byte>> get(SecTag tag, CredentialType type) const;
    Result<std::vector<CredentialInfo>> list() const;

    /// Makes an EC P-256 key inside under `tag`. exists when the tag has a key, unless `replace`.
    Result<void> generate_key(SecTag tag, bool replace);
    /// A PKCS#10 request (RFC 2986), PEM, for the key under `tag`. `subject` is an RFC 4514 string such as
    /// "CN=sensor-7,O=Example". invalid_argument when it is not; not_found without a key.
    Result<std::string> signing_request(SecTag tag, const std::string& subject) const;

    Result<void> write_file(const std::string& name, ByteView content);
    Result<std::vector<Byte>> read_file(const std::string& name) const;
    Result<void> remove_file(const std::string& name);
    Result<std::vector<FileInfo>> list_files() const;

    /// What the tags name, parsed and ready. Tags with nothing usable are listed in `missing`.
    Result<net::TlsCredentials> tls_credentials(const std::vector<SecTag>& tags) const;

    /// The earliest date the clock may show (seconds since 1970); only ever grows.
    Result<std::int64_t> date_floor() const;
    Result<void> raise_date_floor(std::int64_t seconds_since_1970);

private:
    struct Impl;
    explicit Vault(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace nwp::vault
