// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/credential.h"
#include "base/result.h"
#include "nwpd/net/credentials.h"
#include "nwpd/vault/signing_key.h"
#include "nwpd/vault/stored_file.h"
#include "nwpd/vault/tls_files.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::vault {

struct CredentialInfo {
    SecTag tag = 0;
    CredentialType type = CredentialType::none;
    CredentialKind kind = CredentialKind::bytes;
    std::uint32_t size = 0; ///< of the value in bytes (a file's: of the file, 0 when absent); generated: 0
    std::string summary;    ///< for people: subject of a certificate, name of a file, kind of a key
};

/// A store holds at most so many.
constexpr std::size_t kMaxCredentials = 1024;
constexpr std::size_t kMaxSettings = 512;
/// A setting is at most this long, in bytes, and its name is 1 to so many printable ASCII characters.
constexpr std::size_t kMaxSettingSize = 2048;
constexpr std::size_t kMaxSettingName = 64;

bool is_setting_name(std::string_view name);

/// Every setting by name.
using SettingValues = std::map<std::string, std::vector<Byte>, std::less<>>;

/// The encrypted store. Every call may block on the disk: it runs on the vault's own thread (VaultService in
/// nwpd/service), never on one that moves bytes. A call that returned success has reached the disk; one that
/// failed changed nothing. One thread at a time, any thread; what it returns belongs to the caller and may be
/// used on another thread, also after the Vault is gone.
///
/// Every call may also fail with
///   malformed      the database is damaged, or was changed by somebody without the key
///   input_output   the disk
///   no_memory
/// docs/store.md: what is sealed by what, and why nothing acknowledged is lost.
class Vault {
public:
    /// Opens the store in `folder`, making it and its device key file (mode 0600) when absent. On failure
    /// `why`, if given, gets one sentence for the log; it never holds anything secret.
    ///   access_denied   the key file is readable by others, or not ours; or others may write in the folder
    ///   malformed       the store does not open with this key, is damaged, or has lost its key file (a new
    ///   key is
    ///                   never made over existing data)
    ///   already         another Vault, in this process or another, has the store open
    ///   input_output    the disk
    static Result<std::unique_ptr<Vault>> open(const std::filesystem::path& folder,
                                               std::string* why = nullptr);
    ~Vault();
    Vault(const Vault&) = delete;

    /// Contracts 6. Same bytes again: success; different bytes: exists, unless `replace`.
    /// A named file is followed at each use: writing it anew changes the credential.
    ///   invalid_argument   neither DER nor PEM nor a possible file name; or a type it cannot be; or a
    ///   certificate
    ///                      with a private key beside it (that would make the key readable: give it as its
    ///                      own type, or store the whole as a file)
    ///   not_found          it names a file that is absent
    ///   too_big            longer than kMaxCredentialSize
    ///   no_space           the disk is full, or kMaxCredentials are there
    Result<void> add(SecTag tag, CredentialType type, ByteView value, bool replace);
    /// not_found when there is nothing to delete.
    Result<void> remove(SecTag tag, CredentialType type);
    /// Certificates, CRLs and PSK identities as they were added (a file's bytes where it names one).
    ///   access_denied   keys and PSKs, always, also where there is none; a file that holds a private key as
    ///                   well, or that is not for everybody to read
    ///   not_found       nothing there, or the file it names is gone
    Result<std::vector<Byte>> get(SecTag tag, CredentialType type) const;
    Result<std::vector<CredentialInfo>> list() const;

    /// Makes an EC P-256 key inside under `tag`. exists when the tag has a key, unless `replace`; no_space as
    /// add().
    Result<void> generate_key(SecTag tag, bool replace);
    /// A PKCS#10 request (RFC 2986), PEM, for the key under `tag`. `subject` is an RFC 4514 string such as
    /// "CN=sensor-7,O=Example". invalid_argument when it is not, or empty; not_found without a key.
    Result<std::string> signing_request(SecTag tag, const std::string& subject) const;

    /// Stores a file, or replaces it whole. Names are 1 to 180 printable ASCII characters and mean nothing
    /// else: a
    /// '/' makes no folder.
    ///   invalid_argument   not such a name
    ///   too_big            longer than kMaxFileSize
    ///   no_space           the disk is full, or kMaxFiles are there
    ///   access_denied      it has tokens and is not for everybody to write
    Result<void> write_file(const std::string& name, ByteView content);
    /// A file that holds a private key, or that a private_key credential names, can be written and used, not
    /// read.
    ///   access_denied   it is such a file; or the name is not enough for it
    ///   not_found       no such file, or none with content
    Result<std::vector<Byte>> read_file(const std::string& name,
                                        FileRight right = FileRight::of_its_name) const;
    /// The private key of a file, to sign with; it may be one that cannot be read.
    ///   not_found
    ///   malformed, operation_not_supported   as SigningKey::read()
    Result<SigningKey> signing_key(const std::string& name) const;
    /// Credentials that name it stay, and have no value until it is written again.
    ///   access_denied   the name is not enough
    ///   not_found
    Result<void> remove_file(const std::string& name, FileRight right = FileRight::of_its_name);
    /// One step in a file's life, for service::Files, whose rules decide whether it is allowed. `content` is
    /// used where the step brings one.
    ///   invalid_argument   not a name; or `accept` and `roll_back` without a trial, `roll_back` without
    ///   anything
    ///                      to roll back to
    ///   not_found          no such file, for any step but `mark` and `write`
    ///   too_big, no_space  as write_file()
    Result<void> change_file(const std::string& name, FileStep step, const FileAttributes& attributes,
                             ByteView content = {});
    ///   access_denied      a private_key credential names it: under another name it could be read
    ///   exists             there is a file `to`
    ///   invalid_argument   `to` is not a name
    ///   not_found          there is no file `from`
    Result<void> rename_file(const std::string& from, const std::string& to);
    ///   not_found
    Result<FileInfo> file_info(const std::string& name) const;
    Result<std::vector<FileInfo>> list_files() const;

    /// What the tags name, parsed and ready. A tag with nothing usable under it is listed in `missing`, and
    /// so is one where anything does not hold (a named file is gone or unreadable, certificate and key do not
    /// match): then nothing of that tag is used, as a revocation list that cannot be read must not be passed
    /// over.
    Result<net::TlsCredentials> tls_credentials(const std::vector<SecTag>& tags) const;
    /// What stored files come to, named one by one instead of by tags. They serve whoever knows their names,
    /// also those that cannot be read.
    Result<TlsFileCredentials> tls_credentials_of(const TlsFiles& files) const;
    /// TlsCredentials::revision alone: cheap, to see whether what was built for these tags is still right.
    Result<std::uint64_t> revision(const std::vector<SecTag>& tags) const;

    /// Named byte strings that outlive the daemon: what a network processor is set to. They may be secret (a
    /// passphrase), and are sealed like everything else; settings() gives all of them out, for
    /// service::Settings.
    ///   invalid_argument   not such a name
    ///   too_big            longer than kMaxSettingSize
    ///   no_space           the disk is full, or kMaxSettings are there
    Result<void> put_setting(const std::string& name, ByteView value);
    ///   not_found
    Result<void> remove_setting(const std::string& name);
    Result<SettingValues> settings() const;

    /// The earliest date the clock may show (seconds since 1970); only ever grows.
    Result<std::int64_t> date_floor() const;
    Result<void> raise_date_floor(std::int64_t seconds_since_1970);

private:
    struct Impl;
    explicit Vault(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace nwp::vault
