// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/files.h"

#include "base/text.h"
#include "tests/kit/pki/loop.h"
#include "tests/kit/pki/pki.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <optional>

using namespace nwp;
using namespace nwp::service;
using enum nwp::service::FileFailure;
namespace flag = nwp::vault::file_flag;

namespace {

constexpr std::string_view kKey =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIIjQ\n-----END PRIVATE KEY-----\n";

class FilesTest : public ::testing::Test {
protected:
    FilesTest() { start(); }

    void start() {
        credentials =
            std::make_unique<Credentials>(context, std::move(*vault::Vault::open(folder / "store")));
        files = std::make_unique<Files>(*credentials);
        host = std::make_unique<OpenFiles>(*files);
        other_host = std::make_unique<OpenFiles>(*files);
    }
    void power_cut() {
        other_host.reset();
        host.reset();
        files.reset();
        credentials.reset();
        context.restart();
        start();
    }

    /// What `call` is told, once it was.
    template <typename T, typename Call>
    T told(Call call) {
        std::optional<T> result;
        call([&](const T& given) { result = given; });
        EXPECT_FALSE(result) << "never from inside the call";
        EXPECT_TRUE(kit::run_until(context, [&] { return result.has_value(); }));
        return *result;
    }
    FileResult<OpenedFile> open(const FileOpening& opening, OpenFiles* by = nullptr) {
        OpenFiles& opener = by == nullptr ? *host : *by;
        return told<FileResult<OpenedFile>>([&](auto done) { opener.open(opening, done); });
    }
    FileResult<OpenedFile> open(const std::string& name, FileMode mode, std::uint16_t flags = 0,
                                std::uint32_t token = 0) {
        const bool makes = mode == FileMode::create || mode == FileMode::create_or_overwrite;
        return open(FileOpening{name, mode, makes ? 4096U : 0U, flags, token});
    }
    FileFailure close(std::int32_t handle, const FileSigning& signing = {}) {
        return told<FileFailure>([&](auto done) { host->close(handle, signing, done); });
    }
    FileFailure abort(std::int32_t handle) {
        return told<FileFailure>([&](auto done) { host->abort(handle, done); });
    }
    FileFailure write(const std::string& name, std::string_view content, std::uint16_t flags = 0) {
        const auto opened = open(name, FileMode::create_or_overwrite, flags);
        if (!opened) return opened.failure;
        EXPECT_EQ(host->write(opened.value.handle, 0, as_bytes(content)), none);
        return close(opened.value.handle);
    }
    std::string content(const std::string& name, std::uint32_t token = 0) {
        const auto opened = open(name, FileMode::read, 0, token);
        if (!opened) return "failure " + std::to_string(static_cast<int>(opened.failure));
        std::string text(as_text(host->read(opened.value.handle, 0, 1'000'000).value));
        EXPECT_EQ(close(opened.value.handle), none);
        return text;
    }
    FileResult<FileDescription> describe(const std::string& name, std::uint32_t token = 0) {
        return told<FileResult<FileDescription>>([&](auto done) { files->describe(name, token, done); });
    }
    FileFailure remove(const std::string& name, std::uint32_t token = 0) {
        return told<FileFailure>([&](auto done) { files->remove(name, token, done); });
    }
    FileFailure rename(const std::string& from, const std::string& to) {
        return told<FileFailure>([&](auto done) { files->rename(from, to, 0, done); });
    }
    FileResult<std::uint32_t> commit(const std::string& name, std::uint32_t token = 0) {
        return told<FileResult<std::uint32_t>>([&](auto done) { files->commit(name, token, done); });
    }
    FileResult<std::uint32_t> roll_back(const std::string& name) {
        return told<FileResult<std::uint32_t>>([&](auto done) { files->roll_back(name, 0, done); });
    }
    Result<void> native_write(const std::string& name, std::string_view text) {
        return told<Result<void>>([&](auto done) {
            credentials->write_file(name, std::vector<Byte>(text.begin(), text.end()), done);
        });
    }

    kit::TemporaryFolder folder;
    boost::asio::io_context context;
    std::unique_ptr<Credentials> credentials;
    std::unique_ptr<Files> files;
    std::unique_ptr<OpenFiles> host;
    std::unique_ptr<OpenFiles> other_host;
};

std::string failure_text(FileFailure failure) {
    return "failure " + std::to_string(static_cast<int>(failure));
}

TEST_F(FilesTest, are_written_in_pieces_and_read_from_anywhere) {
    const auto opened = open("f", FileMode::create);
    ASSERT_TRUE(opened);
    const std::int32_t handle = opened.value.handle;
    EXPECT_EQ(host->write(handle, 6, as_bytes("world")), none);
    EXPECT_EQ(host->write(handle, 0, as_bytes("hello")), none);
    EXPECT_EQ(host->write(handle, 4095, as_bytes("xy")), beyond_maximum);
    EXPECT_EQ(host->write(handle, 5000, as_bytes("")), beyond_maximum);
    EXPECT_EQ(host->read(handle, 0, 1).failure, wrong_access);
    EXPECT_EQ(close(handle), none);
    EXPECT_EQ(close(handle), bad_handle);

    const auto reading = open("f", FileMode::read);
    ASSERT_TRUE(reading);
    const auto piece = [&](std::uint32_t offset, std::size_t length) {
        return std::string(as_text(host->read(reading.value.handle, offset, length).value));
    };
    EXPECT_EQ(piece(0, 100), "hello\xffworld") << "what was never written is erased flash";
    EXPECT_EQ(piece(6, 3), "wor");
    EXPECT_EQ(piece(11, 3), "");
    EXPECT_EQ(host->read(reading.value.handle, 12, 3).failure, beyond_end);
    EXPECT_EQ(host->write(reading.value.handle, 0, as_bytes("x")), wrong_access);
    EXPECT_EQ(host->read(reading.value.handle + 1, 0, 3).failure, bad_handle);
}

TEST_F(FilesTest, are_rewritten_whole) {
    ASSERT_EQ(write("f", "a long content"), none);
    ASSERT_EQ(write("f", "short"), none);
    EXPECT_EQ(content("f"), "short");
    EXPECT_EQ(describe("f").value.info.attributes.write_counter, 2U);
}

TEST_F(FilesTest, have_no_content_between_a_cut_in_writing_and_the_next_writing) {
    ASSERT_EQ(write("f", "old"), none);
    const auto opened = open("f", FileMode::write);
    ASSERT_TRUE(opened);
    ASSERT_EQ(host->write(opened.value.handle, 0, as_bytes("ne")), none);
    power_cut();
    EXPECT_FALSE(describe("f").value.info.valid);
    EXPECT_EQ(content("f"), failure_text(not_closed));
    ASSERT_EQ(write("f", "new"), none);
    EXPECT_EQ(content("f"), "new");
}

TEST_F(FilesTest, that_are_fail_safe_have_their_old_content_after_a_cut) {
    ASSERT_EQ(write("f", "old", flag::fail_safe), none);
    const auto opened = open("f", FileMode::write);
    ASSERT_TRUE(opened);
    ASSERT_EQ(host->write(opened.value.handle, 0, as_bytes("ne")), none);
    power_cut();
    EXPECT_EQ(content("f"), "old");
}

TEST_F(FilesTest, are_tried_before_they_are_committed) {
    constexpr std::uint16_t trial = flag::fail_safe | flag::must_commit;
    ASSERT_EQ(write("f", "old", flag::fail_safe), none);
    EXPECT_EQ(commit("f").failure, not_on_trial);
    ASSERT_EQ(write("f", "new", trial), none);
    EXPECT_TRUE(describe("f").value.info.on_trial);
    power_cut();
    EXPECT_EQ(content("f"), "new");
    EXPECT_EQ(open("f", FileMode::write).failure, on_trial);
    EXPECT_TRUE(roll_back("f"));
    EXPECT_EQ(content("f"), "old");
    ASSERT_EQ(write("f", "new", trial), none);
    EXPECT_TRUE(commit("f"));
    EXPECT_EQ(content("f"), "new");
    EXPECT_EQ(roll_back("f").failure, not_on_trial);
    EXPECT_EQ(commit("absent").failure, not_found);
}

TEST_F(FilesTest, are_left_as_they_were_by_an_aborted_writing) {
    const auto made = open("made", FileMode::create);
    ASSERT_TRUE(made);
    ASSERT_EQ(abort(made.value.handle), none);
    EXPECT_EQ(describe("made").failure, not_found) << "made for this, gone with it";

    ASSERT_EQ(write("safe", "old", flag::fail_safe), none);
    ASSERT_EQ(abort(open("safe", FileMode::write).value.handle), none);
    EXPECT_EQ(content("safe"), "old");

    ASSERT_EQ(write("plain", "old"), none);
    ASSERT_EQ(abort(open("plain", FileMode::write).value.handle), none);
    EXPECT_EQ(content("plain"), failure_text(not_closed));
    EXPECT_EQ(abort(4711), bad_handle);
}

TEST_F(FilesTest, are_open_for_many_readers_or_one_writer_of_all_hosts) {
    ASSERT_EQ(write("f", "x"), none);
    const auto first = open("f", FileMode::read);
    const auto second = open({"f", FileMode::read, 0, 0, 0}, other_host.get());
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(describe("f").value.being_read);
    EXPECT_EQ(open("f", FileMode::write).failure, already_open);
    EXPECT_EQ(remove("f"), already_open);
    EXPECT_EQ(rename("f", "g"), already_open);
    ASSERT_EQ(close(first.value.handle), none);
    EXPECT_EQ(open("f", FileMode::write).failure, already_open);
    other_host.reset(); // its power goes

    const auto writing = open("f", FileMode::write);
    ASSERT_TRUE(writing);
    EXPECT_TRUE(describe("f").value.being_written);
    EXPECT_EQ(open("f", FileMode::read).failure, open_for_write);
    EXPECT_EQ(open("f", FileMode::write).failure, open_for_write);
    EXPECT_EQ(remove("f"), open_for_write);
    ASSERT_EQ(close(writing.value.handle), none);
    EXPECT_EQ(remove("f"), none);
    EXPECT_EQ(remove("f"), not_found);
}

TEST_F(FilesTest, of_one_host_are_open_up_to_a_number) {
    ASSERT_EQ(write("f", "x"), none);
    std::size_t opened = 0;
    std::vector<std::int32_t> handles;
    for (std::size_t i = 0; i < kMaxOpenFiles + 1; ++i) {
        host->open({"f", FileMode::read, 0, 0, 0}, [&](const FileResult<OpenedFile>& result) {
            ++opened;
            if (result)
                handles.push_back(result.value.handle);
            else
                EXPECT_EQ(result.failure, too_many_open);
        });
    }
    ASSERT_TRUE(kit::run_until(context, [&] { return opened == kMaxOpenFiles + 1; }));
    EXPECT_EQ(handles.size(), kMaxOpenFiles) << "also when all were asked for at once";
    EXPECT_TRUE(open({"f", FileMode::read, 0, 0, 0}, other_host.get())) << "a number for each host";
    ASSERT_EQ(close(handles[0]), none);
    const auto next = open("f", FileMode::read);
    ASSERT_TRUE(next);
    EXPECT_EQ(std::count(handles.begin(), handles.end(), next.value.handle), 0) << "not the one just closed";
}

TEST_F(FilesTest, that_are_secure_are_reached_by_token) {
    const auto made =
        open("f", FileMode::create, flag::secure | flag::no_signature_test | flag::static_token);
    ASSERT_TRUE(made);
    const std::uint32_t master = made.value.token;
    EXPECT_NE(master, 0U);
    ASSERT_EQ(host->write(made.value.handle, 0, as_bytes("secret")), none);
    ASSERT_EQ(close(made.value.handle), none);
    power_cut();

    EXPECT_EQ(content("f"), failure_text(wrong_token));
    EXPECT_EQ(content("f", master + 1), failure_text(wrong_token));
    EXPECT_EQ(content("f", master), "secret");
    EXPECT_EQ(describe("f").failure, wrong_token);
    const auto tokens = describe("f", master).value.info.attributes.tokens;
    EXPECT_EQ(tokens[0], master);
    EXPECT_EQ(content("f", tokens[3]), "secret");
    EXPECT_EQ(content("f", tokens[2]), failure_text(wrong_token));
    EXPECT_EQ(remove("f", tokens[1]), wrong_token);
    EXPECT_EQ(native_write("f", "x").error(), Error::access_denied);
    EXPECT_EQ(remove("f", master), none);
}

TEST_F(FilesTest, renew_a_token_that_wrote) {
    const auto made = open("f", FileMode::create, flag::secure | flag::no_signature_test);
    ASSERT_EQ(close(made.value.handle), none);
    const auto written = open("f", FileMode::write, 0, made.value.token);
    ASSERT_TRUE(written);
    EXPECT_NE(written.value.token, made.value.token);
    ASSERT_EQ(close(written.value.handle), none);
    EXPECT_EQ(content("f", made.value.token), failure_text(wrong_token));
    EXPECT_EQ(content("f", written.value.token), "");
}

TEST_F(FilesTest, that_need_a_signature_get_no_content_without) {
    ASSERT_EQ(write("signer.der", "x"), none);
    const auto made = open("f", FileMode::create, flag::secure | flag::fail_safe);
    ASSERT_TRUE(made);
    ASSERT_EQ(host->write(made.value.handle, 0, as_bytes("code")), none);
    EXPECT_EQ(close(made.value.handle, {"signer.der", {1, 2, 3}}), unknown_root);
    EXPECT_EQ(describe("f", made.value.token).failure, not_found);
    EXPECT_EQ(close(made.value.handle), bad_handle) << "a handle ends with any close";
}

TEST_F(FilesTest, are_those_of_the_native_dialect_and_of_credentials) {
    ASSERT_EQ(write("id", "sensor"), none);
    EXPECT_EQ(told<Result<std::vector<vault::FileInfo>>>([&](auto done) { credentials->list_files(done); })
                  ->at(0)
                  .size,
              6U);
    ASSERT_TRUE(native_write("id", "longer than before"));
    EXPECT_EQ(content("id"), "longer than before");
    EXPECT_EQ(describe("id").value.info.attributes.max_size, 4096U);
    ASSERT_TRUE(native_write("new", std::string(300, 'x')));
    EXPECT_EQ(describe("new").value.info.attributes.max_size, 512U);
    ASSERT_EQ(remove("new"), none);
    EXPECT_EQ(describe("new").failure, not_found);
}

TEST_F(FilesTest, with_certificates_in_der_and_pem_are_credentials_by_their_names) {
    const kit::Certificate root = kit::self_signed(kit::ca_named("root"));
    const auto der = root.der();
    ASSERT_EQ(write("ca.der", std::string(der.begin(), der.end())), none);
    ASSERT_EQ(write("ca.pem", root.pem()), none);
    SecTag tag = 1;
    for (const std::string name : {"ca.der", "ca.pem"}) {
        const auto added = told<Result<void>>([&](auto done) {
            credentials->add(tag, CredentialType::ca_certificate, {name.begin(), name.end()}, false, done);
        });
        EXPECT_TRUE(added) << name;
        bool usable = false;
        credentials->tls_credentials({tag}, [&](const Result<net::TlsCredentials>& given) {
            usable = given && given->missing.empty();
        });
        EXPECT_TRUE(kit::run_until(context, [&] { return usable; })) << name;
        ++tag;
    }
}

TEST_F(FilesTest, with_a_private_key_are_written_and_never_read) {
    ASSERT_EQ(write("key.pem", kKey), none);
    EXPECT_EQ(content("key.pem"), failure_text(unreadable));
    EXPECT_EQ(describe("key.pem").value.info.size, kKey.size());
}

TEST_F(FilesTest, change_their_names) {
    ASSERT_EQ(write("f", "x"), none);
    ASSERT_EQ(write("taken", "y"), none);
    EXPECT_EQ(rename("absent", "g"), not_found);
    EXPECT_EQ(rename("f", "taken"), exists);
    EXPECT_EQ(rename("f", ""), wrong_name);
    EXPECT_EQ(rename("f", "g"), none);
    EXPECT_EQ(content("g"), "x");
    EXPECT_EQ(open("", FileMode::create).failure, wrong_name);
}

TEST_F(FilesTest, are_listed_and_counted) {
    ASSERT_EQ(write("b", "x", flag::fail_safe), none);
    ASSERT_EQ(write("a", "x"), none);
    const auto list =
        told<FileResult<std::vector<FileDescription>>>([&](auto done) { files->list(done); }).value;
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].info.name, "a");
    EXPECT_EQ(list[0].blocks, 2U);
    EXPECT_EQ(list[1].info.name, "b");
    EXPECT_EQ(list[1].blocks, 4U);
    const auto storage = told<FileResult<FileStorage>>([&](auto done) { files->storage(done); }).value;
    EXPECT_EQ(storage.files, 2U);
    EXPECT_EQ(storage.allocated_blocks, 6U);
}

TEST_F(FilesTest, that_are_gone_tell_nobody_any_more) {
    bool told_of_it = false;
    host->open({"f", FileMode::create, 4096, 0, 0},
               [&](const FileResult<OpenedFile>&) { told_of_it = true; });
    host.reset();
    host = std::make_unique<OpenFiles>(*files);
    EXPECT_EQ(open("f", FileMode::read).failure, open_for_write) << "until it is done";
    EXPECT_EQ(open("f", FileMode::write).failure, none) << "then the place is free";
    EXPECT_FALSE(told_of_it);
}

} // namespace
