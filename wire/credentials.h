// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/credential.h"
#include "wire/general.h"

namespace nwp::wire {

struct CredentialWrite {
    static constexpr std::uint16_t id = 0x0400;
    static constexpr const char* name = "CredentialWrite";
    static constexpr const char* meaning =
        "One part of a credential's value; the last part commits it durably. Answered by Done.";
    using Reply = Done;

    std::int32_t tag = 0;
    CredentialType type{};
    std::uint8_t replace = 0;
    std::uint32_t total = 0;
    std::uint32_t offset = 0;
    ByteView part{};

    static constexpr auto fields() {
        return layout(field("tag", &CredentialWrite::tag, "sec_tag"),
                      field("type", &CredentialWrite::type, "Zephyr's number, or 1000 for a CRL"),
                      field("replace", &CredentialWrite::replace, "1: an earlier value goes"),
                      field("total", &CredentialWrite::total, "bytes of the whole value"),
                      field("offset", &CredentialWrite::offset, "place of this part; parts come in order"),
                      field("part", &CredentialWrite::part, "bytes of the value"));
    }
};
static_assert(well_formed<CredentialWrite>());

struct CredentialDelete {
    static constexpr std::uint16_t id = 0x0401;
    static constexpr const char* name = "CredentialDelete";
    static constexpr const char* meaning = "Forgets a credential. Answered by Done.";
    using Reply = Done;

    std::int32_t tag = 0;
    CredentialType type{};

    static constexpr auto fields() {
        return layout(field("tag", &CredentialDelete::tag, "sec_tag"),
                      field("type", &CredentialDelete::type, "Zephyr's number, or 1000 for a CRL"));
    }
};
static_assert(well_formed<CredentialDelete>());

struct CredentialPart {
    static constexpr std::uint16_t id = 0x0403;
    static constexpr const char* name = "CredentialPart";
    static constexpr const char* meaning = "Reply: bytes of a certificate, an identity, a signing request.";

    std::uint32_t total = 0;
    ByteView part{};

    static constexpr auto fields() {
        return layout(field("total", &CredentialPart::total, "bytes of the whole"),
                      field("part", &CredentialPart::part, "from the offset asked for, as much as fits"));
    }
};
static_assert(well_formed<CredentialPart>());

struct CredentialRead {
    static constexpr std::uint16_t id = 0x0402;
    static constexpr const char* name = "CredentialRead";
    static constexpr const char* meaning = "Reads a credential that may be read; access_denied for keys.";
    using Reply = CredentialPart;

    std::int32_t tag = 0;
    CredentialType type{};
    std::uint32_t offset = 0;
    std::uint16_t room = 0;

    static constexpr auto fields() {
        return layout(field("tag", &CredentialRead::tag, "sec_tag"),
                      field("type", &CredentialRead::type, "Zephyr's number, or 1000 for a CRL"),
                      field("offset", &CredentialRead::offset, "where to begin"),
                      field("room", &CredentialRead::room, "bytes the host has room for"));
    }
};
static_assert(well_formed<CredentialRead>());

struct CredentialList {
    static constexpr std::uint16_t id = 0x0404;
    static constexpr const char* name = "CredentialList";
    static constexpr const char* meaning =
        "Lists everything in the store. Answered by items CredentialEntry and Listed.";
    using Reply = Listed;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<CredentialList>());

struct CredentialEntry {
    static constexpr std::uint16_t id = 0x0405;
    static constexpr const char* name = "CredentialEntry";
    static constexpr const char* meaning = "Item of CredentialList.";

    std::int32_t tag = 0;
    CredentialType type{};
    CredentialKind kind{};
    std::uint32_t size = 0;
    std::string_view summary{};

    static constexpr auto fields() {
        return layout(field("tag", &CredentialEntry::tag, "sec_tag"),
                      field("type", &CredentialEntry::type, "Zephyr's number, or 1000 for a CRL"),
                      field("kind", &CredentialEntry::kind, "0 bytes, 1 name of a file, 2 generated inside"),
                      field("size", &CredentialEntry::size, "bytes of the value, 0 for a generated key"),
                      field("summary", &CredentialEntry::summary, "for people"));
    }
};
static_assert(well_formed<CredentialEntry>());

struct KeyGenerate {
    static constexpr std::uint16_t id = 0x0406;
    static constexpr const char* name = "KeyGenerate";
    static constexpr const char* meaning =
        "Makes an EC P-256 key inside that never leaves. Answered by Done.";
    using Reply = Done;

    std::int32_t tag = 0;
    std::uint8_t replace = 0;

    static constexpr auto fields() {
        return layout(field("tag", &KeyGenerate::tag, "sec_tag"),
                      field("replace", &KeyGenerate::replace, "1: an earlier key goes"));
    }
};
static_assert(well_formed<KeyGenerate>());

struct SigningRequestGet {
    static constexpr std::uint16_t id = 0x0407;
    static constexpr const char* name = "SigningRequestGet";
    static constexpr const char* meaning = "A PKCS#10 request, PEM, for the key under a tag.";
    using Reply = CredentialPart;

    std::int32_t tag = 0;
    std::string_view subject{};
    std::uint32_t offset = 0;
    std::uint16_t room = 0;

    static constexpr auto fields() {
        return layout(field("tag", &SigningRequestGet::tag, "sec_tag"),
                      field("subject", &SigningRequestGet::subject, "RFC 4514, for example CN=sensor-7"),
                      field("offset", &SigningRequestGet::offset, "where to begin"),
                      field("room", &SigningRequestGet::room, "bytes the host has room for"));
    }
};
static_assert(well_formed<SigningRequestGet>());

struct FileWrite {
    static constexpr std::uint16_t id = 0x0408;
    static constexpr const char* name = "FileWrite";
    static constexpr const char* meaning =
        "One part of a stored file; the last part replaces the file. Answered by Done.";
    using Reply = Done;

    std::string_view file{};
    std::uint32_t total = 0;
    std::uint32_t offset = 0;
    ByteView part{};

    static constexpr auto fields() {
        return layout(field("file", &FileWrite::file, "1 to 180 printable characters"),
                      field("total", &FileWrite::total, "bytes of the whole file"),
                      field("offset", &FileWrite::offset, "place of this part; parts come in order"),
                      field("part", &FileWrite::part, "bytes of the file"));
    }
};
static_assert(well_formed<FileWrite>());

struct FileDelete {
    static constexpr std::uint16_t id = 0x0409;
    static constexpr const char* name = "FileDelete";
    static constexpr const char* meaning = "Deletes a stored file. Answered by Done.";
    using Reply = Done;

    std::string_view file{};

    static constexpr auto fields() { return layout(field("file", &FileDelete::file, "which")); }
};
static_assert(well_formed<FileDelete>());

struct FileList {
    static constexpr std::uint16_t id = 0x040A;
    static constexpr const char* name = "FileList";
    static constexpr const char* meaning = "Lists stored files. Answered by items FileEntry and Listed.";
    using Reply = Listed;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<FileList>());

struct FileEntry {
    static constexpr std::uint16_t id = 0x040B;
    static constexpr const char* name = "FileEntry";
    static constexpr const char* meaning = "Item of FileList.";

    std::string_view file{};
    std::uint32_t size = 0;

    static constexpr auto fields() {
        return layout(field("file", &FileEntry::file, "which"), field("size", &FileEntry::size, "bytes"));
    }
};
static_assert(well_formed<FileEntry>());

} // namespace nwp::wire
