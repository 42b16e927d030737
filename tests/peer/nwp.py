# SPDX-License-Identifier: Apache-2.0
"""The NWP: answers hellos and requests. Its air and its store are small and its own; its sockets are real."""

import contextlib
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
from peer.nwp_sockets import Failure, NwpSockets

EPOCHS = 16
LIMIT_S = 20
CONNECTED = 3
NETWORK = {"ssid": "peer-home", "bssid": bytes.fromhex("020000000001"), "channel": 6, "rssi_dbm": -40, "security": 1}
PASSPHRASE = "as the documents say"
ADDRESS = {"address": Address("10.1.2.3", 0), "prefix_length": 24, "gateway": Address("10.1.2.1", 0),
           "dns": Address("10.1.2.1", 0)}


class Nwp(NwpSockets, Conversation):
    """Serves one host at a time in a thread of its own, from `with` to the end of the block. What went wrong there
    is raised at that end."""

    def __init__(self, link=None, listener=None, bug=None):
        super().__init__("NWP", link, bug)
        self._listener = listener
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

    # ---- hello

    def sessions(self):
        """How many began: a host whose hello is not answered at once says the same again."""
        return len({hello["nonce"] for hello in self.hellos})

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
