# SPDX-License-Identifier: Apache-2.0
"""Lies about what frames hold: kinds, flags, ids, messages in parts, credit, requests and their answers."""

import contextlib
import os

from peer.conversation import MESSAGE_MOST
from peer.declarations import DOCUMENTS
from peer.frames import Frame
from peer.host import Refused
from peer.lie import NO_SUCH_HANDLE, NO_SUCH_ID, NO_SUCH_KINDS, NO_SUCH_NUMBER, Act, Lie, echo_request, spoken
from peer.links import LinkClosed

MORE = DOCUMENTS.flags["more"]

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
        peer.emit(kind, 1, echo_request(3))


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
        peer.say_octets(kind, channel, echo_request(MESSAGE_MOST))


class PartsWithoutEnd(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        for _ in range(MESSAGE_MOST // 8 + 1):
            peer.emit(kind, channel, bytes(8), MORE)


class PartsOfTwoMessages(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        peer.emit(kind, channel, echo_request(8)[:10], MORE)
        peer.emit(kind, channel + 1, echo_request(8)[10:])


class DataBetweenParts(Act):
    def act(self, peer):
        kind, channel = spoken(peer)
        peer.emit(kind, channel, echo_request(8)[:10], MORE)
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
