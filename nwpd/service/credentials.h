// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/vault/vault.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nwp::service {

/// The vault behind a thread of its own, so that no disk ever holds up an executor that moves bytes. Every
/// `done` is called once, later, on `context`, in the order of the calls. Errors as in vault/vault.h. Values
/// that were handed over are wiped after use: they may be keys.
class Credentials {
public:
    Credentials(boost::asio::io_context& context, std::unique_ptr<vault::Vault> vault);
    /// Ends the thread. Work that was begun is finished; no `done` is called any more. On the thread that
    /// runs `context`, or when nobody runs it.
    ~Credentials();
    Credentials(const Credentials&) = delete;
    Credentials& operator=(const Credentials&) = delete;

    using Done = std::function<void(Result<void>)>;
    template <typename T>
    using Answer = std::function<void(Result<T>)>;

    void add(SecTag tag, CredentialType type, std::vector<Byte> value, bool replace, Done done);
    void remove(SecTag tag, CredentialType type, Done done);
    void get(SecTag tag, CredentialType type, Answer<std::vector<Byte>> done);
    void list(Answer<std::vector<vault::CredentialInfo>> done);
    void generate_key(SecTag tag, bool replace, Done done);
    void signing_request(SecTag tag, std::string subject, Answer<std::string> done);
    void write_file(std::string name, std::vector<Byte> content, Done done);
    void remove_file(std::string name, Done done);
    void list_files(Answer<std::vector<vault::FileInfo>> done);
    void signing_key(std::string file, Answer<vault::SigningKey> done);
    void tls_credentials(std::vector<SecTag> tags, Answer<net::TlsCredentials> done);
    void tls_credentials_of(vault::TlsFiles files, Answer<vault::TlsFileCredentials> done);

    void put_setting(std::string name, std::vector<Byte> value, Done done);
    void remove_setting(std::string name, Done done);

    /// `call` runs on the vault's thread with nothing in between: for a service whose rules look at the vault
    /// more than once. It owns what it captured, and `done` gets what it returned.
    template <typename T>
    void ask(std::function<Result<T>(vault::Vault&)> call, Answer<T> done) {
        auto result = std::make_shared<std::optional<Result<T>>>();
        submit([call = std::move(call), result](vault::Vault& vault) { result->emplace(call(vault)); },
               [done = std::move(done), result] { done(std::move(**result)); });
    }

    void date_floor(Answer<std::int64_t> done);
    void raise_date_floor(std::int64_t seconds_since_1970, Done done);

    /// For tests: runs `work` on the vault's thread, as if the disk were slow.
    void run(std::function<void()> work);

private:
    struct Impl;
    /// `work` on the vault's thread, then `then` on the context.
    void submit(std::function<void(vault::Vault&)> work, std::function<void()> then);

    std::shared_ptr<Impl> impl_; ///< results under way hold it weakly
};

} // namespace nwp::service
