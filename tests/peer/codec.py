# SPDX-License-Identifier: Apache-2.0
"""Bytes of a message by its declaration (messages.md, Types)."""

import ipaddress
import typing

NUMBERS = {"u8": (1, False), "u16": (2, False), "u32": (4, False), "u64": (8, False), "i8": (1, True), "i32": (4, True)}
FIXED = {"bssid": 6, "token": 16}
LENGTHS = {"text": 1, "blob": 2}  # bytes of the length in front


class Malformed(Exception):
    """Bytes that are not what their declaration says."""


class Address(typing.NamedTuple):
    host: str
    port: int
    scope: int = 0


def _pack_address(address):
    if address is None:
        return b"\0"
    host = ipaddress.ip_address(address.host)
    scope = address.scope.to_bytes(4, "little") if host.version == 6 else b""
    return bytes([host.version]) + address.port.to_bytes(2, "little") + host.packed + scope


def pack_value(kind, value):
    if kind in NUMBERS:
        size, signed = NUMBERS[kind]
        return value.to_bytes(size, "little", signed=signed)
    if kind in LENGTHS:
        octets = value.encode() if kind == "text" else value
        return len(octets).to_bytes(LENGTHS[kind], "little") + octets
    if kind in FIXED:
        assert len(value) == FIXED[kind]
        return value
    assert kind == "address", kind
    return _pack_address(value)


def default(kind):
    if kind in NUMBERS:
        return 0
    return {"text": "", "blob": b"", "address": None}.get(kind, bytes(FIXED.get(kind, 0)))


def pack(message, values):
    """Fields that `values` does not name have their default."""
    unknown = set(values) - {field.name for field in message.fields}
    assert not unknown, f"{message.name} has no {unknown}"
    return b"".join(pack_value(field.type, values.get(field.name, default(field.type))) for field in message.fields)


class _Reader:
    def __init__(self, octets):
        self._octets, self.place = octets, 0

    @property
    def left(self):
        return len(self._octets) - self.place

    def take(self, size):
        if size > self.left:
            raise Malformed(f"{size} bytes wanted, {self.left} there")
        self.place += size
        return self._octets[self.place - size:self.place]

    def number(self, size, signed=False):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def value(self, kind):
        if kind in NUMBERS:
            return self.number(*NUMBERS[kind])
        if kind in LENGTHS:
            octets = self.take(self.number(LENGTHS[kind]))
            return octets if kind == "blob" else self._text(octets)
        if kind in FIXED:
            return self.take(FIXED[kind])
        assert kind == "address", kind
        return self._address()

    @staticmethod
    def _text(octets):
        try:
            return octets.decode()
        except UnicodeDecodeError as error:
            raise Malformed(str(error)) from error

    def _address(self):
        family = self.number(1)
        if family == 0:
            return None
        if family not in (4, 6):
            raise Malformed(f"address of family {family}")
        port = self.number(2)
        host = ipaddress.ip_address(self.take(4 if family == 4 else 16))
        return Address(str(host), port, self.number(4) if family == 6 else 0)


def unpack_first(kind, octets):
    """One value, and what follows it."""
    reader = _Reader(octets)
    return reader.value(kind), octets[reader.place:]


def unpack(message, octets):
    """Values by field; what follows the last one is ignored."""
    reader, values = _Reader(octets), {}
    for field in message.fields:
        missing = field.since > 0 and reader.left == 0
        values[field.name] = default(field.type) if missing else reader.value(field.type)
    return values
