# SPDX-License-Identifier: Apache-2.0
"""Sockets of a chip at the built-in air, ready for a test, and the codes that calls end with."""

import socket

from simplelink.conftest import PEER
from simplelink.sockets import DATAGRAM, UDP

HERE = "127.77.0.2"  # where the station's address is on this machine
LOOPBACK = "127.0.0.1"
V6_LOOPBACK = bytes(15) + b"\1"
REFUSED, NO_ROUTE, TIMED_OUT, ALREADY, IN_USE, NOT_CONNECTED, IS_CONNECTED = -111, -101, -110, -114, -98, -107, -106
NO_FAMILY, NO_PROTOTYPE, NO_PROTOCOL, NO_OPTION, INVALID, NO_SOCKET, NOT_SUPPORTED = -97, -91, -93, -92, -22, -10, -95
NO_ADDRESS, NO_DESTINATION, NO_TYPE = -99, -89, -94


def connected(host, port, text=PEER):
    sd = host.sockets.socket()
    assert sd >= 0
    assert host.sockets.connect(sd, text, port) == 0
    return sd


def datagram(host, text="0.0.0.0", port=0):
    sd = host.sockets.socket(kind=DATAGRAM, protocol=UDP)
    assert sd >= 0
    assert host.sockets.bind(sd, port, text) == 0
    return sd


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


def listening(host, text="0.0.0.0"):
    sd = host.sockets.socket()
    for _ in range(5):
        port = free_port()
        if host.sockets.bind(sd, port, text) == 0:
            assert host.sockets.listen(sd) == 0
            return sd, port
    raise AssertionError("no free port")
