# SPDX-License-Identifier: Apache-2.0
"""Runs an image on QEMU's board under the counter."""

import dataclasses
import json
import subprocess

from . import image

RUN_LIMIT_S = 40
RAM = (0x20000000, 0x20400000)


class Failed(Exception):
    """An image did not do its work; says what it printed."""


@dataclasses.dataclass
class Counts:
    """What the counter knew when a mark was passed."""
    mark: str
    instructions: dict
    stored: dict
    counts: dict
    stack: int

    def since(self, earlier):
        def less(now, then):
            return {name: value - then.get(name, 0) for name, value in now.items()}
        return Counts(self.mark, less(self.instructions, earlier.instructions), less(self.stored, earlier.stored),
                      less(self.counts, earlier.counts), self.stack)

    def total(self, *without):
        return sum(value for name, value in self.instructions.items() if name not in ("idle", *without))


def build_counter(folder, source):
    library = folder / "counter.so"
    subprocess.run(["g++", "-std=c++20", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror",
                    str(source), "-o", str(library)], check=True)
    return library


def plan_for(program, marks, interrupts, idle):
    """What to count: every component, copying and sleeping apart from it, each passing of an interrupt's handler."""
    symbols = program.symbols()
    lines = []
    for piece in program.pieces:
        if piece.section != image.CODE or not piece.name.startswith(".text") or piece.size == 0:
            continue
        part = piece.component
        if piece.name.endswith(idle):
            part = "idle"
        lines.append(f"part {piece.begin:x} {piece.begin + piece.size:x} {part}")
    for name, symbol in marks.items():
        lines.append(f"mark {symbols[symbol]:x} {name}")
    for symbol in interrupts:
        lines.append(f"count {symbols[symbol] & ~1:x} interrupts")
    for address in program.addresses_of_instruction("wfi"):
        lines.append(f"count {address:x} sleeps")
    lines.append(f"stack {RAM[1] - 0x100000:x} {RAM[1]:x}")
    return "\n".join(lines) + "\n"


def run(program, folder, counter, plan, words, options):
    """Runs it to its end: what it printed, and the counts at each mark in order."""
    name = program.elf.stem
    plan_file, out, console = folder / f"{name}.plan", folder / f"{name}.counts", folder / f"{name}.console"
    plan_file.write_text(plan)
    command = ["qemu-system-arm", "-M", "mps2-an386", "-accel", "tcg", "-display", "none", "-monitor", "none",
               "-serial", f"file:{console}", "-kernel", str(program.elf),
               "-semihosting-config", ",".join(["enable=on", "target=native", *(f"arg={word}" for word in words)]),
               "-plugin", f"{counter},plan={plan_file},out={out}", *options]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=RUN_LIMIT_S)
    printed = console.read_text(errors="replace")
    if done.returncode != 0:
        raise Failed(f"{name} ended with status {done.returncode}:\n{printed}{done.stdout}")
    return printed, [Counts(**json.loads(line)) for line in out.read_text().splitlines()]
