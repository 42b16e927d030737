#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every C and C++ source is as clang-format writes it."""
import concurrent.futures
import os
import re
import subprocess

import tree

FAULT = re.compile(r"^(.+):(\d+):\d+: error: code should be clang-formatted", re.MULTILINE)


def badly_formatted(files, names):
    """First badly formatted line of each of these files."""
    done = subprocess.run(["clang-format-16", "--dry-run", "-Werror", "--", *names], cwd=files.root,
                          capture_output=True, text=True)
    first = {}
    for name, line in FAULT.findall(done.stderr):
        first.setdefault(name, line)
    if done.returncode and not first:
        return [f"clang-format-16 failed: {done.stderr.strip()}"]
    return [f"{name}:{line}: not formatted; run clang-format-16 -i {name}" for name, line in first.items()]


def check(files):
    names = files.sources()
    jobs = os.cpu_count()
    shares = [share for share in (names[i::jobs] for i in range(jobs)) if share]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        faults = [fault for some in pool.map(lambda share: badly_formatted(files, share), shares) for fault in some]
    return sorted(faults) if names else ["no sources found"]


def main():
    files = tree.Tree(tree.arguments(__doc__).parse_args().root)
    tree.finish(check(files), f"the format of {len(files.sources())} sources")


if __name__ == "__main__":
    main()
