#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the driver costs a Cortex-M4 (-Os), by folder: of flash everything together, of flash what http_get keeps, of
RAM. The table is a file in the repository: a byte more or less is a difference that a person sees and commits.

Texts for people (names of errors, advice on a refused handshake) stand apart: the driver works without them, and an
image has those that it prints.

usage: check_size.py --build BUILD [--write]
"""
import argparse
import pathlib
import re
import subprocess
import sys

TABLE = pathlib.Path(__file__).with_name("cortex-m4.txt")
# The wall: about what stands today, in bytes. A figure above its wall is refused whatever the table says.
WALLS = {"whole": 41150, "linked": 25200, "ram": 1632}
OTHER_CORES = {"cortex-m0plus": "Cortex-M0+", "cortex-m33": "Cortex-M33"}  # compiled, never run
NO_RISCV = "riscv32: not compiled. Debian 12 has its compiler and a C library, but no C++ headers for it.\n"
GOALS = {"whole": 12 * 1024, "linked": 8 * 1024, "ram": 1024}

INPUT = re.compile(r"^ (\.\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$", re.MULTILINE)
KEPT = re.compile(r"\.(?:text|rodata|data|init_array|ARM\.ex\w+)(?:\.|$)")
FOLDERS = {"nwp_base": "base", "nwp_wire": "wire", "nwp_link": "link", "nwp_session": "session", "nwp_host": "host",
           "nwp_host_c": "host/c"}
TEXTS = {"nwp_base_texts": "base/texts", "nwp_host_c_texts": "host/c/texts"}
CODEC = re.compile(r"\.(?:text|rodata)\._ZNK?3nwp4wire")  # encoders and decoders, made where they are used


def folder_of(section, file):
    """To what a section of the image counts; None: not the driver's."""
    archive = re.search(r"lib(\w+?)(?:_cortex-\w+)?\.a\(([\w.]+)\.cpp\.obj\)$", file)
    if not archive:
        return None
    if archive[1] == "port_baremetal":
        return "UART link" if archive[2] == "uart_link" else None
    if archive[1] in TEXTS:
        return TEXTS[archive[1]]
    if archive[1] not in FOLDERS:
        return None
    return "wire (codec)" if archive[1] == "nwp_wire" or CODEC.match(section) else FOLDERS[archive[1]]


def flash(map_file, texts=False):
    """Bytes by folder, of a linker's map: the driver's, or the texts'."""
    text = map_file.read_text()
    text = text[text.index("Linker script and memory map"):]
    sizes = {}
    for section, size, file in INPUT.findall(text):
        folder = folder_of(section, file) if KEPT.match(section) else None
        if folder and texts == (folder in TEXTS.values()):
            sizes[folder] = sizes.get(folder, 0) + int(size, 16)
    return sizes


def ram(object_file):
    """Bytes of state and of buffers, by their names."""
    listed = subprocess.run(["arm-none-eabi-nm", "-S", object_file], check=True, capture_output=True, text=True).stdout
    sizes = {"state": {}, "buffer": {}}
    for size, kind, name in re.findall(r"^\w+ (\w+) \w ram_(state|buffer)_(\w+)$", listed, re.MULTILINE):
        sizes[kind][name.replace("_", " ")] = int(size, 16)
    return sizes


def table(parts):
    lines = []
    for title, sizes in parts:
        lines.append(title)
        lines += [f"  {name:<24}{size:>8}" for name, size in sorted(sizes.items())]
        lines.append(f"  {'together':<24}{sum(sizes.values()):>8}")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--write", action="store_true", help="write the table anew")
    options = parser.parse_args()
    images = options.build / "firmware" / "bin"
    whole, linked = flash(images / "driver_whole.map"), flash(images / "http_get_uart.map")
    memory = ram(images / "ram_sizes.o")
    measured = table([("Flash, whole: every object, nothing collected", whole),
                      ("Texts for people, whole", flash(images / "driver_whole.map", texts=True)),
                      ("Flash, linked: what http_get keeps", linked),
                      ("Texts for people, linked: what http_get prints", flash(images / "http_get_uart.map", texts=True)),
                      ("RAM, 8 sockets: state", memory["state"]),
                      ("RAM, 8 sockets: buffers for payload", memory["buffer"]),
                      *[(f"{name}: flash, whole", flash(images / f"driver_whole_{core}.map"))
                        for core, name in OTHER_CORES.items()]]) + "\n" + NO_RISCV
    if options.write:
        TABLE.write_text(measured)
    status = 0
    for name, size in [("whole", whole), ("linked", linked), ("ram", memory["state"])]:
        total = sum(size.values())
        print(f"{name}: {total} bytes, wall {WALLS[name]}, goal {GOALS[name]}")
        if not 0 < total <= WALLS[name]:
            print(f"error: {name} is above its wall", file=sys.stderr)
            status = 1
    if not TABLE.exists() or TABLE.read_text() != measured:
        print(f"{measured}error: that is not what {TABLE.name} says; look at the difference, then run"
              f" tests/size/check_size.py --build {options.build} --write", file=sys.stderr)
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
