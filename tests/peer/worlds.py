# SPDX-License-Identifier: Apache-2.0
"""What the tests of both liars stand on: hosts at a daemon's links, a whole conversation, an honest neighbour."""

import os
import select
import socket
import threading
import time

import conftest as system
import servers
from peer import links
from peer.frames import Frame
from peer.host import Host

KINDS = ["unix", "pty"]
OTHER = {"unix": "pty", "pty": "unix"}
SAID = os.urandom(9000)
WINDOW = 16384
FULL_AFTER_S = 2


def host_at(lab, kind, bug=None):
    """A host on a link of its own to the lab's daemon."""
    link = (links.PacketLink if kind == "unix" else links.LineLink).to(lab.folder / f"nwp.{kind}")
    lab.stack.callback(link.close)
    return Host(link, bug)


def connected(host, server):
    stream = host.open(WINDOW)
    host.connect(stream, servers.ADDRESS, server.port)
    return stream


def converse(host, echo):
    """Everything an honest host does, from hello to close; true when every byte came back."""
    host.hello()
    host.call("DeviceInfoGet")
    stream = connected(host, echo)
    echoed = b""
    for at in range(0, len(SAID), 3000):
        host.send(stream, SAID[at:at + 3000])
        echoed += host.receive(stream, 3000)
    host.send(stream, SAID)
    host.wait(lambda: stream.received == 2 * len(SAID))
    echoed += host.receive(stream, len(SAID))
    host.close(stream)
    host.call("DeviceInfoGet")
    return echoed == SAID + SAID


class Deaf(servers.Server):
    """Takes connections, and reads nothing until the end of the test."""

    def __init__(self):
        self._over = threading.Event()
        super().__init__(lambda connection: self._over.wait())

    def __exit__(self, *of_with):
        self._over.set()
        super().__exit__(*of_with)


class Full:
    """A port where no connection is answered any more: its backlog is full."""

    def __enter__(self):
        self._listener = socket.create_server((servers.ADDRESS, 0), backlog=0)
        self.port = self._listener.getsockname()[1]
        self._waiting = []
        while True:
            waiting = socket.socket()
            waiting.settimeout(0.2)
            self._waiting.append(waiting)
            try:
                waiting.connect((servers.ADDRESS, self.port))
            except TimeoutError:
                return self

    def __exit__(self, *_):
        for each in (*self._waiting, self._listener):
            each.close()


def flood(host, request, most):
    """Sends that request again and again and takes no answer, until `most` or until the link has no room for a while;
    returns how many went out."""
    for number in range(most):
        frame = Frame("request", host.epoch, 0, 1 + number % 60000, number + host.outgoing.oldest, host.incoming.next,
                      request)
        _, writable, _ = select.select([], [host.link], [], FULL_AFTER_S)
        if not writable:
            return number
        host.link.send(frame.pack())
    return most


class Driver:
    """A program behind the C++ driver that makes one call after the other."""

    def __init__(self, lab, nwp):
        self.process = lab.start_host(nwp.url, program="call_host")

    def call(self, *words, limit_s=30):
        """errno, else what it read, else its result; and how long it took."""
        began = time.monotonic()
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        said = system.said(self.process, limit_s)
        assert said["call"] == words[0]
        return said["errno"] or said["text"] or said["result"], time.monotonic() - began

    def converse(self, echo):
        """What every call gave, by its name."""
        calls = [("stream",), ("connect", servers.ADDRESS, echo.port), ("send", "hello"), ("recv", 5), ("close",)]
        return {words[0]: self.call(*words)[0] for words in calls}


class Neighbour:
    """An honest host on a link of its own, with a stream that lives through everything."""

    def __init__(self, lab, kind, echo):
        self.host = host_at(lab, kind)
        self.host.hello()
        self.stream = connected(self.host, echo)

    def goes_on(self):
        self.host.send(self.stream, SAID[:1000])
        return self.host.receive(self.stream, 1000) == SAID[:1000]

    def status(self):
        return self.host.call("DeviceStatusGet")


class World:
    """A daemon with a neighbour on the other kind of link; `end` says that it lived well to its end."""

    def __init__(self, lab, kind, echo, *options):
        self.lab, self.kind, self.echo = lab, kind, echo
        self.nwpd = lab.nwpd("--radio", "none", *options, kinds=KINDS)
        self.neighbour = Neighbour(lab, OTHER[kind], echo)

    def until(self, is_so, *hosts):
        """Asks for the daemon's status until it is so; `hosts` go on meanwhile."""
        end = time.monotonic() + 20
        while not is_so(self.neighbour.status()):
            assert time.monotonic() < end, "the status never says so"
            for host in hosts:
                host.turn(time.monotonic() + 0.005)

    def end(self):
        assert self.neighbour.goes_on()
        self.nwpd.terminate()
        assert self.nwpd.wait(20) == 0
