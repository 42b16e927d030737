// SPDX-License-Identifier: Apache-2.0
#include "tests/tls/peer_program.h"

#include "base/expect.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>

namespace nwp::tls_matrix {

PeerProgram::PeerProgram(std::vector<std::string> words, const std::string& folder) {
    words.insert(words.begin(), {"stdbuf", "-o0", "-e0"});
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    // A socket instead of a pipe as its input: what is said to a program that has ended is no signal.
    int in[2];
    int out[2];
    NWP_EXPECT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) == 0);
    NWP_EXPECT(::pipe2(out, O_CLOEXEC) == 0);
    pid_ = ::fork();
    NWP_EXPECT(pid_ >= 0);
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(in[1], 0);
        ::dup2(out[1], 1);
        ::dup2(out[1], 2);
        if (::chdir(folder.c_str()) != 0) ::_exit(126);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(in[1]);
    ::close(out[1]);
    input_ = in[0];
    output_ = out[0];
}

PeerProgram::~PeerProgram() {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    ::close(input_);
    ::close(output_);
}

bool PeerProgram::read_more(int limit_ms) {
    pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, limit_ms) != 1) return false;
    char buffer[4096];
    const ssize_t got = ::read(output_, buffer, sizeof buffer);
    if (got <= 0) return false;
    printed_.append(buffer, static_cast<std::size_t>(got));
    return true;
}

const std::string& PeerProgram::output() {
    while (read_more(0)) {
    }
    return printed_;
}

bool PeerProgram::wait_for(std::string_view text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!printed(text)) {
        if (std::chrono::steady_clock::now() >= end) return false;
        if (!read_more(100) && !running()) return printed(text);
    }
    return true;
}

void PeerProgram::say(std::string_view text) {
    static_cast<void>(::send(input_, text.data(), text.size(), MSG_NOSIGNAL)); // its output tells
}

bool PeerProgram::running() {
    siginfo_t ended{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
}

} // namespace nwp::tls_matrix
