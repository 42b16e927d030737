# SPDX-License-Identifier: Apache-2.0
"""The instruction counter: programs whose length is known count exactly."""

import pathlib
import re
import subprocess
import sys
import types

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from cortex_m import machine  # noqa: E402  (the folder above is no package)

TURNS = 1000
PROGRAM = f"""
    .syntax unified
    .thumb
    .section .vectors, "a"
    .word 0x20400000, reset + 1
    .text
    .thumb_func
    .global reset
reset:
    ldr r1, =0x20000000
    movw r0, #{TURNS}
    .global loop
loop:                   @ four instructions and one word stored, each turn
    str r0, [r1]
    subs r0, r0, #1
    nop
    bne loop
    .global done
done:
    push {{r0, r1}}     @ eight bytes of stack
    movs r0, #0x20
    ldr r1, =parameters
    bkpt 0xab
    b done
    .align 2
parameters:
    .word 0x20026, 0
"""


def count(folder, plan=None):
    """The counts of PROGRAM by a plan, else by one that knows its labels."""
    (folder / "program.s").write_text(PROGRAM)
    elf = folder / "program.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-nostdlib", "-Wl,-Ttext=0x100,--section-start=.vectors=0",
                    "-Wl,-e,reset", "-o", elf, folder / "program.s"], check=True)
    listed = subprocess.run(["arm-none-eabi-nm", elf], check=True, capture_output=True, text=True).stdout
    at = {name: int(address, 16) & ~1 for address, name in re.findall(r"^(\w+) \w (\w+)$", listed, re.MULTILINE)}
    plan = plan or (f"part {at['loop']:x} {at['done']:x} loop\nmark {at['loop']:x} loop\nmark {at['done']:x} done\n"
                    f"count {at['loop']:x} turns\nstack 20300000 20400000\n")
    counter = machine.build_counter(folder, pathlib.Path(__file__).with_name("counter.cpp"))
    return machine.run(types.SimpleNamespace(elf=elf), folder, counter, plan, [], [])[1]


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    return count(tmp_path_factory.mktemp("counted"))


def test_a_loop_of_known_length_counts_exactly(counted):
    loop = counted["done"].instructions["loop"] - counted["loop"].instructions["loop"]
    assert loop == 4 * TURNS


def test_what_is_in_no_part_is_counted_apart(counted):
    assert counted["loop"].instructions["other"] == 2


def test_passings_are_counted(counted):
    assert counted["end"].counts["turns"] == TURNS


def test_bytes_are_counted_where_they_are_stored(counted):
    assert counted["end"].stored["loop"] == 4 * TURNS


def test_the_stack_is_as_deep_as_it_was_written(counted):
    assert counted["loop"].stack == 0
    assert counted["end"].stack == 8


def test_a_plan_with_another_word_is_refused(tmp_path):
    with pytest.raises(machine.Failed, match="no such line"):
        count(tmp_path, "parts 0 1 x\n")


def test_parts_that_overlap_are_refused(tmp_path):
    with pytest.raises(machine.Failed, match="overlap"):
        count(tmp_path, "part 0 10 a\npart 8 20 b\n")
