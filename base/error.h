// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nwp {

/// Every way a call can fail, for ever: a number once given is never used for anything else.
/// `errno_name` is what POSIX calls it; host/c holds the one table that turns it into a number.
enum class Error : std::uint8_t {
    // What POSIX sockets can say (1 to 63).
    would_block = 1,                ///< EAGAIN: nothing there, or no room, right now
    in_progress = 2,                ///< EINPROGRESS: begun; readiness tells when it is done
    already = 3,                    ///< EALREADY: an earlier attempt is still running
    is_connected = 4,               ///< EISCONN
    not_connected = 5,              ///< ENOTCONN
    connection_refused = 6,         ///< ECONNREFUSED
    connection_reset = 7,           ///< ECONNRESET: also a TLS stream cut short (RFC 8446 6.1)
    connection_aborted = 8,         ///< ECONNABORTED: TLS refused, or the coprocessor is gone
    timed_out = 9,                  ///< ETIMEDOUT
    host_unreachable = 10,          ///< EHOSTUNREACH
    network_unreachable = 11,       ///< ENETUNREACH: no address yet
    network_down = 12,              ///< ENETDOWN: address lost, or the link is down
    address_in_use = 13,            ///< EADDRINUSE
    address_not_available = 14,     ///< EADDRNOTAVAIL
    bad_handle = 15,                ///< EBADF: no such socket for this client
    invalid_argument = 16,          ///< EINVAL
    no_protocol_option = 17,        ///< ENOPROTOOPT
    protocol_not_supported = 18,    ///< EPROTONOSUPPORT
    socket_type_not_supported = 19, ///< ESOCKTNOSUPPORT
    family_not_supported = 20,      ///< EAFNOSUPPORT
    operation_not_supported = 21,   ///< EOPNOTSUPP
    broken_pipe = 22,               ///< EPIPE
    message_too_long = 23,          ///< EMSGSIZE
    too_many_files = 24,            ///< EMFILE: the host's pool is used up
    too_many_files_in_system = 25,  ///< ENFILE: the NWP's pool is used up
    no_buffers = 26,                ///< ENOBUFS
    no_memory = 27,                 ///< ENOMEM
    not_permitted = 28,             ///< EPERM
    access_denied = 29,             ///< EACCES
    interrupted = 30,               ///< EINTR
    destination_required = 31,      ///< EDESTADDRREQ
    wrong_protocol_type = 32,       ///< EPROTOTYPE
    bad_address = 33,               ///< EFAULT
    exists = 34,                    ///< EEXIST
    not_found = 35,                 ///< ENOENT
    too_big = 36,                   ///< EFBIG
    no_space = 37,                  ///< ENOSPC
    no_device = 38,                 ///< ENODEV
    not_a_socket = 39,              ///< ENOTSOCK
    cancelled = 40,                 ///< ECANCELED
    input_output = 41,              ///< EIO
    protocol_error = 42,            ///< EPROTO
    domain_error = 43,              ///< EDOM: a value outside what the option takes
    name_too_long = 44,             ///< ENAMETOOLONG

    // The stream ended in order: recv() turns it into 0.
    closed = 64,

    // The link (80 to 95).
    link_down = 80,        ///< the coprocessor does not answer
    link_reset = 81,       ///< the other side started anew
    version_mismatch = 82, ///< hello: the major versions differ
    unsupported = 83,      ///< the peer does not know this request
    malformed = 84,        ///< a message that breaks its own layout

    // Names (96 to 111), RFC 3493 6.1.
    name_not_found = 96,  ///< EAI_NONAME
    name_no_data = 97,    ///< EAI_NODATA
    name_again = 98,      ///< EAI_AGAIN
    name_fail = 99,       ///< EAI_FAIL
    name_bad_flags = 100, ///< EAI_BADFLAGS
    name_family = 101,    ///< EAI_FAMILY
    name_service = 102,   ///< EAI_SERVICE
    name_socktype = 103,  ///< EAI_SOCKTYPE
    name_memory = 104,    ///< EAI_MEMORY

    // Wi-Fi (112 to 127).
    wifi_no_network = 112, ///< no access point with that name
    wifi_wrong_key = 113,  ///< the passphrase was refused
    wifi_rejected = 114,   ///< the access point refused for another reason
    wifi_busy = 115,       ///< another scan or join is running
};

/// The enumerator's own name ("would_block"), for logs and for people. "unknown" for a number never given.
const char* to_string(Error error);

} // namespace nwp
