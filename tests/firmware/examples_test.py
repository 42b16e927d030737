# SPDX-License-Identifier: Apache-2.0
"""The further examples of firmware/, each against a peer that is not ours."""

import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest

import conftest
from faulty_cable import NO_FAULTS

sys.path.insert(0, str(conftest.SYSTEM.parent))
import servers  # noqa: E402

NAME, JOINED = conftest.system.NAME, conftest.JOINED
DEVICE = "sensor-7.nwp.test"
LEASE = "10.77.0.7"  # servers.ADDRESS, as hosts of the simulated network say it
STATION = "127.77.0.2"  # where the station's address is on this machine
PAGES = {"first": os.urandom(40 * 1024), "second": os.urandom(20 * 1024), "third": b"short"}


ACCESS_POINT = "02:00:00:00:00:01"
FAULTS = [("lost", r"wifi: lost .*"), ("back", r"wifi: connected"), ("lease-lost", "address: none"),
          ("lease-back", "address: 10.77.0.2")]

WIFI_LINES = ["link: up", "wifi: disconnected", "address: none",  # what holds when the link comes up
              "wifi: joining (requested)", "wifi: connected", "address: 10.77.0.2",
              "wifi: lost (access point lost)", "wifi: connected",
              "address: none", "wifi: connected (no address)", "address: 10.77.0.2"]


def page_line(name):
    return f"/{name}: {len(PAGES[name])} bytes, hash {conftest.fnv(PAGES[name])}"


@pytest.fixture(name="web")
def make_web(board):
    """A board whose network has a web server with PAGES."""
    return board.ready(PAGES)


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_several_pages_come_at_once(web, link):
    status, console = web.start("get_many", NAME, 443, *JOINED, *(f"/{name}" for name in PAGES), link=link).ends()
    assert status == conftest.DONE
    assert sorted(console.splitlines()) == sorted(page_line(name) for name in PAGES)


def test_of_several_pages_one_that_is_refused_is_named(board):
    board.ready(PAGES, board.pki.stranger)
    status, console = board.start("get_many", NAME, 443, *JOINED, "/page", "/page").ends()
    assert status == conftest.NOT_CONNECTED
    assert console.startswith("error: TLS refused: ") and "unknown_ca" in console


def simulate(lab, fault):
    """A lease that is renewed after a rejoin can be lost a little later only, and nothing tells when."""
    end = time.monotonic() + conftest.LIMIT_S
    while True:
        done = lab.nwp("wifi", "simulate", fault, ACCESS_POINT)
        if done.returncode == 0:
            return
        assert "not_connected" in done.stderr and time.monotonic() < end, done.stderr


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_what_happens_to_the_network_is_told_in_order(board, link):
    board.nwpd()
    microcontroller = board.start("wifi_events", *JOINED, 2, link=link)
    microcontroller.says("address: 10.77.0.2")
    for fault, then in FAULTS:
        simulate(board.lab, fault)
        microcontroller.says(then)
    status, console = microcontroller.ends()
    assert (status, console.splitlines()[:len(WIFI_LINES)]) == (conftest.DONE, WIFI_LINES)  # more may follow


class SigningServer(servers.Server):
    """A CA that signs whatever request comes by TLS, for DEVICE; keeps the requests."""

    def __init__(self, pki):
        super().__init__(self._sign)
        self._pki, self.requests = pki, []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pki.server.chain_file, pki.server.key_file)

    def _sign(self, connection):
        with self._context.wrap_socket(connection, server_side=True) as secure:
            request = b""
            while octets := secure.recv(4096):
                request += octets
            self.requests.append(request)
            secure.sendall(self._answer(request))
            secure.unwrap()  # an end without close_notify is none

    def _answer(self, request):
        return self._pki.root.signs(request, DEVICE)


def public_key(kind, pem):
    """Of a certificate (x509) or a request (req), as PEM."""
    return subprocess.run(["openssl", kind, "-pubkey", "-noout"], input=pem, capture_output=True, check=True).stdout


def talk_to_device(pki, port, octets):
    """What comes back for `octets`, and the device's certificate as PEM."""
    context = ssl.create_default_context(cafile=pki.root.certificate_file)
    with socket.create_connection((STATION, port), timeout=conftest.LIMIT_S) as connection, \
            context.wrap_socket(connection, server_hostname=DEVICE) as secure:
        certificate = ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True)).encode()
        back = b""
        secure.sendall(octets)
        while len(back) < len(octets):
            back += secure.recv(65536)
        return back, certificate


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_a_device_whose_key_was_made_inside_serves_by_tls(board, link):
    octets = os.urandom(1500)
    with SigningServer(board.pki) as authority:
        dns = board.lab.name_server({NAME: LEASE})
        board.options = ["--port", f"53={dns}"]
        board.nwpd()
        board.trust(board.pki.root)
        device = board.start("echo_server", DEVICE, NAME, authority.port, *JOINED, 2, link=link)
        device.says("enrolled")
        port = int(device.says(r"port (\d+)")[1])
        for _ in range(2):
            back, certificate = talk_to_device(board.pki, port, octets)
            assert back == octets
        assert device.ends()[0] == conftest.DONE
        assert public_key("x509", certificate) == public_key("req", authority.requests[0])
    if link == "uart":  # its certificate is in the store now
        device = board.start("echo_server", DEVICE, NAME, 1, *JOINED, 1, link=link)
        port = int(device.says(r"port (\d+)")[1])
        assert talk_to_device(board.pki, port, octets) == (octets, certificate)
        assert device.ends()[0] == conftest.DONE


def test_a_device_that_nobody_certifies_says_so(board):
    class Refusing(SigningServer):
        def _answer(self, _):
            return b"no"

    with Refusing(board.pki) as authority:
        board.options = ["--port", f"53={board.lab.name_server({NAME: LEASE})}"]
        board.nwpd()
        board.trust(board.pki.root)
        status, console = board.start("echo_server", DEVICE, NAME, authority.port, *JOINED, 1).ends()
    assert status == conftest.NOT_ENROLLED
    assert console.startswith("error: no certificate: ")


class DtlsServer:
    """openssl s_server, which answers each "sample N" with "got sample N"."""

    def __init__(self, stack, certificate):
        self._process = subprocess.Popen(
            ["openssl", "s_server", "-dtls1_2", "-accept", f"{servers.ADDRESS}:0", "-cert", certificate.chain_file,
             "-cert_chain", certificate.chain_file, "-key", certificate.key_file],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
        stack.callback(conftest.system.end_host, self._process)
        self._said = b""
        self.port = int(self._next(rb"ACCEPT [0-9.]+:(\d+)\n"))
        threading.Thread(target=self._answer, daemon=True).start()

    def _next(self, pattern):
        """What follows in its output and is like that; None: it ended."""
        while (match := re.search(pattern, self._said)) is None:
            octets = os.read(self._process.stdout.fileno(), 4096)
            if not octets:
                return None
            self._said += octets
        self._said = self._said[match.end():]
        return match[1]

    def _answer(self):
        while (number := self._next(rb"sample (\d)")) is not None:
            self._process.stdin.write(b"got sample " + number + b"\n")


@pytest.fixture(name="dtls")
def make_dtls(board):
    server = DtlsServer(board.lab.stack, board.pki.server)
    board.options = ["--port", f"53={board.lab.name_server({NAME: LEASE})}"]
    board.nwpd()
    return server


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_datagrams_are_answered_by_dtls(board, dtls, link):
    board.trust(board.pki.root)
    status, console = board.start("dtls_client", NAME, dtls.port, *JOINED, 3, link=link).ends()
    assert (status, console.split("\n\n")[:-1]) == (conftest.DONE, [f"got sample {number}" for number in (1, 2, 3)])


def test_a_dtls_server_that_is_not_trusted_is_refused(board, dtls):
    board.trust(board.pki.stranger)
    status, console = board.start("dtls_client", NAME, dtls.port, *JOINED, 3).ends()
    assert status == conftest.NOT_CONNECTED
    assert console.startswith("error: TLS refused: ") and "unknown_ca" in console


class Endless(servers.Server):
    """Serves a page without an end by HTTPS; `flows` is set once `streams` of them have sent so much."""

    SENT = 60_000

    def __init__(self, certificate, streams):
        super().__init__(self._pour)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain_file, certificate.key_file)
        self._left, self._lock, self.flows = streams, threading.Lock(), threading.Event()

    def _pour(self, connection):
        with self._context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1000)
            secure.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
            sent = 0
            while True:
                sent += secure.send(bytes(1000))
                if sent == self.SENT:
                    with self._lock:
                        self._left -= 1
                    if self._left == 0:
                        self.flows.set()


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_a_network_processor_that_dies_under_load_is_found_again(web, link):
    good = web.options
    with Endless(web.pki.server, 3) as server:
        dns = web.lab.name_server({NAME: LEASE})
        web.options = ["--port", f"53={dns}", "--port", f"443={server.port}"]
        conftest.system.end_host(web.daemon)
        web.nwpd()
        # QEMU would not open a pseudo-terminal again that went away.
        line = web.serial_cable(0, NO_FAULTS, NO_FAULTS).uart if link == "uart" else None
        microcontroller = web.start("restart", NAME, 443, *JOINED, "/second", link=link, line=line)
        assert server.flows.wait(conftest.LIMIT_S)
        conftest.system.kill(web.daemon)
        web.options = good
        web.nwpd()
        microcontroller.says("again")
        status, console = microcontroller.ends()
    assert status == conftest.DONE
    assert console.startswith("error: ")
    assert console.splitlines()[-3:] == [page_line("second")] * 3
