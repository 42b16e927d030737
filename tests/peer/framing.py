# SPDX-License-Identifier: Apache-2.0
"""Frames on a line: CRC-32C, byte stuffing, delimiter (links.md, UART)."""

DELIMITER = b"\0"
CRC_SIZE = 4
LONGEST_BLOCK = 254
NOISE = ("bad_check", "bad_code", "too_long", "too_short")


def _crc_table():
    reflected = int(f"{0x1EDC6F41:032b}"[::-1], 2)
    table = []
    for octet in range(256):
        for _ in range(8):
            octet = octet >> 1 ^ (reflected if octet & 1 else 0)
        table.append(octet)
    return table


_CRC_TABLE = _crc_table()


def crc32c(octets):
    crc = 0xFFFFFFFF
    for octet in octets:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ octet) & 0xFF]
    return crc ^ 0xFFFFFFFF


def stuff(octets):
    """The same without any 00."""
    stuffed = bytearray()
    runs = octets.split(DELIMITER)
    for number, run in enumerate(runs):
        while len(run) >= LONGEST_BLOCK:
            stuffed += b"\xff" + run[:LONGEST_BLOCK]
            run = run[LONGEST_BLOCK:]
            if not run and number == len(runs) - 1:
                return bytes(stuffed)
        stuffed += bytes([len(run) + 1]) + run
    return bytes(stuffed)


def unstuff(octets):
    """What was stuffed; None where a block is longer than what is there."""
    plain, place = bytearray(), 0
    while place < len(octets):
        code = octets[place]
        block = octets[place + 1:place + code]
        if len(block) < code - 1:
            return None
        plain += block
        place += code
        if code <= LONGEST_BLOCK and place < len(octets):
            plain += DELIMITER
    return bytes(plain)


def line_bytes(frame):
    """A frame as it goes over the line, with a delimiter on either side."""
    return DELIMITER + stuff(frame + crc32c(frame).to_bytes(CRC_SIZE, "little")) + DELIMITER


class Deframer:
    """Finds frames in what comes from a line; `noise` counts what was none."""

    def __init__(self, frame_room):
        self._frame_room = frame_room
        self._held = b""
        self.noise = dict.fromkeys(NOISE, 0)

    def frames(self, octets):
        *whole, self._held = (self._held + octets).split(DELIMITER)
        for stuffed in filter(None, whole):
            plain = unstuff(stuffed)
            fault = self._fault(plain)
            if fault:
                self.noise[fault] += 1
            else:
                yield plain[:-CRC_SIZE]

    def _fault(self, plain):
        if plain is None:
            return "bad_code"
        if len(plain) <= CRC_SIZE:
            return "too_short"
        if len(plain) > self._frame_room + CRC_SIZE:
            return "too_long"
        if crc32c(plain[:-CRC_SIZE]) != int.from_bytes(plain[-CRC_SIZE:], "little"):
            return "bad_check"
        return None
