# SPDX-License-Identifier: Apache-2.0
"""What every check of this folder shares: which files there are, and how faults are told."""
import argparse
import os
import pathlib
import subprocess
import sys

SOURCES = (".h", ".hpp", ".cpp", ".c")
NOT_OURS = {".git", "build", "__pycache__", ".pytest_cache"}


class Tree:
    """The files of a repository: those git tracks or would track; without git, all but build results."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.files = sorted(self._from_git() if (self.root / ".git").exists() else self._from_disk())

    def _from_git(self):
        # safe.directory: a clone read by another user than its owner (sudo ./test) is still this repository.
        out = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", self.root, "ls-files", "-z", "--cached", "--others",
             "--exclude-standard"], check=True, capture_output=True, text=True).stdout
        return {name for name in out.split("\0") if name and (self.root / name).is_file()}

    def _from_disk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in NOT_OURS]
            for name in names:
                yield (pathlib.Path(folder) / name).relative_to(self.root).as_posix()

    def sources(self):
        """C and C++ files."""
        return [name for name in self.files if name.endswith(SOURCES)]

    def read(self, name):
        """The text of a file; bytes that are no UTF-8 become replacement characters."""
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    def bytes(self, name):
        return (self.root / name).read_bytes()

    def exists(self, name):
        return (self.root / name).is_file()


def is_test(name):
    """A unit test or fuzz target, which stands beside the code it tests, or what several of them share (test_*,
    *_fixture)."""
    stem = pathlib.PurePosixPath(name).stem
    return name.startswith("tests/") or stem.startswith("test_") or stem.endswith(("_test", "_fuzz", "_fixture"))


def arguments(description):
    """The parser that every check begins with: --root is the repository."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parents[2])
    return parser


def finish(faults, what):
    """Prints the faults and ends the program: status 1 if there are any."""
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults in {what}")
    sys.exit(1 if faults else 0)
