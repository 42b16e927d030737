#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A board of ports/baremetal is small: all of its folder but start-up code and what a vendor's header would hold. Of
the links each is counted alone with the rest: a product has one."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LINES_BELOW = 150
ASIDE = ("startup.cpp", "registers.h")  # and the linker script
LINK = "_link.cpp"


def sizes(board):
    """{"LINK": lines of the board with it} of a board's folder."""
    lines = {file.name: len(file.read_text().splitlines()) for file in board.iterdir()
             if file.suffix != ".ld" and file.name not in ASIDE}
    common = sum(count for name, count in lines.items() if not name.endswith(LINK))
    return {name: common + count for name, count in lines.items() if name.endswith(LINK)}


def problems(boards):
    """What is wrong with the boards in a folder, as lines for people."""
    found = [board for board in sorted(boards.iterdir()) if board.is_dir()]
    if not found:
        return [f"{boards}: no board"]
    told = []
    for board in found:
        with_link = sizes(board)
        if not with_link:
            told.append(f"{board}: no file *{LINK}")
        told += [f"{board}: {count} lines with {name}, below {LINES_BELOW} is the promise: what is not the board's "
                 "belongs to ports/baremetal" for name, count in with_link.items() if count >= LINES_BELOW]
    return told


def main():
    told = problems(ROOT / "ports" / "baremetal" / "boards")
    print(*told, sep="\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
