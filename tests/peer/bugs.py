# SPDX-License-Identifier: Apache-2.0
"""The lies: each class is one switch, for one side or both. `told` counts how often it lied."""

import contextlib
import dataclasses
import inspect
import os
import sys

from peer import codec, framing
from peer.conversation import MESSAGE_MOST, Honest
from peer.declarations import DOCUMENTS
from peer.frames import Frame
from peer.host import Refused
from peer.links import LinkClosed
from peer.order import MODULUS

NO_SUCH_KINDS = [number for number in range(16) if number not in DOCUMENTS.kind_of_number]
NO_SUCH_HANDLE = 0xFEFE
NO_SUCH_NUMBER = 0xFDFD
NO_SUCH_ID = 0x7EEE
MORE = DOCUMENTS.flags["more"]


class Lie(Honest):
    sides = ("host", "NWP")
    links = ("unix", "pty")

    def __init__(self):
        self.told = 0


class Act(Lie):
    """Lies once, when a stream was connected; a host's stream is the only one, an NWP's the last one."""
    at = {"host": "connect", "NWP": "SocketConnect"}

    def after(self, peer, step):
        if step == self.at[peer.own]:
            self.told += 1
            self.act(peer)

    def act(self, peer):
        raise NotImplementedError

    @staticmethod
    def stream(peer):
        return list(peer.streams.values())[-1]


def spoken(peer):
    """The kind of message that `peer` may send at any time, and a channel for it."""
    return ("request", NO_SUCH_NUMBER) if peer.own == "host" else ("event", 0)


def echo(size):
    """An Echo request, whole, with content of `size` bytes; as an event it has an id that no event has."""
    return (DOCUMENTS.message("Requests", "Echo").id.to_bytes(2, "little") + (10000).to_bytes(4, "little") +
            size.to_bytes(2, "little") + bytes(size))


# ---- on the line


class WrongCrc(Lie):
    """Every third frame."""
    links = ("pty",)

    def __init__(self):
        super().__init__()
        self._count = 0

    def line(self, frame, octets):
        self._count += 1
        if self._count % 3:
            return octets
        self.told += 1
        wrong = framing.crc32c(frame) ^ 0x01000000
        return framing.DELIMITER + framing.stuff(frame + wrong.to_bytes(4, "little")) + framing.DELIMITER


class NoiseBetweenFrames(Lie):
    """What is no code, too short, and too long, in front of every frame."""
    links = ("pty",)

    def line(self, frame, octets):
        self.told += 1
        return b"\xf0noise\0" + b"\x02x\0" + b"\xff" * 6000 + b"\0" + octets


# ---- acknowledgements


class LostAcknowledgements(Lie):
    """Never a true one."""
    links = ("pty",)

    def frames(self, peer, frame):
        self.told += frame.kind != "hello"
        frame.ack = 0
        return [] if frame.kind == "ack" else [frame]


class DoubledAcknowledgements(Lie):
    links = ("pty",)

    def frames(self, peer, frame):
        if frame.kind != "ack":
            return [frame]
        self.told += 1
        return [frame, frame]


class AcknowledgesWhatWasNeverSent(Lie):
    """In front of every frame; the true acknowledgement follows."""

    def frames(self, peer, frame):
        if frame.kind == "hello":
            return [frame]
        self.told += 1
        return [Frame("ack", frame.epoch, ack=frame.ack + 1000, body=b"\xff" * 16),
                Frame("ack", frame.epoch, ack=frame.ack + 40000), frame,
                Frame("ack", frame.epoch, ack=frame.ack, body=b"\0" * 8 + b"\xff" * 8)]


class AcknowledgementsGoBack(Lie):
    def frames(self, peer, frame):
        if frame.kind == "hello":
            return [frame]
        self.told += 1
        return [frame, Frame("ack", frame.epoch, ack=(frame.ack - 3) % MODULUS)]


class EndlessBitmap(Lie):
    """Longer than the longest."""

    def frames(self, peer, frame):
        if frame.kind == "hello":
            return [frame]
        self.told += 1
        return [frame, Frame("ack", frame.epoch, ack=frame.ack, body=bytes(600))]


# ---- order


class DoubledFrames(Lie):
    """Credit and data; on a link that loses nothing the second is out of its turn."""

    def frames(self, peer, frame):
        if frame.kind not in ("data", "credit"):
            return [frame]
        self.told += 1
        return [frame, frame]


class SequenceJumps(Act):
    """A frame ahead of its turn, which never comes, on a link that loses nothing."""
    links = ("unix",)

    def act(self, peer):
        peer.transmit(Frame("data", peer.epoch, channel=self.stream(peer).handle, sequence=peer.outgoing.oldest + 1,
                            body=b"early"))


class SequenceFarAhead(Lie):
    """In front of every frame another one, far outside the window."""
    links = ("pty",)

    def frames(self, peer, frame):
        if not frame.sequenced:
            return [frame]
        self.told += 1
        return [dataclasses.replace(frame, sequence=frame.sequence + 1000, body=b"far"),
                dataclasses.replace(frame, sequence=frame.sequence + 32768, body=b"far"), frame]


class WrongEpoch(Lie):
    """In front of every frame its double of another epoch."""

    def frames(self, peer, frame):
        if frame.kind == "hello":
            return [frame]
        self.told += 1
        return [dataclasses.replace(frame, epoch=(frame.epoch + 1) % 16),
                dataclasses.replace(frame, epoch=(frame.epoch - 1) % 16), frame]


# ---- hello


class _BesideHello(Lie):
    """Other frames in front of every hello."""

    def frames(self, peer, frame):
        if frame.kind != "hello":
            return [frame]
        self.told += 1
        return [*self.before(frame), frame]

    def before(self, hello):
        raise NotImplementedError


class LateHello(_BesideHello):
    """Frames of every kind before there is a session."""

    def before(self, hello):
        return [Frame(kind, epoch, channel=1, body=echo(3))
                for kind in DOCUMENTS.kinds if kind != "hello" for epoch in (0, 1)]


class HelloWrongMagic(_BesideHello):
    def before(self, hello):
        return [dataclasses.replace(hello, body=hello.body[:2] + b"NOPE" + hello.body[6:])]


class HelloCutShort(_BesideHello):
    def before(self, hello):
        return [dataclasses.replace(hello, body=hello.body[:size]) for size in (0, 1, 2, 5, 10, len(hello.body) - 1)]


class HelloWrongId(_BesideHello):
    def before(self, hello):
        return [dataclasses.replace(hello, body=b"\x09\x00" + hello.body[2:])]


class HelloFromTheFuture(Lie):
    """A higher minor version, with fields that nobody knows yet."""
    sides = ("host",)

    def message(self, peer, name, octets):
        if name != "HelloRequest":
            return octets
        self.told += 1
        return octets[:7] + b"\x09" + octets[8:] + b"what is to come"


class HelloOldNonce(_BesideHello):
    """An answer to a hello that nobody said, in front of every answer."""
    sides = ("NWP",)

    def before(self, hello):
        return [dataclasses.replace(hello, body=hello.body[:9] + b"nonc" + hello.body[13:])]


class HelloNeverAnswered(Lie):
    sides = ("NWP",)

    def frames(self, peer, frame):
        self.told += 1
        return []


class _ChangedHello(Lie):
    """Fields of HelloReply that differ."""
    sides = ("NWP",)
    changed = {}

    def message(self, peer, name, octets):
        if name != "HelloReply":
            return octets
        self.told += 1
        declared = DOCUMENTS.message("Hello", name)
        return octets[:2] + codec.pack(declared, codec.unpack(declared, octets[2:]) | self.changed)


class HelloOfAnotherMajor(_ChangedHello):
    changed = {"error": DOCUMENTS.errors["version_mismatch"], "major": 9, "minor": 3}


class HelloRoomTooLarge(_ChangedHello):
    """Larger than the host asked for."""
    changed = {"frame_room": 65535}


class HelloRoomTooSmall(_ChangedHello):
    changed = {"frame_room": 9}


class HelloWindowOfNothing(_ChangedHello):
    changed = {"window": 0}


class HelloEpochTooHigh(_ChangedHello):
    changed = {"epoch": 77}


class HelloSnapshotsThatDoNotCome(_ChangedHello):
    changed = {"attached": 1, "sockets": 500}


class HelloAgain(Lie):
    """The same hello, or the same answer to it, after every step."""

    def after(self, peer, step):
        self.told += 1
        if peer.own == "host":
            peer.send_hello()
        else:
            peer.send_hello_reply()


class HelloInTheMiddle(Act):
    """Another nonce, and no word of it to the conversation."""
    sides = ("host",)

    def act(self, peer):
        peer.send_hello(nonce=1)


class HelloTinyRoom(_BesideHello):
    """Below the least."""
    sides = ("host",)

    def before(self, hello):
        return [dataclasses.replace(hello, body=hello.body[:16] + b"\x3f\0" + hello.body[18:])]


class HelloNoWindow(_BesideHello):
    sides = ("host",)

    def before(self, hello):
        return [dataclasses.replace(hello, body=hello.body[:18] + b"\0\0" + hello.body[20:])]


# ---- kinds, flags, ids


class UnknownKinds(Act):
    def act(self, peer):
        for kind in NO_SUCH_KINDS:
            peer.transmit(Frame(kind, peer.epoch, 0xFF, self.stream(peer).handle, 1, body=os.urandom(40)))


class UnknownFlags(Lie):
    def frames(self, peer, frame):
        self.told += 1
        frame.flags |= 0xFF ^ sum(DOCUMENTS.flags.values())
        return [frame]


class UnknownIds(Act):
    """A request that the NWP does not know is answered, an event that the host does not know is ignored."""

    def act(self, peer):
        if peer.own == "NWP":
            peer.say_octets("event", 0, NO_SUCH_ID.to_bytes(2, "little") + bytes(40))
            return
        with contextlib.suppress(Refused):
            peer.answer(peer.request_octets(NO_SUCH_ID, bytes(40)))
            raise AssertionError("it knows what nobody knows")


class ForbiddenKinds(Act):
    """What only the other side may send."""

    def act(self, peer):
        kind = "event" if peer.own == "host" else "request"
        peer.emit(kind, 1, echo(3))


class TooShortForAFrame(Act):
    def act(self, peer):
        for size in range(1, 8):
            peer.link.send(bytes([0x14] * size))


class TooLongForAFrame(Act):
    """Beyond the frame room of hello."""
    sides = ("host",)

    def act(self, peer):
        peer.emit("data", self.stream(peer).handle, bytes(peer.frame_room))


# ---- messages


class MessageTooLong(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        peer.say_octets(kind, channel, echo(MESSAGE_MOST))


class PartsWithoutEnd(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        for _ in range(MESSAGE_MOST // 8 + 1):
            peer.emit(kind, channel, bytes(8), MORE)


class PartsOfTwoMessages(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        peer.emit(kind, channel, echo(8)[:10], MORE)
        peer.emit(kind, channel + 1, echo(8)[10:])


class DataBetweenParts(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        peer.emit(kind, channel, echo(8)[:10], MORE)
        peer.emit("data", self.stream(peer).handle, b"x")


class TooShortForItsId(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        peer.emit(kind, channel, b"\x12")


# ---- sockets


class FramesToNobody(Act):
    """Data and credit for sockets that were never opened."""

    def act(self, peer):
        for handle in (0, NO_SUCH_HANDLE, 0xFFFF):
            peer.emit("data", handle, b"hello?")
            peer.emit("credit", handle, b"\xff\xff\xff\x7f")
            peer.emit("data", handle, b"", DOCUMENTS.flags["end"])


class FramesToAClosedSocket(Act):
    """Data and credit for the socket that was closed last."""
    at = {"host": "close", "NWP": "SocketClose"}

    def __init__(self):
        super().__init__()
        self._handle = 0

    def after(self, peer, step):
        if peer.streams:
            self._handle = self.stream(peer).handle
        super().after(peer, step)

    def act(self, peer):
        peer.emit("data", self._handle, b"too late")
        peer.emit("credit", self._handle, (1 << 30).to_bytes(4, "little"))


class CreditGoesDown(Act):
    """Less than what was told, and then nothing new."""

    def act(self, peer):
        stream = self.stream(peer)
        for less in (1, 1000, 1 << 30):
            peer.emit("credit", stream.handle, ((stream.told_limit - less) % (1 << 32)).to_bytes(4, "little"))


class CreditBeyondReason(Act):
    """More than was ever possible."""

    def act(self, peer):
        peer.emit("credit", self.stream(peer).handle, (0x7FFFFFFF).to_bytes(4, "little"))


class CreditOfThreeBytes(Act):
    def act(self, peer):
        peer.emit("credit", self.stream(peer).handle, b"\xff\xff\xff")


class CreditOverrun(Act):
    """Far more than may be. Certain only where the other side does not consume meanwhile."""
    EXCESS = 65536

    def act(self, peer):
        stream = self.stream(peer)
        left = stream.room + self.EXCESS
        while left:
            size = min(left, peer.payload_most)
            peer.emit("data", stream.handle, b"x" * size)
            stream.sent += size
            left -= size


class DataBehindTheEnd(Act):
    """A host ends by SocketShutdown, an NWP by the flag."""

    def act(self, peer):
        handle = self.stream(peer).handle
        if peer.own == "host":
            peer.call("SocketShutdown", socket=handle, how=1)
        else:
            peer.emit("data", handle, b"", DOCUMENTS.flags["end"])
        peer.emit("data", handle, b"one more thing")


# ---- requests


class CancelsOfNothing(Act):
    sides = ("host",)

    def act(self, peer):
        for number in (0, NO_SUCH_NUMBER, 1):
            peer.emit("cancel", number)


# ---- answers, by the NWP only


class _Answer(Lie):
    """Changes the answer to `request`."""
    sides = ("NWP",)
    request = "SocketOpen"

    def answers(self, peer, name, number, answers):
        if name != self.request:
            return answers
        self.told += 1
        return self.instead(peer, number, answers)

    def instead(self, peer, number, answers):
        raise NotImplementedError


class NoReply(_Answer):
    def instead(self, peer, number, answers):
        return []


class TwoReplies(_Answer):
    def instead(self, peer, number, answers):
        return answers + answers


class ReplyOfTheWrongType(_Answer):
    def instead(self, peer, number, answers):
        return [("reply", "Done", {})]


class ReplyWithoutItsFields(_Answer):
    def instead(self, peer, number, answers):
        peer.say_octets("reply", number, DOCUMENTS.message("Replies", "SocketOpened").id.to_bytes(2, "little") + b"\1")
        return []


class UnknownError(_Answer):
    def instead(self, peer, number, answers):
        return [("reply", "Failed", {"error": 250})]


class UnaskedReply(_Answer):
    """For a number that no request has, in front of the true one."""

    def instead(self, peer, number, answers):
        peer.say("reply", NO_SUCH_NUMBER, "Done", {})
        peer.say("item", NO_SUCH_NUMBER, "FileEntry", {"file": "x"})
        return answers


class UnaskedItems(_Answer):
    """Items where none belong."""

    def instead(self, peer, number, answers):
        return [("item", "WifiNetworkFound", {"ssid": "here"}), ("item", "FileEntry", {"file": "x"}), *answers]


class HandleTwice(_Answer):
    """Every socket gets the same handle."""

    def instead(self, peer, number, answers):
        return [("reply", "SocketOpened", {"socket": 0x0101, "send_limit": 100})]


class LyingText(_Answer):
    request = "DeviceInfoGet"

    def instead(self, peer, number, answers):
        peer.say_octets("reply", number, DOCUMENTS.message("Replies", "DeviceInfo").id.to_bytes(2, "little") + b"\xffx")
        return []


class LyingCount(_Answer):
    """Says more items than it sent."""
    request = "WifiScan"

    def instead(self, peer, number, answers):
        return [*answers[:-1], ("reply", "Listed", {"count": 500})]


class EndlessItems(_Answer):
    """A thousand networks."""
    request = "WifiScan"

    def instead(self, peer, number, answers):
        return [*(answers[:-1] * 1000), ("reply", "Listed", {"count": 1000 * (len(answers) - 1)})]


class EventsOfNobody(Act):
    """SocketFailed and SocketSnapshot for sockets that are not there."""
    sides = ("NWP",)

    def act(self, peer):
        peer.say("event", 0, "SocketFailed", {"socket": NO_SUCH_HANDLE, "error": 7})
        peer.say("event", 0, "SocketSnapshot", {"socket": NO_SUCH_HANDLE, "cookie": 5, "family": 4, "type": 1})


class FallsSilent(Act):
    """Neither answers nor closes."""
    sides = ("NWP",)

    def act(self, peer):
        peer.end()


class HangsUp(Act):
    sides = ("NWP",)
    links = ("unix",)

    def act(self, peer):
        raise LinkClosed


def lies(side, link):
    """Every class that `side` can be on `link`, by name."""
    here = inspect.getmembers(sys.modules[__name__], inspect.isclass)
    return {name: lie for name, lie in here if issubclass(lie, Lie) and not name.startswith("_") and
            lie not in (Lie, Act) and side in lie.sides and link in lie.links}
