// SPDX-License-Identifier: Apache-2.0
// The vault's process dies, by kill -9 at any moment: everything acknowledged is there, nothing half.
#include "base/text.h"
#include "nwpd/vault/test_kit.h"
#include "nwpd/vault/test_workload.h"
#include "nwpd/vault/vault.h"

#include <csignal>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <random>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// Counts the system calls that change the disk, and dies just before one of them. 0: never.
int calls_until_death = 0; // NOLINT: set in a child of one thread, read by the functions below

/// The calls in their order, where a test wants to know.
std::vector<std::string>* call_log = nullptr; // NOLINT

void a_call_comes(const char* name) {
    if (call_log != nullptr) call_log->emplace_back(name);
    if (calls_until_death != 0 && --calls_until_death == 0) ::raise(SIGKILL);
}

template <typename Function>
Function real(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

// These stand before libc's for the whole program, SQLite's library included.
extern "C" {
int fsync(int file) {
    a_call_comes("fsync");
    return real<int (*)(int)>("fsync")(file);
}
int fdatasync(int file) {
    a_call_comes("fdatasync");
    return real<int (*)(int)>("fdatasync")(file);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
    a_call_comes("renameat");
    return real<int (*)(int, const char*, int, const char*)>("renameat")(from_folder, from, to_folder, to);
}
ssize_t write(int file, const void* bytes, size_t size) {
    a_call_comes("write");
    return real<ssize_t (*)(int, const void*, size_t)>("write")(file, bytes, size);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
    a_call_comes("pwrite64");
    return real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(file, bytes, size, offset);
}
int ftruncate64(int file, off64_t size) noexcept {
    a_call_comes("ftruncate64");
    return real<int (*)(int, off64_t)>("ftruncate64")(file, size);
}
int unlink(const char* name) noexcept {
    a_call_comes("unlink");
    return real<int (*)(const char*)>("unlink")(name);
}
}

namespace nwp::vault {
namespace {

namespace fs = std::filesystem;
using enum CredentialType;
using test::Sequence;
using test::State;
using test::state_of;

/// In the child: steps for ever, one byte into `pipe` after each that was acknowledged.
[[noreturn]] void work(const fs::path& folder, unsigned seed, int pipe) {
    auto vault = Vault::open(folder);
    if (!vault) ::_exit(2);
    State state;
    Sequence sequence(seed);
    for (;;) {
        if (!sequence.step(state, vault->get())) ::_exit(3);
        const char done = 1;
        if (::write(pipe, &done, 1) != 1) ::_exit(4);
    }
}

/// Kills the child after a random time; how many steps it had acknowledged.
int kill_somewhen(pid_t child, int pipe, std::mt19937& random) {
    char bytes[4096];
    int acknowledged = 0;
    const auto wanted = static_cast<int>(random() % 40);
    while (acknowledged < wanted) {
        const ssize_t got = ::read(pipe, bytes, 1);
        if (got <= 0) break;
        ++acknowledged;
    }
    const timespec pause{0, static_cast<long>(random() % 4'000'000)};
    ::ppoll(nullptr, 0, &pause, nullptr); // not to wait for anything: to hit another moment
    ::kill(child, SIGKILL);
    for (ssize_t got = 0; (got = ::read(pipe, bytes, sizeof(bytes))) > 0;)
        acknowledged += static_cast<int>(got);
    return acknowledged;
}

TEST(KilledVault, has_everything_it_acknowledged_and_nothing_half) {
    std::mt19937 random(20240501); // NOLINT(cert-msc51-cpp)
    int interrupted = 0;
    for (unsigned round = 0; round < 60; ++round) {
        const test::TemporaryFolder folder;
        int pipe[2];
        ASSERT_EQ(::pipe(pipe), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(pipe[0]);
            work(folder.path(), round, pipe[1]);
        }
        ::close(pipe[1]);
        const int acknowledged = kill_somewhen(child, pipe[0], random);
        ::close(pipe[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up with " << WEXITSTATUS(status);

        State before;
        Sequence sequence(round);
        for (int i = 0; i < acknowledged; ++i) sequence.step(before, nullptr);
        State after = before;
        sequence.step(after, nullptr);
        const State found = state_of(*test::open_vault(folder.path()));
        EXPECT_TRUE(found == before || found == after) << "round " << round << ", step " << acknowledged;
        interrupted += found == after && !(after == before) ? 1 : 0;
    }
    RecordProperty("done_but_not_acknowledged", interrupted);
}

/// Lets a child do `what` and die before its `calls`-th call; false when it did not get that far.
template <typename What>
bool dies_at(int calls, What what) {
    const pid_t child = ::fork();
    if (child == 0) {
        calls_until_death = calls;
        const bool done = what();
        calls_until_death = 0;
        ::_exit(done ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) return true;
    EXPECT_EQ(WEXITSTATUS(status), 0) << "it failed by itself";
    return false;
}

TEST(KilledVault, comes_up_from_every_point_of_its_first_opening) {
    int calls = 1;
    for (;; ++calls) {
        const test::TemporaryFolder folder;
        const bool died = dies_at(calls, [&] { return Vault::open(folder.path()).ok(); });
        const auto vault = test::open_vault(folder.path());
        EXPECT_TRUE(vault->generate_key(1, false)) << "killed before call " << calls;
        if (!died) break;
    }
    EXPECT_GT(calls, 10) << "key file, database, log: each takes several calls";
}

TEST(KilledVault, comes_up_from_every_point_of_a_migration) {
    int calls = 1;
    for (;; ++calls) {
        const test::TemporaryFolder folder;
        test::make_old_store(folder.path());
        const bool died = dies_at(calls, [&] { return Vault::open(folder.path()).ok(); });
        const auto vault = test::open_vault(folder.path());
        EXPECT_EQ(*vault->read_file("ca.pem"), test::bytes_of("content")) << "killed before call " << calls;
        if (!died) break;
    }
    EXPECT_GT(calls, 5);
}

TEST(KilledVault, is_old_or_new_at_every_point_of_a_change) {
    const test::TemporaryFolder folder;
    ASSERT_TRUE(test::open_vault(folder.path())->add(1, psk_id, as_bytes("old"), false));
    int calls = 1;
    int kept = 0;
    for (;; ++calls) {
        ASSERT_TRUE(test::open_vault(folder.path())->add(1, psk_id, as_bytes("old"), true));
        const bool died = dies_at(calls, [&] {
            const auto vault = Vault::open(folder.path());
            return vault && (*vault)->add(1, psk_id, as_bytes("new"), true).ok();
        });
        const auto value = test::open_vault(folder.path())->get(1, psk_id);
        ASSERT_TRUE(value);
        const bool is_old = equal(*value, as_bytes("old"));
        EXPECT_TRUE(is_old || equal(*value, as_bytes("new"))) << "killed before call " << calls;
        if (!died) {
            EXPECT_FALSE(is_old) << "acknowledged";
            break;
        }
        kept += is_old ? 1 : 0;
    }
    EXPECT_GT(kept, 3);
    EXPECT_GT(calls - 1, kept) << "it also died after the change was made";
}

TEST(KilledVault, has_the_old_content_or_the_new_one_of_a_file_on_trial) {
    const test::TemporaryFolder folder;
    const FileAttributes attributes{4096, file_flag::fail_safe, {}, 0};
    int kept = 0;
    for (int calls = 1;; ++calls) {
        ASSERT_TRUE(test::open_vault(folder.path())->write_file("f", as_bytes("old")));
        const bool died = dies_at(calls, [&] {
            const auto vault = Vault::open(folder.path());
            return vault && (*vault)->change_file("f", FileStep::try_out, attributes, as_bytes("new")).ok();
        });
        const auto vault = test::open_vault(folder.path());
        const auto info = vault->file_info("f");
        ASSERT_TRUE(info->valid);
        EXPECT_EQ(*vault->read_file("f"), test::bytes_of(info->on_trial ? "new" : "old")) << calls;
        EXPECT_EQ(info->has_previous, info->on_trial);
        if (info->on_trial) {
            ASSERT_TRUE(vault->change_file("f", FileStep::roll_back, attributes));
            EXPECT_EQ(*vault->read_file("f"), test::bytes_of("old"));
        }
        kept += info->on_trial ? 0 : 1;
        if (!died) break;
    }
    EXPECT_GT(kept, 3);
}

// After a power loss only what was synced is sure to be there: the key's bytes must be before its name is,
// the name before there is a database, and the database's name before anything is acknowledged.
TEST(FirstOpening, syncs_each_step_before_the_next) {
    const test::TemporaryFolder folder;
    std::vector<std::string> calls;
    calls.reserve(1000);
    call_log = &calls;
    const bool opened = Vault::open(folder.path()).ok();
    call_log = nullptr;
    ASSERT_TRUE(opened);
    const std::vector<std::string> expected = {"write", "fsync", "renameat", "fsync", "fsync"};
    ASSERT_GT(calls.size(), expected.size());
    calls.resize(expected.size());
    EXPECT_EQ(calls, expected) << "key bytes, key file, key name, folder; then the database's name, folder";
}

TEST(KilledVault, never_leaves_a_device_key_that_is_not_whole) {
    for (int calls = 1;; ++calls) {
        const test::TemporaryFolder folder;
        const bool died = dies_at(calls, [&] { return Vault::open(folder.path()).ok(); });
        const auto key = folder.path() / "device.key";
        if (fs::exists(key)) {
            EXPECT_EQ(fs::file_size(key), 32U) << "killed before call " << calls;
        } else {
            EXPECT_FALSE(fs::exists(folder.path() / "store.sqlite")) << "killed before call " << calls;
        }
        if (!died) break;
    }
}

} // namespace
} // namespace nwp::vault
