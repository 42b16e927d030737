// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "nwpd/vault/vault.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nwp::vault::test {

/// A folder of this test's own, removed with the object.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// A certificate that signed itself, and its key.
struct Pair {
    std::string certificate_pem;
    std::string key_pem;
    std::vector<Byte> certificate_der;
    std::vector<Byte> key_der; ///< SEC1
    std::vector<Byte> scalar;  ///< the secret number itself
    std::string crl_pem;       ///< an empty list signed by the key
};

/// EC P-256, made anew.
Pair make_pair(const std::string& common_name);
/// Made once per program, for where any certificate will do.
const Pair& a_pair();
const Pair& another_pair();

/// "-----BEGIN ENCRYPTED PRIVATE KEY-----" of the same key.
std::string encrypted_key(const Pair& pair);

std::vector<Byte> bytes_of(const std::string& text);
std::vector<Byte> read_whole(const std::filesystem::path& file);
void write_whole(const std::filesystem::path& file, const std::vector<Byte>& content);
bool contains(ByteView haystack, ByteView needle);

/// A store as schema 1 left it on the disk: PSK identity "sensor" under tag 7, file "ca.pem" with "content",
/// date floor 1000. A file "gone" was written and removed.
void make_old_store(const std::filesystem::path& folder);

/// The vault in `folder`; the test fails where it does not open.
std::unique_ptr<Vault> open_vault(const std::filesystem::path& folder);

} // namespace nwp::vault::test
