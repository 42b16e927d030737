// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/file_silo.h"

#include "base/text.h"
#include "nwpd/dialect/simplelink/file_views.h"
#include "simplelink/errors.h"
#include "tests/kit/simplelink/chip_world.h"
#include "tests/kit/simplelink_golden.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

constexpr std::uint32_t kReadIt = 0x00000000;
constexpr std::uint32_t kWriteIt = 0x00001000;
constexpr std::uint32_t kCreate4096 = 0x00002010;
constexpr std::uint32_t kOverwrite4096 = 0x00003010;
constexpr std::uint32_t kFailsafe = file_flag::failsafe << 16U;
constexpr std::uint32_t kMustCommit = file_flag::must_commit << 16U;
constexpr std::uint32_t kSecureUnsigned = (file_flag::secure | file_flag::no_signature_test) << 16U;

class FileSiloTest : public ChipWorld {
protected:
    FileSiloTest() { power_on(); }

    static std::vector<Byte> named(std::string_view name) {
        std::vector<Byte> bytes(name.begin(), name.end());
        bytes.push_back(0);
        bytes.resize(pad4(bytes.size()), 0xA5);
        return bytes;
    }
    static std::vector<Byte> joined(std::vector<Byte> a, const std::vector<Byte>& b) {
        a.insert(a.end(), b.begin(), b.end());
        return a;
    }

    FileOpenResponse open(std::string_view name, std::uint32_t mode, std::uint32_t token = 0) {
        return ask<FileOpenResponse>(FileOpen{mode, token}, named(name));
    }
    std::int16_t write(std::int32_t handle, std::uint32_t offset, std::string_view text) {
        const FileWrite command{static_cast<std::uint32_t>(handle), offset,
                                static_cast<std::uint16_t>(text.size())};
        return ask<FileWriteResponse>(command, as_bytes(text)).status;
    }
    std::int16_t close(std::int32_t handle) {
        return ask<FileCloseResponse>(FileClose{static_cast<std::uint32_t>(handle), 0, 0}).status;
    }
    std::int16_t close(std::int32_t handle, const std::vector<Byte>& certificate,
                       const std::vector<Byte>& signature) {
        const FileClose command{static_cast<std::uint32_t>(handle),
                                static_cast<std::uint32_t>(certificate.size()),
                                static_cast<std::uint32_t>(signature.size())};
        return ask<FileCloseResponse>(command, joined(certificate, signature)).status;
    }
    std::string read(std::int32_t handle, std::uint32_t offset, std::uint16_t length) {
        std::vector<Byte> data;
        const auto answer =
            ask<FileReadResponse>(FileRead{static_cast<std::uint32_t>(handle), offset, length}, {}, &data);
        if (answer.status < 0) return std::to_string(answer.status);
        EXPECT_EQ(static_cast<std::size_t>(answer.status), data.size());
        return std::string(as_text(ByteView(data)));
    }
    std::int32_t put(std::string_view name, std::string_view text, std::uint32_t mode = kOverwrite4096) {
        const auto opened = open(name, mode);
        if (opened.handle < 0) return opened.handle;
        EXPECT_EQ(write(opened.handle, 0, text), static_cast<std::int16_t>(text.size()));
        return close(opened.handle);
    }
    std::string content(std::string_view name, std::uint32_t token = 0) {
        const auto opened = open(name, kReadIt, token);
        if (opened.handle < 0) return std::to_string(opened.handle);
        std::string text = read(opened.handle, 0, 1456);
        EXPECT_EQ(close(opened.handle), 0);
        return text;
    }
    FileInfoGetResponse info(std::string_view name, std::uint32_t token = 0) {
        return ask<FileInfoGetResponse>(FileInfoGet{token}, named(name));
    }
    FileControlResponse control(FileOperation operation, std::uint32_t name_length,
                                const std::vector<Byte>& input, std::uint32_t token = 0,
                                std::vector<Byte>* output = nullptr) {
        const FileControl command{token, operation, name_length, static_cast<std::uint32_t>(input.size())};
        std::vector<Byte> none;
        return ask<FileControlResponse>(command, input, output == nullptr ? &none : output);
    }
    FileControlResponse end_trial(FileOperation operation, std::string_view name) {
        return control(operation, static_cast<std::uint32_t>(name.size() + 1),
                       joined({0, 0, 0, 0}, named(name)));
    }
    std::int32_t rename(std::string_view from, std::string_view to) {
        const auto old = named(from);
        return control(FileOperation::rename, static_cast<std::uint32_t>(old.size()), joined(old, named(to)))
            .status;
    }
    /// A captured message, with this handle in the place where it has one.
    void send_captured(std::string_view file, std::int32_t handle = -1) {
        auto bytes = kit::golden_message(file).bytes;
        for (std::size_t i = 0; handle >= 0 && i < 4; ++i)
            bytes[12 + i] = static_cast<Byte>(static_cast<std::uint32_t>(handle) >> (8 * i));
        line->host_sends({bytes.data(), bytes.size()});
    }
};

// The ladder of a certificate, with the very bytes of the host's driver.
TEST_F(FileSiloTest, answers_what_the_driver_sends) {
    send_captured("48_FileOpen");
    const auto opened = expect<FileOpenResponse>();
    ASSERT_GE(opened.handle, 0);
    send_captured("50_FileWrite", opened.handle);
    EXPECT_EQ(expect<FileWriteResponse>().status, 10);
    EXPECT_EQ(close(opened.handle), 0);
    EXPECT_EQ(content("ca.der"), "HELLO-CERT");

    const auto about = info("ca.der");
    const auto captured = kit::golden_message("53_FileInfoGetResponse").bytes;
    const auto shown = *decode<FileInfoGetResponse>(ByteView(captured).from(16));
    EXPECT_EQ(about.flags, shown.flags);
    EXPECT_EQ(about.length, shown.length);
    EXPECT_EQ(about.max_size, shown.max_size);
    EXPECT_EQ(about.storage_size, shown.storage_size);
    EXPECT_EQ(about.write_counter, shown.write_counter);

    send_captured("54_FileListGet");
    std::vector<Byte> entries;
    const auto list = expect<FileListGetResponse>(&entries);
    EXPECT_EQ(list.count, 1);
    EXPECT_EQ(list.index, 0);
    EXPECT_EQ(list.output_length, 192U);
    ASSERT_EQ(entries.size(), 192U);
    const auto entry = *decode<FileListEntry>(ByteView(entries));
    EXPECT_EQ(entry.max_size, 4096U);
    EXPECT_EQ(entry.properties,
              file_property::not_failsafe | file_property::public_read | file_property::public_write);
    EXPECT_EQ(entry.allocated_blocks, 2U);
    EXPECT_EQ(file_name_of(ByteView(entries).from(FileListEntry::size)).operator*(), "ca.der");
    EXPECT_EQ(ask<FileListGetResponse>(FileListGet{list.index, 5, 192, 1}).count, 0) << "the end";

    send_captured("55_FileControl"); // commit, and this file is not on trial
    EXPECT_EQ(expect<FileControlResponse>().status, code::fs_file_has_no_failsafe);
    const auto again = open("ca.der", kWriteIt);
    send_captured("51_FileClose", again.handle);
    EXPECT_EQ(expect<FileCloseResponse>().status, code::fs_file_is_not_secure_and_sign);

    EXPECT_EQ(ask<FileDeleteResponse>(FileDelete{0}, named("ca.der")).status, 0);
    EXPECT_EQ(ask<FileDeleteResponse>(FileDelete{0}, named("ca.der")).status, code::fs_file_not_exists);
    EXPECT_EQ(info("ca.der").status, code::fs_file_not_exists);
}

TEST_F(FileSiloTest, says_why_a_file_does_not_open) {
    ASSERT_EQ(put("f", "x"), 0);
    EXPECT_EQ(open("absent", kReadIt).handle, code::fs_file_not_exists);
    EXPECT_EQ(open("absent", kWriteIt).handle, code::fs_file_not_exists);
    EXPECT_EQ(open("f", kCreate4096).handle, code::fs_file_already_exists);
    EXPECT_EQ(open("f", 0x4010).handle, code::fs_unvalid_file_mode) << "no such access";
    EXPECT_EQ(open("g", 0x2510).handle, code::fs_unvalid_file_mode) << "no such granularity";
    EXPECT_EQ(open("g", 0x2000).handle, code::fs_file_invalid_file_size);
    EXPECT_EQ(open("g", 0x24FF).handle, code::fs_not_enough_storage_space) << "16 MB";
    EXPECT_EQ(open("g", kCreate4096 | 0x400U << 16U).handle, code::fs_wrong_file_open_flags);
    EXPECT_EQ(open("g", kCreate4096 | kMustCommit).handle, code::fs_file_has_no_failsafe);
    EXPECT_EQ(open("", kCreate4096).handle, code::fs_wrong_file_name);
    EXPECT_EQ(ask<FileOpenResponse>(FileOpen{kCreate4096, 0}, std::vector<Byte>(8, 'n')).handle,
              code::fs_wrong_file_name)
        << "no end";

    const auto writing = open("f", kWriteIt);
    ASSERT_GE(writing.handle, 0);
    EXPECT_EQ(open("f", kReadIt).handle, code::fs_file_is_open_for_write);
    ASSERT_EQ(close(writing.handle), 0);
    std::vector<std::int32_t> handles;
    for (int i = 0; i < 10; ++i) {
        handles.push_back(open("f", kReadIt).handle);
        EXPECT_GE(handles.back(), 0);
    }
    EXPECT_EQ(open("f", kReadIt).handle, code::fs_max_opened_file_exceeded);
    ASSERT_EQ(close(handles[0]), 0);
    EXPECT_EQ(open("f", kWriteIt).handle, code::fs_file_is_already_opened);
    EXPECT_EQ(ask<FileDeleteResponse>(FileDelete{0}, named("f")).status, code::fs_file_is_already_opened);
}

TEST_F(FileSiloTest, carries_64_kib_in_the_pieces_of_the_driver) {
    const auto opened = open("big", 0x2140); // 64 x 1 KiB
    ASSERT_GE(opened.handle, 0);
    std::string text(65536, 'x');
    for (std::size_t i = 0; i < text.size(); i += 251) text[i] = static_cast<char>('a' + i % 26);
    for (std::size_t at = 0; at < text.size(); at += 1456) {
        const auto piece = std::string_view(text).substr(at, 1456);
        ASSERT_EQ(write(opened.handle, static_cast<std::uint32_t>(at), piece),
                  static_cast<std::int16_t>(piece.size()));
    }
    EXPECT_EQ(write(opened.handle, 65536, "x"), code::fs_file_max_size_exceeded);
    ASSERT_EQ(close(opened.handle), 0);

    const std::int32_t handle = open("big", kReadIt).handle;
    std::string got;
    while (got.size() < text.size()) got += read(handle, static_cast<std::uint32_t>(got.size()), 1456);
    EXPECT_EQ(got, text);
    EXPECT_EQ(read(handle, 65536, 100), "") << "the end";
    EXPECT_EQ(read(handle, 65537, 100), std::to_string(code::fs_offset_out_of_range));
    EXPECT_EQ(read(handle, 0, 1457), std::to_string(code::fs_invalid_length_for_read));
    EXPECT_EQ(read(handle + 1, 0, 10), std::to_string(code::fs_invalid_handle));
    EXPECT_EQ(read(-1, 0, 10), std::to_string(code::fs_invalid_handle));
    EXPECT_EQ(write(handle, 0, "x"), code::fs_invalid_access_type);
    EXPECT_EQ(ask<FileWriteResponse>(FileWrite{static_cast<std::uint32_t>(handle), 0, 100}, as_bytes("short"))
                  .status,
              code::fs_invalid_write_buffer)
        << "more was promised than came";
    EXPECT_EQ(close(handle + 1), code::fs_invalid_handle);
}

TEST_F(FileSiloTest, loses_what_is_written_with_the_power_or_by_abort) {
    ASSERT_EQ(put("plain", "old"), 0);
    ASSERT_EQ(put("safe", "old", kOverwrite4096 | kFailsafe), 0);
    ASSERT_EQ(write(open("plain", kWriteIt).handle, 0, "new"), 3);
    ASSERT_EQ(write(open("safe", kWriteIt).handle, 0, "new"), 3);
    power_off();
    power_on();
    EXPECT_EQ(content("plain"), std::to_string(code::fs_file_has_not_been_close_correctly));
    EXPECT_EQ(info("plain").flags & file_info_flag::not_valid, file_info_flag::not_valid);
    EXPECT_EQ(content("safe"), "old");

    const std::int32_t handle = open("safe", kWriteIt).handle;
    ASSERT_EQ(write(handle, 0, "new"), 3);
    EXPECT_EQ(close(handle, {}, {'A'}), 0);
    EXPECT_EQ(content("safe"), "old");
}

TEST_F(FileSiloTest, commits_and_rolls_back) {
    ASSERT_EQ(put("f", "old", kOverwrite4096 | kFailsafe), 0);
    EXPECT_EQ(end_trial(FileOperation::commit, "f").status, code::fs_incorrect_file_state_for_operation);
    ASSERT_EQ(put("f", "new", kWriteIt | kMustCommit), 0);
    const auto flags = info("f").flags;
    EXPECT_EQ(flags & file_info_flag::pending_commit, file_info_flag::pending_commit);
    EXPECT_EQ(flags & file_info_flag::must_commit, file_info_flag::must_commit);
    EXPECT_EQ(content("f"), "new");
    EXPECT_EQ(open("f", kWriteIt).handle, code::fs_file_is_pending_commit);
    EXPECT_EQ(end_trial(FileOperation::roll_back, "f").status, 0);
    EXPECT_EQ(content("f"), "old");
    ASSERT_EQ(put("f", "new", kWriteIt | kMustCommit), 0);
    EXPECT_EQ(end_trial(FileOperation::commit, "f").status, 0);
    EXPECT_EQ(content("f"), "new");
    EXPECT_EQ(info("f").flags & (file_info_flag::pending_commit | file_info_flag::must_commit), 0);
    ASSERT_EQ(put("first", "x", kCreate4096 | kFailsafe | kMustCommit), 0);
    EXPECT_EQ(end_trial(FileOperation::roll_back, "first").status, code::fs_no_valid_copy_exists);
}

TEST_F(FileSiloTest, guards_secure_files_with_tokens) {
    const auto made = open("f", kCreate4096 | kSecureUnsigned);
    ASSERT_GE(made.handle, 0);
    EXPECT_NE(made.token, 0U);
    ASSERT_EQ(write(made.handle, 0, "secret"), 6);
    ASSERT_EQ(close(made.handle), 0);
    EXPECT_EQ(content("f"), std::to_string(code::fs_invalid_token));
    EXPECT_EQ(info("f").status, code::fs_invalid_token);
    EXPECT_EQ(info("f", made.token).tokens[0], made.token);
    EXPECT_EQ(content("f", made.token), "secret");
    EXPECT_EQ(ask<FileDeleteResponse>(FileDelete{1}, named("f")).status, code::fs_invalid_token);
    EXPECT_EQ(ask<FileDeleteResponse>(FileDelete{made.token}, named("f")).status, 0);
}

TEST_F(FileSiloTest, believes_no_signature) {
    ASSERT_EQ(put("signer.der", "x"), 0);
    const std::uint32_t secure = kCreate4096 | static_cast<std::uint32_t>(file_flag::secure) << 16U;
    const auto attempt = [&](const std::vector<Byte>& certificate, const std::vector<Byte>& signature) {
        return close(open("f", secure).handle, certificate, signature);
    };
    EXPECT_EQ(attempt({}, {}), code::fs_wrong_signature_or_certific_name_length);
    EXPECT_EQ(attempt(named("absent.der"), {1, 2, 3}), code::fs_wrong_certificate_file_name);
    EXPECT_EQ(attempt(std::vector<Byte>(8, 'n'), {1, 2, 3}), code::fs_wrong_certificate_file_name);
    EXPECT_EQ(attempt(named("signer.der"), {1, 2, 3}), code::fs_root_ca_is_unkown);
    const auto handle = static_cast<std::uint32_t>(open("f", secure).handle);
    EXPECT_EQ(ask<FileCloseResponse>(FileClose{handle, 0xFFFFFFFF, 0xFFFFFFFF}).status,
              code::fs_wrong_signature_or_certific_name_length);
    EXPECT_EQ(open("f", kReadIt).handle, code::fs_file_not_exists) << "each attempt took back what it made";
}

TEST_F(FileSiloTest, never_reads_a_private_key_back) {
    constexpr std::string_view key =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIIjQ\n-----END PRIVATE KEY-----\n";
    ASSERT_EQ(put("key.pem", key), 0);
    EXPECT_EQ(content("key.pem"), std::to_string(code::fs_invalid_token));
    EXPECT_EQ(rename("key.pem", "key.txt"), 0);
    EXPECT_EQ(content("key.txt"), std::to_string(code::fs_invalid_token));
    EXPECT_EQ(info("key.txt").length, key.size());
}

TEST_F(FileSiloTest, renames) {
    ASSERT_EQ(put("f", "x"), 0);
    ASSERT_EQ(put("taken", "y"), 0);
    EXPECT_EQ(rename("absent", "g"), code::fs_file_not_exists);
    EXPECT_EQ(rename("f", "taken"), code::fs_file_name_exist);
    EXPECT_EQ(rename("f", ""), code::fs_wrong_file_name);
    EXPECT_EQ(control(FileOperation::rename, 0xFFFFFFFF, named("f")).status, code::fs_wrong_file_name);
    EXPECT_EQ(rename("f", "a longer name"), 0);
    EXPECT_EQ(content("a longer name"), "x");
}

TEST_F(FileSiloTest, lists_in_pages) {
    for (const char* name : {"a", "b", "c"}) ASSERT_EQ(put(name, "x"), 0);
    std::vector<Byte> entries;
    const auto first = ask<FileListGetResponse>(FileListGet{-1, 2, 8, 0}, {}, &entries);
    EXPECT_EQ(first.count, 2);
    EXPECT_EQ(entries, (std::vector<Byte>{'a', 0, 0, 0, 0, 0, 0, 0, 'b', 0, 0, 0, 0, 0, 0, 0}));
    const auto second = ask<FileListGetResponse>(FileListGet{first.index, 2, 8, 0}, {}, &entries);
    EXPECT_EQ(second.count, 1);
    EXPECT_EQ(entries[0], 'c');
    EXPECT_EQ(ask<FileListGetResponse>(FileListGet{second.index, 2, 8, 0}).count, 0);
    EXPECT_EQ(ask<FileListGetResponse>(FileListGet{2147483647, 2, 8, 0}).count, 0);
    for (const FileListGet& wrong :
         {FileListGet{-2, 1, 8, 0}, FileListGet{-1, 0, 8, 0}, FileListGet{-1, 1, 0, 0},
          FileListGet{-1, 1, 6, 0}, FileListGet{-1, 1, 8, 2}}) {
        EXPECT_EQ(ask<FileListGetResponse>(wrong).count, code::fs_invalid_args);
    }
    EXPECT_EQ(ask<FileListGetResponse>(FileListGet{-1, 1, 12, 1}).count, code::fs_wrong_input_size);
}

TEST_F(FileSiloTest, never_sends_a_longer_page_than_the_driver_has_room_for) {
    for (char name = 'a'; name < 'k'; ++name) ASSERT_EQ(put(std::string(1, name), "x"), 0);
    std::vector<Byte> entries;
    const auto page = ask<FileListGetResponse>(FileListGet{-1, 255, 192, 1}, {}, &entries);
    EXPECT_EQ(page.count, 7);
    EXPECT_EQ(entries.size(), 7U * 192);
}

TEST_F(FileSiloTest, tells_what_the_storage_holds) {
    ASSERT_EQ(put("f", "x"), 0);
    std::vector<Byte> output;
    const auto answer = control(FileOperation::storage_info, 0, {}, 0, &output);
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(answer.output_length, StorageInfo::size);
    ASSERT_EQ(output.size(), StorageInfo::size);
    const auto storage = *decode<StorageInfo>(ByteView(output));
    EXPECT_EQ(storage.block_size, 4096U);
    EXPECT_EQ(storage.allocated, 2U);
    EXPECT_EQ(storage.available + storage.allocated, storage.capacity);
    EXPECT_EQ(storage.user_files, 1U);
}

TEST_F(FileSiloTest, says_what_there_is_not) {
    constexpr auto to_image = std::uint8_t{0};
    EXPECT_EQ(control(FileOperation::restore, 0, {to_image, 0, 0, 0}).status,
              code::fs_programming_image_not_exists);
    EXPECT_EQ(control(FileOperation::restore, 0, {1, 0, 0, 0}).status, code::fs_invalid_args);
    EXPECT_EQ(control(FileOperation::commit_bundle, 0, {0, 0, 0, 0}).status,
              code::fs_bundle_not_in_correct_state);
    EXPECT_EQ(control(FileOperation::roll_back_bundle, 0, {0, 0, 0, 0}).status,
              code::fs_bundle_not_in_correct_state);
    EXPECT_EQ(control(static_cast<FileOperation>(4), 0, {}).status, code::fs_invalid_args);
    EXPECT_EQ(control(FileOperation::commit, 2, {1, 0, 0, 0, 'f', 0, 0, 0}).status, code::fs_invalid_args)
        << "filters";
    EXPECT_EQ(control(FileOperation::commit, 2, {0, 0}).status, code::fs_invalid_args);
    EXPECT_EQ(ask<FileProgramResponse>(FileProgram{0, 16, 0}, std::vector<Byte>(16)).status,
              code::fs_not_supported * 65536);
    EXPECT_EQ(ask<FileSystemFormatResponse>(FileSystemFormat{0}).status, code::fs_not_supported);
    EXPECT_EQ(ask<BundleControlResponse>(BundleControl{0, 0}).status, code::fs_not_supported);
    EXPECT_EQ(
        open("f", kCreate4096 | kFailsafe | static_cast<std::uint32_t>(file_flag::bundle) << 16U).handle,
        code::fs_not_supported);
    EXPECT_EQ(open("f", kCreate4096 | static_cast<std::uint32_t>(file_flag::bundle) << 16U).handle,
              code::fs_bundle_file_should_be_created_with_failsafe);
}

TEST_F(FileSiloTest, survives_a_power_cut_while_the_store_works) {
    send(FileOpen{kCreate4096, 0}, named("f"));
    send(FileInfoGet{0}, named("f"));
    power_off();
    power_on();
    EXPECT_EQ(info("other").status, code::fs_file_not_exists) << "no answer of the time before";
}

TEST_F(FileSiloTest, writes_the_credential_that_the_other_dialect_names) {
    ASSERT_EQ(put("id", "sensor"), 0);
    bool listed = false;
    credentials.list_files([&](const Result<std::vector<vault::FileInfo>>& list) {
        listed = true;
        ASSERT_EQ(list->size(), 1U);
        EXPECT_EQ(list->at(0).name, "id");
        EXPECT_EQ(list->at(0).size, 6U);
    });
    ASSERT_TRUE(until([&] { return listed; }));
    bool written = false;
    credentials.write_file("theirs", {'x', 'y'}, [&](const Result<void>& done) { written = done.ok(); });
    ASSERT_TRUE(until([&] { return written; }));
    EXPECT_EQ(content("theirs"), "xy");
}

TEST(FileCodes, are_one_for_each_failure_and_all_negative) {
    for (int failure = 1; failure <= static_cast<int>(service::FileFailure::disk); ++failure) {
        const auto given = code_of(static_cast<service::FileFailure>(failure));
        EXPECT_LE(given, -10241) << failure;
        EXPECT_GE(given, -10372) << failure;
        EXPECT_NE(given, code::fs_unknown) << failure;
    }
}

} // namespace
