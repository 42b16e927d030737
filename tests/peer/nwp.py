# SPDX-License-Identifier: Apache-2.0
"""The NWP: answers hellos and requests, moves bytes between links and real TCP sockets. Its air and its store are small
and its own."""

import contextlib
import errno
import os
import secrets
import select
import socket
import threading
import time

from peer import codec
from peer.codec import Address
from peer.conversation import ID_SIZE, MAGIC, MAJOR, MINOR, OUR_FRAME_ROOM, OUR_WINDOW, Conversation, Violation
from peer.declarations import DOCUMENTS
from peer.links import LinkClosed, PacketLink, open_terminal
from peer.streams import Stream

WINDOW = 4096
EPOCHS = 16
FIRST_HANDLE = 0x0101
LIMIT_S = 20
STREAM_TYPE = 1
CONNECTED = 3
NETWORK = {"ssid": "peer-home", "bssid": bytes.fromhex("020000000001"), "channel": 6, "rssi_dbm": -40, "security": 1}
PASSPHRASE = "as the documents say"
ADDRESS = {"address": Address("10.1.2.3", 0), "prefix_length": 24, "gateway": Address("10.1.2.1", 0),
           "dns": Address("10.1.2.1", 0)}
ERRORS = {errno.ECONNREFUSED: "connection_refused", errno.ECONNRESET: "connection_reset", errno.EPIPE: "broken_pipe",
          errno.ETIMEDOUT: "timed_out", errno.EHOSTUNREACH: "host_unreachable", errno.ENETUNREACH: "network_unreachable"}


class Failure(Exception):
    """A request that is answered by Failed."""

    def __init__(self, name):
        super().__init__(name)
        self.number = DOCUMENTS.errors[name]


class _Outside:
    """A stream's TCP side."""

    def __init__(self, stream):
        self.stream = stream
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.request = None  # number of the SocketConnect that is open
        self.connected, self.read_all, self.wrote_all = False, False, False


class Nwp(Conversation):
    """Serves one host at a time in a thread of its own, from `with` to the end of the block. What went wrong there
    is raised at that end."""

    def __init__(self, link=None, listener=None, bug=None):
        super().__init__("NWP", link, bug)
        self._listener = listener
        self._outside = {}  # handle: _Outside
        self._next_handle = FIRST_HANDLE
        self._nonce = None
        self._last_epoch = 0
        self._hello_reply = None
        self._joined = False
        self.credentials = {}  # (tag, type): bytes
        self._parts = {}
        self.requests = []  # names of all that came
        self.cancelled = []  # numbers of all cancels
        self.hellos = []  # fields of all that came
        self.links_closed = 0
        self.open_requests = {}  # number: name, until it is answered
        self._changed = threading.Condition()
        self._failure = None
        self._wake_reader, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._serve)
        self._stop = False
        self.sources[self._wake_reader] = (select.POLLIN, self._woken)
        if listener is not None:
            self.sources[listener.fileno()] = (select.POLLIN, self._accept)

    @classmethod
    @contextlib.contextmanager
    def at(cls, kind, path, bug=None):
        """Serves hosts at unix:PATH or tty:PATH."""
        with contextlib.ExitStack() as stack:
            if kind == "unix":
                listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
                listener.bind(str(path))
                listener.listen()
                nwp = cls(listener=listener, bug=bug)
            else:
                link, far = open_terminal(path)
                stack.callback(os.close, far)
                nwp = cls(link=link, bug=bug)
            yield stack.enter_context(nwp)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop = True
        os.write(self._wake, b".")
        self._thread.join()
        self._drop_sockets()
        os.close(self._wake)
        os.close(self._wake_reader)
        if self.link is not None:
            self.link.close()
        if self._failure is not None:
            raise self._failure

    def until(self, is_so, limit_s=LIMIT_S):
        """Waits, in another thread, until `is_so` of what came."""
        with self._changed:
            assert self._changed.wait_for(lambda: is_so() or self._failure, limit_s), "it did not happen"

    def _woken(self, _):
        os.read(self._wake_reader, 1)

    def _serve(self):
        try:
            while not self._stop:
                try:
                    self.turn(time.monotonic() + LIMIT_S)
                except LinkClosed:
                    self.hang_up()
                with self._changed:
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001  (raised again by __exit__)
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _accept(self, _):
        connection, _ = self._listener.accept()
        if self.link is not None:  # its packets may stand before the news of its end
            self.hang_up()
        self.use(PacketLink(connection))

    def hang_up(self):
        """The host is gone, or is to think that we are."""
        self.end()
        self._drop_sockets()
        self._nonce = None
        self.links_closed += 1
        if self._listener is not None and self.link is not None:
            self.link.close()
            self.link = None

    def _drop_sockets(self):
        for outside in list(self._outside.values()):
            self._drop(outside)

    def _drop(self, outside):
        self.sources.pop(outside.socket.fileno(), None)
        self._outside.pop(outside.stream.handle, None)
        self.streams.pop(outside.stream.handle, None)
        outside.socket.close()

    # ---- hello

    def on_hello(self, frame):
        declared = DOCUMENTS.message("Hello", "HelloRequest")
        hello = codec.unpack(declared, frame.body[ID_SIZE:])
        if int.from_bytes(frame.body[:ID_SIZE], "little") != declared.id or hello["magic"] != MAGIC:
            raise Violation(f"no HelloRequest: {frame.body.hex()}")
        if frame.epoch or hello["frame_room"] < 64 or not 1 <= hello["window"] <= 128:
            raise Violation(f"HelloRequest {hello} in epoch {frame.epoch}")
        self.hellos.append(hello)
        if hello["nonce"] == self._nonce:
            self.send_hello_reply()
            return
        self._nonce = hello["nonce"]
        self._drop_sockets()
        self.open_requests = {}
        self._last_epoch = (self._last_epoch + 1) % EPOCHS
        self._hello_reply = {
            "magic": MAGIC, "major": MAJOR, "minor": min(MINOR, hello["minor"]), "nonce": hello["nonce"],
            "epoch": self._last_epoch, "capabilities": hello["capabilities"], "window": OUR_WINDOW,
            "frame_room": min(OUR_FRAME_ROOM, hello["frame_room"]), "token": secrets.token_bytes(16)}
        self.begin(self._last_epoch, self._hello_reply["frame_room"], hello["window"])
        self.send_hello_reply()
        self.say("event", 0, "WifiChanged", {"state": CONNECTED if self._joined else 0})
        self.say("event", 0, "AddressChanged", ADDRESS if self._joined else {})
        self.bug.after(self, "hello")

    def send_hello_reply(self, **values):
        """The answer to the last hello, again, with fields that are to differ."""
        declared = DOCUMENTS.message("Hello", "HelloReply")
        octets = declared.id.to_bytes(ID_SIZE, "little") + codec.pack(declared, self._hello_reply | values)
        self.emit("hello", body=self.bug.message(self, "HelloReply", octets))

    # ---- requests

    def on_message(self, arrived):
        if arrived.channel in self.open_requests:
            raise Violation(f"number {arrived.channel} is still open")
        self.requests.append(arrived.name)
        self.open_requests[arrived.channel] = arrived.name
        self.bug.after(self, "request " + arrived.name)
        handle = getattr(self, "_on_" + arrived.name, None)
        try:
            if handle is None:
                raise Failure("unsupported")
            answers = handle(arrived.values, arrived.channel)
        except Failure as failure:
            answers = [("reply", "Failed", {"error": failure.number})]
        if answers is not None:
            self.answer(arrived.channel, answers)

    def answer(self, number, answers):
        """Items and the reply, as far as the bug leaves them."""
        if number not in self.open_requests:
            return
        name = self.open_requests.pop(number)
        for kind, message, values in self.bug.answers(self, name, number, answers):
            self.say(kind, 0 if kind == "event" else number, message, values)
        self.bug.after(self, name)

    def on_cancel(self, number):
        self.cancelled.append(number)
        if number in self.open_requests:
            self.answer(number, [("reply", "Failed", {"error": DOCUMENTS.errors["cancelled"]})])

    @staticmethod
    def _done():
        return [("reply", "Done", {})]

    @staticmethod
    def _listed(name, items):
        return [*(("item", name, item) for item in items), ("reply", "Listed", {"count": len(items)})]

    def _on_Echo(self, asked, _):
        return [("reply", "Echo", asked)]

    def _on_DeviceInfoGet(self, _asked, _):
        return [("reply", "DeviceInfo", {"product": "the peer", "version": "1", "major": MAJOR, "minor": MINOR,
                                         "socket_limit": 16, "radio": 1})]

    def _on_DeviceStatusGet(self, _asked, _):
        return [("reply", "DeviceStatus", {"clients": 1, "sockets": len(self._outside)})]

    # ---- Wi-Fi

    def _on_WifiScan(self, _asked, _):
        return self._listed("WifiNetworkFound", [NETWORK])

    def _on_WifiConnect(self, asked, _):
        if asked["ssid"] != NETWORK["ssid"]:
            raise Failure("wifi_no_network")
        if asked["passphrase"] != PASSPHRASE:
            raise Failure("wifi_wrong_key")
        self._joined = True
        return [("reply", "WifiJoined", NETWORK), ("event", "WifiChanged", {"state": CONNECTED}),
                ("event", "AddressChanged", ADDRESS)]

    def _on_WifiDisconnect(self, _asked, _):
        self._joined = False
        return [*self._done(), ("event", "WifiChanged", {"state": 0, "cause": 1}), ("event", "AddressChanged", {})]

    def _on_WifiStatusGet(self, _asked, _):
        return [("reply", "WifiStatus", {"state": CONNECTED, **NETWORK, **ADDRESS} if self._joined else {})]

    # ---- credentials

    def _on_CredentialWrite(self, asked, _):
        place = asked["tag"], asked["type"]
        if asked["offset"] == 0:
            self._parts[place] = b""
        if asked["offset"] != len(self._parts.get(place, b"")):
            raise Failure("invalid_argument")
        self._parts[place] += asked["part"]
        if len(self._parts[place]) == asked["total"]:
            value = self._parts.pop(place)
            if not asked["replace"] and self.credentials.get(place, value) != value:
                raise Failure("exists")
            self.credentials[place] = value
        return self._done()

    def _on_CredentialDelete(self, asked, _):
        if self.credentials.pop((asked["tag"], asked["type"]), None) is None:
            raise Failure("not_found")
        return self._done()

    def _on_CredentialList(self, _asked, _):
        return self._listed("CredentialEntry", [
            {"tag": tag, "type": kind, "size": len(value), "summary": "a value"}
            for (tag, kind), value in self.credentials.items()])

    # ---- sockets

    def _on_SocketOpen(self, asked, _):
        if asked["family"] != 4:
            raise Failure("family_not_supported")
        if asked["type"] != STREAM_TYPE:
            raise Failure("socket_type_not_supported")
        stream = Stream(self._next_handle, WINDOW, asked["receive_limit"])
        self._next_handle += 1
        self.streams[stream.handle] = stream
        self._outside[stream.handle] = _Outside(stream)
        return [("reply", "SocketOpened", {"socket": stream.handle, "send_limit": WINDOW})]

    def _known(self, asked):
        if asked["socket"] not in self._outside:
            raise Failure("bad_handle")
        return self._outside[asked["socket"]]

    def _on_SocketConnect(self, asked, number):
        outside = self._known(asked)
        if outside.connected:
            raise Failure("is_connected")
        if outside.request is not None:
            raise Failure("already")
        outside.request = number
        outside.socket.connect_ex((asked["peer"].host, asked["peer"].port))
        self._watch(outside)

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
        if outside.connected and not outside.read_all and outside.stream.room > 0:
            events |= select.POLLIN
        if events:
            self.sources[outside.socket.fileno()] = (events, lambda _: self._on_outside(outside))
        else:
            self.sources.pop(outside.socket.fileno(), None)

    def _on_outside(self, outside):
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
            name = ERRORS.get(error, "input_output")
            self.answer(number, [("reply", "Failed", {"error": DOCUMENTS.errors[name], "detail": error})])
        else:
            local = Address(*outside.socket.getsockname())
            self.answer(number, [("reply", "SocketConnected", {"local": local})])

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
        self.say("event", 0, "SocketFailed", {"socket": outside.stream.handle, "error": DOCUMENTS.errors[
            ERRORS.get(error.errno, "input_output")]})
        outside.connected = False
        self.sources.pop(outside.socket.fileno(), None)

    def on_stream(self, stream):
        outside = self._outside[stream.handle]
        if outside.connected:
            self._write(outside)
            self._watch(outside)

    def on_credit(self, stream):
        self._watch(self._outside[stream.handle])
