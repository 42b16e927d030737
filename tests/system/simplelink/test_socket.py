# SPDX-License-Identifier: Apache-2.0
"""Streams and options, against servers of this machine."""

import os
import socket
import threading
import time

import pytest

import servers
from simplelink import sockets
from simplelink.conftest import ADDRESS, PEER, join
from simplelink.messages import call
from simplelink.peers import (INVALID, IS_CONNECTED, LOOPBACK, NOT_CONNECTED, NOT_SUPPORTED, NO_FAMILY, NO_OPTION, NO_PROTOCOL,
                              NO_PROTOTYPE, NO_ROUTE, NO_SOCKET, NO_TYPE, REFUSED, connected, datagram,
                              free_port, listening)
from simplelink.sockets import AGAIN, BAD_DESCRIPTOR, DATAGRAM, INET6, NON_BLOCKING, RAW, RCVTIMEO, SOL_IP, STREAM, TCP, UDP


def ended(is_so, limit_s=60):
    """The server has read to the end: leaving its `with` would cut what it has not."""
    end = time.monotonic() + limit_s
    while not is_so() and time.monotonic() < end:
        time.sleep(0.01)
    assert is_so()


def test_a_stream_is_opened_used_and_closed(online):
    """Ladder 12.7."""
    with servers.Server(lambda peer: peer.recv(100) and peer.sendall(b"world!")) as server:
        sd = connected(online, server.port)
        assert online.sockets.send(sd, b"hello") == 5
        assert online.sockets.receive(sd, 64) == b"world!"
        assert online.sockets.receive(sd, 64) == 0
        assert online.sockets.receive(sd, 64) == 0
        assert online.sockets.close(sd) == 0


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 1459, 1460, 1461, 16000])
def test_data_of_any_length(online, size):
    data = os.urandom(size)
    with servers.Echo() as server:
        sd = connected(online, server.port)
        assert online.sockets.send(sd, data) == size
        assert online.sockets.receive_exactly(sd, size) == data
        assert online.sockets.close(sd) == 0


def test_no_more_is_given_than_was_asked_for(online):
    with servers.Server(lambda peer: peer.sendall(bytes(range(100))) or peer.recv(1)) as server:
        sd = connected(online, server.port)
        got = b""
        while len(got) < 100:
            part = online.sockets.receive(sd, 7)
            assert 0 < len(part) <= 7
            got += part
        assert got == bytes(range(100))


def test_sixty_sends_back_to_back(online):
    data = os.urandom(60 * 1460)
    with servers.Sink() as sink:
        sd = connected(online, sink.port)
        for place in range(0, len(data), 1460):
            assert online.sockets.send(sd, data[place:place + 1460]) == 1460
        assert online.sockets.close(sd) == 0
        ended(lambda: sink.sha256)
    assert sink.bytes == len(data)


@pytest.mark.parametrize("size", [30000, sockets.LONGEST_SEND])
def test_one_large_send(online, size):
    data = os.urandom(size)
    with servers.Echo() as server:
        sd = connected(online, server.port)
        assert online.sockets.send(sd, data) == size
        assert online.sockets.receive_exactly(sd, size) == data


def test_a_peer_that_does_not_read_stops_the_sender_and_nothing_is_lost(online):
    reads, is_read = threading.Event(), threading.Event()
    total = []

    def slow(peer):
        assert reads.wait(60)
        while part := peer.recv(65536):
            total.append(len(part))
        is_read.set()
    sent = 0
    with servers.Server(slow) as server:
        sd = connected(online, server.port)
        assert online.sockets.set_option(sd, NON_BLOCKING, 1) == 0
        while sent < 64 << 20 and (count := online.sockets.send(sd, bytes(16000))) > 0:
            sent += count
        assert count == AGAIN, "64 MB and no end of the credit"
        other = datagram(online)  # commands still work: the reserve is for them
        assert online.sockets.close(other) == 0
        reads.set()
        assert online.sockets.set_option(sd, NON_BLOCKING, 0) == 0
        sent += online.sockets.send(sd, b"the end")
        assert online.sockets.close(sd) == 0
        assert is_read.wait(60)
    assert sum(total) == sent


def test_receive_waits_until_something_comes(online):
    speak = threading.Event()
    with servers.Server(lambda peer: speak.wait(20) and peer.sendall(b"at last") or peer.recv(1)) as server:
        sd = connected(online, server.port)
        with online.sockets.in_thread(online.sockets.receive, sd, 64) as results:
            assert online.sockets.send(sd, b"while it waits") > 0
            online.settle()
            assert not results
            speak.set()
        assert results == [b"at last"]


def test_a_receive_without_waiting(online):
    """Flag 8 of RECV."""
    with servers.Silence() as server:
        sd = connected(online, server.port)
        assert online.sockets.receive(sd, 64, flags=8) == AGAIN


def test_a_receive_with_a_limit(online):
    with servers.Silence() as server:
        sd = connected(online, server.port)
        assert online.sockets.set_option(sd, RCVTIMEO, bytes(4) + (200000).to_bytes(4, "little")) == 0
        began = time.monotonic()
        assert online.sockets.receive(sd, 64) == AGAIN
        assert 0.15 < time.monotonic() - began < 5


def test_a_reset_is_an_error(online):
    def reset(peer):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, (1).to_bytes(4, "little") + bytes(4))
        peer.recv(5)
        peer.close()
    with servers.Server(reset) as server:
        sd = connected(online, server.port)
        online.sockets.send(sd, b"hello")
        status = online.sockets.receive(sd, 64)
        assert isinstance(status, int) and status < 0
        assert online.sockets.close(sd) == 0


def test_close_ends_a_receive_that_waits(online):
    with servers.Silence() as server:
        sd = connected(online, server.port)
        waiter = online.sockets.begin_receive(sd, 64)
        assert online.sockets.close(sd) == 0
        status, data, _ = online.sockets.end_receive(waiter)
        assert status < 0 and not data
    online.settle()


def test_close_ends_an_accept_that_waits(online):
    sd, _ = listening(online)
    with online.sockets.in_thread(online.sockets.accept, sd) as results:
        with online.changed:
            assert online.wait(lambda: any(opcode == 0x1403 for _, opcode in online.log), 20)
        assert online.sockets.close(sd) >= 0
    assert results[0][0] < 0
    online.settle()


def test_a_closed_descriptor_is_bad(online):
    sd = online.sockets.socket()
    assert online.sockets.close(sd) == 0
    assert online.sockets.close(sd) == BAD_DESCRIPTOR
    assert online.sockets.receive(sd, 64) == BAD_DESCRIPTOR
    assert online.sockets.connect(sd, PEER, 1) == BAD_DESCRIPTOR
    assert online.sockets.bind(sd, 0) == BAD_DESCRIPTOR
    assert online.sockets.listen(sd) == BAD_DESCRIPTOR
    assert online.sockets.accept(sd)[0] == BAD_DESCRIPTOR
    assert online.sockets.set_option(sd, NON_BLOCKING, 1) == BAD_DESCRIPTOR
    assert online.sockets.get_option(sd, NON_BLOCKING) == BAD_DESCRIPTOR
    assert online.sockets.receive_from(sd, 64)[0] == BAD_DESCRIPTOR
    assert online.sockets.receive_from(sd, 64, INET6)[0] == BAD_DESCRIPTOR
    assert online.sockets.send(sd, b"to nobody") == 9  # never answered
    online.settle()


def test_refused_connections(online):
    sd = online.sockets.socket()
    assert online.sockets.connect(sd, PEER, free_port()) == REFUSED
    assert online.sockets.receive(sd, 64) == NOT_CONNECTED
    assert online.sockets.close(sd) == 0


def test_without_a_network_nothing_is_reached(host):
    sd = host.sockets.socket()
    assert host.sockets.connect(sd, PEER, 80) == NO_ROUTE


def test_connected_is_connected(online):
    with servers.Silence() as server:
        sd = connected(online, server.port)
        assert online.sockets.connect(sd, PEER, server.port) == IS_CONNECTED


@pytest.mark.parametrize(("domain", "kind", "protocol", "codes"), [
    (9, STREAM, TCP, (NO_FAMILY,)), (2, 9, 0, (NO_TYPE, NO_PROTOTYPE, NO_PROTOCOL)),
    (2, STREAM, 77, (NO_PROTOCOL, NO_PROTOTYPE)), (2, DATAGRAM, TCP, (NO_PROTOTYPE, NO_PROTOCOL, NOT_SUPPORTED)),
    (6, STREAM, 0, None), (17, RAW, 0, None)])
def test_sockets_that_cannot_be(host, domain, kind, protocol, codes):
    status = host.sockets.socket(domain, kind, protocol)
    assert status < 0
    assert codes is None or status in codes


@pytest.mark.parametrize(("domain", "kind", "protocol"), [
    (2, STREAM, 0), (2, STREAM, TCP), (3, STREAM, TCP), (2, DATAGRAM, 0), (2, DATAGRAM, UDP), (3, DATAGRAM, UDP),
    (2, STREAM, sockets.SECURE), (3, STREAM, sockets.SECURE)])
def test_sockets_that_can_be(host, domain, kind, protocol):
    sd = host.sockets.socket(domain, kind, protocol)
    assert 0 <= sd < 16
    assert host.sockets.close(sd) == 0


def test_there_are_sixteen_sockets(host):
    for _ in range(2):
        assert sorted(host.sockets.socket() for _ in range(16)) == list(range(16))
        assert host.sockets.socket() == NO_SOCKET
        for sd in range(16):
            assert host.sockets.close(sd) == 0


KEPT = {
    "RCVBUF": (1, 8, (8192).to_bytes(4, "little")), "KEEPALIVE": (1, 9, bytes(4)),
    "LINGER": (1, 13, (1).to_bytes(4, "little") + (2).to_bytes(4, "little")),
    "KEEPALIVETIME": (1, 37, (60).to_bytes(4, "little")),
}


@pytest.mark.parametrize("name", KEPT)
def test_options_are_kept(host, name):
    level, option, value = KEPT[name]
    sd = host.sockets.socket()
    assert host.sockets.set_option(sd, option, value, level) == 0
    assert host.sockets.get_option(sd, option, len(value), level) == value


@pytest.mark.parametrize(("level", "option", "value", "code"), [
    (1, 99, bytes(4), NO_OPTION), (2, 99, bytes(4), NO_OPTION), (77, 1, bytes(4), NO_OPTION), (1, 24, b"\1", INVALID),
    (1, 20, bytes(4), INVALID), (1, 13, bytes(4), INVALID), (1, 9, b"", INVALID)])
def test_options_that_cannot_be(host, level, option, value, code):
    sd = host.sockets.socket()
    assert host.sockets.set_option(sd, option, value, level) == code
    if code == NO_OPTION:
        assert host.sockets.get_option(sd, option, 4, level) == code


def test_a_multicast_group_is_joined(online):
    sd = datagram(online)
    membership = sockets.address("239.1.2.3") + sockets.address(ADDRESS)
    assert online.sockets.set_option(sd, 61, b"\4", SOL_IP) == 0
    assert online.sockets.set_option(sd, 65, membership, SOL_IP) == 0
    assert online.sockets.set_option(sd, 66, membership, SOL_IP) == 0


def test_garbage_in_the_flags_of_send_means_nothing(online):
    """The driver does not initialise them; this host fills them with other garbage each time."""
    with servers.Echo() as server:
        sd = connected(online, server.port)
        for _ in range(30):
            assert online.sockets.send(sd, b"abc") == 3
            assert online.sockets.receive_exactly(sd, 3) == b"abc"


def test_many_receives_are_outstanding_beside_each_other(host):
    ports = range(4260, 4270)
    descriptors = [datagram(host, LOOPBACK, port) for port in ports]
    waiters = [host.sockets.begin_receive(sd, 64, "RECVFROM") for sd in descriptors]
    for sd, port in zip(descriptors, reversed(ports)):
        assert host.sockets.send_to(sd, str(port).encode(), LOOPBACK, port) == 4
    assert [host.sockets.end_receive(waiter)[1] for waiter in waiters] == [str(port).encode() for port in ports]


def test_two_hosts_have_their_own_sockets(chip):
    chip.start(kinds=("unix", "tcp"))
    with servers.Echo() as server, chip.host("unix") as one, chip.host("tcp") as two:
        for each in (one, two):
            join(each)
        pairs = [(each, connected(each, server.port)) for each in (one, two)]
        assert [sd for _, sd in pairs] == [0, 0]
        for number, (each, sd) in enumerate(pairs):
            assert each.sockets.send(sd, bytes([number])) == 1
            assert each.sockets.receive(sd, 10) == bytes([number])
        one.power_off()
        assert two.sockets.send(0, b"still") == 5
        assert two.sockets.receive_exactly(0, 5) == b"still"
        two.settle()


def test_a_wired_chip_needs_no_air(chip):
    chip.start(wired=True)
    with servers.Echo() as server, chip.host() as host:
        sd = host.sockets.socket()
        assert host.sockets.connect(sd, servers.ADDRESS, server.port) == 0
        assert host.sockets.send(sd, b"by wire") == 7
        assert host.sockets.receive_exactly(sd, 7) == b"by wire"
        host.settle()


def test_a_request_that_is_too_long_is_not_more_than_was_asked_for(host):
    """A receive of nothing, and of more than there ever is."""
    sd = datagram(host, LOOPBACK, 4258)
    host.sockets.send_to(sd, b"x" * 100, LOOPBACK, 4258)
    assert host.sockets.receive_from(sd, 32767)[0] == b"x" * 100
    response = host.transact(call("GETSOCKOPT", sd=sd, level=1, option=24, size=255), buffer=255)
    assert len(response.payload) == 4


def test_closing_is_power_off(host):
    """Sockets are gone, all sixteen are there again."""
    for _ in range(3):
        descriptors = {host.sockets.socket() for _ in range(16)}
        assert descriptors == set(range(16))
        assert host.sockets.socket() == -10
        host.reopen()
