// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/calls.h"

#include "nwp/socket.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace nwp::contract {

const Calls& kernel_calls() {
    static const Calls calls{
        .socket = ::socket,
        .close = ::close,
        .bind = ::bind,
        .listen = ::listen,
        .accept = ::accept,
        .accept4 = ::accept4,
        .shutdown = ::shutdown,
        .connect = ::connect,
        .send = ::send,
        .sendto = ::sendto,
        .sendmsg = ::sendmsg,
        .write = ::write,
        .recv = ::recv,
        .recvfrom = ::recvfrom,
        .recvmsg = ::recvmsg,
        .read = ::read,
        .poll = ::poll,
        .select = ::select,
        .fcntl = ::fcntl,
        .ioctl = ::ioctl,
        .setsockopt = ::setsockopt,
        .getsockopt = ::getsockopt,
        .getsockname = ::getsockname,
        .getpeername = ::getpeername,
        .getaddrinfo = ::getaddrinfo,
        .freeaddrinfo = ::freeaddrinfo,
        .getnameinfo = ::getnameinfo,
    };
    return calls;
}

const Calls& nwp_calls() {
    static const Calls calls{
        .socket = nwp_socket,
        .close = nwp_close,
        .bind = nwp_bind,
        .listen = nwp_listen,
        .accept = nwp_accept,
        .accept4 = nwp_accept4,
        .shutdown = nwp_shutdown,
        .connect = nwp_connect,
        .send = nwp_send,
        .sendto = nwp_sendto,
        .sendmsg = nwp_sendmsg,
        .write = nwp_write,
        .recv = nwp_recv,
        .recvfrom = nwp_recvfrom,
        .recvmsg = nwp_recvmsg,
        .read = nwp_read,
        .poll = nwp_poll,
        .select = nwp_select,
        .fcntl = nwp_fcntl,
        .ioctl = nwp_ioctl,
        .setsockopt = nwp_setsockopt,
        .getsockopt = nwp_getsockopt,
        .getsockname = nwp_getsockname,
        .getpeername = nwp_getpeername,
        .getaddrinfo = nwp_getaddrinfo,
        .freeaddrinfo = nwp_freeaddrinfo,
        .getnameinfo = nwp_getnameinfo,
    };
    return calls;
}

} // namespace nwp::contract
