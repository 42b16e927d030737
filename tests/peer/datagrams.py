# SPDX-License-Identifier: Apache-2.0
"""Datagrams of one socket: boundaries, parts, and credit that costs 32 bytes each (session.md, Datagrams)."""

from peer import codec
from peer.streams import MODULUS, CreditBroken, worth_telling

OVERHEAD = 32
LONGEST = {4: 65507, 6: 65527}


class Datagrams:
    """`window` is what the peer may send before anything was consumed; `send_limit` is the peer's word."""
    ended = failed = None

    def __init__(self, handle, window, send_limit=0):
        self.handle, self.window = handle, window
        self.send_limit, self.sent = send_limit, 0
        self.told_limit, self.received, self.consumed = window, 0, 0
        self.held = []  # (address, bytes), oldest first
        self._partial = None

    def has_room_for(self, octets):
        return self.send_limit - self.sent >= len(octets) + OVERHEAD

    def parts(self, address, octets, payload_most):
        """Bodies of the frames; all but the last carry `more`."""
        self.sent += len(octets) + OVERHEAD
        whole = codec.pack_value("address", address) + octets
        return [whole[at:at + payload_most] for at in range(0, len(whole), payload_most)]

    def on_credit(self, limit):
        raised = (limit - self.send_limit) % MODULUS
        if raised < MODULUS // 2:
            self.send_limit += raised

    def on_part(self, octets, more):
        if self._partial is None:
            address, octets = codec.unpack_first("address", octets)
            self._partial = (address, b"")
            self.received += OVERHEAD
        address, before = self._partial
        self.received += len(octets)
        if self.received > self.told_limit:
            raise CreditBroken(f"socket {self.handle:#x}: datagrams of {self.received}, limit {self.told_limit}")
        if len(before) + len(octets) > max(LONGEST.values()):
            raise CreditBroken(f"socket {self.handle:#x}: a datagram of {len(before) + len(octets)} bytes")
        self._partial = (address, before + octets)
        if not more:
            self.held.append(self._partial)
            self._partial = None

    def consume(self, payload_most):
        """The oldest, and the new limit to tell, or None."""
        address, octets = self.held.pop(0)
        self.consumed += len(octets) + OVERHEAD
        limit = self.consumed + self.window
        due = limit - self.told_limit >= worth_telling(self.window, payload_most) or not self.held
        if due:
            self.told_limit = limit
        return (address, octets), limit % MODULUS if due else None
