// SPDX-License-Identifier: Apache-2.0
#include "host/c/errno_table.h"

#include "nwp/types.h"

#include <cerrno>

namespace nwp::c {

int errno_of(Error error) {
    switch (error) {
        case Error::would_block: return EAGAIN;
        case Error::in_progress: return EINPROGRESS;
        case Error::already: return EALREADY;
        case Error::is_connected: return EISCONN;
        case Error::not_connected: return ENOTCONN;
        case Error::connection_refused: return ECONNREFUSED;
        case Error::connection_reset: return ECONNRESET;
        case Error::connection_aborted:
        case Error::link_reset: return ECONNABORTED;
        case Error::timed_out: return ETIMEDOUT;
        case Error::host_unreachable: return EHOSTUNREACH;
        case Error::network_unreachable: return ENETUNREACH;
        case Error::network_down:
        case Error::link_down:
        case Error::version_mismatch: return ENETDOWN;
        case Error::address_in_use: return EADDRINUSE;
        case Error::address_not_available: return EADDRNOTAVAIL;
        case Error::bad_handle: return EBADF;
        case Error::invalid_argument: return EINVAL;
        case Error::no_protocol_option: return ENOPROTOOPT;
        case Error::protocol_not_supported: return EPROTONOSUPPORT;
#ifdef ESOCKTNOSUPPORT
        case Error::socket_type_not_supported: return ESOCKTNOSUPPORT;
#else
        case Error::socket_type_not_supported: return EPROTONOSUPPORT;
#endif
        case Error::family_not_supported: return EAFNOSUPPORT;
        case Error::operation_not_supported:
        case Error::unsupported: return EOPNOTSUPP;
        case Error::broken_pipe: return EPIPE;
        case Error::message_too_long: return EMSGSIZE;
        case Error::too_many_files: return EMFILE;
        case Error::too_many_files_in_system: return ENFILE;
        case Error::no_buffers: return ENOBUFS;
        case Error::no_memory: return ENOMEM;
        case Error::not_permitted: return EPERM;
        case Error::access_denied: return EACCES;
        case Error::interrupted: return EINTR;
        case Error::destination_required: return EDESTADDRREQ;
        case Error::wrong_protocol_type: return EPROTOTYPE;
        case Error::bad_address: return EFAULT;
        case Error::exists: return EEXIST;
        case Error::not_found: return ENOENT;
        case Error::too_big: return EFBIG;
        case Error::no_space: return ENOSPC;
        case Error::no_device: return ENODEV;
        case Error::not_a_socket: return ENOTSOCK;
        case Error::cancelled: return ECANCELED;
        case Error::protocol_error:
        case Error::malformed: return EPROTO;
        case Error::domain_error: return EDOM;
        case Error::name_too_long: return ENAMETOOLONG;
        default: return EIO;
    }
}

int eai_of(Error error) {
    // In the order of Error, from name_not_found on.
    constexpr signed char kNames[] = {EAI_NONAME, EAI_NODATA,  EAI_AGAIN,    EAI_FAIL,  EAI_BADFLAGS,
                                      EAI_FAMILY, EAI_SERVICE, EAI_SOCKTYPE, EAI_MEMORY};
    static_assert(static_cast<int>(Error::name_memory) - static_cast<int>(Error::name_not_found) + 1 ==
                  sizeof kNames);
    if (error == Error::name_too_long) return EAI_NONAME;
    if (error == Error::timed_out) return EAI_AGAIN;
    const auto row = static_cast<unsigned>(error) - static_cast<unsigned>(Error::name_not_found);
    return row < sizeof kNames ? kNames[row] : EAI_SYSTEM;
}

int fail(Error error) {
    errno = errno_of(error);
    return -1;
}

} // namespace nwp::c
