# SPDX-License-Identifier: Apache-2.0
"""What an image of Zephyr is made of, by the linker's map: each input section belongs to the archive it came from."""

import dataclasses
import re
import subprocess

RAM_BEGIN, RAM_END = 0x20000000, 0x21000000
INPUT = re.compile(r"^ (\S+)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$")
NAME_ALONE = re.compile(r"^ (\S+)$")
SEGMENT = re.compile(r"^\s+LOAD\s+\S+ 0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+)", re.MULTILINE)

# Of these the first that fits the place of the object.
COMPONENTS = (
    ("host", r"libnwp_host(_packets)?\.a"),
    ("host/c", r"libnwp_host_c\.a"),
    ("session", r"libnwp_session\.a"),
    ("wire, link, base", r"libnwp_\w+\.a"),
    ("module and port", r"libopennwp\.a"),
    ("application", r"libapp\.a"),
    ("Zephyr network", r"subsys__(net|random)|sockets\.c|tls_credentials\.c|getaddrinfo\.c"),
    ("Zephyr UART", r"drivers__serial"),
    ("libc", r"libgcc\.a|libc__minimal|/lib(c|m|g)\.a"),
    ("Zephyr", r"\.obj|\.o\b"),
)
OURS = ("host", "host/c", "session", "wire, link, base", "module and port")


@dataclasses.dataclass
class Piece:
    """An input section that is in the image."""
    name: str
    begin: int
    size: int
    component: str

    def in_ram(self):
        return RAM_BEGIN <= self.begin < RAM_END


def component_of(place):
    return next(component for component, pattern in COMPONENTS if re.search(pattern, place))


def pieces_of(map_text, flash_end):
    name = None
    for line in map_text.split("Linker script and memory map", 1)[1].splitlines():
        if found := NAME_ALONE.match(line):
            name = found[1]
            continue
        found = INPUT.match(line)
        if found and (found[1] or name) and re.search(r"\.(obj|o|a)\b", found[4]):
            piece = Piece(found[1] or name, int(found[2], 16), int(found[3], 16), component_of(found[4]))
            debug = piece.name.startswith((".debug", ".comment", ".ARM.attributes", "/DISCARD/"))
            if not debug and piece.size > 0 and (piece.in_ram() or 0 < piece.begin < flash_end or piece.name == "vectors"):
                yield piece
        name = None


class ZephyrImage:
    """A linked image and its map beside it."""

    def __init__(self, elf):
        self.elf = elf
        loads = [[int(word, 16) for word in found] for found in SEGMENT.findall(self._says("readelf", "-lW"))]
        assert loads, f"{elf} has no segments"
        self.flash_bytes = max(physical + in_file for _, physical, in_file, _ in loads if in_file)
        self.ram_bytes = max(begin + size for begin, _, _, size in loads if begin >= RAM_BEGIN) - RAM_BEGIN
        pieces = sorted(pieces_of(elf.with_suffix(".map").read_text(), self.flash_bytes), key=lambda piece: piece.begin)
        for piece, following in zip(pieces, pieces[1:]):  # merged strings keep the size they had before
            piece.size = min(piece.size, following.begin - piece.begin)
        self.pieces = [piece for piece in pieces if piece.size > 0]

    def _says(self, tool, *options):
        return subprocess.run([f"arm-none-eabi-{tool}", *options, str(self.elf)], stdout=subprocess.PIPE, text=True, check=True).stdout

    def ram(self):
        return self._sizes(self.ram_bytes, lambda piece: piece.in_ram())

    def flash(self):
        """Initial values of variables are in it, and belong to nobody here: they are with what fills."""
        return self._sizes(self.flash_bytes, lambda piece: not piece.in_ram())

    def _sizes(self, whole, counts):
        sizes = {component: 0 for component, _ in COMPONENTS}
        for piece in filter(counts, self.pieces):
            sizes[piece.component] += piece.size
        return {**sizes, "tables and filling": whole - sum(sizes.values())}

    def addresses(self, names):
        """Where functions of C begin, by name; LookupError where one is missing."""
        found = {name: int(address, 16) & ~1 for address, name in
                 re.findall(r"^([0-9a-f]+) [tTwW] (\w+)$", self._says("nm"), re.MULTILINE)}
        return {name: found[name] for name in names}

    def functions(self):
        """Beginning, end and name of each function, in order, none over another."""
        listed = sorted({(int(begin, 16) & ~1, int(size, 16), name) for begin, size, name in
                         re.findall(r"^([0-9a-f]+) ([0-9a-f]+) [tTwW] (.*)$", self._says("nm", "-SC"), re.MULTILINE)})
        end = 0
        for begin, size, name in listed:
            if begin >= end and size > 0 and begin < self.flash_bytes:
                end = begin + size
                yield begin, end, name.split("(")[0].replace(" ", "")

