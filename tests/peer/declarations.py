# SPDX-License-Identifier: Apache-2.0
"""The documents as data: every id, field, kind and number that the peer uses is read from the tables of messages.md and
session.md when it starts, so it is the documents that are tested."""

import pathlib
import re
import typing

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "docs" / "protocol"


class Field(typing.NamedTuple):
    name: str
    type: str
    since: int


class Message(typing.NamedTuple):
    name: str
    id: int
    group: str  # heading of its chapter: Hello, Requests, Replies, Items, Events
    reply: str  # what answers a request, else empty
    fields: tuple


class Kind(typing.NamedTuple):
    number: int
    name: str
    senders: frozenset  # of "host", "NWP"
    sequenced: bool


def _rows(text):
    """Cells of the table rows in `text`, without headings and rulers."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _chapters(text, mark):
    """(heading, text) of each chapter whose heading begins with `mark`."""
    parts = re.split(rf"^{mark} (.+)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2]))


def _message(group, heading, text):
    name, number = re.fullmatch(r"(\w+) \((0x[0-9A-F]{4})\)", heading).groups()
    reply = re.search(r"^Reply: (\w+), or Failed\.$", text, re.MULTILINE)
    fields = tuple(Field(row[0], row[1], int(row[3])) for row in _rows(text) if row[0] != "field")
    assert fields or "No fields." in text, heading
    return Message(name, int(number, 16), group, reply[1] if reply else "", fields)


class Documents:
    """messages.md and session.md."""

    def __init__(self, folder=FOLDER):
        chapters = dict(_chapters((folder / "messages.md").read_text(), "##"))
        self.messages = [_message(group, heading, text)
                         for group in ("Hello", "Requests", "Replies", "Items", "Events")
                         for heading, text in _chapters(chapters[group], "###")]
        self.errors = self._numbers(chapters["Errors"])
        self.options = self._numbers(chapters["Socket options"])
        self.protocols = self._numbers(chapters["Protocols"])
        self.credential_types = self._numbers(chapters["Credential types"])
        self._by_name = {(message.group, message.name): message for message in self.messages}
        self._by_id = {(message.group, message.id): message for message in self.messages}
        self._read_session((folder / "session.md").read_text())

    @staticmethod
    def _numbers(text):
        """name: number, both ways round."""
        numbers = {row[1]: int(row[0]) for row in _rows(text) if row[0] != "number"}
        return numbers | {number: name for name, number in numbers.items()}

    def _read_session(self, text):
        chapters = dict(_chapters(text, "##"))
        rows = list(_rows(chapters["Frame"]))
        self.capabilities = {row[1]: int(row[0]) for row in _rows(chapters["Hello"]) if row[0].isdigit()}
        kinds = [row for row in rows if len(row) == 6 and row[0].isdigit()]
        flags = [row for row in rows if len(row) == 4 and row[0].isdigit()]
        self.kinds = {row[1]: Kind(int(row[0]), row[1], frozenset(("host", "NWP") if row[2] == "both" else (row[2],)),
                                   row[3] == "yes") for row in kinds}
        self.kind_of_number = {kind.number: kind for kind in self.kinds.values()}
        self.flags = {row[1]: int(row[0]) for row in flags}
        self.conversation = re.findall(r"^([<>]) ([0-9a-f ]+)$", chapters["A whole conversation"], re.MULTILINE)

    def message(self, group, name):
        return self._by_name[group, name]

    def message_of_id(self, group, number):
        """None where nothing of that group has it."""
        return self._by_id.get((group, number))


DOCUMENTS = Documents()
