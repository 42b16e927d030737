#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The repository speaks of the project alone: no path of one machine, no host of a package registry, no unfinished
work, none of the words that belong to a workplace rather than to the product."""
import hashlib
import re

import tree

# Written so that this file does not contain what it looks for.
PATTERNS = [
    ("path of one machine", re.compile(r"(?<![\w.}/-])/(?:work|root|home/\w+|Users/\w+)/")),
    ("host of a package registry", re.compile(
        r"\b(?:deb|snapshot|security|ftp)\.debian\.org|\b(?:files\.)?python(?:hosted)?\.org/simple|\bpypi\.org"
        r"|\bregistry\.npmjs\.org|\bproxy\.golang\.org|\bcrates\.io|\b(?:ghcr|gcr|docker|quay)\.io\b|-docker\.pkg\.dev")),
    ("unfinished work", re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")),
]

# SHA-256, first 12 digits, of words that no file may contain; case counts in the second set. Add one by:
#   printf %s word | sha256sum | cut -c 1-12
WORDS = {
    "386ebc0efd04", "3ea125d0bff3", "487b91042c7c", "60965168ce76", "7d3194f79e64", "94a168d2da57",
    "c70eca6b0f88", "c857d09db23e", "d298391b0743", "de2187af3fb0", "e408ee3d8309",
}
WORDS_AS_WRITTEN = {
    "11fb682be0a0", "4f4c64feac56",
}

WORD = re.compile(r"[A-Za-z0-9_]+")


def digest(word):
    return hashlib.sha256(word.encode()).hexdigest()[:12]


class Digests(dict):
    """digest() of each word, reckoned once."""

    def __missing__(self, word):
        self[word] = digest(word)
        return self[word]


def check(files):
    digests = Digests()
    for name in files.files:
        if b"\0" in files.bytes(name)[:4096] or name == "LICENSE":
            continue
        for number, line in enumerate(files.read(name).splitlines(), 1):
            for what, pattern in PATTERNS:
                if pattern.search(line):
                    yield f"{name}:{number}: {what}: {pattern.search(line).group()}"
            for word in WORD.findall(line):
                if digests[word.lower()] in WORDS or digests[word] in WORDS_AS_WRITTEN:
                    yield f"{name}:{number}: a word of the workplace: {word}"


def main():
    files = tree.Tree(tree.arguments(__doc__).parse_args().root)
    tree.finish(list(check(files)) if files.files else ["no files found"], f"the words of {len(files.files)} files")


if __name__ == "__main__":
    main()
