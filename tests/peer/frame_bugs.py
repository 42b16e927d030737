# SPDX-License-Identifier: Apache-2.0
"""Lies about frames: on the line, acknowledgements, order, hello."""

import dataclasses

from peer import codec, framing
from peer.declarations import DOCUMENTS
from peer.frames import Frame
from peer.lie import Act, Lie, echo_request
from peer.order import MODULUS

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
    """Each twice, and behind every other frame one that nobody asked for, twice."""

    def frames(self, peer, frame):
        if frame.kind == "hello":
            return [frame]
        self.told += 1
        ack = Frame("ack", frame.epoch, ack=frame.ack, body=peer.incoming.bitmap)
        return [frame, ack, ack]


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


class SaysItDropsEverything(Lie):
    """What arrived and what is still under way, old and new, many times over."""

    def frames(self, peer, frame):
        if frame.kind == "hello":
            return [frame]
        self.told += 1
        flags = DOCUMENTS.flags["dropped"]
        lies = [Frame("ack", frame.epoch, flags=flags, ack=(frame.ack + off) % MODULUS) for off in (0, -2, 1, 500)]
        return [frame, *lies * 5]


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
        return [Frame(kind, epoch, channel=1, body=echo_request(3))
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
