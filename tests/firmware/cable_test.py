# SPDX-License-Identifier: Apache-2.0
"""Bytes and packets between a microcontroller and its network processor are lost, damaged and delayed."""

import os

import pytest

import conftest
from faulty_cable import NO_FAULTS, Faults

PAGE = os.urandom(64 * 1024)
SHORT = PAGE[:8 * 1024]
WHOLE = f"received {len(PAGE)} bytes, hash {conftest.fnv(PAGE)}\n"
SHORT_CAME = f"received {len(SHORT)} bytes, hash {conftest.fnv(SHORT)}\n"
PAGE_LINE = f"/page: {len(PAGE)} bytes, hash {conftest.fnv(PAGE)}\n"


def get_ready(board):
    board.ready({"page": PAGE, "short": SHORT})


def request(path):
    return conftest.system.NAME, 443, path, *conftest.JOINED


# Up go requests and acknowledgements: few bytes, so each is hit more often.
FAULTY_LINES = {
    "drop": (Faults(drop=1 / 150), Faults(drop=1 / 2000)),
    "damage": (Faults(damage=1 / 150), Faults(damage=1 / 2000)),
    "delay": (Faults(delay=1 / 100), Faults(delay=1 / 500)),
    "drop, damage, delay": (Faults(1 / 200, 1 / 200, 1 / 200), Faults(1 / 4000, 1 / 4000, 1 / 1000)),
}


@pytest.mark.parametrize("what, seed", [("drop", 1), ("damage", 1), ("delay", 1), ("drop, damage, delay", 1),
                                        ("drop, damage, delay", 2)])
def test_faults_on_the_line_cost_time_and_no_byte_of_the_page(board, what, seed):
    get_ready(board)
    cable = board.serial_cable(seed, *FAULTY_LINES[what])
    status, console = board.start("http_get", *request("/short"), line=cable.uart).ends()
    traffic = board.traffic()
    assert (status, console) == (conftest.DONE, SHORT_CAME), cable
    befell = cable.up.counts + cable.down.counts
    assert all(befell[kind] > 0 for kind in what.split(", ")), cable
    if what != "delay":  # a byte that is missing breaks its frame as one that is wrong does
        assert traffic["frames_broken"] > 0, cable
        assert traffic["frames_resent"] > 0, cable


@pytest.mark.parametrize("seed", [1, 2])
def test_packets_that_come_late_are_only_late(board, seed):
    cable = board.packet_cable(seed, Faults(delay=1 / 5), Faults(delay=1 / 5))
    get_ready(board)
    status, console = board.start("http_get", *request("/page"), link="frame_bus").ends()
    assert (status, console) == (conftest.DONE, WHOLE), cable
    assert cable.up.counts["delay"] > 0 and cable.down.counts["delay"] > 0, cable


# The bus promises that no packet is lost. When one is all the same, whoever misses it says so: the link is reset, every
# call returns, and the application begins anew.
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("up, down", [(NO_FAULTS, Faults(drop=1 / 40, most=1)), (Faults(drop=1 / 40, most=1), NO_FAULTS)],
                         ids=["down", "up"])
def test_a_lost_packet_resets_the_link_and_all_begins_anew(board, up, down, seed):
    cable = board.packet_cable(seed, up, down)
    get_ready(board)
    microcontroller = board.start("restart", conftest.system.NAME, 443, *conftest.JOINED, "/page", link="frame_bus")
    status, console = microcontroller.ends()
    assert status == conftest.DONE, cable
    assert cable.up.counts["drop"] + cable.down.counts["drop"] == 1, cable
    assert console.startswith("error: ") and console.endswith("\nagain\n" + PAGE_LINE * 3), cable
