# SPDX-License-Identifier: Apache-2.0
"""A host and a network processor of different major versions: both say so, in words with both versions."""

import contextlib
import json
import socket
import struct
import threading

import conftest

MAGIC = 0x3150574E
NONCE = 77
ROOM = 512
VERSION_MISMATCH = 82
HELLO_HEADER = bytes([1, 0, 0, 0, 0, 0, 0, 0])  # kind hello, docs/protocol/session.md


def hello_request(major, minor):
    fields = struct.pack("<HIBBIIHHB", 0x0001, MAGIC, major, minor, NONCE, 0, ROOM, 16, 0) + bytes(16)
    return HELLO_HEADER + fields


def hello_refusal(nonce, major, minor):
    """How every HelloReply begins, whatever follows."""
    return HELLO_HEADER + struct.pack("<HIBBBI", 0x0002, MAGIC, VERSION_MISMATCH, major, minor, nonce)


def packet_socket():
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)


@contextlib.contextmanager
def nwp_of_another_major(lab):
    """Refuses one host, in the daemon's place: it speaks 3.5."""
    with packet_socket() as listener:
        listener.bind(str(lab.folder / "nwp.unix"))
        listener.listen()

        def refuse():
            connection, _ = listener.accept()
            with connection:
                nonce = struct.unpack_from("<I", connection.recv(ROOM), 8 + 2 + 4 + 2)[0]
                connection.send(hello_refusal(nonce, 3, 5))
                connection.recv(ROOM)  # until the command has gone
        thread = threading.Thread(target=refuse)
        thread.start()
        yield
        thread.join()


def traffic(lab):
    done = lab.nwp("--json", "status")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["traffic"]


def test_a_host_of_another_major_is_refused_counted_and_named(lab):
    lab.nwpd("--radio", "none")
    assert traffic(lab)["version_mismatches"] == 0
    with packet_socket() as stranger:
        stranger.settimeout(conftest.COMMAND_LIMIT_S)
        stranger.connect(str(lab.folder / "nwp.unix"))
        stranger.send(hello_request(2, 7))
        _, magic, error, major, minor, nonce = struct.unpack_from("<HIBBBI", stranger.recv(ROOM), 8)
        assert (magic, error, (major, minor), nonce) == (MAGIC, VERSION_MISMATCH, (1, 0), NONCE)
        status = traffic(lab)
    assert status["version_mismatches"] == 1
    assert status["last_mismatch"] == "the host speaks 2.7, this NWP 1.0"


def test_a_network_processor_of_another_major_is_named_with_its_version(lab):
    with nwp_of_another_major(lab):
        done = lab.nwp("status")
    assert done.returncode == 3
    assert "version 3.5 of the protocol, this command 1.0" in done.stderr
    assert "the NWP speaks version 3.5 of the protocol, this host 1.0" in done.stderr  # the driver's own log
