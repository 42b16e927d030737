# SPDX-License-Identifier: Apache-2.0
"""Links of this machine: a SOCK_SEQPACKET socket, a terminal. A packet or a stuffed run of line bytes is one frame."""

import os
import select
import socket
import termios
import tty

from peer import framing

LONGEST_FRAME = 65535
SEND_LIMIT_S = 10


class LinkClosed(Exception):
    """The other end is gone."""


class PacketLink:
    """A Unix socket: nothing is lost."""
    reliable = True

    def __init__(self, connection):
        self._socket = connection
        self._socket.setblocking(False)

    @classmethod
    def to(cls, path):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(str(path))
        return cls(connection)

    def fileno(self):
        return self._socket.fileno()

    def send(self, frame):
        _, writable, _ = select.select([], [self], [], SEND_LIMIT_S)
        if not writable:
            raise TimeoutError("nobody reads the socket")
        try:
            self._socket.send(frame)
        except (BrokenPipeError, ConnectionError) as error:
            raise LinkClosed from error

    def receive(self):
        """Frames that are there; call when readable."""
        try:
            frame = self._socket.recv(LONGEST_FRAME + 1)
        except BlockingIOError:
            return []
        except ConnectionError as error:
            raise LinkClosed from error
        if not frame:
            raise LinkClosed
        return [frame]

    def close(self):
        self._socket.close()


class LineLink:
    """A terminal: frames can be lost, and `on_line` may spoil the bytes of one on purpose."""
    reliable = False

    def __init__(self, descriptor, frame_room=2048):
        self._descriptor = descriptor
        self._deframer = framing.Deframer(frame_room)
        self.on_line = None
        os.set_blocking(descriptor, False)

    @classmethod
    def to(cls, path):
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(descriptor, termios.TCSANOW)
        return cls(descriptor)

    @property
    def noise(self):
        return self._deframer.noise

    def fileno(self):
        return self._descriptor

    def send(self, frame):
        octets = framing.line_bytes(frame)
        self.write(self.on_line(frame, octets) if self.on_line else octets)

    def write(self, octets):
        """Line bytes as they are."""
        while octets:
            _, writable, _ = select.select([], [self._descriptor], [], SEND_LIMIT_S)
            if not writable:
                raise TimeoutError("nobody reads the line")
            octets = octets[os.write(self._descriptor, octets):]

    def receive(self):
        try:
            octets = os.read(self._descriptor, 65536)
        except BlockingIOError:
            return []
        except OSError as error:  # EIO: nobody holds the other end of the pseudo-terminal
            raise LinkClosed from error
        return list(self._deframer.frames(octets))

    def close(self):
        os.close(self._descriptor)


def open_terminal(path):
    """A pseudo-terminal whose far end stands at `path`: our end as a link, and the far end, which is held open so that
    the line lives without a host, as a serial one does."""
    near, far = os.openpty()
    tty.setraw(far, termios.TCSANOW)
    path.symlink_to(os.ttyname(far))
    return LineLink(near), far
