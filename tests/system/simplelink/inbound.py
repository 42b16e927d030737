# SPDX-License-Identifier: Apache-2.0
"""The driver's reading thread: what a message is, who waits for it, which trap it springs."""

import dataclasses
import time

from simplelink import messages
from simplelink.layouts import pad4
from simplelink.messages import EVENT_OPCODES, EVENTS
from simplelink.receiver import Stopped
from simplelink.traps import Aborted, Sprung

EVENT_ROOM = 1600  # of a port that has callbacks for the HTTP server and netapp requests
RECEIVED = {0x100A: "RECV", 0x100B: "RECVFROM", 0x120B: "RECVFROM"}
SMALL_BUFFER = -2001
SELECT_RESPONSE = 0x1407
IPV6_ANSWERS = {0x1A20: 0x1820, 0x1A35: 0x1835}  # an IPv6 question may be answered by either
ONLY_IF_WAITED_FOR = {0x0073, 0x1003, 0x1006, 0x1007, 0x1820, 0x1A20, 0x1835, 0x1A35, 0x187B, 0x30C1}


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


class Inbound:
    """Half of a Driver, which has the rest of what is named here."""

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
        payload = self._payload(extra, command.name)
        if extra > buffer:
            # The driver drops the rest and says so, but for a buffer of 4 n + 1 to 3 bytes it may leave some unread.
            if command.response is not messages.SETGET or buffer % 4:
                raise Sprung("buffer", f"{command.name}: {extra} bytes into {buffer}")
            args, payload = {**args, "status": SMALL_BUFFER}, payload[:buffer]
        return Response(args, payload, header)

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
