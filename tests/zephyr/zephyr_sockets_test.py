# SPDX-License-Identifier: Apache-2.0
"""Sockets of the network processor in real Zephyr: our applications in zephyr/tests, which say of each thing that they
look at whether it was right."""

import shutil
import socketserver
import ssl
import subprocess
import threading

import pytest
from conftest import OURS, system

PORTS = {"trusted": 443, "stranger": 4431, "other_name": 4432, "expired": 4433}  # zephyr/tests/sockets/include/check.h
BYTES_AT_ONCE = 4096


class EchoServer(socketserver.ThreadingTCPServer):
    """Sends back what it gets, until `stack` ends; by TLS where it has a certificate."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                if self.server.tls:
                    self.request = self.server.tls.wrap_socket(self.request, server_side=True)
                while data := self.request.recv(BYTES_AT_ONCE):
                    self.request.sendall(data)
            except OSError:  # the peer is gone, or refused
                pass

    def __init__(self, stack, certificate=None, port=0):
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate.chain_file, certificate.key_file)
        super().__init__((system.WEB, port), self.Handler)
        stack.callback(self.server_close)
        stack.callback(self.shutdown)
        threading.Thread(target=self.serve_forever).start()

    @property
    def port(self):
        return self.server_address[1]


def start_datagram_echo(stack, port):
    """Sends back each datagram that comes to that port, until `stack` ends."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            data, server = self.request
            server.sendto(data, self.client_address)

    server = socketserver.UDPServer((system.WEB, port), Handler)
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    threading.Thread(target=server.serve_forever).start()


def world(lab, *, more=(), **servers):
    """A network processor whose network has an echo at port 7 and those servers, at PORTS."""
    ports = {7: EchoServer(lab.stack).port, **{PORTS[name]: server.port for name, server in servers.items()}}
    ports[53] = lab.name_server({system.NAME: system.WEB_LEASE})
    mapped = [word for port, real in ports.items() for word in ("--port", f"{port}={real}")]
    return lab.nwpd(*mapped, *more, kinds=("unix", "pty"))


def check(zephyr, image, least):
    """Everything that the application looked at was right, and it looked at so much."""
    said = zephyr(image).until("done")
    assert "not ok" not in said, said
    assert said.count("\nok ") >= least, said


@pytest.fixture(name="expired")
def make_expired(pki, tmp_path):
    """A certificate of NAME that was good until yesterday."""
    made = pki.root.server("expired.nwp.test")
    signed = ["-CA", pki.root.certificate_file, "-CAkey", pki.root.certificate_file.with_suffix(".key"), "-days", "-1"]
    request = subprocess.run(["openssl", "req", "-new", "-key", made.key_file, "-subj", f"/CN={system.NAME}", "-config",
                              "/dev/null"], check=True, capture_output=True).stdout
    (tmp_path / "extensions").write_text(f"subjectAltName=DNS:{system.NAME}\nextendedKeyUsage=serverAuth\n")
    made.chain_file = tmp_path / "expired.pem"
    subprocess.run(["openssl", "x509", "-req", *signed, "-extfile", tmp_path / "extensions", "-out", made.chain_file],
                   input=request, check=True, capture_output=True)
    return made


def test_names_options_threads_and_tls(lab, images, zephyr, pki, expired, request):
    source = request.config.getoption("--build").resolve() / "zephyr" / "sockets-with-root"
    shutil.copytree(OURS / "sockets", source, dirs_exist_ok=True)
    subprocess.run(["openssl", "x509", "-in", pki.root.certificate_file, "-outform", "DER", "-out",
                    source / "root.der"], check=True)
    world(lab, trusted=EchoServer(lab.stack, pki.server), expired=EchoServer(lab.stack, expired),
          stranger=EchoServer(lab.stack, pki.stranger.server(system.NAME)),
          other_name=EchoServer(lab.stack, pki.root.server("other.test")))
    for words in (("file", "put", "tests-root", pki.root.certificate_file),
                  ("cred", "add", "3", "ca", pki.root.certificate_file)):
        done = lab.nwp(*words)
        assert done.returncode == 0, done.stderr
    check(zephyr, images.build(source, "offload.conf", name="sockets"), 48)
