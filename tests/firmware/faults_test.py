# SPDX-License-Identifier: Apache-2.0
"""Faults between a microcontroller and its network processor: the transfer goes on, or ends with a clear word."""

import os
import ssl
import sys
import threading

import pytest

import conftest

sys.path.insert(0, str(conftest.SYSTEM.parent))
import servers  # noqa: E402

PAGE = os.urandom(64 * 1024)
SHORT = PAGE[:8 * 1024]
WHOLE = f"received {len(PAGE)} bytes, hash {conftest.fnv(PAGE)}"
SHORT_CAME = f"received {len(SHORT)} bytes, hash {conftest.fnv(SHORT)}\n"
LEASE = "10.77.0.7"  # servers.ADDRESS, as hosts of the simulated network say it


@pytest.fixture(name="ready")
def make_ready(board):
    return board.ready({"page": PAGE, "short": SHORT})


def request(path="/page"):
    return conftest.system.NAME, 443, path, *conftest.JOINED


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_a_processor_that_is_reset_amid_the_transfer_goes_on_with_its_socket(ready, link):
    status, console = ready.start("carry_on", *request(), 3, link=link).ends()
    assert (status, console) == (conftest.DONE, WHOLE + ", resets 3\n")


class Secure(servers.Server):
    """Answers a request by HTTPS, in a way of its own for the first one."""

    def __init__(self, certificate, first):
        super().__init__(self._answer)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain_file, certificate.key_file)
        self._first = first
        self.begun = threading.Event()

    def _answer(self, connection):
        with self._context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1000)
            if self.begun.is_set():
                secure.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + SHORT)
                secure.unwrap()
            else:
                self._first(self, secure)


def halt(server, secure):
    """A part of a page, and then nothing."""
    secure.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE[:1000])
    server.begun.set()
    secure.recv(1)


def send_for_ever(server, secure):
    secure.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    while True:
        secure.sendall(PAGE)
        server.begun.set()


def nwpd_before(board, server):
    """The network processor anew, for which that server is the page's."""
    dns = board.lab.name_server({conftest.system.NAME: LEASE})
    board.options = ["--port", f"53={dns}", "--port", f"443={server.port}"]
    conftest.system.end_host(board.daemon)
    board.nwpd()


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_a_network_processor_that_dies_ends_the_transfer_and_its_successor_serves_again(ready, link):
    board = ready
    good = board.options
    with Secure(board.pki.server, halt) as server:
        nwpd_before(board, server)
        microcontroller = board.start("http_get", *request(), link=link)
        assert server.begun.wait(conftest.LIMIT_S)
        conftest.system.kill(board.daemon)
        board.options = good
        board.nwpd()
        status, console = microcontroller.ends()
        assert status == conftest.TRANSFER_FAILED
        assert console.startswith(f"error: {conftest.system.NAME}: ")
    status, console = board.start("http_get", *request("/short"), link=link).ends()
    assert (status, console) == (conftest.DONE, SHORT_CAME)


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_a_processor_that_is_switched_on_again_is_served_as_the_first_one_was(ready, link):
    for _ in range(3):
        status, console = ready.start("http_get", *request("/short"), link=link).ends()
        assert (status, console) == (conftest.DONE, SHORT_CAME)


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_a_processor_that_loses_power_amid_a_transfer_begins_anew(ready, link):
    with Secure(ready.pki.server, send_for_ever) as server:
        nwpd_before(ready, server)
        microcontroller = ready.start("http_get", *request(), link=link)
        assert server.begun.wait(conftest.LIMIT_S)
        conftest.system.kill(microcontroller.process)
        status, console = ready.start("http_get", *request(), link=link).ends()
    assert (status, console) == (conftest.DONE, SHORT_CAME)
