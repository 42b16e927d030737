// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/file_descriptor.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace nwp::posix {

void FileDescriptor::reset(int fd) {
    const int old = fd_.exchange(fd);
    if (old >= 0) ::close(old);
}

bool make_nonblocking(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    return flags >= 0 && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

Error system_error(int number) {
    switch (number) {
        case ENOENT: return Error::not_found;
        case EACCES: return Error::access_denied;
        case EPERM: return Error::not_permitted;
        case ECONNREFUSED: return Error::connection_refused;
        case EAGAIN: return Error::would_block;
        case ENOTTY:
        case EINVAL: return Error::invalid_argument;
        case ENAMETOOLONG: return Error::name_too_long;
        case EMFILE: return Error::too_many_files;
        case ENFILE: return Error::too_many_files_in_system;
        case ENODEV:
        case ENXIO: return Error::no_device;
        case EPROTOTYPE: return Error::wrong_protocol_type;
        default: return Error::input_output;
    }
}

} // namespace nwp::posix
