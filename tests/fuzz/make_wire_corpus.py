#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the kept corpora of fuzz_requests, fuzz_replies_events and fuzz_session from wire/golden and
docs/protocol/session.md. Run it when golden files were added."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"


def write(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def golden():
    """Name of the file, id and body of each golden file."""
    for path in sorted((ROOT / "wire/golden").glob("*.hex")):
        lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
        yield path.stem, int(lines[0].split()[0], 16), bytes.fromhex(" ".join(lines[1:]))


def requests():
    """Ids of the requests and hellos, as docs/protocol/messages.md lists them."""
    text = (ROOT / "docs/protocol/messages.md").read_text()
    listed = text[text.index("## Hello"):text.index("## Replies")]
    return {int(number, 16) for number in re.findall(r"^### \w+ \((0x[0-9A-F]+)\)", listed, re.MULTILINE)}


def conversation(sender):
    """Steps of fuzz_session that say what `sender` says in the document: each frame raw."""
    steps = b""
    for line in (ROOT / "docs/protocol/session.md").read_text().splitlines():
        if line.startswith(sender + " "):
            frame = bytes.fromhex(line[2:])
            steps += bytes([0, len(frame)]) + frame
    return steps


def main():
    for name, number, body in golden():
        message = number.to_bytes(2, "little") + body
        write("fuzz_requests" if number in requests() else "fuzz_replies_events", name, message)
    for reliable in (0, 1):
        write("fuzz_session", f"nwp_{reliable}", bytes([1, reliable]) + conversation(">"))
        # A hello of ours and its answer first: step 6.
        write("fuzz_session", f"host_{reliable}", bytes([0, reliable, 6]) + conversation("<"))
    for fate in (0, 1, 2, 192):
        write("fuzz_session", f"both_{fate}", bytes([2]) + bytes([0, 0, 0, fate] * 40))


if __name__ == "__main__":
    main()
