# SPDX-License-Identifier: Apache-2.0
"""What a broken host writes: each class is one switch. `spoil` turns the bytes of a message into what goes out instead;
`done` counts how often it did."""

import struct

from simplelink import messages

OPCODE_PLACE = len(messages.LONG_SYNC + messages.SHORT_SYNC)
SIZE_PLACE = OPCODE_PLACE + 2


class Bug:
    done = 0

    def spoil(self, octets):
        self.done += 1
        return self.change(octets)

    def change(self, octets):
        raise NotImplementedError


class Truncates(Bug):
    """After so many bytes of the session nothing is written any more."""

    def __init__(self, size):
        self.rest = size

    def change(self, octets):
        octets = octets[:self.rest]
        self.rest -= len(octets)
        return octets


class WrongLength(Bug):
    """`len` of each message is off by `difference`, within 0 and 65535."""

    def __init__(self, difference):
        self.difference = difference

    def change(self, octets):
        size = struct.unpack_from("<H", octets, SIZE_PLACE)[0]
        size = min(max(size + self.difference, 0), 0xFFFF)
        return octets[:SIZE_PLACE] + struct.pack("<H", size) + octets[SIZE_PLACE + 2:]


class OtherOpcode(Bug):
    """Messages have an opcode that they should not have, as often as `times` says."""

    def __init__(self, opcode, times=1):
        self.opcode, self.times = opcode, times

    def change(self, octets):
        if self.done > self.times:
            return octets
        return octets[:OPCODE_PLACE] + struct.pack("<H", self.opcode) + octets[SIZE_PLACE:]


class GarbageBefore(Bug):
    """Bytes in front of each message. A network processor skips them: no message may be lost."""

    def __init__(self, garbage):
        self.garbage = garbage

    def change(self, octets):
        return self.garbage + octets


class ShortSync(Bug):
    """The framing of the SPI build on any link: messages without the long sync word, reads announced."""

    def change(self, octets):
        return messages.CNYS + octets.replace(messages.LONG_SYNC, b"", 1)


class Garbled(Bug):
    """One byte of the session is another."""

    def __init__(self, place):
        self.place = place

    def change(self, octets):
        place, self.place = self.place, self.place - len(octets)
        if not 0 <= place < len(octets):
            return octets
        return octets[:place] + bytes([octets[place] ^ 0xFF]) + octets[place + 1:]


class Twice(Bug):
    """Each message is written twice: the second comes while the first is open."""

    def change(self, octets):
        return octets + octets


# Bytes that are no message and do not begin one; what follows them must be understood.
HARMLESS_GARBAGE = {
    "zeros": bytes(64),
    "ones": b"\xff" * 64,
    "CNYS words": messages.CNYS * 4,
    "half of the long sync word": messages.LONG_SYNC[:2],
    "long sync words": messages.LONG_SYNC * 3,
    "half of the short sync word": messages.SHORT_SYNC[:3],
    "short sync word with a hole": messages.SHORT_SYNC[:2] + b"\0" + messages.SHORT_SYNC[2:],
    "baud call": messages.BAUD_CALL,
    "text": b"AT+GMR\r\n",
    "sync word of the other way": messages.PLAIN_SYNC,
}
