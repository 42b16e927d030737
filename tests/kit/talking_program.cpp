// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/talking_program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace nwp::kit {

TalkingProgram::TalkingProgram(const std::vector<std::string>& words) {
    const std::string input = folder_ / "input";
    if (::mkfifo(input.c_str(), 0600) != 0) throw std::system_error(errno, std::generic_category(), "mkfifo");
    // For reading too, so that opening does not wait for the program; so does the program, so that there is
    // no end.
    input_.reset(::open(input.c_str(), O_RDWR | O_CLOEXEC));
    std::vector<std::string> all{"/bin/sh", "-c", "exec \"$@\" 0<>\"$0\"/input >\"$0\"/output 2>&1",
                                 folder_.path().string()};
    all.insert(all.end(), words.begin(), words.end());
    program_ = std::make_unique<Program>(all);
}

void TalkingProgram::say(std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(input_.get(), text.data(), text.size());
        if (wrote < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "write");
        if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

std::string TalkingProgram::said() const {
    const std::ifstream file(folder_ / "output", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace nwp::kit
