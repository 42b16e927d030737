#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over every source of a build folder that is no test, in parallel; tests have the compiler's warnings, the
sanitizers and their own assertions, and would triple the time. What passed once is remembered in BUILD/tidy by the
contents of all it depends on: the source, the project's headers under it, its command, .clang-tidy and the tool's
version. Headers of the system are not among them: a machine that upgrades a library deletes BUILD/tidy."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import threading
import time

import check_layers
import tree

TOOL = "clang-tidy-16"


def commands(build, root):
    """Source name to compile command, each source of the repository once; build results are left out."""
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if not path.is_relative_to(root) or path.is_relative_to(build):
            continue
        name = path.relative_to(root).as_posix()
        if not tree.is_test(name):
            found.setdefault(name, entry["command"])
    return found


class Headers:
    """Which project files a source includes, directly or not."""

    def __init__(self, files):
        self.files = files
        self.known = set(files.files)
        self.direct = {}

    def under(self, name):
        seen, left = set(), [name]
        while left:
            one = left.pop()
            if one not in seen:
                seen.add(one)
                left += self._includes(one)
        return sorted(seen)

    def _includes(self, name):
        if name not in self.direct:
            found = (check_layers.resolve(self.known, name, included)
                     for _, included in check_layers.INCLUDE.findall(self.files.read(name)))
            self.direct[name] = [target for target in found if target]
        return self.direct[name]


def key(files, headers, name, command, common):
    digest = hashlib.sha256(common + command.encode())
    for part in headers.under(name):
        digest.update(part.encode() + b"\0" + hashlib.sha256(files.bytes(part)).digest())
    return digest.hexdigest()


class Run:
    def __init__(self, files, build, cache):
        self.files, self.build, self.cache = files, build, cache
        self.lock = threading.Lock()
        self.done = 0

    def tidy(self, name, mark, total):
        """True if the source is clean; remembers that."""
        begin = time.monotonic()
        result = subprocess.run([TOOL, "-p", self.build, "--quiet", self.files.root / name],
                                capture_output=True, text=True)
        if result.returncode == 0:
            (self.cache / mark).touch()
        with self.lock:
            self.done += 1
            print(f"[{self.done}/{total}] {name} {time.monotonic() - begin:.1f} s", flush=True)
            if result.returncode:
                print(result.stdout + result.stderr, flush=True)
        return result.returncode == 0


def main():
    parser = tree.arguments(__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    files, build = tree.Tree(options.root), options.build.resolve()
    cache = build / "tidy"
    cache.mkdir(exist_ok=True)
    version = subprocess.run([TOOL, "--version"], check=True, capture_output=True).stdout
    rules = sorted(name for name in files.files if pathlib.PurePosixPath(name).name == ".clang-tidy")
    common = version + b"".join(name.encode() + files.bytes(name) for name in rules)

    headers, todo = Headers(files), []
    compiled = commands(build, files.root)
    for name, command in sorted(compiled.items()):
        mark = key(files, headers, name, command, common)
        if not (cache / mark).exists():
            todo.append((name, mark))
    print(f"{len(compiled)} sources, {len(compiled) - len(todo)} of them unchanged since they passed")

    run = Run(files, build, cache)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        clean = list(pool.map(lambda job: run.tidy(*job, len(todo)), todo))
    faults = [f"{name}: see above" for (name, _), passed in zip(todo, clean) if not passed]
    tree.finish(faults if compiled else ["no sources in the compile database"], f"{TOOL} over {len(compiled)} sources")


if __name__ == "__main__":
    main()
