#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Documents say what is: generated ones equal what is generated now, links lead somewhere, dependencies are named."""
import pathlib
import re
import subprocess

import tree

MESSAGES = "docs/protocol/messages.md"
PACKAGES = "packages.txt"
ARCHITECTURE = "ARCHITECTURE.md"

CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#+\s+(.*?)\s*#*$", re.MULTILINE)


def anchor(heading):
    """The name by which a heading is linked: lower case, no punctuation, hyphens for blanks."""
    text = re.sub(r"[`*]|\[|\]\([^)]*\)|\]", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(text):
    fenceless = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return {anchor(heading) for heading in HEADING.findall(fenceless)}


def faults_of_links(files):
    for name in files.files:
        if not name.endswith(".md"):
            continue
        for link in LINK.findall(CODE.sub("", files.read(name))):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, fragment = link.partition("#")
            target = (files.root / name).parent / path if path else files.root / name
            if not target.exists():
                yield f"{name}: link to {link}: no such file"
            elif fragment and target.suffix == ".md" and fragment not in anchors(target.read_text()):
                yield f"{name}: link to {link}: no such heading"


def packages(text):
    """The packages that packages.txt lists."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("[")]


def faults_of_packages(files):
    if not files.exists(ARCHITECTURE):
        yield f"{ARCHITECTURE} is missing: it names each package of {PACKAGES}"
        return
    document = files.read(ARCHITECTURE)
    named = packages(files.read(PACKAGES))
    if not named:
        yield f"{PACKAGES} lists nothing"
    for package in named:
        if not re.search(rf"(?<![\w.+-]){re.escape(package)}(?![\w+-])", document):
            yield f"{ARCHITECTURE}: does not name the package {package}"


def faults_of_generated(files, wire_doc):
    """messages.md is what the program of wire/ prints; from the first message on both must be there."""
    has_messages = any(name.startswith("wire/") and name.endswith(".h") for name in files.files)
    if wire_doc is None:
        if has_messages or files.exists(MESSAGES):
            yield f"{MESSAGES}: the program that prints it, nwp-wire-doc, is not part of this build"
        return
    printed = subprocess.run([wire_doc], check=True, capture_output=True, text=True).stdout
    if not files.exists(MESSAGES):
        yield f"{MESSAGES} is missing: write what {pathlib.Path(wire_doc).name} prints"
    elif files.read(MESSAGES) != printed:
        yield f"{MESSAGES} is not what {pathlib.Path(wire_doc).name} prints: write it anew"


def check(files, wire_doc=None):
    return [*faults_of_links(files), *faults_of_packages(files), *faults_of_generated(files, wire_doc)]


def main():
    parser = tree.arguments(__doc__)
    parser.add_argument("--wire-doc", help="the program that prints " + MESSAGES)
    options = parser.parse_args()
    tree.finish(check(tree.Tree(options.root), options.wire_doc), "documents")


if __name__ == "__main__":
    main()
