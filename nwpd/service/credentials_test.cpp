// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/credentials.h"

#include "base/text.h"
#include "tests/kit/pki/loop.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <thread>

using namespace nwp;
using namespace nwp::service;

namespace {

class CredentialsTest : public ::testing::Test {
protected:
    CredentialsTest()
        : credentials(
              std::make_unique<Credentials>(context, std::move(*vault::Vault::open(folder / "store")))) {}

    static std::vector<Byte> bytes(std::string_view text) { return {text.begin(), text.end()}; }

    kit::TemporaryFolder folder;
    boost::asio::io_context context;
    std::unique_ptr<Credentials> credentials;
};

TEST_F(CredentialsTest, answers_come_later_on_the_loop_in_order) {
    std::vector<std::string> order;
    const auto here = std::this_thread::get_id();
    const auto note = [&](std::string what) {
        EXPECT_EQ(std::this_thread::get_id(), here);
        order.push_back(std::move(what));
    };
    credentials->add(1, CredentialType::psk, bytes("secret"), false,
                     [&](const Result<void>& added) { note(added ? "added" : "not added"); });
    credentials->get(1, CredentialType::psk,
                     [&](const Result<std::vector<Byte>>& got) { note(to_string(got.error())); });
    credentials->list(
        [&](const Result<std::vector<vault::CredentialInfo>>& list) { note(std::to_string(list->size())); });
    credentials->remove(1, CredentialType::psk,
                        [&](const Result<void>& gone) { note(gone ? "gone" : "stays"); });
    credentials->remove(1, CredentialType::psk,
                        [&](const Result<void>& gone) { note(to_string(gone.error())); });
    EXPECT_TRUE(order.empty());
    ASSERT_TRUE(kit::run_until(context, [&] { return order.size() == 5; }));
    EXPECT_EQ(order, (std::vector<std::string>{"added", "access_denied", "1", "gone", "not_found"}));
}

TEST_F(CredentialsTest, files_and_keys_pass_through) {
    std::vector<std::string> order;
    credentials->write_file("ca.pem", bytes("text"), [&](const Result<void>& done) {
        order.emplace_back(done ? "written" : to_string(done.error()));
    });
    credentials->list_files(
        [&](const Result<std::vector<vault::FileInfo>>& files) { order.push_back(files->at(0).name); });
    credentials->remove_file("ca.pem", [&](const Result<void>& done) {
        order.emplace_back(done ? "removed" : to_string(done.error()));
    });
    credentials->generate_key(2, false, [&](const Result<void>& done) {
        order.emplace_back(done ? "generated" : to_string(done.error()));
    });
    credentials->signing_request(2, "CN=sensor-7", [&](const Result<std::string>& request) {
        order.push_back(request->substr(0, 10));
    });
    credentials->tls_credentials({3}, [&](const Result<net::TlsCredentials>& found) {
        order.push_back(std::to_string(found->missing.at(0)));
    });
    ASSERT_TRUE(kit::run_until(context, [&] { return order.size() == 6; }));
    EXPECT_EQ(order,
              (std::vector<std::string>{"written", "ca.pem", "removed", "generated", "-----BEGIN", "3"}));
}

TEST_F(CredentialsTest, nobody_is_called_once_it_is_gone) {
    bool called = false;
    std::promise<void> begun;
    std::promise<void> go_on;
    credentials->list([&](const Result<std::vector<vault::CredentialInfo>>&) { called = true; });
    credentials->run([&] {
        begun.set_value();
        go_on.get_future().wait();
    });
    credentials->list([&](const Result<std::vector<vault::CredentialInfo>>&) { called = true; });
    begun.get_future().wait(); // the first answer is on its way, the second not begun
    std::thread later([&] { go_on.set_value(); });
    credentials.reset();
    later.join();
    kit::run_ready(context);
    EXPECT_FALSE(called);
}

} // namespace
