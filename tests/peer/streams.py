# SPDX-License-Identifier: Apache-2.0
"""Credit of one stream socket, both directions (session.md, Credit)."""

MODULUS = 1 << 32


class CreditBroken(Exception):
    """The peer sent beyond the limit, or behind its end."""


def worth_telling(window, payload_most):
    """How much more a new limit must allow."""
    return min(window // 2, max(window // 4, payload_most))


class Stream:
    """`window` is what the peer may send before anything was consumed; `send_limit` is the peer's word."""

    def __init__(self, handle, window, send_limit=0):
        self.handle, self.window = handle, window
        self.send_limit, self.sent = send_limit, 0
        self.told_limit, self.received, self.consumed = window, 0, 0
        self.held = bytearray()
        self.ended = False  # the peer's end came
        self.failed = None  # error number of SocketFailed

    @property
    def room(self):
        return self.send_limit - self.sent

    def on_credit(self, limit):
        raised = (limit - self.send_limit) % MODULUS
        if raised < MODULUS // 2:
            self.send_limit += raised

    def on_data(self, octets, end):
        if self.ended:
            raise CreditBroken(f"socket {self.handle:#x}: data behind the end")
        self.received += len(octets)
        if self.received > self.told_limit:
            raise CreditBroken(f"socket {self.handle:#x}: {self.received} bytes, limit {self.told_limit}")
        self.held += octets
        self.ended = end

    def consume(self, count, payload_most):
        """Takes bytes out; the second value is the new limit to tell, or None."""
        octets = bytes(self.held[:count])
        del self.held[:count]
        self.consumed += len(octets)
        limit = self.consumed + self.window
        if limit - self.told_limit < worth_telling(self.window, payload_most):
            return octets, None
        self.told_limit = limit
        return octets, limit % MODULUS
