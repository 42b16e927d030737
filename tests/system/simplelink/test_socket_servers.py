# SPDX-License-Identifier: Apache-2.0
"""Sockets that others come to: listeners and datagrams."""

import os
import socket
import time

import pytest

import servers
from simplelink.conftest import PEER
from simplelink.peers import HERE, IN_USE, LOOPBACK, NO_ADDRESS, V6_LOOPBACK, datagram, listening
from simplelink.sockets import AGAIN, DATAGRAM, INET6, NON_BLOCKING, UDP, check_peer, one_select


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
