# SPDX-License-Identifier: Apache-2.0
"""The host driver: one command at a time, outstanding requests, asynchronous messages, credit, events. A thread reads the
link; the first trap that springs there ends it, and every call says so from then on. Any thread may call."""

import collections
import dataclasses
import random
import threading
import time

from simplelink import messages, state
from simplelink.inbound import Inbound, Waiter
from simplelink.messages import EVENT_OPCODES
from simplelink.receiver import Receiver
from simplelink.traps import Aborted, LinkClosed, Sprung

CALM_S = 0.002


@dataclasses.dataclass
class Limits:
    """How long the driver waits, in seconds. Where it waits for ever, so long that only a hang takes longer."""
    init: float = 20  # the driver: 65.5
    response: float = 10
    long_response: float = 65
    body: float = 5
    asynchronous: float = 30
    non_blocking: float = 10
    credit: float = 20
    event: float = 20



class Driver(Inbound):
    """`connect` makes a link. `garbage` gives the bytes that the real driver would not initialise."""

    def __init__(self, connect, limits=None, spi=False, strict=True, bugs=(), seed=1):
        self._connect, self.limits = connect, limits or Limits()
        self._spi, self._strict, self._bugs = spi, strict, list(bugs)
        self.garbage = random.Random(seed).randbytes
        self._command_lock, self._write_lock = threading.RLock(), threading.Lock()
        self.changed = threading.Condition(threading.RLock())
        self._thread = self._link = self._failure = None
        self._power_up()

    def _power_up(self):
        self.state = state.State()
        self.events = collections.deque()
        self.masks = {}
        self.initialised = None
        self._selects = 0
        self._open, self._reissued, self._waiters, self._refused = None, 0, {}, set()
        self.receives, self.owed_closes = {}, set()
        self.on_event = {}  # opcode: called by the reading thread, which must not wait there
        self.wrote = False  # to the NWP, since it was powered
        self.log = []  # (seconds, opcode) of each message that came

    # --- power --------------------------------------------------------------------------------------------------------

    def start(self):
        """Opens the link and waits for INIT COMPLETE; returns its arguments."""
        assert self._thread is None, "started already"
        self._power_up()
        self._failure = None
        self._listen(self._connect())
        with self.changed:
            if not self.wait(lambda: self.initialised, self.limits.init):
                raise Sprung("P8", f"within {self.limits.init} s")
        return self.initialised

    def _listen(self, link):
        self._link = link
        self._receiver = Receiver(link, self.limits.body, self._strict, self._announce_read)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _hang_up(self):
        self._receiver.stopping = True
        self._link.stop_reading()
        self._thread.join()
        self._link.close()
        self._thread = None

    def power_off(self):
        """Closes the link without a word; says what sprang since."""
        if self._thread is None:
            return
        self._hang_up()
        if self._failure is not None and not isinstance(self._failure, (Aborted, LinkClosed)):
            raise self._failure

    def stop(self, timeout_ms=200):
        """The way out with a STOP."""
        waiter = self.expect((0x0073,))
        status = self.command("STOP", timeout=timeout_ms).status
        if status == 0 and not self.state.status & state.PROVISIONING:
            self.await_message(waiter, (0x0073,), self.limits.long_response, "P11", "STOP")
        self.power_off()
        return status

    def restart(self, timeout_ms=200):
        """STOP, and on again."""
        self.stop(timeout_ms)
        return self._start_again()

    def reopen(self):
        """Off and on again without a word, as fast as it goes."""
        self.power_off()
        return self._start_again()

    def change_baud(self, baud, flow=0):
        """SETUARTMODE: the port is closed and opened at the new rate, which is not powering off."""
        status = self.command("SETUARTMODE", baud=baud, flow=flow).status
        if status < 0:
            return status
        self._hang_up()
        link, answer = self._connect(), b""
        link.write(messages.BAUD_CALL)
        end = time.monotonic() + self.limits.body
        while len(answer) < len(messages.BAUD_ANSWER) and time.monotonic() < end:
            answer += link.read(len(messages.BAUD_ANSWER) - len(answer), 0.05)
        if answer != messages.BAUD_ANSWER:
            link.close()
            raise Sprung("baud", answer.hex(" "))
        self._listen(link)
        return status

    def _start_again(self):
        try:
            return self.start()
        except Sprung as sprung:
            raise Sprung("P29" if self._link.is_terminal else "P28", str(sprung)) if sprung.trap == "P8" else sprung

    def __enter__(self):
        try:
            self.start()
        except Exception:
            self.__exit__(Exception)
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            self.power_off()
        except Sprung:
            if kind is None:
                raise

    def settle(self, quiet_s=0.03):
        """A command's round trip, and then nothing half: what came before it was whole."""
        self.command("EVENTMASKGET", group=messages.WLAN)
        time.sleep(quiet_s)  # bytes that should not come cannot be waited for
        with self.changed:
            self.check()
            partial = self._receiver.partial()
            if partial and partial != messages.PLAIN_SYNC[:len(partial)]:
                raise Sprung("T2", partial.hex(" "))

    def check_calm_start(self, least_s=CALM_S):
        """Nothing came so soon after INIT COMPLETE that TI's driver would not notice."""
        with self.changed:
            for at, opcode in self.log[1:2]:
                after_s = at - self.log[0][0]
                if after_s < least_s and not opcode & messages.RESPONSE_BIT:
                    raise Sprung("P25", f"{opcode:#06x} after {after_s * 1000:.1f} ms")

    @property
    def failure(self):
        return self._failure

    # --- waiting ------------------------------------------------------------------------------------------------------

    def check(self):
        if self._failure is not None:
            raise self._failure

    def wait(self, is_done, limit_s):
        """Under `changed`: until `is_done`, or False; what sprang meanwhile is raised."""
        end = time.monotonic() + limit_s
        while True:
            self.check()
            if is_done():
                return True
            if not self.changed.wait(max(end - time.monotonic(), 0)) and time.monotonic() >= end:
                self.check()
                return bool(is_done())

    def expect(self, key, **about):
        with self.changed:
            assert key not in self._waiters, f"the driver has one {key} at a time"
            self._refused.discard(key)
            waiter = self._waiters[key] = Waiter(**about)
            return waiter

    def await_message(self, waiter, key, limit_s, trap, detail):
        with self.changed:
            if not self.wait(lambda: waiter.value, limit_s):
                raise Sprung(trap, f"{detail} within {limit_s} s")
            self._waiters.pop(key, None)
            return waiter.value

    def forget(self, key, refused=True):
        with self.changed:
            self._waiters.pop(key, None)
            if refused:
                self._refused.add(key)

    def wait_event(self, name, limit_s=None, where=lambda args: True):
        """The next event of this name, taken out of `events`; an AssertionError when none comes."""
        opcode = EVENT_OPCODES[name]

        def find():
            return next((event for event in self.events if event.opcode == opcode and where(event.args)), None)
        with self.changed:
            if not self.wait(find, limit_s or self.limits.event):
                raise AssertionError(f"no {name} event; there were {[hex(event.opcode) for event in self.events]}")
            event = find()
            self.events.remove(event)
            return event

    # --- to the NWP ---------------------------------------------------------------------------------------------------

    def _announce_read(self):
        """The SPI build sends a word before it reads a message."""
        if self._spi:
            self._write(messages.CNYS)

    def _write(self, octets):
        with self._write_lock:
            for bug in self._bugs:
                octets = bug.spoil(octets)
            if octets:
                self.wrote = True
                self._link.write(octets)

    def write_raw(self, octets):
        with self._write_lock:
            self._link.write(octets)

    def _message(self, call):
        return messages.message(call, self.garbage, self._spi)

    def transact(self, call, buffer=0, on_response=lambda response: None):
        """A command of kind A or B and its response. `buffer`: what the caller has for a payload; `on_response` is called
        by the reading thread before it reads on."""
        command = call.command
        assert command.kind in "AB", command.name
        with self._command_lock:
            with self.changed:
                self.check()
                mine = self._open = Waiter(call=call, buffer=buffer, on_response=on_response, sent=self.state.sent)
            self._write(self._message(call))
            is_long = command.opcode & messages.LONG_BIT
            limit_s = self.limits.long_response if is_long else self.limits.response
            with self.changed:
                if not self.wait(lambda: mine.value, limit_s):
                    trap = "P27" if command.name in ("FILEOPEN", "FILECLOSE") else "P26"
                    raise Sprung(trap, f"{command.name} within {limit_s} s")
                mine.value.took_s = time.monotonic() - mine.began
                return mine.value

    def command(self, name, buffer=0, strings=b"", leading=b"", payload=b"", **values):
        return self.transact(messages.call(name, strings, leading, payload, **values), buffer)

    def request(self, call):
        """A request of kind C or D."""
        assert call.command.kind in "CD", call.command.name
        with self._command_lock:
            self.check()
            self._write(self._message(call))

    def take_credit(self, buffers, trap, limit_s=None):
        """Waits until so many buffers are there beside the reserve, and takes them."""
        needed = buffers + state.RESERVE
        with self.changed:
            if needed >= self.state.capacity and buffers > 1:
                raise Sprung("P4", f"{buffers} buffers of {self.state.segment} with {self.state.capacity} in all")
            if not self.wait(lambda: self.state.credit > needed - (trap == "P3"), limit_s or self.limits.credit):
                raise Sprung(trap, f"{self.state.credit} buffers, {buffers} needed")
            self.state.spend(buffers)

    def expect_select(self):
        """One more select result is due; `on_event` takes it."""
        with self.changed:
            self._selects += 1
            if self._selects > 1:
                raise AssertionError("the driver has one SELECT at a time")

    def reissue(self, call):
        """By the reading thread, in the middle of anything: a request whose answer nobody waits for."""
        if call.command.name == "SELECT":
            self._reissued += 1
        self._write(self._message(call))

    def two_steps(self, call, key, limit_s=None, trap="P11", on_response=lambda response: None, **about):
        """A command of kind B: its status, and when that is not negative the asynchronous message."""
        waiter = self.expect(key, **about)

        def accept(response):
            if response.status < 0:
                self.forget(key)
            on_response(response)
        try:
            response = self.transact(call, on_response=accept)
        except Exception:
            self.forget(key)
            raise
        if response.status < 0:
            return response.status, None
        limit_s = limit_s or self.limits.asynchronous
        return response.status, self.await_message(waiter, key, limit_s, trap, call.command.name)
