# SPDX-License-Identifier: Apache-2.0
"""Structs of the wire from one line each: "sd:u8 port:be16 ~2 address:4s".

name:TYPE       little endian u8 i8 u16 i16 u32 i32, big endian be16, N bytes Ns; TYPE*N is a list
~N              N bytes that the host driver does not initialise: they carry garbage on purpose
.N              N bytes that are zero
"""

import struct

FORMATS = {"u8": "<B", "i8": "<b", "u16": "<H", "i16": "<h", "u32": "<I", "i32": "<i", "be16": ">H"}


def pad4(size):
    return (size + 3) // 4 * 4


def no_garbage(size):
    return bytes(size)


class Layout:
    def __init__(self, text=""):
        self.fields, self.garbage, self.size = [], [], 0
        for word in text.split():
            if word[0] in "~.":
                if word[0] == "~":
                    self.garbage.append((self.size, int(word[1:])))
                self.size += int(word[1:])
                continue
            name, _, kind = word.partition(":")
            kind, _, count = kind.partition("*")
            form = FORMATS.get(kind) or f"<{kind}"
            self.fields.append((name, self.size, form, int(count) if count else None))
            self.size += struct.calcsize(form) * int(count or 1)
        self.names = {field[0] for field in self.fields}

    def pack(self, values, garbage=no_garbage):
        """Fields that `values` does not name are zero; one that is no field is an error of the test."""
        unknown = set(values) - self.names
        if unknown:
            raise KeyError(f"no such fields: {unknown}")
        octets = bytearray(self.size)
        for place, size in self.garbage:
            octets[place:place + size] = garbage(size)
        for name, place, form, count in self.fields:
            if name in values:
                entries = values[name] if count else [values[name]]
                for number, entry in enumerate(entries):
                    struct.pack_into(form, octets, place + number * struct.calcsize(form), entry)
        return bytes(octets)

    def unpack(self, octets):
        values = {}
        for name, place, form, count in self.fields:
            entries = [struct.unpack_from(form, octets, place + number * struct.calcsize(form))[0]
                       for number in range(count or 1)]
            values[name] = entries if count else entries[0]
        return values
