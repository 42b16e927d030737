# SPDX-License-Identifier: Apache-2.0
"""Select as the driver's multi-threaded build does it: one SELECT for all callers, and a hidden UDP socket by which a
caller who joins wakes the one that is under way."""

import time

from simplelink.inbound import Waiter
from simplelink.messages import call
from simplelink.sockets import CONTROL_PORT, DATAGRAM, INET, LOOPBACK, check_selected
from simplelink.traps import Sprung

WAKE = bytes(4)
ALMOST_S = 0.1  # a caller with no more time than that is released by whatever comes
FOREVER = 0xFFFF


class Caller:
    def __init__(self, read, write, seconds):
        self.read, self.write, self.result = read, write, None
        self.end = None if seconds is None else time.monotonic() + seconds

    def rest_s(self):
        return None if self.end is None else max(self.end - time.monotonic(), 0)


class Selector:
    """`control` is the hidden socket's descriptor once there was a select."""

    def __init__(self, driver, sockets):
        self._driver, self._sockets = driver, sockets
        self.control, self._callers, self._asked = None, [], None
        self.issued, self._nfds = 0, None

    def _open_control(self):
        sd = self._sockets.socket(INET, DATAGRAM, 0)
        if sd == -10:
            return  # the driver goes on without it
        assert sd >= 0, sd
        status = self._sockets.bind(sd, CONTROL_PORT)
        assert status == 0, status
        self.control = sd
        self._driver.on_event[0x1007] = self._selected

    def select(self, read=0, write=0, seconds=None):
        """Sets that are ready, (0, 0) when the time is over; None waits for ever."""
        driver = self._driver
        caller = Caller(read, write, seconds)
        with driver._command_lock:
            if self.control is None:
                self._open_control()
            with driver.changed:
                joins = bool(self._callers)
                self._callers.append(caller)
            if joins:
                self._sockets.send_to(self.control, WAKE, "127.0.0.1", CONTROL_PORT)
            else:
                self._begin()
        limit_s = driver.limits.asynchronous if seconds is None else seconds + driver.limits.event
        with driver.changed:
            if not driver.wait(lambda: caller.result is not None, limit_s):
                trap = "P14" if self._nfds == 0 else "P15" if len(self._callers) > 1 else "P11"
                raise Sprung(trap, f"SELECT within {limit_s} s")
        return caller.result

    def _request(self, nfds):
        read, write, rests = 1 << self.control, 0, []
        for caller in self._callers:
            read, write = read | caller.read, write | caller.write
            rests.append(caller.rest_s())
        rests = [rest for rest in rests if rest is not None]
        seconds, micros = (FOREVER, FOREVER << 10)
        if rests:
            seconds, micros = int(min(rests)), int(min(rests) % 1 * 1e6)
        self._asked = (read, write)
        self.issued += 1
        self._nfds = nfds
        return call("SELECT", nfds=nfds, read=read, write=write, usec=micros >> 10, sec=seconds)

    def _begin(self):
        with self._driver.changed:
            request = self._request(16)
            self._driver.expect_select()
        response = self._driver.transact(request)
        assert response.status >= 0

    def _selected(self, message):
        """By the reading thread: releases who is done, and asks again for the others."""
        args = message.args
        read, write = check_selected(args, *self._asked)
        joined = read & 1 << self.control
        for caller in list(self._callers):
            mine = (read & caller.read, write & caller.write)
            rest_s = caller.rest_s()
            if any(mine):
                self._release(caller, mine)
            elif rest_s is not None and rest_s <= ALMOST_S:
                self._release(caller, (0, 0))
        if not self._callers and not joined:
            return
        if joined:
            self._take_wake()
        if self._callers:
            self._driver.expect_select()
            self._driver.reissue(self._request(0))

    def _release(self, caller, result):
        caller.result = result
        self._callers.remove(caller)

    def _take_wake(self):
        """RECVFROM that nobody waits for: its answer is thrown away."""
        driver = self._driver
        driver.receives[self.control] = Waiter(sd=self.control, size=len(WAKE), name="RECVFROM", family=INET, control=True,
                                               on_message=self._woken)
        driver.state.spend(1)
        driver.reissue(call("RECVFROM", size=len(WAKE), sd=self.control, flags=INET << 4))

    @staticmethod
    def _woken(message):
        args = message.args
        if message.payload != WAKE or args["address"] != LOOPBACK:
            raise Sprung("P15", f"{message.payload.hex(' ')} from {args['address'].hex('.')}:{args['port']}")
