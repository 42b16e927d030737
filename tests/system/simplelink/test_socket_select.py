# SPDX-License-Identifier: Apache-2.0
"""Calls that do not block, and select."""

import time

import pytest

import servers
from simplelink.conftest import PEER
from simplelink.peers import ALREADY, IS_CONNECTED, LOOPBACK, REFUSED, connected, datagram, free_port
from simplelink.sockets import AGAIN, BAD_DESCRIPTOR, NON_BLOCKING, one_select


def test_a_connect_that_does_not_block(online):
    """Ladder 12.12."""
    with servers.Echo() as server:
        sd = online.sockets.socket()
        assert online.sockets.set_option(sd, NON_BLOCKING, 1) == 0
        status = online.sockets.connect(sd, PEER, server.port)
        assert status in (ALREADY, 0)
        if status == ALREADY:
            assert one_select(online, write=1 << sd, seconds=10) == (0, 1 << sd)
            assert online.sockets.connect(sd, PEER, server.port) in (0, IS_CONNECTED)
        assert online.sockets.receive(sd, 64) == AGAIN
        assert online.sockets.send(sd, b"hello") == 5
        assert one_select(online, read=1 << sd, seconds=10) == (1 << sd, 0)
        assert online.sockets.receive(sd, 64) == b"hello"
        assert online.sockets.set_option(sd, NON_BLOCKING, 0) == 0


def test_a_failed_connect_that_does_not_block(online):
    sd = online.sockets.socket()
    assert online.sockets.set_option(sd, NON_BLOCKING, 1) == 0
    port = free_port()
    status = online.sockets.connect(sd, PEER, port)
    if status == ALREADY:
        assert one_select(online, write=1 << sd, seconds=10)[1] == 1 << sd
        status = online.sockets.connect(sd, PEER, port)
    assert status == REFUSED


def test_the_mode_is_read_back_and_ends_with_the_socket(host):
    sd = host.sockets.socket()
    for value in (1, 0, 1):
        assert host.sockets.set_option(sd, NON_BLOCKING, value) == 0
        assert host.sockets.get_option(sd, NON_BLOCKING) == value.to_bytes(4, "little")
    assert host.sockets.close(sd) == 0
    assert sd in [host.sockets.socket() for _ in range(16)]
    assert host.sockets.get_option(sd, NON_BLOCKING) == bytes(4)


@pytest.mark.parametrize(("seconds", "micros"), [(0, 0), (0, 200000), (1, 0)])
def test_a_select_ends_in_time(host, seconds, micros):
    sd = datagram(host, LOOPBACK)
    began = time.monotonic()
    assert one_select(host, read=1 << sd, seconds=seconds, micros=micros) == (0, 0)
    assert seconds + micros / 1e6 - 0.02 <= time.monotonic() - began < seconds + micros / 1e6 + 5


@pytest.mark.parametrize("nfds", [0, 1, 16, 255])
def test_the_number_of_descriptors_means_nothing(host, nfds):
    for _ in range(3):
        host.sockets.socket()
    sd = datagram(host, LOOPBACK, 4250)
    assert host.sockets.send_to(sd, b"x", LOOPBACK, 4250) == 1
    assert one_select(host, read=1 << sd, seconds=10, nfds=nfds) == (1 << sd, 0)


def test_what_was_ready_before_is_ready(host):
    one, two = datagram(host, LOOPBACK, 4251), datagram(host, LOOPBACK, 4252)
    host.sockets.send_to(one, b"x", LOOPBACK, 4252)
    assert one_select(host, read=1 << one | 1 << two, seconds=10) == (1 << two, 0)
    host.sockets.receive_from(two)
    assert one_select(host, read=1 << one | 1 << two, seconds=0) == (0, 0)


def test_the_peer_s_end_is_readable(online):
    with servers.Server(lambda peer: None) as server:
        sd = connected(online, server.port)
        assert one_select(online, read=1 << sd, seconds=20) == (1 << sd, 0)
        assert online.sockets.receive(sd, 64) == 0


def test_an_error_of_select_is_told_by_its_bits(host):
    """A descriptor that is not open: response 0, then its bit is ready, and receiving fails."""
    assert one_select(host, read=1 << 9, seconds=10) == (1 << 9, 0)
    assert host.sockets.receive(9, 10) == BAD_DESCRIPTOR


def test_close_of_a_selected_socket_ends_the_select(host):
    one, two = datagram(host, LOOPBACK), datagram(host, LOOPBACK)
    with host.sockets.in_thread(lambda: one_select(host, read=1 << one | 1 << two, seconds=20)) as results:
        with host.changed:
            assert host.wait(lambda: any(opcode == 0x1407 for _, opcode in host.log), 20)
        assert host.sockets.close(one) == 0
    assert results[0][0] & 1 << one or results[0] == (0, 0)


def test_a_select_through_the_driver(host):
    """Ladder 12.11: the hidden socket, one thread."""
    sd = datagram(host, LOOPBACK, 4253)
    assert host.selector.select(read=1 << sd, seconds=0.3) == (0, 0)
    host.sockets.send_to(sd, b"x", LOOPBACK, 4253)
    assert host.selector.select(read=1 << sd, seconds=10) == (1 << sd, 0)
    assert host.selector.control not in (None, sd)
    host.sockets.receive_from(sd)


def test_two_threads_join_their_selects(host):
    """Ladder 12.11: the second wakes the first by a datagram to itself."""
    one, two = datagram(host, LOOPBACK, 4254), datagram(host, LOOPBACK, 4255)
    for _ in range(5):
        host.selector.issued = 0
        with host.sockets.in_thread(host.selector.select, 1 << one) as first:
            with host.changed:
                assert host.wait(lambda: host.selector.issued, 20)
            with host.sockets.in_thread(host.selector.select, 1 << two) as second:
                with host.changed:
                    assert host.wait(lambda: host.selector.issued >= 2, 20)
                assert host.sockets.send_to(one, b"x", LOOPBACK, 4255) == 1
            assert second == [(1 << two, 0)] and not first
            assert host.sockets.send_to(two, b"x", LOOPBACK, 4254) == 1
        assert first == [(1 << one, 0)]
        assert host.sockets.receive_from(one)[0] == host.sockets.receive_from(two)[0] == b"x"
    host.settle()


def test_commands_go_on_while_a_select_waits(host):
    sd = datagram(host, LOOPBACK, 4256)
    with host.sockets.in_thread(host.selector.select, 1 << sd) as results:
        with host.changed:
            assert host.wait(lambda: host.selector.issued, 20)
        for _ in range(20):
            other = host.sockets.socket()
            assert host.sockets.close(other) == 0
        assert not results
        host.sockets.send_to(sd, b"x", LOOPBACK, 4256)
    assert results == [(1 << sd, 0)]
