// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/settings.h"

#include "base/text.h"
#include "tests/kit/pki/loop.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

using namespace nwp;
using namespace nwp::service;

namespace {

class SettingsTest : public ::testing::Test {
protected:
    SettingsTest() { start(); }

    void start() {
        auto vault = std::move(*vault::Vault::open(folder / "store"));
        auto loaded = std::move(*vault->settings());
        credentials = std::make_unique<Credentials>(context, std::move(vault));
        settings = std::make_unique<Settings>(*credentials, std::move(loaded));
    }
    /// Everything that was told to the store has arrived there before.
    void restart() {
        bool quiet = false;
        credentials->date_floor([&](const Result<std::int64_t>&) { quiet = true; });
        ASSERT_TRUE(kit::run_until(context, [&] { return quiet; }));
        settings.reset();
        credentials.reset();
        start();
    }
    std::string value(std::string_view name) const {
        const auto found = settings->get(name);
        return found ? std::string(as_text(*found)) : "(none)";
    }

    kit::TemporaryFolder folder;
    boost::asio::io_context context;
    std::unique_ptr<Credentials> credentials;
    std::unique_ptr<Settings> settings;
};

TEST_F(SettingsTest, answer_at_once_and_outlive_a_restart) {
    EXPECT_EQ(value("device.urn"), "(none)");
    ASSERT_TRUE(settings->set("device.urn", as_bytes("first"), Keep::for_ever));
    ASSERT_TRUE(settings->set("device.urn", as_bytes("second"), Keep::for_ever));
    EXPECT_EQ(value("device.urn"), "second");
    restart();
    EXPECT_EQ(value("device.urn"), "second");
    ASSERT_TRUE(settings->remove("device.urn"));
    EXPECT_EQ(value("device.urn"), "(none)");
    EXPECT_EQ(settings->remove("device.urn").error(), Error::not_found);
    restart();
    EXPECT_EQ(value("device.urn"), "(none)");
}

TEST_F(SettingsTest, of_this_run_hide_what_is_stored_until_a_restart) {
    ASSERT_TRUE(settings->set("role", as_bytes("station"), Keep::for_ever));
    ASSERT_TRUE(settings->set("role", as_bytes("access point"), Keep::until_restart));
    EXPECT_EQ(value("role"), "access point");
    restart();
    EXPECT_EQ(value("role"), "station");
}

TEST_F(SettingsTest, tell_when_the_store_has_them) {
    std::vector<std::string> told;
    const auto tell = [&](std::string_view what) {
        return [&told, what = std::string(what)](const Result<void>& done) {
            told.push_back(what + (done ? "" : to_string(done.error())));
        };
    };
    ASSERT_TRUE(settings->set("a", as_bytes("1"), Keep::for_ever, tell("stored")));
    ASSERT_TRUE(settings->set("b", as_bytes("1"), Keep::until_restart, tell("kept")));
    ASSERT_TRUE(settings->remove("b", tell("removed, though the store never had it")));
    EXPECT_TRUE(told.empty()) << "never from inside a call";
    ASSERT_TRUE(kit::run_until(context, [&] { return told.size() == 3; }));
    EXPECT_EQ(told, (std::vector<std::string>{"stored", "kept", "removed, though the store never had it"}));
}

TEST_F(SettingsTest, refuse_what_the_store_would_refuse) {
    EXPECT_EQ(settings->set("", as_bytes("1"), Keep::for_ever).error(), Error::invalid_argument);
    EXPECT_EQ(settings->set("a", std::vector<Byte>(vault::kMaxSettingSize + 1), Keep::until_restart).error(),
              Error::too_big);
    for (std::size_t count = 0; count < vault::kMaxSettings; ++count) {
        ASSERT_TRUE(settings->set(std::to_string(count), as_bytes("1"), Keep::until_restart));
    }
    EXPECT_EQ(settings->set("a", as_bytes("1"), Keep::until_restart).error(), Error::no_space);
}

TEST_F(SettingsTest, may_be_set_from_their_own_value) {
    ASSERT_TRUE(settings->set("a", as_bytes("long enough to lie on the heap"), Keep::until_restart));
    ASSERT_TRUE(settings->set("a", settings->get("a")->from(5), Keep::until_restart));
    EXPECT_EQ(value("a"), "enough to lie on the heap");
}

TEST_F(SettingsTest, are_listed_by_the_beginning_of_their_names) {
    for (const char* name : {"wlan.profile.2", "wlan.profile.1", "wlan.policy", "z"}) {
        ASSERT_TRUE(settings->set(name, as_bytes("1"), Keep::until_restart));
    }
    EXPECT_EQ(settings->names("wlan.profile."),
              (std::vector<std::string>{"wlan.profile.1", "wlan.profile.2"}));
    EXPECT_TRUE(settings->names("x").empty());
}

} // namespace
