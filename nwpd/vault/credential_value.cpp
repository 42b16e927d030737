// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/credential_value.h"

#include "base/text.h"
#include "nwpd/vault/credential_intake.h"

#include <algorithm>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace nwp::vault {
namespace {

/// One armoured block of PEM, decoded. Wiped when it goes: it may be a key.
struct PemBlock {
    PemBlock() = default;
    ~PemBlock() {
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    }
    PemBlock(const PemBlock&) = delete;
    PemBlock& operator=(const PemBlock&) = delete;

    std::string_view kind() const { return name; }
    const unsigned char* bytes() const { return data; }

    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
};

BioPointer reader_of(ByteView value) {
    return BioPointer(BIO_new_mem_buf(value.data(), static_cast<int>(value.size())));
}

/// False: no more blocks. `broken` where what follows is a block that cannot be decoded.
bool read_block(BIO* reader, PemBlock& block, bool& broken) {
    ERR_clear_error();
    if (PEM_read_bio(reader, &block.name, &block.header, &block.data, &block.size) == 1) return true;
    broken = ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE;
    ERR_clear_error();
    return false;
}

/// Whole `size` bytes or nothing.
template <typename Pointer, auto Decode>
Pointer decode_whole(const unsigned char* bytes, long size) {
    const unsigned char* position = bytes;
    Pointer object(Decode(nullptr, &position, size));
    ERR_clear_error();
    if (object && position != bytes + size) object.reset();
    return object;
}

template <typename Pointer, auto Decode, typename IsKind>
Result<std::vector<Pointer>> read_all(ByteView value, IsKind is_kind) {
    std::vector<Pointer> objects;
    if (form_of_content(value).form == ValueForm::der) {
        objects.push_back(decode_whole<Pointer, Decode>(value.data(), static_cast<long>(value.size())));
        if (!objects.back()) return Error::malformed;
        return objects;
    }
    const BioPointer reader = reader_of(value);
    if (!reader) return Error::no_memory;
    bool broken = false;
    for (;;) {
        PemBlock block;
        if (!read_block(reader.get(), block, broken)) break;
        if (!is_kind(block.kind())) continue;
        objects.push_back(decode_whole<Pointer, Decode>(block.bytes(), block.size));
        if (!objects.back()) return Error::malformed;
    }
    if (broken || objects.empty()) return Error::malformed;
    return objects;
}

/// Answers "no passphrase" where OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

KeyPointer read_der_key(ByteView value) {
    const unsigned char* position = value.data();
    KeyPointer key(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(value.size())));
    ERR_clear_error();
    return key;
}

bool is_encrypted_key(ByteView value) {
    const unsigned char* position = value.data();
    X509_SIG* const encrypted = d2i_X509_SIG(nullptr, &position, static_cast<long>(value.size()));
    ERR_clear_error();
    X509_SIG_free(encrypted);
    return encrypted != nullptr;
}

std::string one_line(const X509_NAME* name) {
    const BioPointer writer(BIO_new(BIO_s_mem()));
    if (!writer || X509_NAME_print_ex(writer.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) {
        return {};
    }
    char* text = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

std::string and_more(const std::string& first, std::size_t count) {
    return count < 2 ? first : first + " and " + std::to_string(count - 1) + " more";
}

std::string kind_of_key(const EVP_PKEY& key) {
    const char* const name = EVP_PKEY_get0_type_name(&key);
    return std::string(name == nullptr ? "unknown" : name) + " " + std::to_string(EVP_PKEY_get_bits(&key));
}

} // namespace

Result<std::vector<CertificatePointer>> read_certificates(ByteView value) {
    return read_all<CertificatePointer, d2i_X509>(
        value, [](std::string_view kind) { return kind == PEM_STRING_X509 || kind == PEM_STRING_X509_OLD; });
}

Result<std::vector<RevocationListPointer>> read_revocation_lists(ByteView value) {
    return read_all<RevocationListPointer, d2i_X509_CRL>(
        value, [](std::string_view kind) { return kind == PEM_STRING_X509_CRL; });
}

Result<KeyPointer> read_private_key(ByteView value) {
    if (form_of_content(value).form == ValueForm::der) {
        KeyPointer key = read_der_key(value);
        if (!key) return Error::malformed;
        return key;
    }
    const BioPointer reader = reader_of(value);
    if (!reader) return Error::no_memory;
    KeyPointer key(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();
    if (!key) return Error::malformed;
    return key;
}

std::vector<Byte> to_der(const X509& certificate) {
    std::vector<Byte> der(static_cast<std::size_t>(std::max(0, i2d_X509(&certificate, nullptr))));
    unsigned char* position = der.data();
    i2d_X509(&certificate, &position);
    return der;
}

std::vector<Byte> to_der(const X509_CRL& list) {
    std::vector<Byte> der(static_cast<std::size_t>(std::max(0, i2d_X509_CRL(&list, nullptr))));
    unsigned char* position = der.data();
    i2d_X509_CRL(&list, &position);
    return der;
}

bool holds_private_key(ByteView value) {
    if (as_text(value).find("PRIVATE KEY-----") != std::string_view::npos) return true;
    if (form_of_content(value).form != ValueForm::der) return false;
    return read_der_key(value) != nullptr || is_encrypted_key(value);
}

Result<void> check_value(CredentialType type, ByteView value) {
    bool readable = false;
    switch (type) {
        case CredentialType::ca_certificate:
        case CredentialType::own_certificate: readable = read_certificates(value).ok(); break;
        case CredentialType::private_key: readable = read_private_key(value).ok(); break;
        case CredentialType::crl: readable = read_revocation_lists(value).ok(); break;
        default: break;
    }
    if (!readable) return Error::invalid_argument;
    return {};
}

std::string summary_of(CredentialType type, ByteView value) {
    switch (type) {
        case CredentialType::ca_certificate:
        case CredentialType::own_certificate: {
            auto read = read_certificates(value);
            if (!read) return "unreadable";
            return and_more(one_line(X509_get_subject_name(read->front().get())), read->size());
        }
        case CredentialType::crl: {
            auto read = read_revocation_lists(value);
            if (!read) return "unreadable";
            return and_more("issued by " + one_line(X509_CRL_get_issuer(read->front().get())), read->size());
        }
        case CredentialType::private_key: {
            auto read = read_private_key(value);
            return read ? kind_of_key(**read) : "unreadable";
        }
        case CredentialType::psk: return "pre-shared key";
        case CredentialType::psk_id: return std::string(as_text(value));
        default: return {};
    }
}

} // namespace nwp::vault
