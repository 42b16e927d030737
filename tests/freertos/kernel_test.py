# SPDX-License-Identifier: Apache-2.0
"""tests/freertos/application over the real kernel, where FREERTOS_KERNEL_PATH names one: on the kernel's simulator,
and on its port for a Cortex-M4F in an emulated board. Several tasks wait in calls of one driver at once."""

import os
import subprocess

import pytest

from conftest import firmware

NAME = firmware.system.NAME
PAGE = os.urandom(24 * 1024)
WHOLE = f"{len(PAGE)} bytes, hash {firmware.fnv(PAGE)}"
EACH_STEP = "\n".join([f"side by side: {WHOLE}", f"side by side: {WHOLE}", f"shared: {WHOLE}", "closed: error", "gave up in time",
             f"/page: {WHOLE}", f"/page: {WHOLE}", f"beside poll: {WHOLE}", f"beside poll: {WHOLE}", ""])


def on_simulator(board, words):
    """Its exit status, and what it printed."""
    program = board.lab.build / "bin" / "freertos_simulator"
    process = subprocess.Popen([program, board.lab.folder / "nwp.pty", "|".join(["freertos", *map(str, words)])],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    board.lab.stack.callback(firmware.system.end_host, process)
    printed, _ = process.communicate(timeout=firmware.LIMIT_S)
    return process.returncode, printed


def on_emulated_board(board, words):
    return board.start("freertos", *words).ends()


MACHINES = pytest.mark.parametrize("run", [on_simulator, on_emulated_board])


@pytest.fixture(name="ready")
def make_ready(board):
    return board.ready(PAGE)


@MACHINES
def test_tasks_wait_side_by_side_and_each_gets_its_own(ready, run):
    status, printed = run(ready, (NAME, 443, *firmware.JOINED, "/page"))
    assert (status, printed) == (firmware.DONE, EACH_STEP)


@MACHINES
def test_a_second_boot_finds_the_network_processor_again(ready, run):
    for _ in range(2):
        status, printed = run(ready, (NAME, 443, *firmware.JOINED, "/page"))
        assert (status, printed) == (firmware.DONE, EACH_STEP)


@MACHINES
def test_a_wrong_ca_is_refused_with_the_reason(board, run):
    board.ready(PAGE, board.pki.stranger)
    status, printed = run(board, (NAME, 443, *firmware.JOINED, "/page"))
    assert status == firmware.NOT_CONNECTED
    assert printed.startswith("error: TLS refused: ") and "unknown_ca" in printed


@MACHINES
def test_without_a_network_processor_it_says_so(board, run):
    far, near = os.openpty()  # a line on which nobody answers
    os.symlink(os.ttyname(near), board.lab.folder / "nwp.pty")
    status, printed = run(board, (NAME, 443, *firmware.JOINED, "/page"))
    os.close(far)
    os.close(near)
    assert status == firmware.NO_NETWORK_PROCESSOR
    assert printed.startswith("error: no network processor on the link: ")
