// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/errno_map.h"

#include <cerrno>

namespace nwp::net {
namespace {

struct Row {
    int number;
    Error error;
};

constexpr Row kTable[] = {
    {EAGAIN, Error::would_block},
    {EINPROGRESS, Error::in_progress},
    {EALREADY, Error::already},
    {EISCONN, Error::is_connected},
    {ENOTCONN, Error::not_connected},
    {ECONNREFUSED, Error::connection_refused},
    {ECONNRESET, Error::connection_reset},
    {ECONNABORTED, Error::connection_aborted},
    {ETIMEDOUT, Error::timed_out},
    {EHOSTUNREACH, Error::host_unreachable},
    {EHOSTDOWN, Error::host_unreachable},
    {ENETUNREACH, Error::network_unreachable},
    {ENETDOWN, Error::network_down},
    {ENONET, Error::network_down},
    {ENETRESET, Error::connection_reset},
    {EADDRINUSE, Error::address_in_use},
    {EADDRNOTAVAIL, Error::address_not_available},
    {EBADF, Error::bad_handle},
    {EINVAL, Error::invalid_argument},
    {ENOPROTOOPT, Error::no_protocol_option},
    {EPROTONOSUPPORT, Error::protocol_not_supported},
    {ESOCKTNOSUPPORT, Error::socket_type_not_supported},
    {EAFNOSUPPORT, Error::family_not_supported},
    {EPFNOSUPPORT, Error::family_not_supported},
    {EOPNOTSUPP, Error::operation_not_supported},
    {EPIPE, Error::broken_pipe},
    {EMSGSIZE, Error::message_too_long},
    // The daemon's own table is full, or the system's: to a host both are the coprocessor's pool.
    {EMFILE, Error::too_many_files_in_system},
    {ENFILE, Error::too_many_files_in_system},
    {ENOBUFS, Error::no_buffers},
    {ENOMEM, Error::no_memory},
    {EPERM, Error::not_permitted},
    {EACCES, Error::access_denied},
    {EINTR, Error::interrupted},
    {EDESTADDRREQ, Error::destination_required},
    {EPROTOTYPE, Error::wrong_protocol_type},
    {EFAULT, Error::bad_address},
    {EEXIST, Error::exists},
    {ENOENT, Error::not_found},
    {EFBIG, Error::too_big},
    {ENOSPC, Error::no_space},
    {ENODEV, Error::no_device},
    {ENOTSOCK, Error::not_a_socket},
    {ECANCELED, Error::cancelled},
    {EIO, Error::input_output},
    {EPROTO, Error::protocol_error},
    {EDOM, Error::domain_error},
    {ENAMETOOLONG, Error::name_too_long},
};

} // namespace

Error error_from_errno(int number) {
    for (const Row& row : kTable)
        if (row.number == number) return row.error;
    return Error::input_output;
}

Error last_error() { return error_from_errno(errno); }

} // namespace nwp::net
