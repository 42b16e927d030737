# SPDX-License-Identifier: Apache-2.0
"""The eight bytes in front of everything (session.md, Frame)."""

import dataclasses
import struct

from peer.declarations import DOCUMENTS

_HEADER = struct.Struct("<BBHHH")
HEADER_SIZE = _HEADER.size


@dataclasses.dataclass
class Frame:
    """`kind` is the name of session.md's table, or a number that it does not have."""
    kind: object
    epoch: int = 0
    flags: int = 0
    channel: int = 0
    sequence: int = 0
    ack: int = 0
    body: bytes = b""

    @property
    def sequenced(self):
        return self.kind in DOCUMENTS.kinds and DOCUMENTS.kinds[self.kind].sequenced

    def has(self, flag):
        return bool(self.flags & DOCUMENTS.flags[flag])

    def pack(self):
        number = self.kind if isinstance(self.kind, int) else DOCUMENTS.kinds[self.kind].number
        return _HEADER.pack(number | self.epoch << 4, self.flags, self.channel, self.sequence % 65536,
                            self.ack % 65536) + self.body

    @classmethod
    def unpack(cls, octets):
        """None for what is no frame: too short, or of a kind that the table does not have."""
        if len(octets) < HEADER_SIZE:
            return None
        first, flags, channel, sequence, ack = _HEADER.unpack_from(octets)
        kind = DOCUMENTS.kind_of_number.get(first & 15)
        if kind is None:
            return None
        return cls(kind.name, first >> 4, flags, channel, sequence, ack, octets[HEADER_SIZE:])
