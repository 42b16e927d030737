# SPDX-License-Identifier: Apache-2.0
"""What each message's header says of the NWP's state, held against what the host knows."""

from simplelink.traps import Sprung

RESERVE = 2  # buffers that the driver keeps for commands
FIRST_CREDIT = 2
FIRST_SEGMENT = 1536
LOCKED, PROVISIONING, PROVISIONING_ALLOWED, NO_BITS = 0x04, 0x18, 0x40, 0x80
SOCKETS = 16


class State:
    """Not locked: the driver's lock is held. `modes` has the open sockets: True non-blocking, False blocking, None while
    that changes or the socket is being closed."""

    def __init__(self):
        self.credit, self.capacity, self.segment = FIRST_CREDIT, FIRST_CREDIT, FIRST_SEGMENT
        self.status = self.tx_failure = self.non_blocking = 0
        self.modes = {}
        self.may_provision = self.may_be_locked = False
        self._heard = False
        self.sent = 0  # buffers that were taken, in all
        self.confirmed = 0  # of these, how many the NWP must have seen by the last message
        self._credit_then, self._confirmed_then = 0, 0

    def buffers(self, size):
        return 1 + (size - 1) // self.segment

    def spend(self, buffers):
        self.credit -= buffers
        self.sent += buffers

    def hear(self, header):
        """A message came; its bitmaps are looked at when the message was read, by `check_bits`."""
        if header["segment"] == 0:
            raise Sprung("P2")
        if header["status"] & NO_BITS:
            raise Sprung("bits", f"{header['status']:#04x}")
        if header["status"] & LOCKED and not self.may_be_locked:
            raise Sprung("P20")
        if header["status"] & PROVISIONING and not header["status"] & PROVISIONING_ALLOWED and not self.may_provision:
            raise Sprung("P19", f"{header['status']:#04x}")
        least = self._credit_then - (self.sent - self._confirmed_then)
        if self._heard and header["credit"] < least:
            raise Sprung("credit", f"{header['credit']} instead of at least {least}")
        self._heard = True
        self.credit = self._credit_then = header["credit"]
        self._confirmed_then = self.confirmed
        self.capacity = max(self.capacity, self.credit)
        self.segment, self.status = header["segment"], header["status"]
        self.tx_failure, self.non_blocking = header["tx_failure"], header["non_blocking"]

    def check_bits(self):
        for sd in range(SOCKETS):
            bit = 1 << sd
            mode = self.modes.get(sd, False)
            if mode is not None and bool(self.non_blocking & bit) != mode:
                raise Sprung("P17", f"bitmap {self.non_blocking:#06x}, socket {sd} is "
                             f"{('blocking', 'non-blocking')[mode] if sd in self.modes else 'not open'}")
            if self.tx_failure & bit and sd not in self.modes:
                raise Sprung("P18", f"bitmap {self.tx_failure:#06x}, socket {sd} is not open")

    def opened(self, sd, inherits=False):
        """A new socket; an accepted one is what the bitmap says."""
        if not 0 <= sd < SOCKETS or sd in self.modes:
            raise Sprung("descriptor", str(sd))
        self.modes[sd] = bool(self.non_blocking & 1 << sd) if inherits else False
