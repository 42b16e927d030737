// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace nwp::kit {

/// A program that was started; it ends (SIGKILL) with this object, or with the thread that made it.
class Program {
public:
    /// A program that cannot be executed ends at once. Throws std::system_error without a process for it.
    explicit Program(const std::vector<std::string>& words);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    bool running();
    void kill();

private:
    pid_t pid_ = -1;
};

/// nwpd, ready: hosts may connect. `words` without the program and --ready-fd. Throws when it does not start
/// within 60 s.
class NwpdProgram {
public:
    NwpdProgram(const std::string& program, std::vector<std::string> words);

    void kill() { program_->kill(); }

private:
    std::unique_ptr<Program> program_;
};

} // namespace nwp::kit
