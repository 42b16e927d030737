// SPDX-License-Identifier: Apache-2.0
// The power goes between any two things that SQLite does to the disk, and takes with it what was not synced:
// the store opens, with everything acknowledged and nothing half.
#include "nwpd/vault/power_loss_vfs.h"
#include "nwpd/vault/test_kit.h"
#include "nwpd/vault/test_workload.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace nwp::vault {
namespace {

using Kind = test::DiskOperation::Kind;
using Fate = test::DiskModel::Fate;
using test::DiskModel;
using test::DiskOperation;
using test::State;
using test::state_of;

struct Recorded {
    std::vector<DiskOperation> operations;
    std::vector<State> states; ///< after each acknowledgement; the first is the empty store
    std::vector<Byte> device_key;
};

/// Steps on a recorded disk, the vault opened anew after every `steps_per_opening`.
Recorded record(unsigned seed, int steps, int steps_per_opening, std::size_t longest) {
    const test::TemporaryFolder folder;
    test::RecordedDisk disk;
    test::Sequence sequence(seed, longest);
    Recorded run;
    run.states.emplace_back();
    std::unique_ptr<Vault> vault;
    for (int step = 0; step < steps; ++step) {
        if (step % steps_per_opening == 0) {
            vault.reset();
            vault = test::open_vault(folder.path());
        }
        State next = run.states.back();
        EXPECT_TRUE(sequence.step(next, vault.get()));
        disk.acknowledge();
        run.states.push_back(std::move(next));
    }
    vault.reset();
    run.operations = disk.operations();
    run.device_key = test::read_whole(folder.path() / "device.key");
    return run;
}

State reopened(const Recorded& run, const std::map<std::string, std::vector<Byte>>& files) {
    const test::TemporaryFolder folder;
    test::write_whole(folder.path() / "device.key", run.device_key);
    std::filesystem::permissions(folder.path() / "device.key",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    for (const auto& [name, content] : files) test::write_whole(folder.path() / name, content);
    return state_of(*test::open_vault(folder.path()));
}

void expect_whole(const Recorded& run, std::size_t acknowledged, const State& found, std::size_t index,
                  Fate fate) {
    const bool before = found == run.states[acknowledged];
    const bool after = acknowledged + 1 < run.states.size() && found == run.states[acknowledged + 1];
    EXPECT_TRUE(before || after) << "power lost before operation " << index << " of " << run.operations.size()
                                 << ", fate " << static_cast<int>(fate) << ", " << acknowledged
                                 << " steps acknowledged";
}

/// Loses the power before every `stride`-th operation, with the first of `fates` that is its turn, or all.
void lose_power_everywhere(const Recorded& run, std::size_t stride, bool every_fate) {
    constexpr Fate kFates[] = {Fate::nothing, Fate::everything, Fate::data_only, Fate::entries_only,
                               Fate::some};
    std::mt19937 random(99); // NOLINT(cert-msc51-cpp)
    DiskModel disk;
    std::size_t acknowledged = 0;
    std::size_t turn = 0;
    for (std::size_t index = 0; index <= run.operations.size(); ++index) {
        if (index % stride == 0) {
            for (const Fate fate : kFates) {
                if (!every_fate && fate != kFates[turn % 5]) continue;
                expect_whole(run, acknowledged, reopened(run, disk.after_power_loss(fate, random)), index,
                             fate);
                if (::testing::Test::HasFailure()) return;
            }
            ++turn;
        }
        if (index == run.operations.size()) break;
        disk.apply(run.operations[index]);
        if (run.operations[index].kind == Kind::acknowledge) ++acknowledged;
    }
}

std::size_t count(const Recorded& run, Kind kind) {
    return static_cast<std::size_t>(
        std::count_if(run.operations.begin(), run.operations.end(),
                      [kind](const auto& operation) { return operation.kind == kind; }));
}

// Key file, empty database, journal of the first page, first commit; then changes, closing and opening again.
TEST(PowerLoss, leaves_everything_acknowledged_at_every_operation) {
    const Recorded run = record(1, 12, 4, 3000);
    RecordProperty("operations", static_cast<int>(run.operations.size()));
    EXPECT_GT(count(run, Kind::remove), 2U) << "logs came and went";
    lose_power_everywhere(run, 1, true);
}

// Large files fill the log, so that it is copied into the database and begun again under a running vault.
TEST(PowerLoss, leaves_everything_acknowledged_while_the_log_is_begun_again) {
    const Recorded run = record(2, 40, 40, 400'000);
    RecordProperty("operations", static_cast<int>(run.operations.size()));
    EXPECT_GT(run.operations.size(), 500U);
    lose_power_everywhere(run, run.operations.size() / 150, false);
}

// The other half of the proof: this disk does forget. Where the syncs of the log are not counted, what was
// acknowledged is gone.
TEST(PowerLoss, is_noticed_where_the_log_was_not_synced) {
    const Recorded run = record(1, 12, 12, 3000);
    DiskModel disk;
    std::size_t acknowledged = 0;
    for (const auto& operation : run.operations) {
        if (acknowledged + 1 == run.states.size()) break;
        if (operation.kind == Kind::acknowledge) ++acknowledged;
        if (operation.kind == Kind::sync && operation.file != 1) continue;
        disk.apply(operation);
    }
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp)
    EXPECT_FALSE(reopened(run, disk.after_power_loss(Fate::nothing, random)) == run.states.back());
}

} // namespace
} // namespace nwp::vault
