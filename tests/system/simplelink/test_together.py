# SPDX-License-Identifier: Apache-2.0
"""Hosts of both dialects at one daemon: what one does wrong the other does not feel."""

import contextlib
import random
import signal
import socket

import pytest

import conftest as system
import servers
from simplelink import bugs, messages
from simplelink.conftest import PEER, join
from simplelink.driver import Limits
from simplelink.test_survival import BRIEF, GIVEN_UP, session

SIZE = 16 * servers.BLOCK


def native_download(chip, source):
    host = chip.lab.start_host("download", chip.lab.link(), servers.ADDRESS, source.port)
    assert system.said(host) == {"begun": True}
    return host


@contextlib.contextmanager
def stops_reading(chip):
    line = chip.connector()()
    with contextlib.suppress(TimeoutError):
        for _ in range(100):
            line.write(messages.message(messages.call("DEVICEGET", id=1, option=12)) * 100, 0.2)
    yield
    line.close()


@contextlib.contextmanager
def talks_nonsense(chip):
    for bug in (bugs.WrongLength(100), bugs.OtherOpcode(0x8FFF, 100), bugs.Twice(), bugs.Garbled(60)):
        with contextlib.suppress(*GIVEN_UP), chip.host(limits=BRIEF, bugs=[bug]) as host:
            session(host)
    yield


@contextlib.contextmanager
def behaves(chip):
    with chip.host(limits=Limits()) as host:
        session(host)
        yield
        host.settle()


@pytest.mark.parametrize("neighbour", [behaves, talks_nonsense, stops_reading])
def test_a_native_host_does_not_notice(chip, neighbour):
    chip.start(wired=True)
    with servers.Source(SIZE) as source:
        native = native_download(chip, source)
        with neighbour(chip):
            assert system.said(native) == {"bytes": SIZE, "sha256": source.sha256}


@contextlib.contextmanager
def native_talks_nonsense(chip):
    nonsense = random.Random(1)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line, contextlib.suppress(BrokenPipeError):
        line.connect(str(chip.lab.folder / "nwp.unix"))
        for _ in range(300):
            line.send(nonsense.randbytes(nonsense.randrange(1, 1500)))
    yield


@contextlib.contextmanager
def native_stops_reading(chip):
    with servers.Source(16 * SIZE) as source:
        native = native_download(chip, source)
        native.send_signal(signal.SIGSTOP)
        yield
        system.kill(native)


@pytest.mark.parametrize("neighbour", [native_talks_nonsense, native_stops_reading, talks_nonsense, stops_reading])
def test_a_simplelink_host_does_not_notice(chip, neighbour):
    """Its sockets carry on, that from before and new ones."""
    chip.start(kinds=("unix", "unix2"), wired=True)
    with servers.Echo() as echo, chip.host("unix2") as host:
        old = host.sockets.socket()
        assert host.sockets.connect(old, servers.ADDRESS, echo.port) == 0
        with neighbour(chip):
            for number in range(20):
                new = host.sockets.socket()
                assert host.sockets.connect(new, servers.ADDRESS, echo.port) == 0
                for sd in (old, new):
                    words = bytes([number]) * 1460
                    assert host.sockets.send(sd, words) == len(words)
                    assert host.sockets.receive_exactly(sd, len(words)) == words
                assert host.sockets.close(new) == 0
        host.settle()


def test_a_native_host_that_dies_leaves_the_other_alone(chip):
    chip.start(wired=True)
    with servers.Source(4 * SIZE) as source, servers.Echo() as echo, chip.host() as host:
        native = native_download(chip, source)
        sd = host.sockets.socket()
        assert host.sockets.connect(sd, servers.ADDRESS, echo.port) == 0
        system.kill(native)
        for number in range(100):
            assert host.sockets.send(sd, bytes([number])) == 1
            assert host.sockets.receive_exactly(sd, 1) == bytes([number])
        host.settle()


def test_one_network_for_both(chip):
    """The radio is one: what a SimpleLink host joined, the native command sees."""
    chip.start()
    with servers.Echo() as echo, chip.host() as host:
        join(host)
        status = chip.lab.nwp("wifi", "status")
        assert system.SSID in status.stdout, status.stderr
        sd = host.sockets.socket()
        assert host.sockets.connect(sd, PEER, echo.port) == 0
        host.settle()
