# SPDX-License-Identifier: Apache-2.0
"""The host driver: one command at a time, outstanding requests, asynchronous messages, credit, events. A thread reads the
link; the first trap that springs there ends it, and every call says so from then on. Any thread may call."""

import collections
import dataclasses
import random
import threading
import time

from simplelink import messages, state
from simplelink.layouts import pad4
from simplelink.messages import COMMANDS, EVENT_OPCODES, EVENTS
from simplelink.receiver import Receiver, Stopped
from simplelink.traps import Aborted, LinkClosed, Sprung

EVENT_ROOM = 1600  # of a port that has callbacks for the HTTP server and netapp requests
RECEIVED = {0x100A: "RECV", 0x100B: "RECVFROM", 0x120B: "RECVFROM"}
SELECT_RESPONSE = 0x1407
CALM_S = 0.002
IPV6_ANSWERS = {0x1A20: 0x1820, 0x1A35: 0x1835}  # an IPv6 question may be answered by either
ONLY_IF_WAITED_FOR = {0x0073, 0x1003, 0x1006, 0x1007, 0x1820, 0x1A20, 0x1835, 0x1A35, 0x187B, 0x30C1}


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


@dataclasses.dataclass
class Response:
    args: dict
    payload: bytes
    header: dict
    took_s: float = 0

    @property
    def status(self):
        return self.args["status"]


@dataclasses.dataclass
class Asynchronous:
    opcode: int
    args: dict
    payload: bytes
    header: dict
    at: float


class Waiter:
    """For one thing that the reading thread will bring."""

    def __init__(self, **about):
        self.about, self.value, self.began = about, None, time.monotonic()


class Driver:
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

    # --- from the NWP -------------------------------------------------------------------------------------------------

    def _read(self):
        try:
            while True:
                self._take(self._receiver.header())
        except Stopped:
            return
        except Exception as failure:  # a fault of this client, too, must not look like silence of the NWP
            self._fail(failure)

    def _fail(self, failure):
        with self.changed:
            self._failure = failure
            self.changed.notify_all()

    @property
    def failure(self):
        return self._failure

    def _take(self, header):
        opcode = header["opcode"]
        self.log.append((time.monotonic(), opcode))
        if opcode == EVENT_OPCODES["ABORT"]:
            data = messages.EVENTS[opcode].args.unpack(self._receiver.take(4, "T1", "ABORT"))["data"]
            raise Aborted(header["tx_failure"] | header["non_blocking"] << 16, data)
        if opcode & messages.COMMAND_BIT:
            raise Sprung("unknown", f"{opcode:#06x}")
        if not opcode & messages.RESPONSE_BIT and opcode not in EVENTS and opcode != 0x1203:
            raise Sprung("unknown", f"{opcode:#06x}")
        with self.changed:
            if self.initialised is None and opcode != EVENT_OPCODES["INIT COMPLETE"]:
                raise Sprung("first", f"{opcode:#06x}")
            if opcode & messages.RESPONSE_BIT and self._open is not None:
                self.state.confirmed = max(self.state.confirmed, self._open.about["sent"])
            self.state.hear(header)
            if opcode & messages.RESPONSE_BIT:
                self._take_response(header)
            elif opcode == EVENT_OPCODES["dummy"]:
                if header["len"] != messages.STATE_SIZE:
                    raise Sprung("T3", f"len {header['len']}")
                self.state.check_bits()
            elif opcode in RECEIVED:
                self._take_received(header)
            else:
                self._take_asynchronous(header)
            self.changed.notify_all()

    def _payload(self, size, what):
        payload = self._receiver.take(size, "T1", what)
        if any(self._receiver.take(pad4(size) - size, "T4", what)):
            raise Sprung("T4", what)
        return payload

    def _take_response(self, header):
        opcode, mine = header["opcode"], self._open
        is_select = mine is not None and mine.about["call"].command.name == "SELECT"
        if opcode == SELECT_RESPONSE and self._reissued and not is_select:
            self._reissued -= 1
            status = messages.BASIC.unpack(self._receiver.take(4, "T1", "SELECT"))["status"]
            if header["len"] != messages.STATE_SIZE + 4:
                raise Sprung("T2" if header["len"] > messages.STATE_SIZE + 4 else "T1", f"len {header['len']}")
            if status < 0:
                raise Sprung("P12", str(status))
            self.state.check_bits()
            return
        if mine is None:
            raise Sprung("P5", f"{opcode:#06x}")
        command = mine.about["call"].command
        if opcode != command.answer:
            raise Sprung("mismatch", f"{opcode:#06x} to {command.name}")
        mine.value = self._response(header, command, mine.about["call"].values, mine.about["buffer"])
        self._open = None
        if command.name == "SELECT" and mine.value.status < 0:
            raise Sprung("P12", str(mine.value.status))
        mine.about["on_response"](mine.value)
        self.state.check_bits()

    def _response(self, header, command, values, buffer):
        size, extra = command.response.size, header["len"] - messages.STATE_SIZE - command.response.size
        if extra < 0:
            raise Sprung("P24" if command.response is messages.SETGET else "T1",
                         f"{command.name}: len {header['len']}, needs {messages.STATE_SIZE + size}")
        if size % 4 and extra == pad4(size) - size:
            extra = 0  # counted or not, it is read
        args = command.response.unpack(self._receiver.take(pad4(size), "T1", command.name))
        if command.payload is None and extra:
            raise Sprung("T2", f"{command.name}: len {header['len']}, needs {messages.STATE_SIZE + size}")
        expected = command.payload(args, values) if command.payload else 0
        failed = command.error is not None and args[command.error] < 0
        if extra != (0 if failed else expected):
            raise Sprung("T5" if extra == pad4(expected) else "size",
                         f"{command.name}: payload of {extra} bytes, its arguments say {expected}")
        if extra > buffer:
            raise Sprung("buffer", f"{command.name}: {extra} bytes into {buffer}")
        return Response(args, self._payload(extra, command.name), header)

    def _take_received(self, header):
        event = EVENTS[header["opcode"]]
        if header["len"] < messages.STATE_SIZE + event.args.size:
            raise Sprung("T1" if event.opcode == 0x100A else "T7", f"{event.name}: len {header['len']}")
        args = event.args.unpack(self._receiver.take(event.args.size, "T1", event.name))
        wanted = self.receives.pop(args["sd"] & 0x1F, None)
        if wanted is None or wanted.about["name"] != RECEIVED[event.opcode] or (
                event.opcode == 0x120B and wanted.about["family"] != 3) or (
                event.opcode == 0x100B and wanted.about["family"] == 3 and args["status"] >= 0):
            raise Sprung("P6", f"{event.name} for socket {args['sd']}")
        if args["sd"] != wanted.about["sd"]:
            raise Sprung("P9", f"{args['sd']} instead of {wanted.about['sd']}")
        size = max(args["status"], 0)
        if size > wanted.about["size"]:
            raise Sprung("P15" if wanted.about.get("control") else "P21", f"{size} of {wanted.about['size']}")
        extra = header["len"] - messages.STATE_SIZE - event.args.size
        if extra != size:
            raise Sprung("T5" if extra == pad4(size) else "size", f"{event.name}: {extra} bytes, status {size}")
        wanted.value = Asynchronous(event.opcode, args, self._payload(size, event.name), header, time.monotonic())
        self.state.check_bits()
        if "on_message" in wanted.about:
            wanted.about["on_message"](wanted.value)

    def _take_asynchronous(self, header):
        opcode, size = header["opcode"], header["len"] - messages.STATE_SIZE
        if opcode == 0x1203:
            raise Sprung("P16")
        event = EVENTS[opcode]
        if size < 0:
            raise Sprung("T1", f"{event.name}: len {header['len']}")
        body = self._payload(size, event.name)
        layout = event.args
        if opcode == EVENT_OPCODES["accept"] and size == messages.LONG_ADDRESS.size:
            layout = messages.LONG_ADDRESS
        if size > EVENT_ROOM:
            raise Sprung("long", f"{event.name}: {size} bytes")
        if size < layout.size:
            raise Sprung("size", f"{event.name}: {size} bytes instead of {layout.size}")
        args = layout.unpack(body)
        exact = layout.size + (event.payload(args) if event.payload else 0)
        if size != exact:
            raise Sprung("T5" if size == pad4(exact) else "size", f"{event.name}: {size} bytes instead of {exact}")
        if event.number and self.masks.get(event.group, 0) & 1 << event.number:
            raise Sprung("masked", event.name)
        message = Asynchronous(opcode, args, body[layout.size:], header, time.monotonic())
        if opcode == EVENT_OPCODES["INIT COMPLETE"]:
            if self.initialised is not None:
                raise Sprung("P7" if self.wrote else "P30")
            self.initialised = message.args
        elif opcode == EVENT_OPCODES["select"] and self._selects:
            self._selects -= 1
        elif not self._to_waiter(message):
            self.events.append(message)
        self.state.check_bits()
        if opcode in self.on_event:
            self.on_event[opcode](message)

    def _to_waiter(self, message):
        """True when somebody waited for it, or it was owed."""
        opcode, sd = message.opcode, message.args.get("sd")
        if opcode == EVENT_OPCODES["close"]:
            if sd not in self.owed_closes:
                trap = "refused" if (opcode, sd & 0x1F) in self._refused else "P9" if self.owed_closes else "unasked"
                raise Sprung(trap, f"close of {sd}")
            self.owed_closes.discard(sd)
            self.state.modes.pop(sd, None)
        key = (opcode,) if sd is None else (opcode, sd & 0x1F)
        if opcode in IPV6_ANSWERS:
            waiter = self._waiters.get((IPV6_ANSWERS[opcode],))
            if waiter is not None and waiter.about["family"] == 3:
                key = (IPV6_ANSWERS[opcode],)
        waiter = self._waiters.get(key)
        if waiter is None or waiter.value is not None:
            return self._without_waiter(message, key)
        if sd is not None and sd != waiter.about.get("sd", sd):
            raise Sprung("P9", f"{sd} instead of {waiter.about['sd']}")
        waiter.value = message
        if "on_message" in waiter.about:
            waiter.about["on_message"](message)
        return True

    def _without_waiter(self, message, key):
        opcode = message.opcode
        if opcode == EVENT_OPCODES["close"]:
            return True  # owed, and its caller did not wait
        if opcode not in ONLY_IF_WAITED_FOR:
            return False
        if key in self._refused:
            raise Sprung("refused", f"{opcode:#06x}")
        if opcode == 0x30C1:
            raise Sprung("P22")
        if len(key) == 2 and any(other[0] == opcode and waiter.value is None
                                 for other, waiter in self._waiters.items()):
            raise Sprung("P9", f"{opcode:#06x} for socket {message.args['sd']}")
        raise Sprung("unasked", f"{opcode:#06x}")
