# SPDX-License-Identifier: Apache-2.0
"""An old echo server, compiled as it is against nwp/posix.h, serves clients of this machine through nwpd."""

import os
import socket
import subprocess

import pytest

import conftest


@pytest.fixture
def echo(lab):
    """The server's process and its port."""
    lab.nwpd("--radio", "none")
    process = subprocess.Popen([str(lab.programs / "classic_echo")], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "NWP_LINK": lab.link()})
    lab.stack.callback(conftest.end_host, process)
    word, port = process.stdout.readline().split()
    assert word == "port"
    return process, int(port)


def test_streams_come_back_from_several_clients_at_once(echo):
    process, port = echo
    clients = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(3)]
    for client in clients:
        assert process.stdout.readline().split() == ["stream", "127.0.0.1", str(client.getsockname()[1])]
    for number, client in enumerate(clients):
        client.sendall(b"%d" % number * 10000)
    for number, client in enumerate(clients):
        client.shutdown(socket.SHUT_WR)
        back = b""
        while chunk := client.recv(65536):
            back += chunk
        assert back == b"%d" % number * 10000
        client.close()
    assert process.poll() is None


def test_datagrams_come_back_whole_with_their_boundaries(echo):
    process, port = echo
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(30)
        client.connect(("127.0.0.1", port))
        for size in (1, 0, 1472, 65507):
            datagram = os.urandom(size)
            client.send(datagram)
            assert client.recv(65536) == datagram
            assert process.stdout.readline().split() == ["datagram", "127.0.0.1", str(client.getsockname()[1])]
