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
        .shutdown = ::shutdown,
        .connect = ::connect,
        .send = ::send,
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
    };
    return calls;
}

const Calls& nwp_calls() {
    static const Calls calls{
        .socket = nwp_socket,
        .close = nwp_close,
        .shutdown = nwp_shutdown,
        .connect = nwp_connect,
        .send = nwp_send,
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
    };
    return calls;
}

} // namespace nwp::contract
