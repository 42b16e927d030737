# SPDX-License-Identifier: Apache-2.0
"""Power, the device silo, and what every opcode owes the host."""

import contextlib
import struct
import time

import pytest

from simplelink import messages
from simplelink.messages import COMMANDS, call
from simplelink.traps import Sprung

KINDS = ("unix", "tcp", "pty")
STATION = 1
INVALID_OPCODE, INVALID_PARAMETER = -14337, -14338
RESTARTS = 50


@pytest.fixture(name="all_lines")
def make_all_lines(chip):
    return chip.start(kinds=KINDS)


@pytest.mark.parametrize("spi", [False, True], ids=["UART", "SPI"])
@pytest.mark.parametrize("kind", KINDS)
def test_powers_up_and_stops(all_lines, kind, spi):
    """Ladder 12.1."""
    with all_lines.host(kind, spi=spi) as host:
        assert host.initialised["status"] & 0xF == STATION
        host.settle()
        host.check_calm_start()
        assert host.stop(200) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_each_opening_is_power_on_however_quick(all_lines, kind):
    with all_lines.host(kind) as host:
        for _ in range(RESTARTS):
            assert host.reopen()["status"] & 0xF == STATION
        host.settle()
        for _ in range(5):
            host.restart()
        host.settle()


@pytest.mark.parametrize("kind", KINDS)
def test_zephyr_s_driver_starts(all_lines, kind):
    """Ladder 12.3, without and with IPv6, twice, because the second finds what the first stored."""
    with all_lines.host(kind) as host:
        macs = set()
        for mask in (0, 0xFFFFFFFF):
            statuses, mac = host.zephyr_start(mask)
            assert min(statuses.values()) >= 0, statuses
            macs.add(mac)
        assert len(macs) == 1 and len(mac) == 6 and mac != bytes(6)
        host.settle()


def test_says_its_version(host):
    assert len(host.device.get(1, 12)) == messages.VERSION.size
    assert host.device.version()["nwp"] != [0, 0, 0, 0]


def test_persistence_can_be_read_and_set(host):
    for value in (b"\0", b"\1"):
        assert host.device.set(1, 5, value) == 0
        assert host.device.get(1, 5)[:1] == value


def test_time_runs_from_what_was_set(host):
    assert host.device.set_time(2031, 2, 28, 23, 59, 59) == 0
    began = time.monotonic()
    while True:
        now = messages.DATE_TIME.unpack(host.device.get(1, 11))
        if (now["year"], now["mon"], now["day"]) == (2031, 3, 1):
            break
        assert time.monotonic() - began < 20, now
        time.sleep(0.05)
    assert (now["hour"], now["min"]) == (0, 0) and now["sec"] < 20


@pytest.mark.parametrize("date", [(2031, 13, 1), (2031, 0, 1), (2031, 2, 30), (2031, 1, 1, 24), (2031, 1, 1, 0, 60)])
def test_a_date_that_does_not_exist_is_refused(host, date):
    assert host.device.set_time(*date) < 0


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_each_silo_s_status_can_be_asked_and_is_cleared(host, number):
    dropped = [struct.unpack("<I", host.device.get(2, number)) for _ in range(2)]
    assert dropped[1][0] & 0x7FFFFFFF == 0


def test_it_has_an_identity_of_its_own(host):
    one = host.device.get(4, 41)
    assert len(one) == 16 and one != bytes(16)
    assert host.device.get(4, 41) == one


@pytest.mark.parametrize(("number", "option"), [(1, 99), (9, 1), (2, 99), (0xFFFF, 0xFFFF)])
def test_what_it_does_not_have_is_an_invalid_parameter(host, number, option):
    assert host.device.get(number, option) < 0
    assert host.device.set(number, option, b"\0") < 0


def test_a_value_of_the_wrong_size_is_refused(host):
    assert host.device.set(1, 11, bytes(43)) < 0
    assert host.device.set(1, 5, b"") < 0


def test_event_masks_are_kept(host):
    for group, mask in ((messages.WLAN, 0x6), (messages.NETAPP, 0x2), (messages.WLAN, 0)):
        assert host.device.mask_events(group, mask) == 0
        response = host.command("EVENTMASKGET", group=group)
        assert response.args == {"group": group, "mask": mask}


def test_masks_end_with_the_power(host):
    assert host.device.mask_events(messages.WLAN, 6) == 0
    host.reopen()
    assert host.command("EVENTMASKGET", group=messages.WLAN).args["mask"] == 0


def values_of(command):
    """Zeros but for what says how long something is: that must be true."""
    return {"type": 1} if command.name == "MDNSLOOKUP" else {}


ASKED = sorted(command.name for command in COMMANDS.values()
               if command.kind == "A" and command.name not in ("SETUARTMODE",))


def test_every_command_is_answered_in_its_exact_size(host):
    """With arguments of zeros. The driver holds each response against its size; what no driver sends works or is refused."""
    faults = {}
    for name in ASKED:
        try:
            response = host.command(name, buffer=4096, **values_of(COMMANDS[name]))
            host.settle(0)
            if name.startswith("NEVER") and "status" in response.args and response.status not in (
                    0, INVALID_OPCODE, INVALID_PARAMETER):
                faults[name] = response.status
        except Sprung as sprung:
            faults[name] = str(sprung)
            with contextlib.suppress(Sprung):
                host.power_off()
            host.start()
    assert not faults


@pytest.mark.parametrize("opcode", [0x8400, 0x87FF, 0x8FFF, 0x97FF, 0x9FFF, 0xA7FF, 0xAC00, 0xB7FF, 0xFFFF])
def test_an_opcode_that_does_not_exist_is_refused(host, opcode):
    command = messages.Command("UNKNOWN", opcode, messages.NOTHING)
    assert host.transact(messages.Call(command, {})).status == INVALID_OPCODE


@pytest.mark.parametrize("name", sorted(command.name for command in COMMANDS.values() if command.kind == "D"))
def test_what_has_no_answer_has_none(host, name):
    """Not even when it makes no sense."""
    host.request(call(name))
    host.settle()


@pytest.mark.parametrize("kind", KINDS)
def test_baud_changes_and_nothing_is_lost(all_lines, kind):
    """The port closes and opens in the middle of it, which is not powering off here."""
    with all_lines.host(kind) as host:
        assert host.device.mask_events(messages.WLAN, 6) == 0
        for baud in (921600, 115200):
            assert host.change_baud(baud) == 0
            assert host.command("EVENTMASKGET", group=messages.WLAN).args["mask"] == 6
        host.settle()


def test_a_baud_that_does_not_exist_is_refused(host):
    assert host.change_baud(12345) < 0
    host.settle()
