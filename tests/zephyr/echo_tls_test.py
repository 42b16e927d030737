# SPDX-License-Identifier: Apache-2.0
"""Zephyr's echo samples with TLS and DTLS, against OpenSSL."""

import pathlib
import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from conftest import (FIRST_HERE, IPV6_HERE, SECOND, SECOND_HERE, Air, free_for_both, need_module, processes, sample)

PORT = 4242
LIMIT_S = 60
LINES = [b"%d lines from OpenSSL\n" % size + b"x" * size + b"\n" for size in (1, 500, 1100)]  # one datagram each


class Pair:
    """The samples' certificate, self-signed for "localhost", and its key."""

    def __init__(self, folder):
        self.chain_file, self.key_file = folder / "sample.pem", folder / "sample.key"
        source = sample("sockets/echo_server") / "src"
        for kind, name, into in (("x509", "cert", self.chain_file), ("pkey", "key", self.key_file)):
            subprocess.run(["openssl", kind, "-inform", "DER", "-in", source / f"echo-apps-{name}.der", "-out", into],
                           check=True, capture_output=True)


@pytest.fixture(name="pair")
def make_pair(lab):
    return Pair(lab.folder)


def talk(lab, pair, here, *options):
    """`openssl s_client` says each line and hears it back; it insists on the sample's certificate."""
    client = subprocess.Popen(["openssl", "s_client", "-quiet", "-no_ign_eof", "-connect", f"{here[0]}:{here[1]}", "-bind",
                               f"{SECOND_HERE}:0", "-CAfile", pair.chain_file, "-verify_return_error",
                               "-verify_hostname", "localhost", *options],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
    stopped = threading.Timer(LIMIT_S, client.kill)
    lab.stack.callback(stopped.cancel)
    stopped.start()
    for line in LINES:
        client.stdin.write(line)
        back = b""
        while len(back) < len(line) and (piece := client.stdout.read(4096)):
            back += piece
        assert back == line
    client.stdin.close()
    assert client.wait() == 0
    client.stdout.close()


def test_an_echo_server_on_zephyr_serves_tls_and_dtls(air, pair, images, zephyr):
    here = air.own_port(PORT)
    air.nwpd()
    server = zephyr(images.build(sample("sockets/echo_server"), "offload.conf", "tls.conf"))
    for _ in range(2):  # IPv4 and IPv6, in either order
        assert "Failed" not in server.until(f"Waiting for TCP connection on port {PORT}")
    for version in "-tls1_2", "-tls1_3":
        talk(air.lab, pair, here, version)
        server.until("Connection closed")
    talk(air.lab, pair, here, "-dtls1_2")


class TlsEcho:
    """Streams that come back, one client after the other."""

    def __init__(self, stack, address, port, pair):
        self._secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._secure.load_cert_chain(pair.chain_file, pair.key_file)
        self._listener = socket.create_server((address, port),
                                              family=socket.AF_INET6 if ":" in address else socket.AF_INET)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        stack.callback(self._end)

    def _serve(self):
        while True:
            try:
                stream, _ = self._listener.accept()
            except OSError:
                return  # the end
            with stream:
                try:
                    with self._secure.wrap_socket(stream, server_side=True) as secured:
                        while data := secured.recv(4096):
                            secured.sendall(data)
                except OSError:
                    pass  # the client is gone, or refused us

    def _end(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()


class DtlsEcho:
    """`openssl s_server`, whose words go back to its client."""

    def __init__(self, stack, address, port, pair):
        at = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        self._server = subprocess.Popen(["openssl", "s_server", "-quiet", "-dtls1_2", "-listen", "-accept", at, "-cert",
                                         pair.chain_file, "-key", pair.key_file],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        bufsize=0)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        stack.callback(self._end)
        table = pathlib.Path("/proc/net/udp6" if ":" in address else "/proc/net/udp")
        processes.wait_until(lambda: f":{port:04X} 0000" in table.read_text(), self._server, "s_server", "/dev/null")

    def _serve(self):
        while data := self._server.stdout.read(4096):
            try:
                self._server.stdin.write(data)
            except OSError:
                return

    def _end(self):
        self._server.kill()
        self._server.wait()
        self._thread.join()
        self._server.stdin.close()
        self._server.stdout.close()


@pytest.fixture(name="source")
def make_source(lab, pki):
    """echo_client with the test's root in its folder."""
    copy = lab.build / "zephyr" / "echo_client_with_our_root"
    shutil.copytree(sample("sockets/echo_client"), copy, dirs_exist_ok=True)
    subprocess.run(["openssl", "x509", "-in", pki.root.certificate_file, "-outform", "DER", "-out",
                    copy / "src" / "echo-apps-cert.der"], check=True)
    return copy


def world(lab, stream_pair, datagram_pair):
    """Both echoes, on IPv4 and IPv6."""
    air = Air(lab, own=SECOND)
    for address in FIRST_HERE, IPV6_HERE:
        port = free_for_both(FIRST_HERE)
        TlsEcho(lab.stack, address, port, stream_pair)
        DtlsEcho(lab.stack, address, port, datagram_pair)
        air.leads(PORT, port, ipv6=address == IPV6_HERE)
    air.nwpd()


def is_served(client):
    for which in "IPv4 TCP", "IPv6 TCP", "IPv4 UDP", "IPv6 UDP":
        for _ in range(3):
            client.until(f"{which}: Received and compared")


def test_an_echo_client_on_zephyr_gets_back_what_it_sent_by_tls_and_dtls(lab, pki, source, images, zephyr):
    good = pki.root.server("localhost")
    world(lab, good, good)
    is_served(zephyr(images.build(source, "offload.conf", "tls.conf")))


def test_the_samples_own_overlay_changes_nothing(lab, pki, source, images, zephyr):
    """It links Mbed TLS, for which there is no work: secured sockets are the network processor's."""
    need_module("mbedtls")
    good = pki.root.server("localhost")
    world(lab, good, good)
    is_served(zephyr(images.build(source, "offload.conf", source / "overlay-tls.conf", MBEDTLS_DTLS="y")))


@pytest.mark.parametrize("which", ["TCP", "UDP"])
def test_an_echo_client_on_zephyr_refuses_a_stranger(lab, pki, source, images, zephyr, which):
    good, stranger = pki.root.server("localhost"), pki.stranger.server("localhost")
    world(lab, *((stranger, good) if which == "TCP" else (good, stranger)))
    said = zephyr(images.build(source, "offload.conf", "tls.conf")).until(
        f"Cannot connect to {which} remote (IPv6): 113")  # ECONNABORTED
    assert f"{which}: Sent" not in said


def test_the_samples_own_certificate_names_nobody(lab, pair, images, zephyr):
    """It has a common name and no subjectAltName, which alone counts (RFC 9525 2)."""
    world(lab, pair, pair)
    zephyr(images.build(sample("sockets/echo_client"), "offload.conf", "tls.conf")).until(
        "Cannot connect to TCP remote (IPv6): 113")
