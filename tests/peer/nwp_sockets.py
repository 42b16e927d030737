# SPDX-License-Identifier: Apache-2.0
"""The sockets of the NWP: what a host asks of one is done by a real one of this machine."""

import errno
import select
import socket

from peer.codec import Address
from peer.datagrams import LONGEST, OVERHEAD, Datagrams
from peer.declarations import DOCUMENTS
from peer.streams import Stream

WINDOW, DATAGRAM_WINDOW = 4096, 70_000
FIRST_HANDLE = 0x0101
STREAM_TYPE, DATAGRAM_TYPE = 1, 2
ERRORS = {errno.ECONNREFUSED: "connection_refused", errno.ECONNRESET: "connection_reset", errno.EPIPE: "broken_pipe",
          errno.ETIMEDOUT: "timed_out", errno.EHOSTUNREACH: "host_unreachable", errno.ENETUNREACH: "network_unreachable",
          errno.EADDRINUSE: "address_in_use", errno.EADDRNOTAVAIL: "address_not_available",
          errno.EINVAL: "invalid_argument", errno.EACCES: "access_denied", errno.EMSGSIZE: "message_too_long"}


class Failure(Exception):
    """A request that is answered by Failed."""

    def __init__(self, name):
        super().__init__(name)
        self.number = DOCUMENTS.errors[name]


def error_number(error):
    return DOCUMENTS.errors[ERRORS.get(error.errno, "input_output")]


class _Outside:
    """A socket of this machine for one of the host's. `stream` is its credit: a Stream or Datagrams."""

    def __init__(self, stream, real):
        self.stream, self.socket = stream, real
        self.socket.setblocking(False)
        self.request = None  # number of the SocketConnect that is open
        self.connected, self.read_all, self.wrote_all = False, False, False
        self.waiting = None  # of a listening socket: accepted, but not by the host

    @property
    def is_datagram(self):
        return isinstance(self.stream, Datagrams)


class NwpSockets:
    """The part of Nwp that handles sockets."""

    def __init__(self, *of_conversation):
        self._outside = {}  # handle: _Outside
        self._next_handle = FIRST_HANDLE
        super().__init__(*of_conversation)

    def _new(self, stream_type, real, receive_limit):
        if stream_type == STREAM_TYPE:
            stream = Stream(self._next_handle, WINDOW, receive_limit)
        else:
            stream = Datagrams(self._next_handle, DATAGRAM_WINDOW, receive_limit)
        self._next_handle += 1
        self.streams[stream.handle] = stream
        outside = self._outside[stream.handle] = _Outside(stream, real)
        return outside

    def _drop_sockets(self):
        for outside in list(self._outside.values()):
            self._drop(outside)

    def _drop(self, outside):
        self.sources.pop(outside.socket.fileno(), None)
        self._outside.pop(outside.stream.handle, None)
        self.streams.pop(outside.stream.handle, None)
        for waiting in outside.waiting or ():
            waiting.close()
        outside.socket.close()

    def _on_SocketOpen(self, asked, _):
        if asked["family"] != 4:
            raise Failure("family_not_supported")
        if asked["type"] not in (STREAM_TYPE, DATAGRAM_TYPE):
            raise Failure("socket_type_not_supported")
        kind = socket.SOCK_STREAM if asked["type"] == STREAM_TYPE else socket.SOCK_DGRAM
        outside = self._new(asked["type"], socket.socket(socket.AF_INET, kind), asked["receive_limit"])
        return [("reply", "SocketOpened", {"socket": outside.stream.handle, "send_limit": outside.stream.window})]

    def _known(self, asked):
        if asked["socket"] not in self._outside:
            raise Failure("bad_handle")
        return self._outside[asked["socket"]]

    def _on_SocketConnect(self, asked, number):
        outside = self._known(asked)
        peer = asked["peer"]
        if outside.is_datagram:
            outside.socket.connect((peer.host, peer.port))
            self._watch(outside)
            return [("reply", "SocketConnected", {"local": Address(*outside.socket.getsockname())})]
        if outside.connected:
            raise Failure("is_connected")
        if outside.request is not None:
            raise Failure("already")
        outside.request = number
        outside.socket.connect_ex((peer.host, peer.port))
        self._watch(outside)

    def _on_SocketBind(self, asked, _):
        outside = self._known(asked)
        try:
            outside.socket.bind((asked["local"].host, asked["local"].port))
        except OSError as error:
            raise Failure(ERRORS.get(error.errno, "input_output")) from error
        self._watch(outside)
        return [("reply", "SocketName", {"address": Address(*outside.socket.getsockname())})]

    def _on_SocketListen(self, asked, _):
        outside = self._known(asked)
        if outside.is_datagram:
            raise Failure("operation_not_supported")
        outside.socket.listen(max(asked["backlog"], 1))
        outside.waiting = outside.waiting or []
        self.sources[outside.socket.fileno()] = (select.POLLIN, lambda _: self._on_connection(outside))
        return self._done()

    def _on_connection(self, listener):
        connection, _ = listener.socket.accept()
        listener.waiting.append(connection)
        self.say("event", 0, "SocketAcceptable", {"socket": listener.stream.handle, "waiting": len(listener.waiting)})

    def _on_SocketAccept(self, asked, _):
        listener = self._known(asked)
        if listener.waiting is None:
            raise Failure("invalid_argument")
        if not listener.waiting:
            raise Failure("would_block")
        outside = self._new(STREAM_TYPE, listener.waiting.pop(0), asked["receive_limit"])
        outside.connected = True
        self._watch(outside)
        return [("reply", "SocketAccepted", {
            "socket": outside.stream.handle, "send_limit": outside.stream.window,
            "local": Address(*outside.socket.getsockname()), "peer": Address(*outside.socket.getpeername())})]

    def _on_SocketRouteCheck(self, asked, _):
        self._known(asked)
        return self._done()

    def _on_SocketShutdown(self, asked, _):
        outside = self._known(asked)
        if not outside.connected:
            raise Failure("not_connected")
        if asked["how"] != 0:
            outside.stream.ended = True
            self._write(outside)
        return self._done()

    def _on_SocketClose(self, asked, _):
        outside = self._known(asked)
        if outside.connected:
            self._write(outside)
        self._drop(outside)
        return self._done()

    def _on_SocketNameGet(self, asked, _):
        outside = self._known(asked)
        if asked["peer"] and not outside.connected:
            raise Failure("not_connected")
        host, port = outside.socket.getpeername() if asked["peer"] else outside.socket.getsockname()
        return [("reply", "SocketName", {"address": Address(host, port)})]

    def _on_SocketOptionSet(self, asked, _):
        self._known(asked)
        if asked["option"] not in DOCUMENTS.options:
            raise Failure("no_protocol_option")
        return self._done()

    def _on_SocketVerdictGet(self, asked, _):
        self._known(asked)
        return [("reply", "SocketVerdict", {})]

    def _watch(self, outside):
        """Asks the kernel for what this socket can use now."""
        events = 0
        if outside.request is not None or outside.stream.held:
            events |= select.POLLOUT
        if outside.is_datagram:
            events = select.POLLIN if outside.stream.has_room_for(b"") else 0
        elif outside.connected and not outside.read_all and outside.stream.room > 0:
            events |= select.POLLIN
        if events:
            self.sources[outside.socket.fileno()] = (events, lambda _: self._on_outside(outside))
        else:
            self.sources.pop(outside.socket.fileno(), None)

    def _on_outside(self, outside):
        if outside.is_datagram:
            self._read_datagram(outside)
            return
        if outside.request is not None:
            self._connected(outside)
            return
        self._write(outside)
        if outside.connected and not outside.read_all and outside.stream.room > 0:
            self._read(outside)
        self._watch(outside)

    def _connected(self, outside):
        number, outside.request = outside.request, None
        error = outside.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        outside.connected = not error
        self._watch(outside)
        if error:
            self.answer(number, [("reply", "Failed", {"error": error_number(OSError(error, "connect")),
                                                      "detail": error})])
        else:
            local = Address(*outside.socket.getsockname())
            self.answer(number, [("reply", "SocketConnected", {"local": local})])

    def _read_datagram(self, outside):
        """Takes one if there is credit for it; else it waits in the kernel. One that no window holds is dropped."""
        try:
            octets, sender = outside.socket.recvfrom(max(LONGEST.values()), socket.MSG_PEEK)
            fits = outside.stream.has_room_for(octets)
            if fits or len(octets) + OVERHEAD > DATAGRAM_WINDOW:
                outside.socket.recv(1)
            if fits:
                self.say_datagram(outside.stream, Address(*sender), octets)
            else:
                self.sources.pop(outside.socket.fileno(), None)  # until there is more credit
        except OSError as error:
            self._problem(outside, error)

    def _send_datagrams(self, outside):
        while outside.stream.held:
            (address, octets), limit = outside.stream.consume(self.payload_most)
            if limit is not None:
                self.emit("credit", outside.stream.handle, limit.to_bytes(4, "little"))
            try:
                if address is None:
                    outside.socket.send(octets)
                else:
                    outside.socket.sendto(octets, address[:2])
            except OSError as error:
                self._problem(outside, error)
        self._watch(outside)

    def _problem(self, outside, error):
        self.say("event", 0, "SocketProblem", {"socket": outside.stream.handle, "error": error_number(error)})

    def _read(self, outside):
        stream = outside.stream
        try:
            octets = outside.socket.recv(min(stream.room, self.payload_most))
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(outside, error)
            return
        outside.read_all = not octets
        stream.sent += len(octets)
        self.emit("data", stream.handle, octets, 0 if octets else DOCUMENTS.flags["end"])
        self.bug.after(self, "data")

    def _write(self, outside):
        stream = outside.stream
        try:
            while stream.held:
                _, limit = stream.consume(outside.socket.send(stream.held), self.payload_most)
                if limit is not None:
                    self.emit("credit", stream.handle, limit.to_bytes(4, "little"))
            if stream.ended and not outside.wrote_all:
                outside.wrote_all = True
                outside.socket.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError as error:
            self._fail(outside, error)

    def _fail(self, outside, error):
        self.say("event", 0, "SocketFailed", {"socket": outside.stream.handle, "error": error_number(error)})
        outside.connected = False
        self.sources.pop(outside.socket.fileno(), None)

    def on_stream(self, stream):
        outside = self._outside[stream.handle]
        if outside.is_datagram:
            self._send_datagrams(outside)
        elif outside.connected:
            self._write(outside)
            self._watch(outside)

    def on_credit(self, stream):
        self._watch(self._outside[stream.handle])
