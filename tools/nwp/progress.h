// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace nwp::tool {

/// A progress bar on standard error, where that is a terminal.
class Progress {
public:
    /// `total` 0: not known.
    void show(std::uint64_t bytes, std::uint64_t total) {
        const auto now = std::chrono::steady_clock::now();
        if (!terminal_ || now - shown_at_ < std::chrono::milliseconds(100)) return;
        shown_at_ = now;
        draw(bytes, total);
        drawn_ = true;
    }
    void finish() {
        if (drawn_) std::fputs("\r\033[K", stderr);
        drawn_ = false;
    }
    ~Progress() { finish(); }
    Progress() = default;
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

private:
    static constexpr std::size_t kWidth = 40;

    static void draw(std::uint64_t bytes, std::uint64_t total) {
        const double mebibytes = static_cast<double>(bytes) / (1024 * 1024);
        if (total == 0) {
            std::fprintf(stderr, "\r%10.1f MiB", mebibytes);
            return;
        }
        const auto full = static_cast<std::size_t>(bytes * kWidth / total);
        const std::string bar = std::string(full, '#') + std::string(kWidth - full, '.');
        std::fprintf(stderr, "\r[%s] %3u %% %10.1f MiB", bar.c_str(),
                     static_cast<unsigned>(bytes * 100 / total), mebibytes);
    }

    const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point shown_at_ = std::chrono::steady_clock::now();
};

} // namespace nwp::tool
