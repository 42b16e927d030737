// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/file_views.h"

#include "base/expect.h"
#include "simplelink/errors.h"

#include <algorithm>
#include <limits>

namespace nwp::simplelink {
namespace {

namespace flag = vault::file_flag;
using service::FileDescription;
using service::FileFailure;

struct InfoBit {
    std::uint16_t info;     ///< in the response to FileInfoGet
    std::uint32_t property; ///< in a list
    bool (*is_set)(const FileDescription&);
};

/// A file without tokens is for everybody, whether it was made so in words or not.
bool everybody(const FileDescription& file, std::uint16_t wanted) {
    return !file.info.attributes.has(flag::secure) || file.info.attributes.has(wanted);
}

constexpr InfoBit kInfoBits[] = {
    {file_info_flag::open_for_write, file_property::open_for_write,
     [](const FileDescription& file) { return file.being_written; }},
    {file_info_flag::open_for_read, file_property::open_for_read,
     [](const FileDescription& file) { return file.being_read; }},
    {file_info_flag::not_failsafe, file_property::not_failsafe,
     [](const FileDescription& file) { return !file.info.attributes.has(flag::fail_safe); }},
    {file_info_flag::not_valid, file_property::not_valid,
     [](const FileDescription& file) { return !file.info.valid; }},
    {file_info_flag::must_commit, file_property::must_commit,
     [](const FileDescription& file) {
         return file.info.on_trial || file.info.attributes.has(flag::must_commit);
     }},
    {file_info_flag::pending_commit, file_property::pending_commit,
     [](const FileDescription& file) { return file.info.on_trial; }},
    {file_info_flag::secure, file_property::secure,
     [](const FileDescription& file) { return file.info.attributes.has(flag::secure); }},
    {file_info_flag::no_signature_test, file_property::no_signature_test,
     [](const FileDescription& file) { return file.info.attributes.has(flag::no_signature_test); }},
    {file_info_flag::public_write, file_property::public_write,
     [](const FileDescription& file) { return everybody(file, flag::public_write); }},
    {file_info_flag::public_read, file_property::public_read,
     [](const FileDescription& file) { return everybody(file, flag::public_read); }},
};

template <typename Small>
Small at_most(std::uint32_t number) {
    return static_cast<Small>(std::min<std::uint32_t>(number, std::numeric_limits<Small>::max()));
}

/// Header, if wanted, and name in `into`; false: there is no room.
bool put_entry(const FileDescription& file, bool with_attributes, Bytes into) {
    const std::size_t header = with_attributes ? FileListEntry::size : 0;
    const std::string& name = file.info.name;
    if (header + name.size() + 1 > into.size()) return false;
    if (with_attributes) {
        FileListEntry entry{file.info.attributes.max_size, 0, file.blocks};
        for (const InfoBit& bit : kInfoBits) entry.properties |= bit.is_set(file) ? bit.property : 0U;
        const auto bytes = encode(entry);
        std::copy(bytes.begin(), bytes.end(), into.begin());
    }
    std::copy(name.begin(), name.end(), into.begin() + header);
    return true;
}

} // namespace

std::int16_t code_of(FileFailure failure) {
    switch (failure) {
        case FileFailure::none: break;
        case FileFailure::not_found: return code::fs_file_not_exists;
        case FileFailure::exists: return code::fs_file_already_exists;
        case FileFailure::wrong_name: return code::fs_wrong_file_name;
        // To a host of the chip what is unreadable is a file whose token for reading nobody has.
        case FileFailure::wrong_token:
        case FileFailure::unreadable: return code::fs_invalid_token;
        case FileFailure::open_for_write: return code::fs_file_is_open_for_write;
        case FileFailure::already_open: return code::fs_file_is_already_opened;
        case FileFailure::too_many_open: return code::fs_max_opened_file_exceeded;
        case FileFailure::bad_handle: return code::fs_invalid_handle;
        case FileFailure::wrong_access: return code::fs_invalid_access_type;
        case FileFailure::wrong_flags: return code::fs_wrong_file_open_flags;
        case FileFailure::different_attributes: return code::fs_file_access_is_different;
        case FileFailure::no_size: return code::fs_file_invalid_file_size;
        case FileFailure::too_many_files: return code::fs_no_available_nv_index;
        case FileFailure::no_room: return code::fs_not_enough_storage_space;
        case FileFailure::beyond_end: return code::fs_offset_out_of_range;
        case FileFailure::beyond_maximum: return code::fs_file_max_size_exceeded;
        case FileFailure::not_closed: return code::fs_file_has_not_been_close_correctly;
        case FileFailure::no_fail_safe: return code::fs_file_has_no_failsafe;
        case FileFailure::no_previous: return code::fs_no_valid_copy_exists;
        case FileFailure::on_trial: return code::fs_file_is_pending_commit;
        case FileFailure::not_on_trial: return code::fs_incorrect_file_state_for_operation;
        case FileFailure::signature_missing: return code::fs_wrong_signature_or_certific_name_length;
        case FileFailure::no_certificate: return code::fs_wrong_certificate_file_name;
        case FileFailure::unknown_root: return code::fs_root_ca_is_unkown;
        case FileFailure::never_signed: return code::fs_file_is_not_secure_and_sign;
        case FileFailure::bundle_not_fail_safe: return code::fs_bundle_file_should_be_created_with_failsafe;
        case FileFailure::no_bundle: return code::fs_not_supported;
        case FileFailure::damaged: return code::fs_file_image_is_corrupted;
        case FileFailure::disk: return code::fs_failed_to_write;
    }
    NWP_EXPECT(failure != FileFailure::none);
    return code::fs_unknown;
}

FileInfoGetResponse info_of(const FileDescription& file) {
    FileInfoGetResponse info;
    for (const InfoBit& bit : kInfoBits) {
        if (bit.is_set(file)) info.flags = static_cast<std::uint16_t>(info.flags | bit.info);
    }
    info.length = file.info.size;
    info.max_size = file.info.attributes.max_size;
    info.tokens = file.info.attributes.tokens;
    info.storage_size = file.blocks * service::kFileBlock;
    info.write_counter = file.info.attributes.write_counter;
    return info;
}

StorageInfo info_of(const service::FileStorage& storage) {
    StorageInfo info;
    info.block_size = service::kFileBlock;
    info.capacity = at_most<std::uint16_t>(storage.capacity_blocks);
    info.allocated = at_most<std::uint16_t>(storage.allocated_blocks);
    const std::uint32_t taken = std::min(storage.allocated_blocks, storage.capacity_blocks);
    info.available = at_most<std::uint16_t>(storage.capacity_blocks - taken);
    info.largest_gap = info.available; // nothing is ever in the way
    info.max_files = at_most<std::uint8_t>(storage.max_files);
    info.user_files = at_most<std::uint8_t>(storage.files);
    return info;
}

std::optional<FilePage> page_of(const std::vector<FileDescription>& files, const FileListGet& command) {
    const bool with_attributes = (command.flags & FileListGet::with_attributes) != 0;
    const std::size_t room = command.entry_room;
    const std::size_t begin = std::min(files.size(), static_cast<std::size_t>(command.index + 1LL));
    // What one message may carry to a host, however much it has room for.
    const std::size_t count =
        std::min({files.size() - begin, std::size_t{command.count}, kFileChunkRoom / room});

    FilePage page;
    page.entries.resize(count * room);
    for (std::size_t i = 0; i < count; ++i) {
        if (!put_entry(files[begin + i], with_attributes, Bytes(page.entries).sub(i * room, room)))
            return std::nullopt;
    }
    page.response.count = static_cast<std::int32_t>(count);
    page.response.index = count == 0 ? command.index : static_cast<std::int32_t>(begin + count - 1);
    page.response.output_length = static_cast<std::uint32_t>(page.entries.size());
    return page;
}

} // namespace nwp::simplelink
