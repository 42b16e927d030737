#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each header compiles alone: host ones as C++17 without exceptions and RTTI, C ones also as C11. The build has shown it
of a daemon header that its own source includes first; those are not compiled once more."""
import concurrent.futures
import os
import subprocess

import check_layers
import tree

WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror"]
HOST = ["-x", "c++", "-std=c++17", "-fno-exceptions", "-fno-rtti"]
DAEMON = ["-x", "c++", "-std=c++20"]
C = ["-x", "c", "-std=gnu11"]  # POSIX types are no part of strict C11
# Over Zephyr's headers, whose place ours take here: in C++ alone, and they have the build machine's socket types.
ZEPHYR = ("zephyr/", "ports/zephyr/", "tests/zephyr/")
ZEPHYR_TYPES = "ports/zephyr/types.h"
FREERTOS = ("ports/freertos/", "tests/freertos/")  # the same over FreeRTOS's
# Over parts of Zephyr that ours do not have, and applications of it: compiled with Zephyr itself alone.
ZEPHYR_ALONE = ("zephyr/tests/", "zephyr/planes/contexts/", "zephyr/planes/packets/", "zephyr/context_")


def variants(files, layers, header):
    """The ways in which a header must compile: a list of compiler arguments."""
    if layers.folder_of(header) in layers.freestanding and not tree.is_test(header):
        yield HOST
    elif not is_first_of_its_source(files, header):
        yield DAEMON
    if "#ifdef __cplusplus" in files.read(header) and not header.startswith(ZEPHYR):  # what C may include says so
        yield C


def is_first_of_its_source(files, header):
    source = header.rpartition(".")[0] + ".cpp"
    if source not in files.files:
        return False
    first = check_layers.INCLUDE.search(files.read(source))
    return first is not None and first[2] == header


def include_folders(files):
    """The root, and the folders of public headers."""
    public = {name[:name.index("/include/") + len("/include")] for name in files.files if "/include/" in name}
    return [f"-I{files.root}"] + [f"-I{files.root / folder}" for folder in sorted(public)]


def compile_alone(compiler, files, header, language):
    """The compiler's complaint, or nothing."""
    included = header.partition("/include/")[2] or header
    command = [compiler, *language, *WARNINGS, *include_folders(files), "-fsyntax-only", "-"]
    if header.startswith(ZEPHYR):
        ours = files.root / "tests/zephyr"
        version = "v3_3" if "/versions/" not in header else header.split("/")[2]
        command[1:1] = [f"-I{ours}/shim", f"-I{ours}/shim/private", f"-I{files.root}/zephyr/links/uart",
                        f"-I{files.root}/zephyr/planes/sockets", f"-I{files.root}/zephyr/versions/{version}",
                        f"-DSHIM_ZEPHYR={33 if version == 'v3_3' else 37}", f"-include{ours}/config.h"]
    if header.startswith(FREERTOS):
        command[1:1] = [f"-I{files.root}/tests/freertos/shim"]
    done = subprocess.run(command, input=f'#include "{included}"\n', capture_output=True, text=True)
    return "" if done.returncode == 0 else f"{header} does not compile alone ({' '.join(language)}):\n{done.stderr}"


def check(files, layers, compiler):
    headers = [name for name in files.sources() if name.endswith((".h", ".hpp")) and name != ZEPHYR_TYPES
               and not name.startswith(ZEPHYR_ALONE)]
    work = [(compiler, files, header, language) for header in headers
            for language in variants(files, layers, header)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for fault in pool.map(lambda job: compile_alone(*job), work) if fault]
    return faults if headers else ["no headers found"]


def main():
    parser = tree.arguments(__doc__)
    parser.add_argument("--compiler", default="g++")
    options = parser.parse_args()
    files = tree.Tree(options.root)
    layers = check_layers.Layers(check_layers.TABLE.read_text())
    tree.finish(check(files, layers, options.compiler), "headers")


if __name__ == "__main__":
    main()
