# SPDX-License-Identifier: Apache-2.0
"""Lies about datagrams. A host opens a socket of its own for them; an NWP tells them of the socket that was connected
last."""

from peer import codec
from peer.codec import Address
from peer.declarations import DOCUMENTS
from peer.lie import NO_SUCH_HANDLE, Act

MORE = DOCUMENTS.flags["more"]
SOMEBODY = Address("127.77.0.7", 9)
TOO_LONG = 66_000


class _DatagramAct(Act):
    def act(self, peer):
        socket = peer.open_datagrams() if peer.own == "host" else self.stream(peer)
        self.lie(peer, socket.handle, codec.pack_value("address", SOMEBODY))

    def lie(self, peer, handle, address):
        raise NotImplementedError


class DatagramsBeyondCredit(_DatagramAct):
    """Certain only where nobody reads meanwhile: an NWP sends them on at once."""
    sides = ("NWP",)

    def lie(self, peer, handle, address):
        for _ in range(400):
            peer.emit("datagram", handle, address + b"x" * 1500)


class DatagramTooLong(_DatagramAct):
    def lie(self, peer, handle, address):
        size = peer.payload_most - len(address)
        for at in range(0, TOO_LONG, size):
            peer.emit("datagram", handle, (address if at == 0 else b"") + bytes(size), MORE)
        peer.emit("datagram", handle, b"")


class DatagramWithoutAddress(_DatagramAct):
    def lie(self, peer, handle, address):
        peer.emit("datagram", handle, b"")


class DatagramWithHalfAnAddress(_DatagramAct):
    def lie(self, peer, handle, address):
        peer.emit("datagram", handle, address[:3])


class DatagramOfUnknownFamily(_DatagramAct):
    def lie(self, peer, handle, address):
        peer.emit("datagram", handle, b"\x09" + bytes(40))


class StreamDataOnADatagramSocket(_DatagramAct):
    def lie(self, peer, handle, address):
        peer.emit("data", handle, b"a stream?")


class DatagramOnAStream(Act):
    def act(self, peer):
        peer.emit("datagram", self.stream(peer).handle, codec.pack_value("address", SOMEBODY) + b"a datagram?")


class DatagramToNobody(_DatagramAct):
    def lie(self, peer, handle, address):
        peer.emit("datagram", NO_SUCH_HANDLE, address + b"hello?")
        peer.emit("datagram", NO_SUCH_HANDLE, b"\x09")


class DatagramThatNeverEnds(_DatagramAct):
    """Its first parts, and nothing more; others go on."""
    sides = ("host",)

    def lie(self, peer, handle, address):
        peer.emit("datagram", handle, address + bytes(100), MORE)
        peer.emit("datagram", handle, bytes(100), MORE)


class FramesToAListener(Act):
    """A listening socket carries no bytes."""
    sides = ("host",)

    def act(self, peer):
        handle, _ = peer.listen(SOMEBODY.host)
        peer.emit("data", handle, b"hello?")
        peer.emit("credit", handle, (1 << 20).to_bytes(4, "little"))


class ListenersOfNobody(Act):
    """Connections that wait where nobody listens, and a problem of nobody."""
    sides = ("NWP",)

    def act(self, peer):
        for handle in (NO_SUCH_HANDLE, self.stream(peer).handle):
            peer.say("event", 0, "SocketAcceptable", {"socket": handle, "waiting": 0xFFFF})
        peer.say("event", 0, "SocketProblem", {"socket": NO_SUCH_HANDLE, "error": 250})
