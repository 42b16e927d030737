# SPDX-License-Identifier: Apache-2.0
"""The captured messages of golden.txt: G1 to G65."""

import dataclasses
import pathlib
import re


@dataclasses.dataclass
class Captured:
    title: str
    to_host: bool
    octets: bytes
    garbage: frozenset  # places of bytes that mean nothing

    def masked(self, octets=None):
        octets = bytearray(self.octets if octets is None else octets)
        for place in self.garbage & set(range(len(octets))):
            octets[place] = 0
        return bytes(octets)


def _read():
    captured = {}
    text = pathlib.Path(__file__).with_name("golden.txt").read_text()
    for number, way, title, body in re.findall(r"^G(\d+) ([<>]) (.*)\n((?:[0-9a-f~ ]+\n?)+)", text, re.MULTILINE):
        words = body.split()
        captured[int(number)] = Captured(
            title, way == "<", bytes(int(word[:2], 16) for word in words),
            frozenset(place for place, word in enumerate(words) if word.endswith("~")))
    return captured


GOLDEN = _read()


def octets(number):
    return GOLDEN[number].octets
