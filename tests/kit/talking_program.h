// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/posix/file_descriptor.h"
#include "tests/kit/program.h"
#include "tests/kit/temporary_folder.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::kit {

/// A program that is spoken to on its standard input, and whose output can be read, both outputs together.
class TalkingProgram {
public:
    explicit TalkingProgram(const std::vector<std::string>& words);

    void say(std::string_view text);
    /// Everything it wrote so far.
    std::string said() const;
    bool has_said(std::string_view text) const { return said().find(text) != std::string::npos; }
    bool running() { return program_->running(); }

private:
    TemporaryFolder folder_;
    posix::FileDescriptor input_;
    std::unique_ptr<Program> program_;
};

} // namespace nwp::kit
