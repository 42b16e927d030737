# SPDX-License-Identifier: Apache-2.0
"""The host: says hello, asks, and waits for the answer, one thing after the other."""

import itertools
import random
import time

from peer import codec
from peer.conversation import (DEADLINE_SIZE, ID_SIZE, MAGIC, MAJOR, MINOR, OUR_FRAME_ROOM, OUR_WINDOW, Conversation,
                               TooLate, Violation)
from peer.codec import Address
from peer.datagrams import Datagrams
from peer.declarations import DOCUMENTS
from peer.streams import Stream

HELLO_FIRST_S, HELLO_MOST_S = 0.1, 1.0
PROBE_AFTER_S, PROBES_MOST = 1.0, 3
LIMIT_S = 20
DEADLINE_MS = 10000
WINDOW = 4096
DATAGRAM_WINDOW = 16384
STREAM_TYPE, DATAGRAM_TYPE = 1, 2


class LinkDown(Exception):
    """Nothing came for the three probes."""


class Refused(Exception):
    """A request, or the hello, got an error; `name` is that of the error table."""

    def __init__(self, number, values):
        self.name, self.values = DOCUMENTS.errors.get(number, str(number)), values
        super().__init__(self.name)


class Host(Conversation):
    def __init__(self, link, bug=None):
        super().__init__("host", link, bug)
        self.events = []
        self.waiting = {}  # connections that wait, by handle of the listening socket
        self.welcome = None  # fields of HelloReply
        self._numbers = itertools.count(1)
        self._answers = {}  # number of an open request: items so far, then the reply
        self._items = {}
        self._hello = None
        self._probes = 0

    # ---- hello

    def hello(self, limit_s=LIMIT_S, **values):
        """Begins a session; `values` are fields that are to differ from an honest hello."""
        self.end()
        hello = {"magic": MAGIC, "major": MAJOR, "minor": MINOR, "nonce": random.getrandbits(32),
                 "capabilities": sum(DOCUMENTS.capabilities.values()), "frame_room": OUR_FRAME_ROOM,
                 "window": OUR_WINDOW} | values
        self.events, self.waiting, self._answers, self._items = [], {}, {}, {}
        self._hello, self.welcome = hello, None
        end, wait = time.monotonic() + limit_s, HELLO_FIRST_S
        while self.welcome is None:
            if time.monotonic() >= end:
                raise TooLate("no answer to hello")
            self.send_hello()
            again = time.monotonic() + wait
            wait = min(wait * 2, HELLO_MOST_S)
            while self.welcome is None and time.monotonic() < again:
                self.turn(again)
        if self.welcome["error"]:
            raise Refused(self.welcome["error"], self.welcome)
        self.bug.after(self, "hello")
        return self.welcome

    def send_hello(self, **values):
        """The hello of this session again, with fields that are to differ."""
        declared = DOCUMENTS.message("Hello", "HelloRequest")
        fields = self._hello | values
        octets = declared.id.to_bytes(ID_SIZE, "little") + codec.pack(declared, fields)
        epoch, self.epoch = self.epoch, None
        self.emit("hello", body=self.bug.message(self, "HelloRequest", octets))
        self.epoch = epoch

    def on_hello(self, frame):
        declared = DOCUMENTS.message("Hello", "HelloReply")
        values = codec.unpack(declared, frame.body[ID_SIZE:])
        if int.from_bytes(frame.body[:ID_SIZE], "little") != declared.id or values["magic"] != MAGIC:
            raise Violation(f"no HelloReply: {frame.body.hex()}")
        if self._hello is None or values["nonce"] != self._hello["nonce"] or self.welcome is not None:
            return
        if not values["error"]:
            if frame.epoch != values["epoch"] or values["frame_room"] > self._hello["frame_room"]:
                raise Violation(f"HelloReply {values} in epoch {frame.epoch}")
            self.begin(values["epoch"], values["frame_room"], values["window"])
        self.welcome = values

    # ---- requests

    def request(self, name, deadline_ms=DEADLINE_MS, number=None, **values):
        """Asks and does not wait; returns the number of the request."""
        number = next(self._numbers) if number is None else number
        self._items[number] = []
        self.say("request", number, name, values, deadline_ms)
        return number

    def request_octets(self, message_id, fields=b"", number=None):
        """A request of these bytes."""
        number = next(self._numbers) if number is None else number
        self._items[number] = []
        head = message_id.to_bytes(ID_SIZE, "little") + DEADLINE_MS.to_bytes(DEADLINE_SIZE, "little")
        self.say_octets("request", number, head + fields)
        return number

    def answer(self, number, limit_s=LIMIT_S):
        """The reply to that request; Refused if it failed."""
        self.wait(lambda: number in self._answers, limit_s)
        reply = self._answers.pop(number)
        if reply.name == "Failed":
            raise Refused(reply.values["error"], reply.values)
        return reply

    def call(self, name, limit_s=LIMIT_S, **values):
        """Fields of the reply."""
        reply = self.answer(self.request(name, **values), limit_s)
        if reply.name != DOCUMENTS.message("Requests", name).reply:
            raise Violation(f"{reply.name} answers {name}")
        return reply.values

    def list(self, name, **values):
        """Fields of every item, for requests that are answered by items."""
        number = self.request(name, **values)
        items = self._items[number]
        reply = self.answer(number)
        if reply.values["count"] != len(items):
            raise Violation(f"{len(items)} items instead of {reply.values['count']}")
        return items

    def on_message(self, arrived):
        if arrived.kind == "event":
            self.events.append((arrived.name, arrived.values))
            if arrived.name == "SocketAcceptable":
                self.waiting[arrived.values["socket"]] = arrived.values["waiting"]
            if arrived.name == "SocketFailed" and arrived.values["socket"] in self.streams:
                self.streams[arrived.values["socket"]].failed = arrived.values["error"]
        elif arrived.channel not in self._items:
            raise Violation(f"{arrived.name} for number {arrived.channel}, which is not open")
        elif arrived.kind == "item":
            self._items[arrived.channel].append(arrived.values)
        else:
            del self._items[arrived.channel]
            self._answers[arrived.channel] = arrived

    def on_cancel(self, number):
        raise Violation("a cancel from the NWP")

    # ---- streams

    def open(self, window=WINDOW, family=4, protocol=0):
        opened = self.call("SocketOpen", family=family, type=STREAM_TYPE, protocol=protocol, receive_limit=window)
        stream = self.streams[opened["socket"]] = Stream(opened["socket"], window, opened["send_limit"])
        self.bug.after(self, "open")
        return stream

    def open_datagrams(self, window=DATAGRAM_WINDOW, family=4):
        opened = self.call("SocketOpen", family=family, type=DATAGRAM_TYPE, receive_limit=window)
        socket = self.streams[opened["socket"]] = Datagrams(opened["socket"], window, opened["send_limit"])
        return socket

    def send_to(self, socket, address, octets):
        self.wait(lambda: socket.has_room_for(octets))
        self.say_datagram(socket, address, octets)

    def receive_from(self, socket):
        """Who sent it, and the bytes of one datagram."""
        self.wait(lambda: socket.held)
        datagram, limit = socket.consume(self.payload_most)
        if limit is not None:
            self.emit("credit", socket.handle, limit.to_bytes(4, "little"))
        return datagram

    def listen(self, host, backlog=8):
        """A listening socket: its handle and its address."""
        opened = self.call("SocketOpen", family=4, type=STREAM_TYPE, receive_limit=WINDOW)
        local = self.call("SocketBind", socket=opened["socket"], local=Address(host, 0))["address"]
        self.call("SocketListen", socket=opened["socket"], backlog=backlog)
        return opened["socket"], local

    def accept(self, listener, window=WINDOW):
        """The stream that has waited longest, and who connected."""
        self.wait(lambda: self.waiting.get(listener, 0) > 0)
        accepted = self.call("SocketAccept", socket=listener, receive_limit=window)
        self.waiting[listener] -= 1
        stream = self.streams[accepted["socket"]] = Stream(accepted["socket"], window, accepted["send_limit"])
        return stream, accepted["peer"]

    def adopt(self, snapshot, window=WINDOW):
        """A stream of the session before, from its SocketSnapshot; what was not consumed comes again."""
        stream = self.streams[snapshot["socket"]] = Stream(snapshot["socket"], window, snapshot["send_limit"])
        stream.sent = snapshot["bytes_taken"]
        stream.received = stream.consumed = snapshot["bytes_consumed"]
        stream.told_limit = stream.consumed + window
        self.emit("credit", stream.handle, stream.told_limit.to_bytes(4, "little"))
        return stream

    def connect(self, stream, host, port):
        local = self.call("SocketConnect", socket=stream.handle, peer=Address(host, port))["local"]
        self.bug.after(self, "connect")
        return local

    def send(self, stream, octets, end=False):
        while octets:
            self.wait(lambda: stream.room > 0 or stream.failed)
            if stream.failed:
                raise Refused(stream.failed, {})
            size = min(stream.room, self.payload_most, len(octets))
            self.send_data(stream, octets[:size], end and size == len(octets))
            octets = octets[size:]
        self.bug.after(self, "send")

    def send_data(self, stream, octets, end=False):
        """One data frame, whatever the credit says."""
        self.emit("data", stream.handle, octets, DOCUMENTS.flags["end"] if end else 0)
        stream.sent += len(octets)

    def receive(self, stream, count):
        """So many bytes, or less at the end of the stream."""
        octets = b""
        while len(octets) < count:
            self.wait(lambda: stream.held or stream.ended or stream.failed)
            if not stream.held:
                if stream.failed:
                    raise Refused(stream.failed, {})
                break
            octets += self._consume(stream, count - len(octets))
        self.bug.after(self, "receive")
        return octets

    def _consume(self, stream, count):
        octets, limit = stream.consume(count, self.payload_most)
        if limit is not None and not stream.ended:
            self.emit("credit", stream.handle, limit.to_bytes(4, "little"))
        return octets

    def close(self, stream):
        self.call("SocketClose", socket=stream.handle, linger_s=-1)
        del self.streams[stream.handle]
        self.bug.after(self, "close")

    # ---- waiting

    def event(self, name, limit_s=LIMIT_S):
        """Fields of the first event of that name since hello."""
        self.wait(lambda: any(event[0] == name for event in self.events), limit_s)
        return next(values for event, values in self.events if event == name)

    def wait(self, is_there, limit_s=LIMIT_S):
        """Takes what comes until `is_there`. LinkDown after the silence that session.md names."""
        end = time.monotonic() + limit_s
        self.heard_at, self._probes = time.monotonic(), 0
        while not is_there():
            if time.monotonic() >= end:
                raise TooLate
            self.turn(end)

    def timer(self, now):
        if now - self.heard_at < PROBE_AFTER_S * (self._probes + 1):
            if now - self.heard_at < PROBE_AFTER_S:
                self._probes = 0
        elif self._probes == PROBES_MOST:
            raise LinkDown
        else:
            self._probes += 1
            self.emit("probe", flags=DOCUMENTS.flags["answer"])
        return self.heard_at + PROBE_AFTER_S * (self._probes + 1)
