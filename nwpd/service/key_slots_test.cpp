// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/key_slots.h"

#include "base/text.h"
#include "nwpd/service/test_world.h"

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;
using vault::SignatureOf;

namespace {

class KeySlotsTest : public World {
protected:
    void write_key_file(const std::string& name, const std::vector<Byte>& content) {
        bool done = false;
        credentials.write_file(name, content, [&](const Result<void>& result) {
            EXPECT_TRUE(result) << to_string(result.error());
            done = true;
        });
        EXPECT_TRUE(until([&] { return done; }));
    }
    Result<void> install(KeySlots& slots, std::size_t slot, const KeySlots::Installed& files) {
        std::optional<Result<void>> answer;
        if (auto begun = slots.install(slot, files, [&](const Result<void>& result) { answer = result; });
            !begun)
            return begun;
        EXPECT_TRUE(until([&] { return answer.has_value(); }));
        return *answer;
    }

    Settings settings{credentials, {}};
};

TEST_F(KeySlotsTest, the_device_key_is_made_once_and_kept) {
    std::vector<Byte> first;
    {
        KeySlots slots{settings, credentials};
        first = slots.key(KeySlots::kDevice)->public_key();
        EXPECT_EQ(slots.key(KeySlots::kDevice)->public_key(), first);
    }
    KeySlots slots{settings, credentials};
    EXPECT_EQ(slots.key(KeySlots::kDevice)->public_key(), first);
    EXPECT_EQ(slots.make_temporary(KeySlots::kDevice).error(), Error::exists);
    EXPECT_EQ(slots.remove_temporary(KeySlots::kDevice).error(), Error::not_permitted);
    EXPECT_EQ(slots.uninstall(KeySlots::kDevice).error(), Error::not_permitted);
}

TEST_F(KeySlotsTest, a_temporary_key_signs_until_it_is_removed) {
    KeySlots slots{settings, credentials};
    EXPECT_EQ(slots.key(3).error(), Error::not_found);
    EXPECT_EQ(slots.key(KeySlots::kCount).error(), Error::domain_error);
    ASSERT_TRUE(slots.make_temporary(3));
    EXPECT_EQ(slots.make_temporary(3).error(), Error::exists);
    const auto message = as_bytes("it was me");
    const auto signature = slots.key(3)->sign(SignatureOf::sha1_of_message, message);
    ASSERT_TRUE(signature);
    EXPECT_TRUE(slots.key(3)->verifies(SignatureOf::sha1_of_message, message, *signature));
    EXPECT_FALSE(slots.key(3)->verifies(SignatureOf::sha1_of_message, as_bytes("it was he"), *signature));
    EXPECT_FALSE(slots.key(KeySlots::kDevice)->verifies(SignatureOf::sha1_of_message, message, *signature));
    const std::vector<Byte> digest(32, 7);
    const auto of_digest = slots.key(3)->sign(SignatureOf::digest, digest);
    ASSERT_TRUE(of_digest);
    EXPECT_TRUE(slots.key(3)->verifies(SignatureOf::digest, digest, *of_digest));
    EXPECT_EQ(slots.key(3)->sign(SignatureOf::digest, as_bytes("short")).error(), Error::invalid_argument);
    ASSERT_TRUE(slots.remove_temporary(3));
    EXPECT_EQ(slots.remove_temporary(3).error(), Error::not_found);
}

TEST_F(KeySlotsTest, an_installed_key_is_that_of_its_file_also_after_a_restart) {
    std::vector<Byte> secret;
    const auto key = vault::SigningKey::make(&secret);
    ASSERT_TRUE(key);
    write_key_file("device.key", secret);
    write_key_file("notes.txt", {'h', 'i'});
    {
        KeySlots slots{settings, credentials};
        EXPECT_EQ(install(slots, 2, {"device.crt", "absent.key"}).error(), Error::not_found);
        EXPECT_EQ(install(slots, 2, {"device.crt", "notes.txt"}).error(), Error::malformed);
        ASSERT_TRUE(install(slots, 2, {"device.crt", "device.key"}));
        EXPECT_EQ(install(slots, 2, {"device.crt", "device.key"}).error(), Error::exists);
        EXPECT_EQ(slots.key(2)->public_key(), key->public_key());
        EXPECT_EQ(slots.remove_temporary(2).error(), Error::not_permitted);
    }
    KeySlots slots{settings, credentials};
    ASSERT_TRUE(until([&] { return slots.key(2).ok(); }));
    EXPECT_EQ(slots.key(2)->public_key(), key->public_key());
    EXPECT_EQ(slots.info(2)->certificate_file, "device.crt");
    ASSERT_TRUE(slots.uninstall(2));
    EXPECT_EQ(slots.info(2).error(), Error::not_found);
}

} // namespace
