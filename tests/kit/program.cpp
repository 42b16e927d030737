// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/program.h"

#include "ports/posix/file_descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

namespace nwp::kit {
namespace {

constexpr int kStartLimitMs = 60000;

} // namespace

Program::Program(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ != 0) return;
    // A test that is killed leaves nothing behind. What follows is safe behind the fork of a threaded
    // process.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

Program::~Program() { kill(); }

bool Program::running() {
    if (pid_ < 0 || ::waitpid(pid_, nullptr, WNOHANG) == 0) return pid_ >= 0;
    pid_ = -1;
    return false;
}

void Program::kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
}

NwpdProgram::NwpdProgram(const std::string& program, std::vector<std::string> words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const posix::FileDescriptor ready{ends[0]};
    posix::FileDescriptor inherited{::dup(ends[1])}; // without close-on-exec
    ::close(ends[1]);
    words.insert(words.begin(), program);
    words.insert(words.end(), {"--ready-fd", std::to_string(inherited.get())});
    program_ = std::make_unique<Program>(words);
    inherited.reset(); // so that its end is the end of the pipe

    pollfd waiting{ready.get(), POLLIN, 0};
    char byte = 0;
    if (::poll(&waiting, 1, kStartLimitMs) != 1 || ::read(ready.get(), &byte, 1) != 1) {
        throw std::runtime_error("nwpd did not start");
    }
}

} // namespace nwp::kit
