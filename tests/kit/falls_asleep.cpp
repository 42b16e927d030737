// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/falls_asleep.h"

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace nwp::kit {

namespace {

/// As proc(5) has it in stat: 'S' sleeps, 'R' runs. The name before it is in brackets and may hold anything.
char state_of(pid_t thread) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string line;
    std::getline(file, line);
    const std::size_t name_end = line.rfind(')');
    return name_end == std::string::npos || name_end + 2 >= line.size() ? '?' : line[name_end + 2];
}

} // namespace

bool falls_asleep(pid_t thread) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (state_of(thread) != 'S') {
        if (std::chrono::steady_clock::now() > limit) return false;
        std::this_thread::yield();
    }
    return true;
}

} // namespace nwp::kit
