// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/outbox.h"
#include "simplelink/device.h"
#include "simplelink/errors.h"
#include "simplelink/opcodes.h"
#include "tests/kit/simplelink/chip_world.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

using ChipTest = ChipWorld;

std::int16_t status_of(const Said& said) {
    return static_cast<std::int16_t>(said.body[0] | said.body[1] << 8);
}

TEST_F(ChipTest, speaks_first_and_once) {
    line->open();
    const auto started = expect<InitComplete>();
    EXPECT_EQ(started.status, InitStatus::station);
    EXPECT_TRUE(is_silent());
}

TEST_F(ChipTest, a_close_and_a_reopen_at_once_are_a_new_start) {
    power_on();
    line->close();
    line->open();
    EXPECT_EQ(expect<InitComplete>().status, InitStatus::station);
    EXPECT_TRUE(is_silent());
}

TEST_F(ChipTest, a_stop_is_answered_twice_and_starts_nothing) {
    power_on();
    EXPECT_EQ(ask<DeviceStopResponse>(DeviceStop{200}).status, 0);
    expect<DeviceStopped>();
    EXPECT_TRUE(is_silent());
    power_off();
    power_on();
}

TEST_F(ChipTest, every_command_that_is_owed_a_response_gets_one_of_its_size) {
    power_on();
    for (const CommandRow& row : kCommands) {
        // Nothing but zeros, as many as the command may want: the values are refused, or do no harm.
        if (row.opcode == DeviceStop::opcode || row.response == 0) continue;
        send(row.opcode, std::vector<Byte>(88));
        const Said said = next();
        EXPECT_EQ(said.opcode, row.response) << row.name;
        const std::size_t args =
            row.payload ? std::min<std::size_t>(said.body.size(), row.response_size) : pad4(said.body.size());
        EXPECT_EQ(args, row.response_size) << row.name;
        if (HasFailure()) break;
        power_off();
        power_on();
    }
}

TEST_F(ChipTest, a_command_that_is_cut_short_is_refused_in_its_own_size) {
    power_on();
    for (const CommandRow& row : kCommands) {
        if (row.response == 0) continue;
        send(row.opcode, {});
        const Said said = next();
        EXPECT_EQ(said.opcode, row.response) << row.name;
        EXPECT_EQ(said.body.size(), row.response_size) << row.name;
        if (HasFailure()) break;
        power_off();
        power_on();
    }
}

TEST_F(ChipTest, an_unknown_opcode_is_refused_in_the_common_form) {
    power_on();
    send(0x84FF, {1, 2, 3, 4});
    const Said said = next();
    EXPECT_EQ(said.opcode, 0x04FF);
    EXPECT_EQ(said.body.size(), 4U);
    EXPECT_EQ(status_of(said), code::invalid_opcode);
    send(0x80FF, {1, 2, 3, 4}); // no command: nothing waits for an answer
    EXPECT_TRUE(is_silent());
}

TEST_F(ChipTest, commands_that_come_too_early_wait_for_their_turn) {
    power_on();
    send(EventMaskSet{2, 0x10});
    send(EventMaskGet{2});
    send(EventMaskGet{3});
    expect<EventMaskSetResponse>();
    EXPECT_EQ(expect<EventMaskGetResponse>().mask, 0x10U);
    const auto third = expect<EventMaskGetResponse>();
    EXPECT_EQ(third.event_class, 3U);
    EXPECT_EQ(third.mask, 0U);
}

TEST_F(ChipTest, a_host_that_does_not_read_is_not_listened_to) {
    power_on();
    line->stuck = true;
    line->sent.resize(Outbox::kMostUnsent + 1);
    send(EventMaskGet{2});
    kit::run_ready(context);
    EXPECT_EQ(line->sent.size(), Outbox::kMostUnsent + 1);
    line->stuck = false;
    line->sent.clear();
    line->drain();
    expect<EventMaskGetResponse>();
}

TEST_F(ChipTest, the_date_that_a_host_sets_is_its_own_and_never_before_the_floor) {
    power_on();
    const DateTime date{5, 4, 3, 2, 1, 2027, 0, 0, {}};
    const auto bytes = encode(date);
    const DeviceSet set{static_cast<std::uint16_t>(DeviceId::general), 11, DateTime::size};
    EXPECT_EQ(ask<DeviceSetResponse>(set, {bytes.data(), bytes.size()}).status, 0);
    std::vector<Byte> payload;
    const DeviceGet get{static_cast<std::uint16_t>(DeviceId::general), 11, 0};
    EXPECT_EQ(ask<DeviceGetResponse>(get, {}, &payload).status, 0);
    const auto answer = decode<DateTime>({payload.data(), payload.size()});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->year, 2027U);
    EXPECT_EQ(answer->month, 1U);
    EXPECT_EQ(answer->day, 2U);
    EXPECT_EQ(answer->hour, 3U);
    EXPECT_EQ(answer->second, 5U);

    const DateTime none{0, 0, 0, 30, 2, 2027, 0, 0, {}};
    const auto wrong = encode(none);
    EXPECT_EQ(ask<DeviceSetResponse>(set, {wrong.data(), wrong.size()}).status, code::invalid_param);
}

TEST_F(ChipTest, tells_its_version_status_and_name) {
    power_on();
    std::vector<Byte> payload;
    ask<DeviceGetResponse>(DeviceGet{1, 12, 0}, {}, &payload);
    ASSERT_EQ(payload.size(), DeviceVersion::size);
    EXPECT_EQ(decode<DeviceVersion>({payload.data(), payload.size()})->chip_id >> 24U, 0x31U);
    ask<DeviceGetResponse>(DeviceGet{2, 2, 0}, {}, &payload);
    EXPECT_EQ(payload, (std::vector<Byte>{0, 0, 0, 0})) << "nothing dropped, not connected";
    ask<DeviceGetResponse>(DeviceGet{4, 41, 0}, {}, &payload);
    EXPECT_EQ(payload.size(), 16U);
    const auto name = payload;
    power_off();
    power_on();
    ask<DeviceGetResponse>(DeviceGet{4, 41, 0}, {}, &payload);
    EXPECT_EQ(payload, name);
    EXPECT_EQ(ask<DeviceGetResponse>(DeviceGet{9, 1, 0}).status, code::invalid_param);
}

TEST_F(ChipTest, another_rate_is_agreed_on_without_a_new_start) {
    power_on();
    EXPECT_EQ(ask<UartModeSetResponse>(UartModeSet{12345, 0}).status, code::invalid_param);
    EXPECT_EQ(ask<UartModeSetResponse>(UartModeSet{921600, 1}).status, 0);
    EXPECT_EQ(line->rate, 921600U);
    line->close();
    line->open();
    EXPECT_TRUE(is_silent());
    const Byte greeting[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x55, 0xAA, 0x55, 0xAA};
    line->host_sends(greeting);
    ASSERT_TRUE(until([&] { return line->sent.size() >= 4; }));
    EXPECT_EQ(line->sent, (std::vector<Byte>{0x55, 0xAA, 0x55, 0xAA}));
    line->sent.clear();
    EXPECT_EQ(ask<EventMaskGetResponse>(EventMaskGet{2}).mask, 0U);
}

TEST_F(ChipTest, a_host_that_forgot_about_the_new_rate_starts_anew) {
    power_on();
    ask<UartModeSetResponse>(UartModeSet{921600, 1});
    line->close();
    line->open();
    EXPECT_EQ(expect<InitComplete>().status, InitStatus::station);
}

} // namespace
