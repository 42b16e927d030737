# SPDX-License-Identifier: Apache-2.0
"""Byte streams to an NWP: Unix socket, TCP, terminal. Opening one is the enable pin going up, closing one going down."""

import os
import select
import socket
import stat
import termios
import time
import tty

from simplelink.traps import LinkClosed

OPEN_LIMIT_S = 20
RATES = {rate: getattr(termios, f"B{rate}") for rate in (9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)}


class Link:
    """`read` returns what is there within the time, b"" when nothing came; LinkClosed when the NWP is gone. One thread
    reads, any may write, one at a time."""

    def __init__(self, descriptor, close, is_terminal=False):
        self._descriptor, self._close, self.is_terminal = descriptor, close, is_terminal
        self._wakes, self._wake = os.pipe()
        os.set_blocking(descriptor, False)

    def fileno(self):
        return self._descriptor

    def read(self, size, limit_s):
        readable, _, _ = select.select([self._descriptor, self._wakes], [], [], max(limit_s, 0))
        if self._descriptor not in readable:
            return b""
        try:
            octets = os.read(self._descriptor, size)
        except BlockingIOError:
            return b""
        except OSError as error:  # a terminal whose other end is gone: EIO
            raise LinkClosed from error
        if not octets:
            raise LinkClosed
        return octets

    def write(self, octets, limit_s=OPEN_LIMIT_S):
        """All of it; TimeoutError when the NWP does not read for so long."""
        octets, end = memoryview(octets), time.monotonic() + limit_s
        while octets:
            _, writable, _ = select.select([], [self._descriptor], [], max(end - time.monotonic(), 0))
            if not writable:
                raise TimeoutError("the NWP does not read its link")
            try:
                octets = octets[os.write(self._descriptor, octets):]
            except BlockingIOError:
                continue
            except OSError as error:
                raise LinkClosed from error

    def stop_reading(self):
        """Wakes whoever is in `read`, for good."""
        os.write(self._wake, b"\0")

    def close(self):
        self._close()
        os.close(self._wakes)
        os.close(self._wake)


def of_socket(connection):
    return Link(connection.fileno(), connection.close)


def unix(path):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(str(path))
    return of_socket(connection)


def tcp(address, port):
    connection = socket.create_connection((address, port), OPEN_LIMIT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return of_socket(connection)


def terminal(path, baud=None):
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
    assert stat.S_ISCHR(os.fstat(descriptor).st_mode), path
    tty.setraw(descriptor, termios.TCSANOW)
    if baud:
        settings = termios.tcgetattr(descriptor)
        settings[4] = settings[5] = RATES[baud]
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)

    def close():
        termios.tcflush(descriptor, termios.TCIFLUSH)  # what nobody read is lost with the power
        os.close(descriptor)
    return Link(descriptor, close, is_terminal=True)
