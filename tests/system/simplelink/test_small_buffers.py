# SPDX-License-Identifier: Apache-2.0
"""CFGGET and NETCFGGET name the caller's buffer. TI's driver drops what is too much for it, but where the buffer is no
multiple of 4 it may leave up to 4 bytes unread, which stalls its reader."""

import pytest

ROOMS = (0, 1, 2, 3, 5, 6, 7, 10, 77, 79)


@pytest.mark.parametrize("room", ROOMS)
def test_of_the_connection(host, room):
    host.wlan.get(5, 0, room)
    host.settle()


@pytest.mark.parametrize("room", [room for room in ROOMS if room < 6])
def test_of_the_mac_address(host, room):
    host.netcfg.get(2, room=room)
    host.settle()


@pytest.mark.parametrize("room", [room for room in ROOMS if room < 16])
def test_of_the_address(host, room):
    host.netcfg.get(7, room=room)
    host.settle()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_of_an_option(host, size):
    sd = host.sockets.socket()
    host.sockets.get_option(sd, 24, size)
    host.settle()
