# SPDX-License-Identifier: Apache-2.0
"""What an image is made of, by the linker's map: each input section is some component's."""

import dataclasses
import re
import subprocess

CODE, DATA, ZERO = ".text", ".data", ".bss"
# An input section: " .text.name  0xADDRESS  0xSIZE FILE"; a long name stands in a line of its own.
INPUT = re.compile(r"^ (\.[\w.$*]+|COMMON)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$")
NAME_ALONE = re.compile(r"^ (\.\S+)$")
FILL = re.compile(r"^ \*fill\*\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)")
OUTPUT = re.compile(r"^(\.[\w.]+|[A-Za-z_]\w*)(\s|$)")

# The driver's memory is a variable of whoever starts it (firmware/driver.h, firmware/host_driver.h).
DRIVERS_MEMORY = re.compile(r"\.bss\.\S*start_(driver_with|host)\S*memory")

# Of these the first that fits the object's place.
COMPONENTS = (
    ("TCP/IP", r"liblwip\.a|/lwip_stack\.cpp"),
    ("TLS", r"libmbedtls\.a|/tls_client\.cpp"),
    ("driver", r"libnwp_\w+\.a|/driver_\w+\.cpp|/host_driver\.h"),
    ("port", r"libport_baremetal\.a|mps2_an386|/ethernet\.cpp"),
    ("libc", r"/lib(c|c_nano|g|g_nano|m|gcc|nosys)\.a|crt\w+\.o"),
    ("application", r"\.obj?\b"),
)


@dataclasses.dataclass
class Piece:
    """An input section that is in the image."""
    section: str
    name: str
    begin: int
    size: int
    component: str


def component_of(place):
    for component, pattern in COMPONENTS:
        if re.search(pattern, place):
            return component
    return "other"


def pieces_of(map_text):
    """The input sections in .text, .data and .bss."""
    output = name = None
    for line in map_text.split("Linker script and memory map", 1)[1].splitlines():
        if found := OUTPUT.match(line):
            output, name = found[1], None
        elif found := FILL.match(line):
            if output in (CODE, DATA, ZERO):
                yield Piece(output, "fill", int(found[1], 16), int(found[2], 16), "other")
        elif found := NAME_ALONE.match(line):
            name = found[1]
        elif found := INPUT.match(line):
            section, begin, size, place = found[1] or name, int(found[2], 16), int(found[3], 16), found[4]
            if section and DRIVERS_MEMORY.search(section):
                place = "/driver_memory.cpp"
            if output in (CODE, DATA, ZERO) and size > 0 and section:
                yield Piece(output, section, begin, size, component_of(place))
            name = None


def without_overlap(pieces):
    """Strings that the linker merged keep the size they had before: none reaches into the next piece."""
    pieces = sorted(pieces, key=lambda piece: (piece.section, piece.begin))
    for piece, following in zip(pieces, pieces[1:]):
        if piece.section == following.section:
            piece.size = min(piece.size, following.begin - piece.begin)
    return pieces


class Image:
    """A linked program and its map beside it."""

    def __init__(self, elf):
        self.elf = elf
        self.pieces = without_overlap(pieces_of(elf.with_suffix(".map").read_text()))

    def sizes(self, *sections):
        """Bytes by component in these sections."""
        sizes = {}
        for piece in self.pieces:
            if piece.section in sections:
                sizes[piece.component] = sizes.get(piece.component, 0) + piece.size
        return sizes

    def flash(self):
        return self.sizes(CODE, DATA)

    def ram(self):
        return self.sizes(DATA, ZERO)

    def addresses(self, symbol):
        """Of the functions whose name, as C++ has it, begins so."""
        listing = subprocess.run(["arm-none-eabi-nm", "-C", str(self.elf)], stdout=subprocess.PIPE, text=True, check=True)
        return {int(address, 16) & ~1 for address, name in re.findall(r"^([0-9a-f]+) \w (.*)$", listing.stdout, re.MULTILINE)
                if name == symbol or name.startswith(symbol + "(")}

    def address(self, symbol):
        """Of the only one."""
        found = self.addresses(symbol)
        if len(found) != 1:
            raise LookupError(f"{self.elf.name} has {len(found)} functions {symbol}")
        return found.pop()

    def addresses_of_instruction(self, mnemonic):
        listing = subprocess.run(["arm-none-eabi-objdump", "-d", "--no-show-raw-insn", str(self.elf)],
                                 stdout=subprocess.PIPE, text=True, check=True)
        return [int(address, 16) for address in
                re.findall(rf"^\s*([0-9a-f]+):\s+{mnemonic}\b", listing.stdout, re.MULTILINE)]
