# SPDX-License-Identifier: Apache-2.0
"""Reads messages off a link as TI's driver does: it looks for the sync word, then takes as many bytes as the opcode
demands, whatever `len` says."""

import struct
import time

from simplelink import messages
from simplelink.traps import Sprung

IDLE_S = 0.05
PLAIN = int.from_bytes(messages.PLAIN_SYNC, "little")
NUMBERED = 0xABCDDCBC
NUMBERED_BIT = 0x4


def sync_number(octets):
    """-1 for the form without a number, else that number; None when these 4 bytes are no sync word."""
    word = int.from_bytes(octets, "little")
    form = word & messages.SYNC_MASK
    if not word & NUMBERED_BIT:
        return -1 if form == PLAIN & messages.SYNC_MASK else None
    number = form - (NUMBERED & messages.SYNC_MASK)
    return number if 0 <= number < 4 else None


class Stopped(Exception):
    """The reader was told to stop."""


class Receiver:
    """`strict`: what the driver merely tolerates (stray bytes, a doubled or masked sync word, sequence numbers) springs a
    trap as well."""

    def __init__(self, link, body_limit_s, strict=True, before_message=lambda: None):
        self._link, self._limit_s, self._strict = link, body_limit_s, strict
        self._before_message = before_message
        self._ahead = bytearray()
        self.count = 0
        self.stopping = False

    def partial(self):
        """Bytes of a message that is not whole."""
        return bytes(self._ahead)

    def _fill(self, size, limit_s):
        """Waits until `size` bytes are there; False when the time is over."""
        end = time.monotonic() + limit_s
        while len(self._ahead) < size:
            if self.stopping:
                raise Stopped
            rest = end - time.monotonic()
            if rest <= 0:
                return False
            self._ahead += self._link.read(size - len(self._ahead), min(rest, IDLE_S))
        return True

    def take(self, size, trap, detail=""):
        """Exactly so many bytes; `trap` springs when they do not come."""
        if not self._fill(size, self._limit_s):
            raise Sprung(trap, f"{detail}: {len(self._ahead)} of {size} bytes came: {self.partial().hex(' ')}")
        octets = bytes(self._ahead[:size])
        del self._ahead[:size]
        return octets

    def header(self):
        """The next message's header as a dict. Waits for ever for its first byte, and then for the rest of it."""
        while not self._fill(1, 1):
            pass
        self._before_message()
        if not self._fill(8, self._limit_s):
            raise Sprung("T2", f"{self.partial().hex(' ')} and no more")
        window, junk = self.take(8, "T1"), b""
        while window[:4] == window[4:]:
            junk += window[4:]
            window = window[:4] + self.take(4, "T2", "doubled sync word")
        while (place := self._place_of_sync(window)) is None:
            junk += window[:4]
            if len(junk) > 4096:
                raise Sprung("T2", "no sync word within 4096 bytes")
            window = window[4:] + self.take(4, "T2", f"after {(junk + window[4:]).hex(' ')}")
        junk += window[:place]
        number = sync_number(window[place:place + 4])
        generic = window[place + 4:] + self.take(place, "T1", "header")
        while sync_number(generic) is not None:
            junk += generic
            generic = self.take(4, "T1", "header")
        if number not in (-1, self.count % 4):
            raise Sprung("T6", f"{number} instead of {self.count % 4}")
        if self._strict and junk:
            raise Sprung("T2", junk.hex(" "))
        if self._strict and window[:4] != messages.PLAIN_SYNC:
            raise Sprung("sync", window[:4].hex(" "))
        self.count += 1
        state = self.take(messages.STATE_SIZE, "T1", "header")
        return messages.HEADER.unpack(struct.pack("<I", PLAIN) + generic + state)

    @staticmethod
    def _place_of_sync(window):
        return next((place for place in range(5) if sync_number(window[place:place + 4]) is not None), None)
