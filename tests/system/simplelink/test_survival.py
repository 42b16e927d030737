# SPDX-License-Identifier: Apache-2.0
"""What broken hosts do to nwpd, while an honest one beside them notices nothing."""

import contextlib
import dataclasses
import struct
import threading
import time

import pytest

from simplelink import bugs, messages, sockets
from simplelink.driver import Limits
from simplelink.link import LinkClosed
from simplelink.traps import Aborted, Sprung

KINDS = ("unix", "tcp", "pty")
BRIEF = Limits(20, *[0.3] * (len(dataclasses.fields(Limits)) - 1))
GIVEN_UP = (Sprung, Aborted, LinkClosed, TimeoutError, BrokenPipeError)


class Steady(threading.Thread):
    """An honest host at an endpoint of its own, at work all the time."""

    def __init__(self, host):
        super().__init__(daemon=True)
        self._host, self._over, self.rounds, self.fault = host, threading.Event(), 0, None

    def run(self):
        try:
            with self._host as host:
                version = host.device.version()
                while not self._over.wait(0.002):
                    assert host.device.mask_events(messages.WLAN, self.rounds & 6) == 0
                    assert host.command("EVENTMASKGET", group=messages.WLAN).args["mask"] == self.rounds & 6
                    assert host.device.version() == version
                    self.rounds += 1
                host.settle()
        except BaseException as fault:
            self.fault = fault

    def finish(self):
        """It is still at work."""
        rounds, end = self.rounds, time.monotonic() + 60
        while self.rounds < rounds + 2 and not self.fault and time.monotonic() < end:
            time.sleep(0.01)
        self._over.set()
        self.join(60)
        if self.fault:
            raise self.fault
        assert self.rounds >= rounds + 2


@contextlib.contextmanager
def beside_a_steady_host(chip):
    chip.start(kinds=("unix", "tcp", "pty", "unix2"))
    steady = Steady(chip.host("unix2"))
    steady.start()
    yield chip
    steady.finish()


@pytest.fixture(name="beside")
def make_beside(chip):
    with beside_a_steady_host(chip):
        yield chip


def session(host):
    """A bit of every silo, that needs no network."""
    host.device.mask_events(messages.WLAN, 0)
    host.device.get(1, 12)
    host.netcfg.get(2, room=6)
    host.wlan.set(1, 10, b"\0")
    host.wlan.add_profile("some network", "some passphrase")
    host.netapp.set(16, 0, b"a-name")
    sd = host.sockets.socket(kind=sockets.DATAGRAM, protocol=sockets.UDP)
    if sd >= 0:
        host.sockets.set_option(sd, sockets.NON_BLOCKING, 1)
        host.sockets.bind(sd, 0, "127.0.0.1")
        host.sockets.send_to(sd, b"to myself", "127.0.0.1", 9)
        host.sockets.receive_from(sd)
        host.sockets.close(sd)
    host.files.write("a file", b"content")
    host.netutil.get(0, 3, 16)


QUIET_S = 0.5


class Recorder(bugs.Bug):
    """Spoils nothing."""

    def __init__(self):
        self.octets = b""

    def change(self, octets):
        self.octets += octets
        return octets


def recorded(chip, kind):
    recorder = Recorder()
    with chip.host(kind, bugs=[recorder]) as host:
        session(host)
    return recorder.octets


def works(chip, kind):
    """A new host at the same endpoint."""
    with chip.host(kind) as host:
        session(host)
        host.settle()


def drained(line):
    """What the NWP says is read, so that it can go on."""
    with contextlib.suppress(LinkClosed):
        while line.read(65536, 0):
            pass


def left_behind(chip, kind):
    """A pseudo-terminal keeps what a host left unread until the NWP sees it close, so the next may still get it: one
    that listens until all is quiet stands between. A socket has no such moment."""
    if kind != "pty":
        return
    line = chip.connector(kind)()
    while line.read(65536, QUIET_S):
        pass
    line.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_cut_at_every_byte(beside, kind):
    octets = recorded(beside, kind)
    for size in range(len(octets)):
        line = beside.connector(kind)()
        line.write(octets[:size])
        drained(line)
        line.close()
    left_behind(beside, kind)
    works(beside, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_with_each_byte_wrong(beside, kind):
    octets = recorded(beside, kind)
    for place in range(len(octets)):
        line = beside.connector(kind)()
        with contextlib.suppress(LinkClosed):
            line.write(octets[:place] + bytes([octets[place] ^ 0xFF]) + octets[place + 1:])
        drained(line)
        line.close()
    left_behind(beside, kind)
    works(beside, kind)


@pytest.mark.parametrize("name", bugs.HARMLESS_GARBAGE)
@pytest.mark.parametrize("kind", KINDS)
def test_garbage_between_messages_costs_none(beside, kind, name):
    with beside.host(kind, bugs=[bugs.GarbageBefore(bugs.HARMLESS_GARBAGE[name])]) as host:
        session(host)
        host.settle()


@pytest.mark.parametrize("kind", KINDS)
def test_the_framing_of_spi_is_understood_on_any_line(beside, kind):
    with beside.host(kind, bugs=[bugs.ShortSync()]) as host:
        session(host)
        host.settle()


@pytest.mark.parametrize("difference", [-65535, -4, -1, 1, 4, 100, 65535])
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_lengths(beside, kind, difference):
    with contextlib.suppress(*GIVEN_UP), beside.host(kind, BRIEF, bugs=[bugs.WrongLength(difference)]) as host:
        session(host)
    works(beside, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_shorter_than_its_opcode_demands_is_answered_in_full_size(beside, kind):
    """Each command with an empty body: refused, in the size that the host waits for."""
    faults = {}
    with beside.host(kind) as host:
        for command in messages.COMMANDS.values():
            if command.kind != "A" or not command.args.size or command.name == "SETUARTMODE":
                continue
            payload = command.payload if command.name != "MDNSLOOKUP" else lambda args, request: 0
            bare = dataclasses.replace(command, args=messages.NOTHING, payload=payload, response_opcode=command.answer)
            try:
                response = host.transact(messages.Call(bare, {}), buffer=4096)
                if command.error is not None and response.args[command.error] >= 0:
                    faults[command.name] = response.args
            except Sprung as sprung:
                faults[command.name] = str(sprung)
                with contextlib.suppress(Sprung):
                    host.power_off()
                host.start()
        host.settle()
    assert not faults


@pytest.mark.parametrize("opcode", [0x8000, 0x83FF, 0x8FFF, 0x0C86, 0x0063, 0xFFFF, 0xCCCB])
@pytest.mark.parametrize("kind", KINDS)
def test_opcodes_that_are_none(beside, kind, opcode):
    with contextlib.suppress(*GIVEN_UP), beside.host(kind, BRIEF, bugs=[bugs.OtherOpcode(opcode)]) as host:
        session(host)
    works(beside, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_commands_while_another_is_open(beside, kind):
    """Written at once, answered one after the other, each once."""
    count = 20
    call = messages.message(messages.call("DEVICEGET", id=1, option=12))
    line = beside.connector(kind)()
    line.write(call * count)
    seen, end = b"", time.monotonic() + 20
    size = 28 + count * 44  # INIT COMPLETE, and the versions
    while len(seen) < size and time.monotonic() < end:
        seen += line.read(size - len(seen), 0.1)
    line.close()
    opcodes = [struct.unpack_from("<H", seen, place)[0] for place in [4, *range(32, size, 44)]]
    assert opcodes == [0x0008] + [0x0466] * count
    works(beside, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_twice(beside, kind):
    with contextlib.suppress(*GIVEN_UP), beside.host(kind, BRIEF, bugs=[bugs.Twice()]) as host:
        session(host)
    works(beside, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_closed_and_opened_at_once(beside, kind):
    for _ in range(100):
        beside.connector(kind)().close()
    works(beside, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_closed_in_the_middle_of_everything(beside, kind):
    for _ in range(20):
        with beside.host(kind) as host:
            sd = host.sockets.socket(kind=sockets.DATAGRAM, protocol=sockets.UDP)
            host.sockets.bind(sd, 0, "127.0.0.1")
            host.sockets.begin_receive(sd, 64, "RECVFROM")
            handle, _ = host.files.open("half a file", 3, 4096)
            host.files.write_chunk(handle, 0, bytes(1000))
    works(beside, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_that_stops_reading(beside, kind):
    """It asks until nothing more goes into its link, reads nothing, and is alone with that."""
    call = messages.message(messages.call("DEVICEGET", id=1, option=12)) * 100
    line = beside.connector(kind)()
    with contextlib.suppress(TimeoutError, LinkClosed):
        for _ in range(200):
            line.write(call, 0.5)
    line.close()
    works(beside, kind)


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_two_hosts_at_one_endpoint_do_not_share_a_chip(beside, kind):
    """The second either has to wait for the first to close, or is another chip; the first notices nothing."""
    with beside.host(kind) as first:
        sd = first.sockets.socket()
        with contextlib.suppress(*GIVEN_UP, OSError), beside.host(kind, BRIEF) as second:
            second.sockets.socket()
        assert first.sockets.close(sd) == 0
        first.settle()
    works(beside, kind)
