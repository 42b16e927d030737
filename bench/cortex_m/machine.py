# SPDX-License-Identifier: Apache-2.0
"""Runs an image on QEMU's board under the counter."""

import dataclasses
import json
import subprocess

from . import image

RUN_LIMIT_S = 120
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
                    "-I", str(source.parents[2]), str(source), "-o", str(library)], check=True)
    return library


IDLE = "CortexMBoard5sleep"  # the one place that sleeps
FRAMES = {"frames_in": "nwp::session::Session::on_frame", "frames_out": "nwp::session::Session::put_on_link"}


def plan_for(program, marks, interrupts, by_function=False):
    """What to count: instructions by component, or by function, sleeping apart; each passing of an interrupt's handler
    and of WFI."""
    lines = []
    for piece in program.pieces:
        if piece.section == image.CODE and piece.name.startswith(".text") and piece.size > 0:
            name = piece.name.removeprefix(".text.") if by_function else piece.component
            part = "idle" if IDLE in piece.name else name.replace(" ", "_")
            lines.append(f"part {piece.begin:x} {piece.begin + piece.size:x} {part}")
            if by_function:
                lines.append(f"count {piece.begin:x} {part}")
    lines += [f"mark {program.address(symbol):x} {name}" for name, symbol in marks.items()]
    lines += [f"count {program.address(symbol):x} interrupt_{symbol}" for symbol in interrupts]
    if not by_function:
        lines += [f"count {address:x} {name}" for name, symbol in FRAMES.items() for address in program.addresses(symbol)]
    lines += [f"count {address:x} sleeps" for address in program.addresses_of_instruction("wfi")]
    lines.append(f"stack {RAM[1] - 0x100000:x} {RAM[1]:x}")
    return "\n".join(lines) + "\n"


def run(program, folder, counter, plan, words, options):
    """Runs it to its end: what it printed, and the counts when each mark was passed first, in order."""
    name = program.elf.stem
    plan_file, out, console = folder / f"{name}.plan", folder / f"{name}.counts", folder / f"{name}.console"
    plan_file.write_text(plan)
    command = ["qemu-system-arm", "-M", "mps2-an386", "-accel", "tcg", "-nodefaults", "-display", "none",
               "-monitor", "none", "-kernel", str(program.elf),
               "-semihosting-config", "enable=on,target=native,arg=" + "|".join(["image", *map(str, words)]),
               "-serial", f"file:{console}", "-plugin", f"{counter},plan={plan_file},out={out}", *map(str, options)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=RUN_LIMIT_S)
    printed = console.read_text(errors="replace") if console.exists() else ""
    if done.returncode != 0:
        raise Failed(f"{name} ended with status {done.returncode}:\n{printed}{done.stdout}")
    passed = {}
    for line in out.read_text().splitlines():
        counts = Counts(**json.loads(line))
        passed.setdefault(counts.mark, counts)
    return printed, passed
