// SPDX-License-Identifier: Apache-2.0
#pragma once

// The file system silo. A file's name travels as payload: its bytes, a NUL, then up to 3 bytes of garbage.

#include "simplelink/common.h"

namespace nwp::simplelink {

constexpr std::size_t kFileNameRoom = 179;   ///< without the NUL
constexpr std::size_t kFileChunkRoom = 1456; ///< most bytes of one read or write

/// The name at the beginning of `payload`.
///   malformed   there is no NUL, or nothing before it, or more than kFileNameRoom
inline Result<std::string_view> file_name_of(ByteView payload) {
    std::size_t length = 0;
    while (length < payload.size() && payload[length] != 0) ++length;
    if (length == payload.size() || length == 0 || length > kFileNameRoom) return Error::malformed;
    return std::string_view{reinterpret_cast<const char*>(payload.data()), length};
}

enum class FileAccess : std::uint8_t { read = 0, write = 1, create = 2, write_or_create = 3 };

/// Bits of FileMode::flags.
namespace file_flag {
constexpr std::uint16_t failsafe = 0x001;
constexpr std::uint16_t secure = 0x002;
constexpr std::uint16_t no_signature_test = 0x004;
constexpr std::uint16_t static_token = 0x008;
constexpr std::uint16_t vendor_token = 0x010;
constexpr std::uint16_t public_write = 0x020;
constexpr std::uint16_t public_read = 0x040;
constexpr std::uint16_t must_commit = 0x080;
constexpr std::uint16_t bundle = 0x100;
constexpr std::uint16_t encrypted = 0x200;
} // namespace file_flag

/// What FileOpen::mode says.
struct FileMode {
    std::uint32_t max_size = 0; ///< bytes; 0 unless it creates
    FileAccess access{};        ///< any 4-bit number
    std::uint16_t flags = 0;    ///< bits of file_flag
    bool sized = true;          ///< the granularity is one that exists
};

constexpr FileMode file_mode(std::uint32_t word) {
    constexpr std::array<std::uint32_t, 5> granularities{256, 1024, 4096, 16384, 65536};
    const std::uint32_t granularity = word >> 8U & 0xFU;
    const bool sized = granularity < granularities.size();
    return {.max_size = sized ? (word & 0xFFU) * granularities[granularity] : 0,
            .access = static_cast<FileAccess>(word >> 12U & 0xFU),
            .flags = static_cast<std::uint16_t>(word >> 16U & 0x7FFU),
            .sized = sized};
}

/// The name follows as payload.
struct FileOpen {
    static constexpr std::uint16_t opcode = 0xA43C;
    static constexpr std::size_t size = 8;
    std::uint32_t mode = 0; ///< file_mode()
    std::uint32_t token = 0;
    static constexpr auto fields() {
        return layout(at(0, "mode", &FileOpen::mode), at(4, "token", &FileOpen::token));
    }
};

struct FileOpenResponse {
    static constexpr std::uint16_t opcode = 0x243C;
    static constexpr std::size_t size = 8;
    std::int32_t handle = 0; ///< or an error
    std::uint32_t token = 0; ///< of a file that was created
    static constexpr auto fields() {
        return layout(at(0, "handle", &FileOpenResponse::handle), at(4, "token", &FileOpenResponse::token));
    }
};

/// Certificate name (padded, with its NUL) and signature follow as payload. A signature of one byte, "A",
/// discards what was written.
struct FileClose {
    static constexpr std::uint16_t opcode = 0xA43D;
    static constexpr std::size_t size = 12;
    std::uint32_t handle = 0;
    std::uint32_t certificate_name_length = 0; ///< padding included
    std::uint32_t signature_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "handle", &FileClose::handle),
                      at(4, "certificate_name_length", &FileClose::certificate_name_length),
                      at(8, "signature_length", &FileClose::signature_length));
    }
};
using FileCloseResponse = BasicResponse<0x243D>;

/// Bytes at an offset; those of FileWrite follow as payload.
template <std::uint16_t Opcode>
struct FileBytes {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 12;
    std::uint32_t handle = 0;
    std::uint32_t offset = 0;
    std::uint16_t length = 0; ///< at most kFileChunkRoom
    static constexpr auto fields() {
        return layout(at(0, "handle", &FileBytes::handle), at(4, "offset", &FileBytes::offset),
                      at(8, "length", &FileBytes::length));
    }
};
using FileRead = FileBytes<0xA440>;
using FileReadResponse = BasicResponse<0x2440>; ///< status: how many bytes follow as payload
using FileWrite = FileBytes<0xA441>;
using FileWriteResponse = BasicResponse<0x2441>; ///< status: how many were written

/// A file by its name, which follows as payload.
template <std::uint16_t Opcode>
struct FileByName {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::uint32_t token = 0;
    static constexpr auto fields() { return layout(at(0, "token", &FileByName::token)); }
};
using FileInfoGet = FileByName<0xA442>;
using FileDelete = FileByName<0xA443>;
using FileDeleteResponse = BasicResponse<0x2443>;

/// Bits of FileInfoGetResponse::flags. A host translates them to those of file_property.
namespace file_info_flag {
constexpr std::uint16_t open_for_write = 0x0001;
constexpr std::uint16_t open_for_read = 0x0002;
constexpr std::uint16_t not_failsafe = 0x0004;
constexpr std::uint16_t not_valid = 0x0008;
constexpr std::uint16_t system = 0x0010;
constexpr std::uint16_t must_commit = 0x0020;
constexpr std::uint16_t bundle = 0x0040;
constexpr std::uint16_t pending_commit = 0x0080;
constexpr std::uint16_t pending_bundle_commit = 0x0100;
constexpr std::uint16_t secure = 0x0400;
constexpr std::uint16_t no_signature_test = 0x0800;
constexpr std::uint16_t public_write = 0x1000;
constexpr std::uint16_t public_read = 0x2000;
} // namespace file_info_flag

/// Bits of FileListEntry::properties.
namespace file_property {
constexpr std::uint32_t must_commit = 0x0001;
constexpr std::uint32_t bundle = 0x0002;
constexpr std::uint32_t pending_commit = 0x0004;
constexpr std::uint32_t pending_bundle_commit = 0x0008;
constexpr std::uint32_t secure = 0x0010;
constexpr std::uint32_t not_failsafe = 0x0020;
constexpr std::uint32_t system = 0x0040;
constexpr std::uint32_t not_valid = 0x0100;
constexpr std::uint32_t public_write = 0x0200;
constexpr std::uint32_t public_read = 0x0400;
constexpr std::uint32_t open_for_read = 0x0800;
constexpr std::uint32_t open_for_write = 0x1000;
constexpr std::uint32_t no_signature_test = 0x2000;
} // namespace file_property

struct FileInfoGetResponse {
    static constexpr std::uint16_t opcode = 0x2442;
    static constexpr std::size_t size = 36;
    std::int16_t status = 0;
    std::uint16_t flags = 0; ///< bits of file_info_flag
    std::uint32_t length = 0;
    std::uint32_t max_size = 0;
    std::array<std::uint32_t, 4> tokens{}; ///< master, read and write, write, read
    std::uint32_t storage_size = 0;
    std::uint32_t write_counter = 0;
    static constexpr auto fields() {
        return layout(
            at(0, "status", &FileInfoGetResponse::status), at(2, "flags", &FileInfoGetResponse::flags),
            at(4, "length", &FileInfoGetResponse::length), at(8, "max_size", &FileInfoGetResponse::max_size),
            at(12, "tokens", &FileInfoGetResponse::tokens),
            at(28, "storage_size", &FileInfoGetResponse::storage_size),
            at(32, "write_counter", &FileInfoGetResponse::write_counter));
    }
};

struct FileListGet {
    static constexpr std::uint16_t opcode = 0xA448;
    static constexpr std::size_t size = 8;
    static constexpr std::uint8_t with_attributes = 1; ///< of flags: each name stands behind a FileListEntry
    std::int32_t index = 0;                            ///< -1 first, then what the response said
    std::uint8_t count = 0;
    std::uint8_t entry_room = 0; ///< bytes of each entry, a multiple of 4
    std::uint8_t flags = 0;
    static constexpr auto fields() {
        return layout(at(0, "index", &FileListGet::index), at(4, "count", &FileListGet::count),
                      at(5, "entry_room", &FileListGet::entry_room), at(6, "flags", &FileListGet::flags));
    }
};

/// Entries of entry_room bytes each follow as payload.
struct FileListGetResponse {
    static constexpr std::uint16_t opcode = 0x2448;
    static constexpr std::size_t size = 12;
    std::int32_t count = 0; ///< 0: there are no more; or an error
    std::int32_t index = 0;
    std::uint32_t output_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "count", &FileListGetResponse::count),
                      at(4, "index", &FileListGetResponse::index),
                      at(8, "output_length", &FileListGetResponse::output_length));
    }
};

/// The name follows, with its NUL.
struct FileListEntry {
    static constexpr std::size_t size = 12;
    std::uint32_t max_size = 0;
    std::uint32_t properties = 0; ///< bits of file_property
    std::uint32_t allocated_blocks = 0;
    static constexpr auto fields() {
        return layout(at(0, "max_size", &FileListEntry::max_size),
                      at(4, "properties", &FileListEntry::properties),
                      at(8, "allocated_blocks", &FileListEntry::allocated_blocks));
    }
};

/// A piece of an image for the whole flash. Key, then piece, follow as payload.
struct FileProgram {
    static constexpr std::uint16_t opcode = 0xA44A;
    static constexpr std::size_t size = 8;
    std::uint16_t key_length = 0; ///< 0 or 16
    std::uint16_t chunk_length = 0;
    std::uint32_t flags = 0;
    static constexpr auto fields() {
        return layout(at(0, "key_length", &FileProgram::key_length),
                      at(2, "chunk_length", &FileProgram::chunk_length), at(4, "flags", &FileProgram::flags));
    }
};

struct FileProgramResponse {
    static constexpr std::uint16_t opcode = 0x244A;
    static constexpr std::size_t size = 4;
    std::int32_t status = 0; ///< bytes taken, 0 at the end, or error << 16 | detail
    static constexpr auto fields() { return layout(at(0, "status", &FileProgramResponse::status)); }
};

enum class FileOperation : std::uint8_t {
    restore = 0,          ///< input: what to go back to (u32)
    roll_back = 1,        ///< input: control word (u32), name
    commit = 2,           ///< same
    rename = 3,           ///< input: old name (padded), new name
    storage_info = 5,     ///< output: StorageInfo
    roll_back_bundle = 6, ///< input: filters (u32)
    commit_bundle = 7,    ///< same
};

struct FileControl {
    static constexpr std::uint16_t opcode = 0xA44B;
    static constexpr std::size_t size = 16;
    std::uint32_t token = 0;
    FileOperation operation{};
    std::uint32_t name_length = 0; ///< with the NUL; of rename, the padded old name
    std::uint32_t input_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "token", &FileControl::token), at(4, "operation", &FileControl::operation),
                      at(8, "name_length", &FileControl::name_length),
                      at(12, "input_length", &FileControl::input_length));
    }
};

/// Output follows as payload, of restore, storage_info and the bundle operations only.
struct FileControlResponse {
    static constexpr std::uint16_t opcode = 0x244B;
    static constexpr std::size_t size = 12;
    std::int32_t status = 0;
    std::uint32_t token = 0;
    std::uint32_t output_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "status", &FileControlResponse::status),
                      at(4, "token", &FileControlResponse::token),
                      at(8, "output_length", &FileControlResponse::output_length));
    }
};

struct StorageInfo {
    static constexpr std::size_t size = 36;
    std::uint16_t block_size = 0; ///< bytes; what follows counts blocks
    std::uint16_t capacity = 0;
    std::uint16_t allocated = 0;
    std::uint16_t reserved = 0;
    std::uint16_t reserved_for_system = 0;
    std::uint16_t largest_gap = 0;
    std::uint16_t available = 0;
    std::uint8_t max_files = 0;
    std::uint8_t development = 0;
    std::uint8_t bundle_state = 0; ///< 0 stopped, 1 started, 3 commit pending
    std::uint8_t max_system_files = 0;
    std::uint8_t user_files = 0;
    std::uint8_t system_files = 0;
    std::uint32_t alerts = 0;
    std::uint32_t alert_threshold = 0;
    std::uint16_t table_writes = 0;
    static constexpr auto fields() {
        return layout(
            at(0, "block_size", &StorageInfo::block_size), at(2, "capacity", &StorageInfo::capacity),
            at(4, "allocated", &StorageInfo::allocated), at(6, "reserved", &StorageInfo::reserved),
            at(8, "reserved_for_system", &StorageInfo::reserved_for_system),
            at(10, "largest_gap", &StorageInfo::largest_gap), at(12, "available", &StorageInfo::available),
            at(16, "max_files", &StorageInfo::max_files), at(17, "development", &StorageInfo::development),
            at(18, "bundle_state", &StorageInfo::bundle_state),
            at(20, "max_system_files", &StorageInfo::max_system_files),
            at(21, "user_files", &StorageInfo::user_files),
            at(22, "system_files", &StorageInfo::system_files), at(24, "alerts", &StorageInfo::alerts),
            at(28, "alert_threshold", &StorageInfo::alert_threshold),
            at(32, "table_writes", &StorageInfo::table_writes));
    }
};

/// Defined, never sent.
struct FileSystemFormat {
    static constexpr std::uint16_t opcode = 0xA444;
    static constexpr std::size_t size = 4;
    std::uint8_t device = 0;
    static constexpr auto fields() { return layout(at(0, "device", &FileSystemFormat::device)); }
};
using FileSystemFormatResponse = BasicResponse<0x2444>;

/// Same.
struct BundleControl {
    static constexpr std::uint16_t opcode = 0xA44C;
    static constexpr std::size_t size = 4;
    std::uint16_t filters = 0;
    std::uint8_t operation = 0;
    static constexpr auto fields() {
        return layout(at(0, "filters", &BundleControl::filters),
                      at(2, "operation", &BundleControl::operation));
    }
};
using BundleControlResponse = BasicResponse<0x244C>;

} // namespace nwp::simplelink
