# SPDX-License-Identifier: Apache-2.0
"""Servers for Zephyr's samples, of nobody's code but what the RFCs say."""

import socket
import struct
import threading


class Datagrams:
    """Answers datagrams, at a port of its own unless told one, until the stack it is put on ends."""

    def __init__(self, stack, address, port=0):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.port = self.socket.getsockname()[1]
        stack.callback(self._end)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while True:
            datagram, sender = self.socket.recvfrom(65535)
            if sender[:2] == self.socket.getsockname()[:2]:
                return  # our own: the end
            self.answer(datagram, sender)

    def _end(self):
        self.socket.sendto(b"", self.socket.getsockname())
        self._thread.join()
        self.socket.close()

    def answer(self, datagram, sender):
        raise NotImplementedError


class Echo(Datagrams):
    def answer(self, datagram, sender):
        self.socket.sendto(datagram, sender)


class Sntp(Datagrams):
    """RFC 4330 5: what a server answers a client, with one time for ever."""

    SECONDS = 3_900_000_000  # since 1900

    def answer(self, datagram, sender):
        flags, = struct.unpack_from("B", datagram)
        version, originate = flags >> 3 & 7, datagram[40:48]
        now = struct.pack(">II", self.SECONDS, 0x8000_0000)
        head = struct.pack(">BBbbII4s", version << 3 | 4, 1, 6, -20, 0, 0, b"TEST")
        self.socket.sendto(head + now + originate + now + now, sender)


class Coap(Datagrams):
    """RFC 7252, as much as the samples ask for: /test takes every method, /large is given in blocks (RFC 7959),
    /obs tells of five changes (RFC 7641). `requests` are the methods and paths that came."""

    CONFIRMABLE, ACKNOWLEDGEMENT = 0, 2
    OBSERVE, URI_PATH, BLOCK2 = 6, 11, 23
    CONTENT, CREATED, DELETED, CHANGED, NOT_FOUND = 0x45, 0x41, 0x42, 0x44, 0x84
    LARGE = bytes(index % 251 for index in range(2048))
    CHANGES = 5

    def __init__(self, stack, address):
        self.requests, self.acknowledged, self._identifier = [], [], 0x7000
        super().__init__(stack, address)

    @staticmethod
    def _parse(datagram):
        """Type, code, identifier, token, options as (number, value), payload."""
        first, code, identifier = struct.unpack_from(">BBH", datagram)
        assert first >> 6 == 1, "version"
        length = first & 15
        token, at, number, options = datagram[4:4 + length], 4 + length, 0, []
        while at < len(datagram) and datagram[at] != 0xFF:
            delta, size, at = datagram[at] >> 4, datagram[at] & 15, at + 1
            if delta == 13:
                delta, at = datagram[at] + 13, at + 1
            if size == 13:
                size, at = datagram[at] + 13, at + 1
            number += delta
            options.append((number, datagram[at:at + size]))
            at += size
        return first >> 4 & 3, code, identifier, token, options, datagram[at + 1:]

    @staticmethod
    def _message(kind, code, identifier, token, options=(), payload=b""):
        coded, last = b"", 0
        for number, value in options:
            delta, last = number - last, number
            coded += bytes([min(delta, 13) << 4 | len(value)]) + (bytes([delta - 13]) if delta >= 13 else b"") + value
        head = struct.pack(">BBH", 0x40 | kind << 4 | len(token), code, identifier)
        return head + token + coded + (b"\xff" + payload if payload else b"")

    def answer(self, datagram, sender):
        kind, method, identifier, token, options, _ = self._parse(datagram)
        if kind == self.ACKNOWLEDGEMENT:
            self.acknowledged.append(identifier)
            return
        path = b"/".join(value for number, value in options if number == self.URI_PATH)
        self.requests.append((method, path.decode()))
        given = dict(options)
        code, extra, payload = self._resource(method, path, given)
        self.socket.sendto(self._message(self.ACKNOWLEDGEMENT, code, identifier, token, extra, payload), sender)
        if given.get(self.OBSERVE) == b"":  # 0: register
            for change in range(1, self.CHANGES + 1):
                self._identifier += 1
                self.socket.sendto(self._message(self.CONFIRMABLE, self.CONTENT, self._identifier, token,
                                                 [(self.OBSERVE, bytes([change]))], b"changed"), sender)

    def _resource(self, method, path, given):
        if path == b"test":
            return {1: self.CONTENT, 2: self.CREATED, 3: self.CHANGED, 4: self.DELETED}[method], [], b""
        if path == b"large":
            block = int.from_bytes(given[self.BLOCK2], "big")
            number, size = block >> 4, 16 << (block & 7)
            payload = self.LARGE[number * size:][:size]
            more = (number + 1) * size < len(self.LARGE)
            value = number << 4 | more << 3 | block & 7
            return self.CONTENT, [(self.BLOCK2, value.to_bytes((value.bit_length() + 7) // 8, "big"))], payload
        if path == b"obs":
            return self.CONTENT, [(self.OBSERVE, b"\0")] if given.get(self.OBSERVE) == b"" else [], b"state"
        return self.NOT_FOUND, [], b""
