// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/request.h"
#include "wire/credentials.h"

namespace nwp::request {

/// Stores a value durably under tag and type, in as many messages as it needs; nothing is stored before the
/// last.
///   exists             other bytes are there and `replace` is false; the same bytes again are no error
///   not_found          the value is the name of a file that is not there
///   invalid_argument   it is neither bytes of that type nor a name
///   too_big            longer than kMaxCredentialSize
///   no_space, access_denied
class WriteCredential final : public Asking<wire::CredentialWrite> {
public:
    WriteCredential(SecTag tag, CredentialType type, ByteView value, bool replace = false);

private:
    Error prepare() override;
    Error take(const void* reply) override;

    ByteView value_;
};

/// Forgets a value.   not_found
class DeleteCredential final : public Asking<wire::CredentialDelete> {
public:
    DeleteCredential(SecTag tag, CredentialType type);
};

/// What reading in parts has in common; all of it is in `into` when done.
///   too_big          `into` is too small; total() tells how much there is
///   protocol_error   the value changed while it was read
class Reading : public Pending {
public:
    /// Bytes of the whole value.
    std::size_t total() const { return total_; }

protected:
    using Pending::Pending;
    ~Reading() = default;

    /// In the constructor: where the value goes, and of the message which part is asked for.
    void read_into(Bytes into, std::uint32_t& offset, std::uint16_t& room);

private:
    // Inline: who uses the driver may have run-time type information, and the driver has none to give.
    Error prepare() override { return ask_for_next(); }
    Error take(const void* reply) override { return keep(*static_cast<const wire::CredentialPart*>(reply)); }
    Error ask_for_next();
    Error keep(const wire::CredentialPart& part);

    Bytes into_;
    std::uint32_t* offset_ = nullptr; ///< of the next part
    std::uint16_t* room_ = nullptr;   ///< how much of it there may be
    std::size_t total_ = 0;
};

/// Reads a certificate or a PSK identity.
///   not_found, access_denied (keys)
class ReadCredential final : public Asking<wire::CredentialRead, NoItem, kDeadlineMs, Reading> {
public:
    ReadCredential(SecTag tag, CredentialType type, Bytes into);
};

/// Makes and reads a PKCS#10 request, PEM, for the key under a tag; `subject` as RFC 4514 has it.
///   not_found          no key there
///   invalid_argument   subject
class ReadSigningRequest final : public Asking<wire::SigningRequestGet, NoItem, kDeadlineMs, Reading> {
public:
    ReadSigningRequest(SecTag tag, std::string_view subject, Bytes into);
};

/// Tells each entry of the store once, on the servicing thread, without the lock; its texts die with the
/// call.
class ListCredentials final : public Asking<wire::CredentialList, wire::CredentialEntry> {
public:
    explicit ListCredentials(Callback<void(const wire::CredentialEntry&)> entry) : entry_(entry) {}

private:
    void take_item(const void* item) override;

    Callback<void(const wire::CredentialEntry&)> entry_;
};

/// Makes an EC P-256 key inside the NWP that never leaves it.
///   exists   there is a key and `replace` is false
class GenerateKey final : public Asking<wire::KeyGenerate> {
public:
    explicit GenerateKey(SecTag tag, bool replace = false);
};

/// Stores a file in as many messages as it needs; the last one replaces the file of that name.
///   invalid_argument   name not 1 to 180 printable characters
///   too_big, no_space
class WriteFile final : public Asking<wire::FileWrite> {
public:
    WriteFile(std::string_view name, ByteView content);

private:
    Error prepare() override;
    Error take(const void* reply) override;

    ByteView content_;
};

/// Deletes a stored file.   not_found
class DeleteFile final : public Asking<wire::FileDelete> {
public:
    explicit DeleteFile(std::string_view name);
};

/// Tells each stored file once, as ListCredentials does.
class ListFiles final : public Asking<wire::FileList, wire::FileEntry> {
public:
    explicit ListFiles(Callback<void(const wire::FileEntry&)> entry) : entry_(entry) {}

private:
    void take_item(const void* item) override;

    Callback<void(const wire::FileEntry&)> entry_;
};

} // namespace nwp::request
