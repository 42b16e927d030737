#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every source file begins with its licence: within the first two lines, as the first may be for the shell."""
import pathlib

import tree

LICENCE = "SPDX-License-Identifier: " + "Apache-2.0"
SUFFIXES = tree.SOURCES + (".py", ".sh", ".cmake", ".txt.in", ".S", ".ld")
NAMES = {"CMakeLists.txt", ".clang-format", ".clang-tidy"}


def needs_licence(files, name):
    path = pathlib.PurePosixPath(name)
    if path.suffix in SUFFIXES or path.name in NAMES:
        return True
    return path.suffix == "" and files.bytes(name)[:2] == b"#!"


def check(files):
    looked_at = [name for name in files.files if needs_licence(files, name)]
    faults = [f"{name}: no '{LICENCE}' in the first two lines" for name in looked_at
              if not any(LICENCE in line for line in files.read(name).splitlines()[:2])]
    return faults if looked_at else ["no source files found"]


def main():
    files = tree.Tree(tree.arguments(__doc__).parse_args().root)
    tree.finish(check(files), "licence lines")


if __name__ == "__main__":
    main()
