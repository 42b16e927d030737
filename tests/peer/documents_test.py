# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/protocol, bytes for bytes: both implementations are held to them."""

import random
import re

import pytest

from peer import codec, framing
from peer.conversation import DEADLINE_SIZE, GROUPS, ID_SIZE
from peer.declarations import DOCUMENTS, FOLDER
from peer.frames import Frame

ROOM = 2048


def line_examples():
    """(frame, line bytes) of the chapter about UART."""
    uart = re.search(r"^## UART$(.*?)^## ", (FOLDER / "links.md").read_text(), re.MULTILINE | re.DOTALL)[1]
    frames = re.findall(r"frame `([0-9a-f ]+)`", uart)
    lines = re.findall(r"^```\n([0-9a-f ]+)$", uart, re.MULTILINE)
    return [(bytes.fromhex(frame), bytes.fromhex(line)) for frame, line in zip(frames, lines, strict=True)]


def test_the_crc_is_the_one_of_rfc_3720():
    assert framing.crc32c(b"123456789") == 0xE3069283


@pytest.mark.parametrize(("frame", "line"), line_examples())
def test_line_bytes_are_those_of_the_example(frame, line):
    assert framing.line_bytes(frame) == framing.DELIMITER + line
    assert list(framing.Deframer(ROOM).frames(line)) == [frame]


def test_frames_of_every_length_survive_the_line():
    source = random.Random(1)
    for size in range(1, 1100):
        for frame in (bytes(size), b"\xff" * size, source.randbytes(size), b"\1" * (size - 1) + b"\0"):
            line = framing.line_bytes(frame)
            assert framing.DELIMITER not in line[1:-1]
            assert len(line) <= size + 4 + (size + 4) // 254 + 1 + 2
            assert list(framing.Deframer(ROOM).frames(line)) == [frame]


def test_the_conversation_of_the_documents_is_made_of_their_messages():
    told = []
    for arrow, octets in DOCUMENTS.conversation:
        octets = bytes.fromhex(octets)
        frame = Frame.unpack(octets)
        assert frame.pack() == octets
        assert {">": "host", "<": "NWP"}[arrow] in DOCUMENTS.kinds[frame.kind].senders
        group = GROUPS.get(frame.kind, "Hello")
        if frame.kind in ("hello", *GROUPS):
            head = ID_SIZE + (DEADLINE_SIZE if frame.kind == "request" else 0)
            message = DOCUMENTS.message_of_id(group, int.from_bytes(frame.body[:ID_SIZE], "little"))
            values = codec.unpack(message, frame.body[head:])
            assert codec.pack(message, values) == frame.body[head:]
            told.append(message.name)
    assert told == ["HelloRequest", "HelloReply", "SocketOpen", "SocketOpened", "SocketConnect", "SocketConnected",
                    "SocketClose", "Done"]


def test_ids_and_numbers_are_used_once():
    ids = [(message.group, message.id) for message in DOCUMENTS.messages]
    assert len(ids) == len(set(ids))
    numbers = [kind.number for kind in DOCUMENTS.kinds.values()]
    assert len(numbers) == len(set(numbers))
