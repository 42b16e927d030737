// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <atomic>

namespace nwp::posix {

/// Owns a descriptor and closes it. The number may be read by any thread.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) : fd_(fd) {}
    ~FileDescriptor() { reset(); }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    /// -1 when there is none.
    int get() const { return fd_.load(std::memory_order_relaxed); }
    void reset(int fd = -1);
    /// Gives the descriptor away.
    int release() { return fd_.exchange(-1); }

private:
    std::atomic<int> fd_{-1};
};

/// Makes read, write and the like never wait, and closes the descriptor at exec.
bool make_nonblocking(int fd);

/// Why open(), connect() or tcsetattr() failed, in our words; input_output for what has no word of its own.
Error system_error(int number);

} // namespace nwp::posix
