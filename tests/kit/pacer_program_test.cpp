// SPDX-License-Identifier: Apache-2.0
// nwp-pacer as a program: its links, its report, its refusals.
#include "ports/posix/tty_link.h"
#include "tests/kit/hex.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace nwp::kit {
namespace {

class PacerProgram {
public:
    explicit PacerProgram(std::vector<std::string> arguments) {
        std::array<int, 2> pipe{};
        EXPECT_EQ(::pipe(pipe.data()), 0);
        output_ = ::fdopen(pipe[0], "r");
        arguments.insert(arguments.begin(), NWP_PACER);
        std::vector<char*> pointers;
        pointers.reserve(arguments.size() + 1);
        for (std::string& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
        ::posix_spawn_file_actions_addclose(&actions, pipe[0]);
        EXPECT_EQ(::posix_spawn(&pid_, NWP_PACER, &actions, nullptr, pointers.data(), environ), 0);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(pipe[1]);
    }
    ~PacerProgram() {
        if (pid_ > 0) stop();
        std::fclose(output_);
    }
    PacerProgram(const PacerProgram&) = delete;
    PacerProgram& operator=(const PacerProgram&) = delete;

    std::string line() {
        std::array<char, 256> text{};
        return std::fgets(text.data(), text.size(), output_) != nullptr ? text.data() : "";
    }
    int exit_status() {
        int status = 0;
        EXPECT_EQ(::waitpid(std::exchange(pid_, -1), &status, 0) > 0, true);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    int stop() {
        ::kill(pid_, SIGTERM);
        return exit_status();
    }

private:
    pid_t pid_ = -1;
    std::FILE* output_ = nullptr;
};

TEST(PacerProgram, joins_two_terminals_by_name_and_reports_what_passed) {
    const TemporaryFolder folder;
    PacerProgram pacer{{"--a", folder / "host", "--b", folder / "nwp", "--baud", "921600"}};
    EXPECT_EQ(pacer.line().substr(0, 7), "a /dev/");
    EXPECT_EQ(pacer.line().substr(0, 7), "b /dev/");

    posix::TtyLink host;
    posix::TtyLink nwp;
    ASSERT_TRUE(host.open(folder / "host").ok());
    ASSERT_TRUE(nwp.open(folder / "nwp").ok());
    const Buffer frame(9, 0x31);
    ASSERT_TRUE(host.send(frame).ok());
    Result<ByteView> got = Error::would_block;
    for (pollfd polled{nwp.fd(), POLLIN, 0}; !got && ::poll(&polled, 1, 5000) == 1;) got = nwp.receive();
    ASSERT_TRUE(got.ok());
    EXPECT_TRUE(equal(*got, frame));

    EXPECT_EQ(pacer.stop(), 0);
    EXPECT_EQ(pacer.line(), "a to b: 16 bytes\n");
    EXPECT_EQ(pacer.line(), "b to a: 0 bytes\n");
    EXPECT_FALSE(std::filesystem::is_symlink(folder / "host"));
}

TEST(PacerProgram, refuses_what_it_does_not_understand) {
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"--speed", "9600"}, {"--baud"}, {"--baud", "fast"}, {"--faults", "1"}, {"--faults", "1:2"}}) {
        PacerProgram pacer{arguments};
        EXPECT_EQ(pacer.exit_status(), 2);
    }
}

TEST(PacerProgram, never_replaces_a_file) {
    const TemporaryFolder folder;
    std::FILE* file = std::fopen((folder / "host").c_str(), "w");
    ASSERT_NE(file, nullptr);
    std::fclose(file);
    PacerProgram pacer{{"--a", folder / "host"}};
    EXPECT_EQ(pacer.exit_status(), 1);
    EXPECT_TRUE(std::filesystem::is_regular_file(folder / "host"));
}

} // namespace
} // namespace nwp::kit
