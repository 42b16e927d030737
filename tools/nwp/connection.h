// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/posix/posix_host.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace nwp::tool {

/// Why a command did not do what it was told; ends the program with `status`.
class Failure : public std::runtime_error {
public:
    Failure(int status, const std::string& text) : std::runtime_error(text), status_(status) {}
    int status() const { return status_; }

private:
    int status_;
};

constexpr int kRefused = 1; ///< the NWP said no
constexpr int kUsage = 2;   ///< what was asked for makes no sense
constexpr int kNoLink = 3;  ///< nobody answers

/// Settings of a driver for that link.
posix::PosixHostSettings settings_for(const std::string& link);
/// Begins to say hello. Failure: the link cannot be what was asked for (kUsage), or nobody listens there
/// (kNoLink); the driver goes on trying in the latter case.
void start(posix::PosixHost& host, const std::string& link);
/// Why no session came about: silence, or another major version.
Failure no_session(const std::string& link, const Host& host, Error why);
/// How long a command waits for the NWP's first word.
constexpr Duration kPatience = seconds(5);

/// What an error says of one request, where describe() is too general.
struct Meaning {
    Error error;
    const char* text;
};

/// A session with the NWP for the length of a command.
class Connection {
public:
    /// Failure(kNoLink) when nobody answers within a few seconds.
    explicit Connection(const std::string& link);

    Host& host() { return posix_.host(); }
    /// Performs a request; Failure(kRefused) with `what` and the error's words when the NWP says no. The
    /// words are those of `meanings`, else of describe().
    void perform(Pending& request, const std::string& what, const std::vector<Meaning>& meanings = {});
    /// The C interface uses this session.
    void attach() { posix_.attach(); }

private:
    posix::PosixHost posix_;
};

/// What an error means, for people.
std::string describe(Error error);

} // namespace nwp::tool
