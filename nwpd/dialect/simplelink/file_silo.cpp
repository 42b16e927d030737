// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/file_silo.h"

#include "nwpd/dialect/simplelink/file_views.h"
#include "simplelink/errors.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace nwp::simplelink {

using service::FileDescription;
using service::FileFailure;
using service::FileResult;
using service::FileSigning;

namespace {

std::uint32_t number_at(ByteView bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
    return number;
}

/// Handles travel as unsigned in commands and signed in responses; -1 is nobody's.
std::int32_t handle_of(std::uint32_t number) {
    constexpr auto largest = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());
    return number <= largest ? static_cast<std::int32_t>(number) : -1;
}

/// A name within `length` bytes of `payload`.
Result<std::string> name_in(ByteView payload, std::size_t length) {
    if (length > payload.size()) return Error::malformed;
    const auto name = file_name_of(payload.first(length));
    if (!name) return name.error();
    return std::string(*name);
}

/// Both number the modes alike; and the flags, as the store has the protocol's.
constexpr bool is_same(FileAccess access, service::FileMode mode) {
    return static_cast<unsigned>(access) == static_cast<unsigned>(mode);
}
static_assert(is_same(FileAccess::read, service::FileMode::read));
static_assert(is_same(FileAccess::write, service::FileMode::write));
static_assert(is_same(FileAccess::create, service::FileMode::create));
static_assert(is_same(FileAccess::write_or_create, service::FileMode::create_or_overwrite));
static_assert(file_flag::failsafe == vault::file_flag::fail_safe);
static_assert(file_flag::secure == vault::file_flag::secure);
static_assert(file_flag::no_signature_test == vault::file_flag::no_signature_test);
static_assert(file_flag::static_token == vault::file_flag::static_token);
static_assert(file_flag::vendor_token == vault::file_flag::vendor_token);
static_assert(file_flag::public_write == vault::file_flag::public_write);
static_assert(file_flag::public_read == vault::file_flag::public_read);
static_assert(file_flag::must_commit == vault::file_flag::must_commit);
static_assert(file_flag::bundle == vault::file_flag::bundle);
static_assert(file_flag::encrypted == vault::file_flag::encrypted);

} // namespace

FileSilo::FileSilo(const Power& power) : out_(power.out), files_(power.board.services.files), open_(files_) {}

FileSilo::~FileSilo() = default;

bool FileSilo::take(const HostMessage& message) {
    return route(Messages<FileOpen, FileClose, FileRead, FileWrite, FileInfoGet, FileDelete, FileListGet,
                          FileControl, FileProgram, FileSystemFormat, BundleControl>{},
                 message, out_, *this);
}

void FileSilo::refuse(FileFailure failure) { out_.refuse(code_of(failure)); }

template <typename Response>
service::Files::Done FileSilo::answer() {
    return while_powered([this](FileFailure failure) {
        if (failure != FileFailure::none) return refuse(failure);
        out_.respond(Response{});
    });
}

// ---- content

void FileSilo::on(const FileOpen& command, ByteView payload) {
    const auto name = file_name_of(payload);
    if (!name) return out_.refuse(code::fs_wrong_file_name);
    const FileMode mode = file_mode(command.mode);
    const auto access = static_cast<std::uint8_t>(mode.access);
    if (!mode.sized || access > static_cast<std::uint8_t>(FileAccess::write_or_create))
        return out_.refuse(code::fs_unvalid_file_mode);

    open_.open({std::string(*name), static_cast<service::FileMode>(access), mode.max_size, mode.flags,
                command.token},
               while_powered([this](const FileResult<service::OpenedFile>& opened) {
                   if (!opened) return refuse(opened.failure);
                   out_.respond(FileOpenResponse{opened.value.handle, opened.value.token});
               }));
}

void FileSilo::on(const FileClose& command, ByteView payload) {
    constexpr Byte abort_mark = 'A';
    const std::int32_t handle = handle_of(command.handle);
    const std::size_t name_length = command.certificate_name_length;
    const std::size_t signature_length = command.signature_length;

    FileSigning signing;
    std::int16_t wrong = code::success;
    if (name_length + signature_length > payload.size()) {
        wrong = code::fs_wrong_signature_or_certific_name_length;
    } else if (name_length != 0) {
        auto name = name_in(payload, name_length);
        if (!name) wrong = code::fs_wrong_certificate_file_name;
        if (name) signing.certificate = std::move(*name);
    }
    // A handle ends with its close, whatever the host said beside it.
    if (wrong != code::success) {
        return open_.abort(handle, while_powered([this, wrong](FileFailure failure) {
                               out_.refuse(failure == FileFailure::none ? wrong : code_of(failure));
                           }));
    }
    const ByteView signature = payload.sub(name_length, signature_length);
    if (name_length == 0 && signature_length == 1 && signature[0] == abort_mark)
        return open_.abort(handle, answer<FileCloseResponse>());
    signing.signature.assign(signature.begin(), signature.end());
    open_.close(handle, std::move(signing), answer<FileCloseResponse>());
}

void FileSilo::on(const FileRead& command, ByteView) {
    if (command.length > kFileChunkRoom) return out_.refuse(code::fs_invalid_length_for_read);
    const auto read = open_.read(handle_of(command.handle), command.offset, command.length);
    if (!read) return refuse(read.failure);
    out_.respond(FileReadResponse{static_cast<std::int16_t>(read.value.size()), 0}, read.value);
}

void FileSilo::on(const FileWrite& command, ByteView payload) {
    if (command.length > kFileChunkRoom || command.length > payload.size())
        return out_.refuse(code::fs_invalid_write_buffer);
    const auto failure =
        open_.write(handle_of(command.handle), command.offset, payload.first(command.length));
    if (failure != FileFailure::none) return refuse(failure);
    out_.respond(FileWriteResponse{static_cast<std::int16_t>(command.length), 0});
}

// ---- files by name

void FileSilo::on(const FileInfoGet& command, ByteView payload) {
    const auto name = file_name_of(payload);
    if (!name) return out_.refuse(code::fs_wrong_file_name);
    files_.describe(std::string(*name), command.token,
                    while_powered([this](const FileResult<FileDescription>& file) {
                        if (!file) return refuse(file.failure);
                        out_.respond(info_of(file.value));
                    }));
}

void FileSilo::on(const FileDelete& command, ByteView payload) {
    const auto name = file_name_of(payload);
    if (!name) return out_.refuse(code::fs_wrong_file_name);
    files_.remove(std::string(*name), command.token, answer<FileDeleteResponse>());
}

void FileSilo::on(const FileListGet& command, ByteView) {
    const bool whole_words = command.entry_room != 0 && command.entry_room % 4 == 0;
    if (command.count == 0 || !whole_words || command.index < -1 ||
        (command.flags & ~FileListGet::with_attributes) != 0)
        return out_.refuse(code::fs_invalid_args);
    files_.list(while_powered([this, command](const FileResult<std::vector<FileDescription>>& list) {
        if (!list) return refuse(list.failure);
        const auto page = page_of(list.value, command);
        if (!page) return out_.refuse(code::fs_wrong_input_size);
        out_.respond(page->response, page->entries);
    }));
}

// ---- control

void FileSilo::on(const FileControl& command, ByteView payload) {
    switch (command.operation) {
        case FileOperation::restore: {
            constexpr std::uint32_t to_image = 0;
            constexpr std::uint32_t to_default = 2;
            const std::uint32_t what = payload.size() < 4 ? 1 : number_at(payload, 0);
            // There is nothing to go back to: no image was ever put here.
            const bool known = what == to_image || what == to_default;
            return out_.refuse(known ? code::fs_programming_image_not_exists : code::fs_invalid_args);
        }
        case FileOperation::roll_back:
        case FileOperation::commit: return end_trial(command, payload);
        case FileOperation::rename: return rename(command, payload);
        case FileOperation::storage_info:
            return files_.storage(while_powered([this](const FileResult<service::FileStorage>& storage) {
                if (!storage) return refuse(storage.failure);
                answer_storage(storage.value);
            }));
        // No bundle was begun, as none can be.
        case FileOperation::roll_back_bundle:
        case FileOperation::commit_bundle: return out_.refuse(code::fs_bundle_not_in_correct_state);
    }
    out_.refuse(code::fs_invalid_args);
}

void FileSilo::end_trial(const FileControl& command, ByteView payload) {
    // Filters make it depend on the state of a bundle, which there never is.
    if (payload.size() < 4 || number_at(payload, 0) != 0) return out_.refuse(code::fs_invalid_args);
    auto name = name_in(payload.from(4), command.name_length);
    if (!name) return out_.refuse(code::fs_wrong_file_name);
    auto done = while_powered([this](const FileResult<std::uint32_t>& token) {
        if (!token) return refuse(token.failure);
        out_.respond(FileControlResponse{0, token.value, 0});
    });
    if (command.operation == FileOperation::commit)
        files_.commit(std::move(*name), command.token, std::move(done));
    else
        files_.roll_back(std::move(*name), command.token, std::move(done));
}

void FileSilo::rename(const FileControl& command, ByteView payload) {
    auto from = name_in(payload, command.name_length);
    if (!from) return out_.refuse(code::fs_wrong_file_name);
    const auto to = file_name_of(payload.from(command.name_length));
    if (!to) return out_.refuse(code::fs_wrong_file_name);
    files_.rename(std::move(*from), std::string(*to), command.token,
                  while_powered([this](FileFailure failure) {
                      // This one code has two meanings, told apart by the chip.
                      if (failure == FileFailure::exists) return out_.refuse(code::fs_file_name_exist);
                      if (failure != FileFailure::none) return refuse(failure);
                      out_.respond(FileControlResponse{});
                  }));
}

void FileSilo::answer_storage(const service::FileStorage& storage) {
    const auto bytes = encode(info_of(storage));
    out_.respond(FileControlResponse{0, 0, StorageInfo::size}, bytes);
}

void FileSilo::on(const FileProgram&, ByteView) {
    // Images are the vendor's own; the code stands in the upper half, nothing more to say in the lower.
    constexpr std::int32_t upper_half = 0x10000;
    out_.respond(FileProgramResponse{code::fs_not_supported * upper_half});
}

void FileSilo::on(const FileSystemFormat&, ByteView) { out_.refuse(code::fs_not_supported); }

void FileSilo::on(const BundleControl&, ByteView) { out_.refuse(code::fs_not_supported); }

} // namespace nwp::simplelink
