#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the kept corpora of fuzz_simplelink_host, fuzz_simplelink_nwp and fuzz_simplelink_front_end from simplelink/golden
and from the conversations below. Run it when golden files were added."""

import pathlib
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"


# Steps of fuzz_simplelink_front_end, as its first lines explain them.
REOPEN, REOPEN_AT_ONCE, STOP_READING, READ_ON = b"\xc0", b"\xc1", b"\xe1", b"\xe0"


def raw(message):
    """The bytes as they are, in as many steps as it takes."""
    return b"".join(bytes([len(part)]) + part for part in (message[i:i + 127] for i in range(0, len(message), 127)))


def say(opcode, args=b"", kind=0x81):
    return bytes([kind, len(args)]) + struct.pack("<H", opcode) + args


def address(ip, port):
    return struct.pack(">H", port) + struct.pack("<H", 0) + bytes(ip)


def at(sd, ip, port, opcode):
    return say(opcode, struct.pack("<HBB", 0, sd, 0x20) + address(ip, port))


def packed(form, *values):
    return struct.pack("<" + form, *values)


def option(sd, number, value, level=1):
    return say(0x9408, packed("BBBB", sd, level, number, len(value)) + value)


def file_name(name):
    return name + bytes(4 - len(name) % 4)


OURS = (10, 77, 0, 50)
ANY = (0, 0, 0, 0)
CONNECT = say(0x8C80, packed("BB6sBB", 0, 6, bytes(6), 0, 0) + b"guests")
WAIT = say(0x8433, packed("HHHH", 0, 7, 0, 16))  # a question, so that the loop turns
ONLINE = CONNECT + WAIT + WAIT

CONVERSATIONS = {
    "start_as_zephyr": say(0x8C86, packed("BBH", 0x10, 3, 0)) + say(0x8C98, packed("BBH", 4, 0xFF, 0) + bytes(28))
    + say(0x8C85, packed("I", 255)) + say(0x8432, packed("HHHH", 0, 7, 1, 0))
    + say(0x8432, packed("HHHHI", 0, 6, 0, 4, 0)) + say(0x8CB5, packed("HHHHIi", 0, 1, 18, 8, 0x1FFF, -95))
    + say(0x8C86, packed("BBH", 0x20, 0, 0)) + say(0x8CB5, packed("HHHHI", 0, 1, 10, 1, 0)) + say(0x9C34, bytes(12))
    + say(0x8CB5, packed("HHHH", 0, 4, 28, 20) + b"\xff" * 8 + bytes(12)) + say(0x8CB4, bytes(4))
    + say(0x8473, packed("HH", 255, 0)) + REOPEN + say(0x8433, packed("HHHH", 0, 2, 0, 6)),
    "scan": say(0x8C8C, packed("BBH", 0, 20, 0)) * 3,
    "connect_and_go": ONLINE + say(0x8C81) + WAIT,
    "stream_to_itself": ONLINE + say(0x9401, bytes([2, 1, 6, 0])) + at(0, ANY, 80, 0x9404)
    + say(0x9405, bytes([0, 4, 0, 0])) + say(0x9403, bytes([0, 2, 0, 0])) + say(0x9401, bytes([2, 1, 6, 0]))
    + at(1, OURS, 80, 0x9406) + WAIT * 3 + say(0x940C, packed("HBB", 5, 1, 0) + b"hello")
    + say(0x940A, packed("HBB", 64, 2, 0)) + WAIT + say(0x9402, bytes([1, 0, 0, 0])) + say(0x940A, packed("HBB", 64, 2, 0))
    + say(0x9402, bytes([2, 0, 0, 0])),
    "datagrams_in_the_loop": say(0x9401, bytes([2, 2, 0, 0])) + at(0, ANY, 12302, 0x9404)
    + say(0x9407, packed("BBHHHHH", 1, 0, 1, 0, 0, 0xFFFF, 0))
    + say(0x940D, packed("HBB", 4, 0, 0x20) + address((127, 0, 0, 1), 12302) + bytes(4))
    + say(0x940B, packed("HBB", 4, 0, 0x20)) + WAIT,
    "secure_client": ONLINE + say(0x9401, bytes([2, 1, 100, 0])) + option(0, 25, b"\3\0\0\0")
    + option(0, 26, b"\xff\xff\xff\0") + option(0, 32, b"ca.der\0\0") + option(0, 42, b"example.com\0")
    + at(0, OURS, 443, 0x9406) + WAIT * 2,
    "not_blocking": ONLINE + say(0x9401, bytes([2, 1, 6, 0])) + option(0, 24, packed("I", 1)) + at(0, OURS, 81, 0x9406)
    + WAIT + at(0, OURS, 81, 0x9406),
    "file": say(0xA43C, packed("II", 0x3010, 0) + file_name(b"ca.der")) + say(0xA441, packed("III", 0, 0, 12) + b"certificate.")
    + say(0xA43D, bytes(12)) + say(0xA43C, packed("II", 0, 0) + file_name(b"ca.der")) + say(0xA440, packed("IIHH", 1, 0, 12, 0))
    + say(0xA43D, packed("III", 1, 0, 0)) + say(0xA442, packed("I", 0) + file_name(b"ca.der"))
    + say(0xA448, packed("iBBBB", -1, 5, 192, 1, 0)) + say(0xA443, packed("I", 0) + file_name(b"ca.der")),
    "names_and_ping": ONLINE + say(0x9C20, packed("HBB", 9, 2, 0) + b"localhost\0\0\0")
    + say(0x9C21, packed("IHHHHI", 1, 1, 8, 100, 1, 0) + bytes(OURS[::-1]) + bytes(12)),
    "access_point": say(0x8CB4, packed("I", 2)) + say(0x8473, packed("HH", 200, 0)) + REOPEN_AT_ONCE + WAIT,
    "profiles": say(0x8C84, packed("BB6sBBBB", 2, 3, bytes(6), 7, 9, 0, 0) + b"labpassword1")
    + say(0x8C84, packed("BB6sBB", 0, 6, bytes(6), 1, 0) + b"guests")
    + say(0x8C83, packed("I", 0)) + say(0x8C86, packed("BBH", 0x10, 1, 0)) + WAIT + REOPEN + WAIT + say(0x8C85, packed("I", 255)),
    "random_and_keys": say(0xB4C0, packed("IHHHH", 0, 0, 3, 16, 0)) + say(0xB4C1, packed("HHHHIII", 4, 12, 0, 0, 0, 0, 1)) + WAIT,
    "garbage_then_command": raw(b"\xff\x00\x21\x43" * 20) + b"\xf0\x20" + WAIT,
    "host_that_stops_reading": STOP_READING + WAIT * 30 + READ_ON + WAIT,
    "rate_change": say(0x846B, packed("II", 9600, 0)) + REOPEN + raw(b"\xff" * 4 + b"\x55\xaa\x55\xaa") + WAIT,
    "spi": say(0x8433, packed("HHHH", 0, 7, 0, 16), kind=0x80) + say(0x8466, packed("HHHH", 0, 1, 12, 12), kind=0x82) * 3,
}


def main():
    streams = {"fuzz_simplelink_host": b"", "fuzz_simplelink_nwp": b""}
    front_end = CORPUS / "fuzz_simplelink_front_end"
    front_end.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "simplelink/golden").glob("*.hex")):
        form, content = path.read_text().split("\n", 1)
        message = bytes.fromhex(content.replace("~", ""))
        target = "fuzz_simplelink_nwp" if form.endswith(" nwp") else "fuzz_simplelink_host"
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        (CORPUS / target / path.stem).write_bytes(bytes([len(message) % 16]) + message)
        streams[target] += message
    for target, stream in streams.items():
        (CORPUS / target / "all").write_bytes(bytes([100]) + stream)
    (front_end / "golden").write_bytes(raw(streams["fuzz_simplelink_host"]))
    for name, steps in CONVERSATIONS.items():
        (front_end / name).write_bytes(steps)


if __name__ == "__main__":
    main()
