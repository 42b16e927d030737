# SPDX-License-Identifier: Apache-2.0
"""A scripted NWP, by which the host is tested. It shares nothing with the host but the captured messages: what it sends is
one of these, one of these with bytes changed, or put together here."""

import os
import pty
import socket
import struct
import threading
import tty

from simplelink import link
from simplelink.golden import octets

SYNC = bytes.fromhex("21433412")
HEAR_LIMIT_S = 20


def golden(number, changes=None, **state):
    """A captured message; `changes` are place: bytes."""
    message = bytearray(octets(number))
    for place, new in (changes or {}).items():
        message[place:place + len(new)] = new
    return stated(bytes(message), **state)


def stated(message, credit=None, device=None, segment=None, tx_failure=None, non_blocking=None):
    """The same message with other state in its header."""
    message = bytearray(message)
    for value, place, form in ((credit, 8, "B"), (device, 9, "B"), (segment, 10, "<H"), (tx_failure, 12, "<H"),
                               (non_blocking, 14, "<H")):
        if value is not None:
            struct.pack_into(form, message, place, value)
    return bytes(message)


def down(opcode, body=b"", size=None, pad=True, **state):
    """A message to the host; `size` is what `len` says of the body."""
    header = bytes.fromhex("badccdab") + struct.pack("<HHBBHHH", opcode, 8 + (len(body) if size is None else size),
                                                     12, 0, 1536, 0, 0)
    return stated(header + body + (bytes(-len(body) % 4) if pad else b""), **state)


def basic(opcode, status=0, **state):
    return down(opcode, struct.pack("<hH", status, 0), **state)


def of_socket(opcode, status=0, sd=0, data=b"", **state):
    return down(opcode, struct.pack("<hBB", status, sd, 0) + data, **state)


class Stub:
    """Runs script(stub) beside the test for each link that is opened; `heard` has the messages that came, whole."""

    def __init__(self, *scripts, terminal=False):
        self._scripts, self._terminal = list(scripts), terminal
        self._threads, self._ends = [], []
        self.heard, self.faults = [], []

    def connect(self):
        if self._terminal:
            if not self._ends:
                master, slave = pty.openpty()
                tty.setraw(slave)
                self._path = os.ttyname(slave)
                self._ends += [os.fdopen(master, "rb+", 0), os.fdopen(slave, "rb+", 0)]
                self._read, self._send = self._ends[0].read, self._ends[0].write
                self._run()
            elif self._scripts:
                self._run()
            return link.terminal(self._path)
        ours, theirs = socket.socketpair()
        ours.settimeout(HEAR_LIMIT_S)
        self._ends.append(ours)
        self._read, self._send = ours.recv, ours.sendall
        self._run()
        return link.of_socket(theirs)

    def _run(self):
        script = self._scripts.pop(0)
        thread = threading.Thread(target=self._guarded, args=[script], daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guarded(self, script):
        try:
            script(self)
        except (OSError, EOFError):
            pass  # the host went away in the middle, as it does when a trap is sprung
        except Exception as fault:
            self.faults.append(fault)

    def close_link(self):
        self._ends[-1].shutdown(socket.SHUT_RDWR)

    def close(self):
        for end in self._ends:
            end.close()
        for thread in self._threads:
            thread.join(HEAR_LIMIT_S)
        assert not self.faults, self.faults

    def say(self, *messages):
        for message in messages:
            self._send(message)

    def _exactly(self, size):
        whole = b""
        while len(whole) < size:
            some = self._read(size - len(whole))
            if not some:
                raise EOFError
            whole += some
        return whole

    def hear(self, opcode=None):
        """The body of the next message, which has this opcode."""
        window = b""
        while not window.endswith(SYNC):
            window += self._exactly(1)
        header = self._exactly(4)
        seen, size = struct.unpack("<HH", header)
        body = self._exactly((size + 3) // 4 * 4)
        self.heard.append(window + header + body)
        assert opcode is None or seen == opcode, f"{seen:#06x} instead of {opcode:#06x}"
        return body

    def hear_bytes(self, size):
        return self._exactly(size)
