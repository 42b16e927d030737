// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/standing.h"

#include "simplelink/errors.h"
#include "tests/kit/simplelink/chip_world.h"

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

using StandingTest = ChipWorld;

TEST_F(StandingTest, a_command_that_is_refused_says_so_and_no_other_is_unknown) {
    for (const CommandRow& row : kCommands) {
        if (row.response == 0 || row.status.width == 0) continue;
        power_on();
        passed_over = {0x0880, 0x0881, 0x1825, 0x1832};
        send(row.opcode, std::vector<Byte>(88));
        const Said said = next();
        ASSERT_EQ(said.opcode, row.response) << row.name;
        std::uint32_t status = 0;
        for (std::size_t i = 0; i < row.status.width; ++i)
            status |= static_cast<std::uint32_t>(said.body[row.status.offset + i]) << (8 * i);
        const bool failed = (said.body[row.status.offset + row.status.width - 1U] & 0x80U) != 0;
        const bool refused = standing_of(row).standing == Standing::refused;
        EXPECT_TRUE(failed || !refused) << row.name;
        EXPECT_TRUE(refused || static_cast<std::int16_t>(status) != code::invalid_opcode) << row.name;
        power_off();
    }
}

TEST(Standing, few_are_refused_and_of_those_that_drivers_send_none) {
    std::size_t rows = 0;
    std::size_t refused = 0;
    const auto count = [&](const auto& row) {
        ++rows;
        const StandingRow standing = standing_of(row);
        const bool needs_hardware = std::string_view{standing.why} == "needs radio hardware";
        if (standing.standing == Standing::refused && !needs_hardware) ++refused;
    };
    for (const CommandRow& row : kCommands) {
        count(row);
        EXPECT_TRUE(row.sender == Sender::nobody || standing_of(row).standing != Standing::refused)
            << row.name;
    }
    for (const EventRow& row : kEvents) count(row);
    for (const ConfigRow& row : kConfigRows) count(row);
    EXPECT_LE(refused * 10, rows) << refused << " of " << rows;
}

} // namespace
