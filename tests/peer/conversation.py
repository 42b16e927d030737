# SPDX-License-Identifier: Apache-2.0
"""What both sides do alike: frames in order over a link, messages in parts, credit, probes answered."""

import dataclasses
import select
import time

from peer import codec
from peer.declarations import DOCUMENTS
from peer.frames import HEADER_SIZE, Frame
from peer.order import Incoming, OrderBroken, Outgoing
from peer.streams import CreditBroken

MESSAGE_MOST = 512
ID_SIZE, DEADLINE_SIZE = 2, 4
CREDIT_SIZE = 4
OUR_FRAME_ROOM = 2048
OUR_WINDOW = 64
MAGIC = 0x3150574E
MAJOR, MINOR = 1, 0
GROUPS = {"request": "Requests", "reply": "Replies", "item": "Items", "event": "Events"}


class Violation(Exception):
    """The other side broke the documents."""


class TooLate(Exception):
    """What was waited for did not come in time."""


@dataclasses.dataclass
class Arrived:
    """A whole message. `declared` is None for an id that the documents do not have; then there are no values."""
    kind: str
    channel: int
    id: int
    declared: object
    values: dict
    deadline_ms: int = 0

    @property
    def name(self):
        return self.declared.name if self.declared else f"{self.id:#06x}"


class Honest:
    """What a bug of bugs.py may change; as it stands it changes nothing."""

    def line(self, frame, octets):
        """Line bytes of the packed `frame`."""
        return octets

    def frames(self, peer, frame):
        """What goes out instead of `frame`, which must stay as it is: it may be sent again."""
        return [frame]

    def message(self, peer, name, octets):
        """Bytes of a message: id, deadline in a request, fields."""
        return octets

    def answers(self, peer, name, number, answers):
        """What the NWP says instead of the messages `answers`, (kind, name, values), to a request of that name."""
        return answers

    def after(self, peer, step):
        """`peer` finished a step of its conversation, for example "connect"."""


class Conversation:
    """One side of a link. `own` is its name in the documents, host or NWP."""

    def __init__(self, own, link, bug=None):
        self.own, self.bug = own, bug or Honest()
        self.sources = {}  # descriptor: (poll events, callback)
        self.epoch, self.frame_room = None, OUR_FRAME_ROOM
        self.streams = {}
        self.heard_at = time.monotonic()
        self._assembly = None
        self.outgoing = self.incoming = None
        self.use(link)

    def use(self, link):
        self.link = link
        if link is not None and not link.reliable:
            link.on_line = self.bug.line

    def begin(self, epoch, frame_room, peer_window):
        """A new session: everything of the one before is void."""
        self.epoch, self.frame_room = epoch, frame_room
        self.outgoing = Outgoing(self.link.reliable, peer_window)
        self.incoming = Incoming(self.link.reliable)
        self.streams, self._assembly = {}, None
        self.heard_at = time.monotonic()

    def end(self):
        self.epoch = None

    # ---- sending

    @property
    def payload_most(self):
        return self.frame_room - HEADER_SIZE

    def emit(self, kind, channel=0, body=b"", flags=0):
        """Sends a frame; a sequenced one when its turn and the window allow it."""
        frame = Frame(kind, self.epoch or 0, flags, channel, body=body)
        if frame.sequenced and self.epoch is not None:
            self.outgoing.add(frame)
            self.flush()
        else:
            self.transmit(frame)

    def flush(self):
        for frame in self.outgoing.due(time.monotonic()):
            self.transmit(frame)

    def transmit(self, frame):
        """Past order and window: also for frames that no honest side sends."""
        frame.ack = self.incoming.next if self.epoch is not None else 0
        for changed in self.bug.frames(self, dataclasses.replace(frame)):
            self.link.send(changed.pack())
        if self.epoch is not None and (frame.kind == "ack" or not self.incoming.has_gap):
            self.incoming.told()

    def acknowledge(self):
        self.emit("ack", body=self.incoming.bitmap)

    def say(self, kind, channel, name, values, deadline_ms=None):
        """Sends a message, in parts where it does not fit into a frame."""
        message = DOCUMENTS.message(GROUPS[kind], name)
        head = message.id.to_bytes(ID_SIZE, "little")
        if deadline_ms is not None:
            head += deadline_ms.to_bytes(DEADLINE_SIZE, "little")
        octets = self.bug.message(self, name, head + codec.pack(message, values))
        self.say_octets(kind, channel, octets)

    def say_octets(self, kind, channel, octets):
        parts = [octets[at:at + self.payload_most] for at in range(0, len(octets), self.payload_most)] or [b""]
        for part in parts[:-1]:
            self.emit(kind, channel, part, DOCUMENTS.flags["more"])
        self.emit(kind, channel, parts[-1])

    # ---- receiving

    def turn(self, until):
        """Sends what is due and takes what comes, once; waits for it no longer than `until`."""
        deadlines = [until]
        if self.epoch is not None:
            self.flush()
            if self.incoming.deadline is not None and self.incoming.deadline <= time.monotonic():
                if self.link.reliable:
                    self.incoming.told()
                else:
                    self.acknowledge()
            deadlines += filter(None, (self.outgoing.deadline, self.incoming.deadline, self.timer(time.monotonic())))
        poll = select.poll()
        for descriptor, (events, _) in self.sources.items():
            poll.register(descriptor, events)
        if self.link is not None:
            poll.register(self.link.fileno(), select.POLLIN)
        wait_ms = max(0, (min(deadlines) - time.monotonic()) * 1000)
        for descriptor, events in poll.poll(wait_ms + (0 < wait_ms < 1)):
            if descriptor in self.sources:
                self.sources[descriptor][1](events)
            elif self.link is not None and descriptor == self.link.fileno():
                self._receive()

    def timer(self, now):
        """When this side has something of its own to do, after doing what is due; None: never."""
        return None

    def _receive(self):
        for octets in self.link.receive():
            frame = Frame.unpack(octets)
            if frame is None:
                raise Violation(f"no frame: {octets.hex()}")
            if len(octets) > self.frame_room:
                raise Violation(f"{len(octets)} bytes, frame room {self.frame_room}")
            if self.own in DOCUMENTS.kinds[frame.kind].senders and len(DOCUMENTS.kinds[frame.kind].senders) == 1:
                raise Violation(f"a {frame.kind} frame is not the other side's to send")
            self._take(frame)

    def _take(self, frame):
        if frame.kind == "hello":
            self.on_hello(frame)
            return
        if self.epoch is None or frame.epoch != self.epoch:
            return
        now = time.monotonic()
        is_new = self.link.reliable or not frame.sequenced or self.incoming.is_new(frame)
        if not self.link.reliable:
            is_new |= self.outgoing.acknowledged(frame.ack, frame.body if frame.kind == "ack" else b"", now)
        if is_new:
            self.heard_at = now
        if frame.kind == "probe" and frame.has("answer"):
            self.acknowledge()
        if not frame.sequenced:
            return
        try:
            for ready in self.incoming.arrived(frame, now):
                self._deliver(ready)
        except OrderBroken as error:
            raise Violation(str(error)) from error

    def _deliver(self, frame):
        if self._assembly and (frame.kind, frame.channel) != self._assembly[:2]:  # of a message: nothing comes between
            raise Violation(f"{frame.kind} between the parts of a message")
        if frame.kind == "data":
            self._on_data(frame)
        elif frame.kind == "datagram":
            self._on_datagram(frame)
        elif frame.kind == "credit":
            self._on_credit(frame)
        elif frame.kind == "cancel":
            self.on_cancel(frame.channel)
        elif frame.kind in GROUPS:
            self._assemble(frame)

    def _on_data(self, frame):
        stream = self.streams.get(frame.channel)
        if stream is None:
            return
        try:
            stream.on_data(frame.body, frame.has("end"))
        except CreditBroken as error:
            raise Violation(str(error)) from error
        self.on_stream(stream)

    def _on_datagram(self, frame):
        socket = self.streams.get(frame.channel)
        if socket is None:
            return
        try:
            socket.on_part(frame.body, frame.has("more"))
        except (CreditBroken, codec.Malformed) as error:
            raise Violation(str(error)) from error
        self.on_stream(socket)

    def say_datagram(self, socket, address, octets):
        """One datagram, in parts where it is longer than a frame; there must be credit for it."""
        *early, last = socket.parts(address, octets, self.payload_most)
        for part in early:
            self.emit("datagram", socket.handle, part, DOCUMENTS.flags["more"])
        self.emit("datagram", socket.handle, last)

    def _on_credit(self, frame):
        stream = self.streams.get(frame.channel)
        if len(frame.body) != CREDIT_SIZE:
            raise Violation(f"a credit frame of {len(frame.body)} bytes")
        if stream is not None:
            stream.on_credit(int.from_bytes(frame.body, "little"))
            self.on_credit(stream)

    def _assemble(self, frame):
        octets = (self._assembly[2] if self._assembly else b"") + frame.body
        if len(octets) > MESSAGE_MOST:
            raise Violation(f"a message of {len(octets)} bytes")
        if frame.has("more"):
            self._assembly = (frame.kind, frame.channel, octets)
            return
        self._assembly = None
        self.on_message(self._parse(frame.kind, frame.channel, octets))

    @staticmethod
    def _parse(kind, channel, octets):
        head = ID_SIZE + (DEADLINE_SIZE if kind == "request" else 0)
        if len(octets) < head:
            raise Violation(f"a {kind} of {len(octets)} bytes")
        number = int.from_bytes(octets[:ID_SIZE], "little")
        deadline_ms = int.from_bytes(octets[ID_SIZE:head], "little")
        declared = DOCUMENTS.message_of_id(GROUPS[kind], number)
        try:
            values = codec.unpack(declared, octets[head:]) if declared else {}
        except codec.Malformed as error:
            raise Violation(f"{declared.name}: {error}") from error
        return Arrived(kind, channel, number, declared, values, deadline_ms)

    # ---- for the two sides

    def on_hello(self, frame):
        raise NotImplementedError

    def on_message(self, arrived):
        raise NotImplementedError

    def on_cancel(self, number):
        raise NotImplementedError

    def on_stream(self, stream):
        """Data or the end came for `stream`."""

    def on_credit(self, stream):
        """More may be sent on `stream`."""
