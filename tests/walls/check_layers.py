#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every direct include obeys the layer table, layers.txt."""
import fnmatch
import pathlib
import re

import tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
TABLE = pathlib.Path(__file__).with_name("layers.txt")


class Layers:
    """layers.txt, read."""

    def __init__(self, text):
        self.may_include = {}
        self.libraries = {}
        words = {}
        section = None
        for line in text.splitlines():
            line = line.partition("#")[0].strip()
            if line.startswith("["):
                section = line.strip("[]")
            elif line and section in ("folders", "libraries"):
                name, _, allowed = line.partition(":")
                into = self.may_include if section == "folders" else self.libraries
                into[name.strip()] = allowed.split()
            elif line:
                words.setdefault(section, []).extend(line.split())
        self.beside = words.get("beside", [])
        self.freestanding = words.get("freestanding", [])
        self.hosted_files = words.get("hosted files", [])
        self.headers = {folder: set(words.get("freestanding headers", [])) |
                        set(words.get(f"freestanding headers of {folder}", [])) for folder in self.freestanding}

    def folder_of(self, name):
        """The line of the table that a file belongs to, or None."""
        parents = (str(parent) for parent in pathlib.PurePosixPath(name).parents)
        return next((parent for parent in parents if parent in self.may_include), None)

    def allows(self, folder, included):
        return folder == included or any(fnmatch.fnmatchcase(included, allowed)
                                         for allowed in self.may_include[folder])

    def faults(self):
        """What is wrong with the table itself: unknown names, and folders that include each other in a ring."""
        known = set(self.may_include)
        for folder, allowed in self.may_include.items():
            for name in allowed:
                if not any(fnmatch.fnmatchcase(other, name) or name.startswith(other + "/") for other in known):
                    yield f"layers.txt: {folder} may include {name}, which has no line"
        # tests may include everything; a ring through them is none of the product's.
        left = {folder: {other for other in known if self.allows(folder, other)} - {folder, "tests"}
                for folder in known if folder != "tests"}
        while True:
            ready = {folder for folder, below in left.items() if not below & set(left)}
            if not ready:
                break
            for folder in ready:
                del left[folder]
        if left:
            yield f"layers.txt: these folders include each other in a ring: {' '.join(sorted(left))}"


def resolve(files, includer, included):
    """The project file that an include means, or None: from the root, or by a public include folder."""
    if included in files:
        return included
    beside = str(pathlib.PurePosixPath(includer).parent / included)
    if beside in files:
        return beside
    return next((name for name in files if name.endswith("/include/" + included)), None)


def faults_of_project_include(layers, name, folder, included):
    if tree.is_test(included) and not tree.is_test(name) and not layers.allows(folder, "tests/kit"):
        yield f"includes a test: {included}"
        return
    target = layers.folder_of(included)
    if target is None or layers.allows(folder, target):
        return
    prefixes = layers.beside if tree.is_test(name) else layers.may_include[folder]
    if any(included.startswith(prefix + "/") for prefix in prefixes):
        return
    yield f"{folder} may not include {target}: {included}"


def faults_of_system_include(layers, name, folder, included):
    for beginning, owners in layers.libraries.items():
        if included.startswith(beginning) and not name.startswith(tuple(owners)):
            yield f"<{included}> belongs to {' '.join(owners)}"
    if folder not in layers.freestanding or tree.is_test(name):
        return
    if any(fnmatch.fnmatchcase(name, hosted) for hosted in layers.hosted_files):
        return
    if included not in layers.headers[folder]:
        yield f"<{included}> is not for a microcontroller: layers.txt lists what {folder} may include"


def check(files, layers):
    yield from layers.faults()
    known = set(files.files)
    for name in files.sources():
        folder = layers.folder_of(name)
        if folder is None:
            yield f"{name}: its folder has no line in layers.txt"
            continue
        text = files.read(name)
        for match in INCLUDE.finditer(text):
            quote, included = match.groups()
            place = f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
            target = resolve(known, name, included)
            if target is None and quote == '"':
                faults = [f'"{included}" is no file of this repository']
            elif target is None:
                faults = faults_of_system_include(layers, name, folder, included)
            elif ".." in included or (target != included and "/include/" not in target):
                faults = [f'"{included}": write the path from the root of the repository']
            else:
                faults = faults_of_project_include(layers, name, folder, target)
            yield from (f"{place}: {fault}" for fault in faults)


def main():
    root = tree.arguments(__doc__).parse_args().root
    files = tree.Tree(root)
    faults = list(check(files, Layers(TABLE.read_text())))
    tree.finish(faults or ([] if files.sources() else ["no sources found"]), f"{len(files.sources())} sources")


if __name__ == "__main__":
    main()
