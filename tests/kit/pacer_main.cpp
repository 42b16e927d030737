// SPDX-License-Identifier: Apache-2.0
// nwp-pacer: a serial cable of a given speed between two pseudo-terminals.
#include "tests/kit/pacer.h"
#include "tests/kit/pseudo_terminal.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/signalfd.h>
#include <termios.h>

namespace {

namespace fs = std::filesystem;
using nwp::kit::Pacer;
using nwp::kit::PacerReport;
using nwp::kit::PacerSettings;
using nwp::kit::PseudoTerminal;

constexpr const char* kUsage =
    "usage: nwp-pacer [--a PATH] [--b PATH] [--baud RATE] [--faults SEED:CHANCE]\n"
    "Joins two serial lines at RATE/10 bytes a second each way (default 921600).\n"
    "A PATH that is a terminal is used; any other becomes a link to a new pseudo-terminal.\n"
    "CHANCE is that of a flipped bit per byte. SIGTERM or SIGINT ends it and prints what passed.\n";

struct Options {
    std::string a;
    std::string b;
    PacerSettings pacer;
};

bool parse_number(std::string_view text, double& value) {
    const std::string whole{text};
    char* end = nullptr;
    value = std::strtod(whole.c_str(), &end);
    return !whole.empty() && *end == '\0';
}

bool parse_faults(std::string_view text, PacerSettings& pacer) {
    const auto colon = text.find(':');
    double seed = 0;
    if (colon == std::string_view::npos || !parse_number(text.substr(0, colon), seed) || seed < 0)
        return false;
    pacer.fault_seed = static_cast<std::uint64_t>(seed);
    return parse_number(text.substr(colon + 1), pacer.flip_per_byte) && pacer.flip_per_byte >= 0 &&
           pacer.flip_per_byte <= 1;
}

bool parse_baud(std::string_view text, PacerSettings& pacer) {
    double baud = 0;
    if (!parse_number(text, baud) || baud < 300 || baud > 100e6) return false;
    pacer.baud = static_cast<unsigned>(baud);
    return true;
}

std::optional<Options> parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        if (i + 1 == argc) return std::nullopt;
        const char* value = argv[i + 1];
        bool understood = true;
        if (name == "--a") {
            options.a = value;
        } else if (name == "--b") {
            options.b = value;
        } else if (name == "--baud") {
            understood = parse_baud(value, options.pacer);
        } else if (name == "--faults") {
            understood = parse_faults(value, options.pacer);
        } else {
            understood = false;
        }
        if (!understood) return std::nullopt;
    }
    return options;
}

/// One end of the cable: a terminal that exists, or a new one with a link to it.
class Plug {
public:
    explicit Plug(const std::string& path) {
        if (!path.empty() && !fs::is_symlink(path) && fs::is_character_file(path)) {
            open_terminal(path);
            return;
        }
        made_.emplace();
        if (path.empty()) return;
        std::error_code none;
        if (fs::is_symlink(path)) fs::remove(path, none);
        fs::create_symlink(made_->path(), path); // never replaces what is no link
        link_ = path;
    }
    ~Plug() {
        std::error_code ignored; // somebody else may have removed it
        if (!link_.empty()) fs::remove(link_, ignored);
    }
    Plug(const Plug&) = delete;
    Plug& operator=(const Plug&) = delete;

    int fd() const { return made_ ? made_->controller() : opened_.get(); }
    const std::string& path() const { return made_ ? made_->path() : path_; }

private:
    void open_terminal(const std::string& path) {
        path_ = path;
        opened_.reset(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
        termios settings{};
        if (opened_.get() < 0 || ::tcgetattr(opened_.get(), &settings) != 0) {
            throw fs::filesystem_error("cannot open terminal", path,
                                       std::error_code(errno, std::generic_category()));
        }
        ::cfmakeraw(&settings);
        ::tcsetattr(opened_.get(), TCSANOW, &settings);
    }

    std::optional<PseudoTerminal> made_;
    nwp::posix::FileDescriptor opened_;
    std::string path_;
    std::string link_;
};

void print(const char* direction, const PacerReport& report, unsigned baud) {
    const double line = baud / 10.0;
    std::printf("%s: %llu bytes", direction, static_cast<unsigned long long>(report.bytes));
    if (report.saturated_seconds > 0) {
        std::printf(", saturated for %.3f s at %.0f bytes/s (%.4f of the line)", report.saturated_seconds,
                    report.rate(), report.rate() / line);
    }
    std::printf("\n");
}

int stop_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

} // namespace

int main(int argc, char** argv) try {
    const auto options = parse(argc, argv);
    if (!options) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    const nwp::posix::FileDescriptor stop{stop_signals()};
    const Plug a{options->a};
    const Plug b{options->b};
    std::printf("a %s\nb %s\n", a.path().c_str(), b.path().c_str());
    std::fflush(stdout);

    Pacer pacer{a.fd(), b.fd(), options->pacer};
    const bool stopped = pacer.run(stop.get());
    print("a to b", pacer.a_to_b(), options->pacer.baud);
    print("b to a", pacer.b_to_a(), options->pacer.baud);
    if (!stopped) std::fputs("nwp-pacer: a line hung up\n", stderr);
    return stopped ? 0 : 1;
} catch (const std::exception& error) {
    std::fprintf(stderr, "nwp-pacer: %s\n", error.what());
    return 1;
}
