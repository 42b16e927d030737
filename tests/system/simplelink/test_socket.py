# SPDX-License-Identifier: Apache-2.0
"""The socket silo against servers and peers of this machine."""

import os
import socket
import threading
import time

import pytest

import servers
from simplelink import sockets
from simplelink.conftest import ADDRESS, PEER, join
from simplelink.messages import call
from simplelink.sockets import (AGAIN, BAD_DESCRIPTOR, DATAGRAM, INET6, NON_BLOCKING, RCVTIMEO, RAW, SOL_IP, STREAM, TCP, UDP,
                                check_peer, one_select)

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


# --- streams ----------------------------------------------------------------------------------------------------------

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
    assert sink.bytes == len(data)


@pytest.mark.parametrize("size", [30000, sockets.LONGEST_SEND])
def test_one_large_send(online, size):
    data = os.urandom(size)
    with servers.Echo() as server:
        sd = connected(online, server.port)
        assert online.sockets.send(sd, data) == size
        assert online.sockets.receive_exactly(sd, size) == data


def test_a_peer_that_does_not_read_stops_the_sender_and_nothing_is_lost(online):
    reads = threading.Event()
    total = []

    def slow(peer):
        assert reads.wait(60)
        while part := peer.recv(65536):
            total.append(len(part))
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


# --- servers ----------------------------------------------------------------------------------------------------------

def test_a_peer_is_accepted(online):
    """Ladder 12.9."""
    listener, port = listening(online)
    with online.sockets.in_thread(online.sockets.accept, listener) as results, socket.create_connection((HERE, port)) as peer:
        deadline = time.monotonic() + 20
        while not results and time.monotonic() < deadline:
            time.sleep(0.01)
        sd, args = results[0]
        assert sd >= 0
        check_peer(args, peer.getsockname()[0].replace("127.77.", "10.77."), peer.getsockname()[1])
        assert args["sd"] == listener
        assert online.sockets.send(sd, b"from the chip") == 13
        assert peer.recv(100) == b"from the chip"
        peer.sendall(b"to the chip")
        assert online.sockets.receive(sd, 100) == b"to the chip"
    assert online.sockets.receive(sd, 100) == 0
    assert online.sockets.close(sd) == 0
    assert online.sockets.close(listener) == 0


@pytest.mark.parametrize("family", [0, 2])
def test_a_peer_that_waited_is_accepted_at_once(online, family):
    listener, port = listening(online)
    with socket.create_connection((HERE, port)):
        assert one_select(online, read=1 << listener, seconds=20) == (1 << listener, 0)
        sd, _ = online.sockets.accept(listener, family)
        assert sd >= 0


def test_non_blocking_accept(online):
    listener, port = listening(online)
    assert online.sockets.set_option(listener, NON_BLOCKING, 1) == 0
    assert online.sockets.accept(listener)[0] == AGAIN
    with socket.create_connection((HERE, port)):
        assert one_select(online, read=1 << listener, seconds=20) == (1 << listener, 0)
        sd, _ = online.sockets.accept(listener)
        assert sd >= 0


def test_ipv6_peers_are_accepted_by_the_ipv4_opcode(host):
    listener = host.sockets.socket(INET6)
    assert host.sockets.bind6(listener, 4242, V6_LOOPBACK) == 0
    assert host.sockets.listen(listener) == 0
    client = host.sockets.socket(INET6)
    assert host.sockets.connect(client, V6_LOOPBACK, 4242) == 0
    sd, args = host.sockets.accept(listener, INET6)
    assert sd >= 0 and args["family"] == INET6 and args["address"] == V6_LOOPBACK
    assert host.sockets.send(client, b"sechs") == 5
    assert host.sockets.receive(sd, 64) == b"sechs"


def test_a_stream_to_oneself(host):
    """Needs no network."""
    listener = host.sockets.socket()
    assert host.sockets.bind(listener, 4243, LOOPBACK) == 0
    assert host.sockets.listen(listener) == 0
    client = host.sockets.socket()
    assert host.sockets.connect(client, LOOPBACK, 4243) == 0
    sd, args = host.sockets.accept(listener)
    check_peer(args, LOOPBACK)
    assert host.sockets.send(sd, b"echo") == 4
    assert host.sockets.receive(client, 64) == b"echo"


def test_ports_are_taken_once(online):
    _, port = listening(online)
    other = online.sockets.socket()
    assert online.sockets.bind(other, port) == IN_USE
    assert online.sockets.bind(other, 0, "10.77.0.99") == NO_ADDRESS


def test_listening_wants_a_stream(host):
    assert host.sockets.listen(datagram(host, LOOPBACK)) < 0
    sd = host.sockets.socket()
    assert host.sockets.accept(sd)[0] < 0


# --- datagrams --------------------------------------------------------------------------------------------------------

def test_datagrams_go_and_come(online):
    """Ladder 12.10."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind((servers.ADDRESS, 0))
        sd = online.sockets.socket(kind=DATAGRAM, protocol=UDP)
        assert online.sockets.send_to(sd, b"ping!", PEER, peer.getsockname()[1]) == 5
        data, sender = peer.recvfrom(100)
        assert data == b"ping!" and sender[0] == HERE
        peer.sendto(b"pong!", sender)
        data, args = online.sockets.receive_from(sd, 64)
        assert data == b"pong!" and args["family"] == 2
        check_peer(args, PEER, peer.getsockname()[1])
        assert online.sockets.close(sd) == 0


@pytest.mark.parametrize("size", [1, 3, 4, 1460, 1472])
def test_datagrams_of_any_length(host, size):
    sd = datagram(host, LOOPBACK, 4244)
    data = os.urandom(size)
    assert host.sockets.send_to(sd, data, LOOPBACK, 4244) == size
    assert host.sockets.receive_from(sd, 1472)[0] == data


def test_a_datagram_longer_than_asked_for_is_cut(host):
    sd = datagram(host, LOOPBACK, 4245)
    for data in (bytes(range(50)), b"next"):
        assert host.sockets.send_to(sd, data, LOOPBACK, 4245) == len(data)
    assert host.sockets.receive_from(sd, 10)[0] == bytes(range(10))
    assert host.sockets.receive_from(sd, 10)[0] == b"next"


def test_a_connected_datagram_socket(host):
    sd, other = datagram(host, LOOPBACK, 4246), datagram(host, LOOPBACK, 4247)
    assert host.sockets.connect(sd, LOOPBACK, 4247) == 0
    assert host.sockets.send(sd, b"hello") == 5
    assert host.sockets.receive_from(other)[0] == b"hello"


def test_ipv6_datagrams(host):
    sd = host.sockets.socket(INET6, DATAGRAM, UDP)
    assert host.sockets.bind6(sd, 4248, V6_LOOPBACK) == 0
    assert host.sockets.send_to(sd, b"ping6", V6_LOOPBACK, 4248) == 5
    data, args = host.sockets.receive_from(sd, 64, INET6)
    assert (data, args["family"], args["address"], args["port"]) == (b"ping6", INET6, V6_LOOPBACK, 4248)


def test_many_datagrams_in_a_row_keep_their_credit(host):
    sd = datagram(host, LOOPBACK, 4249)
    for number in range(200):
        assert host.sockets.send_to(sd, bytes([number]), LOOPBACK, 4249) == 1
        assert host.sockets.receive_from(sd, 10)[0] == bytes([number])


def test_datagrams_to_nowhere_cost_no_credit(host):
    sd = datagram(host, LOOPBACK)
    for _ in range(100):
        assert host.sockets.send_to(sd, b"lost", PEER, 9) == 4
        if host.state.tx_failure:
            break
    host.settle()


# --- not blocking, select ---------------------------------------------------------------------------------------------

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
    assert host.sockets.socket() == sd
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


# --- options ----------------------------------------------------------------------------------------------------------

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
    chip.start(radio="none")
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
