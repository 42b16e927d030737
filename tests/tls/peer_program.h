// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace nwp::tls_matrix {

/// A program of somebody else's, with its input and its output (errors included) in our hands. Ends with this
/// object.
class PeerProgram {
public:
    /// Runs in `folder`. What it prints is not held back in its buffers.
    PeerProgram(std::vector<std::string> words, const std::string& folder);
    ~PeerProgram();
    PeerProgram(const PeerProgram&) = delete;

    /// Everything that it has printed so far.
    const std::string& output();
    bool printed(std::string_view text) { return output().find(text) != std::string::npos; }
    /// False when it ended, or 20 s passed, without it.
    bool wait_for(std::string_view text);
    void say(std::string_view text);
    bool running();

private:
    bool read_more(int limit_ms);

    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string printed_;
};

} // namespace nwp::tls_matrix
