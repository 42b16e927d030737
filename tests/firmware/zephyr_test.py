# SPDX-License-Identifier: Apache-2.0
"""The Zephyr module over a small kernel of ours (tests/zephyr), on a microcontroller: scan, join, names, HTTPS, poll, two
threads on one socket. What must be refused is."""

import os
import re
import sys

import pytest

import conftest

sys.path.insert(0, str(conftest.SYSTEM.parent))
import servers  # noqa: E402

PAGE = os.urandom(40 * 1024)
FILE = "root.pem"  # what the application names as its CA
LEASE = "10.77.0.7"  # servers.ADDRESS, as hosts of the simulated network say it
NAME, JOINED = conftest.system.NAME, conftest.JOINED
STACK = re.compile(r"stack of the driver's thread: (\d+) of (\d+) bytes")


@pytest.fixture(name="ready")
def make_ready(board):
    board.servers(PAGE)
    board.nwpd()
    return board


def provide(board, authority):
    stored = board.lab.nwp("file", "put", FILE, authority.certificate_file)
    assert stored.returncode == 0, stored.stderr


def ends(board, *words, joined=JOINED, version="33"):
    """Status and lines of the console; the driver's thread never needed all of its stack."""
    status, console = board.start(f"zephyr_{version}", *joined, *words).ends()
    *lines, last = console.splitlines()
    used, size = map(int, STACK.fullmatch(last).groups())
    assert 0 < used <= size - 128, last
    return status, lines


@pytest.mark.parametrize("version", ["33", "37", "40"])
def test_a_page_comes_whole_by_https(ready, version):
    provide(ready, ready.pki.root)
    status, lines = ends(ready, "page", NAME, 443, "/page", FILE, version=version)
    assert (status, lines[-1]) == (conftest.DONE, f"received {len(PAGE)} bytes, hash {conftest.fnv(PAGE)}")


def test_a_wrong_ca_is_refused(ready):
    provide(ready, ready.pki.stranger)
    status, lines = ends(ready, "page", NAME, 443, "/page", FILE)
    assert (status, lines[-1]) == (conftest.NOT_CONNECTED, "error: connect: Software caused connection abort")


def test_a_wrong_host_name_is_refused(ready):
    provide(ready, ready.pki.root)
    status, lines = ends(ready, "page", conftest.system.WEB_LEASE, 443, "/page", FILE)
    assert (status, lines[-1]) == (conftest.NOT_CONNECTED, "error: connect: Software caused connection abort")


def test_a_credential_that_is_not_there_is_no_connection(ready):
    status, lines = ends(ready, "page", NAME, 443, "/page", "no-such-file")
    assert (status, lines[-1]) == (conftest.NOT_CONNECTED, "error: connect: No such file or directory")


def test_an_unknown_name_is_told(ready):
    status, lines = ends(ready, "share", "nowhere.nwp.test", 7)
    assert (status, lines[-1]) == (conftest.UNRESOLVED, "error: nowhere.nwp.test: DNS error 2")


@pytest.mark.parametrize("ssid, passphrase, why", [("elsewhere", "long enough", "error: elsewhere: No such file or directory"),
                                                   (JOINED[0], "not the passphrase", "error: joining ended with 2")])
def test_a_network_that_does_not_take_it_is_told(ready, ssid, passphrase, why):
    status, lines = ends(ready, "share", NAME, 7, joined=(ssid, passphrase))
    assert (status, lines[-1]) == (conftest.NO_WIFI, why)


def test_a_socket_is_shared_by_threads_and_polled_with_zephyrs_own(board):
    board.servers(PAGE)
    with servers.Echo() as echo:
        board.options += ["--port", f"7={echo.port}"]
        board.nwpd()
        status, lines = ends(board, "share", LEASE, 7)
    assert (status, lines) == (conftest.DONE, ["echoed 6000 bytes between two threads", "polled both kinds"])
