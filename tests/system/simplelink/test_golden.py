# SPDX-License-Identifier: Apache-2.0
"""Captured messages: this host's calls give the same bytes, and it reads from the others what they say."""

import random
import struct

import pytest

from simplelink import messages, silos
from simplelink.golden import GOLDEN
from simplelink.messages import COMMANDS, EVENTS, HEADER, address_word, call, file_name
from simplelink.receiver import Receiver

ANY = bytes(6)
V6_ONE = bytes(15) + b"\1"



def calls(garbage):
    """Golden number: the call that TI's driver was asked for."""
    ca = file_name("ca.der", garbage)
    return {
        2: call("STOP", timeout=255),
        5: call("POLICYSET", type=silos.CONNECTION, option=3),
        6: call("PROVISIONING", command=4, role=0xFF),
        7: call("NETCFGSET", id=7, option=1),
        8: call("CFGSET", id=1, option=18, size=8, payload=struct.pack("<Ii", 0x1FFF, -95)),
        9: call("CFGSET", id=4, option=28, size=20, payload=b"\xff" * 8 + bytes(12)),
        10: call("MDNSREGISTERSERVICE"),
        11: call("NETCFGGET", id=2, size=6),
        13: call("DEVICEGET", id=1, option=12),
        15: call("SCANRESULTSGET", index=0, count=20),
        18: call("WLANCONNECT", security=2, ssid_size=6, bssid=ANY, password_size=9, strings=b"TestAPpassword1"),
        21: call("PROFILEADD", security=2, ssid_size=6, priority=5, password_size=9, strings=b"TestAPpassword1"),
        22: call("DNSGETHOSTBYNAME", size=11, family=2, payload=b"example.com"),
        25: call("SOCKET", domain=2, type=1, protocol=6),
        27: call("CONNECT", family=0x20, port=5001, address=bytes((127, 0, 0, 1))),
        30: call("SEND", size=5, payload=b"hello"),
        32: call("RECV", size=64),
        34: call("SETSOCKOPT", level=1, option=24, size=4, payload=struct.pack("<I", 1)),
        37: call("CLOSE", sd=0),
        39: call("SETSOCKOPT", level=1, option=32, size=6, payload=b"ca.der"),
        40: call("SETSOCKOPT", level=1, option=42, size=11, payload=b"example.com"),
        41: call("ACCEPT", sd=0, family=2),
        43: call("SENDTO", status=5, family=0x20, port=7, address=bytes((127, 0, 0, 1)), payload=b"ping!"),
        45: call("BIND", sd=1, family=0x20, port=0x300E, address=bytes(4)),
        46: call("SELECT", nfds=1, read=3, usec=500000 >> 10, sec=1),
        48: call("FILEOPEN", mode=silos.file_mode(silos.WRITE_OR_CREATE, 4096), payload=ca),
        50: call("FILEWRITE", handle=0x100, size=10, payload=b"HELLO-CERT"),
        51: call("FILECLOSE", handle=0x100, certificate_size=12, signature_size=3,
                 leading=file_name("signer.der", garbage), payload=b"SIG"),
        54: call("GETFILELIST", index=-1, count=5, entry_size=192, flags=1),
        55: call("FILESYSTEMCONTROL", token=0x11223344, operation=2, name_size=7, buffer_size=12, leading=bytes(4) + ca),
        56: call("NETUTILCOMMAND", command=2, attributes_size=12, input_size=7, output_size=255,
                 payload=struct.pack("<III", 3, 4, 0) + b"message"),
        57: call("WLANCONNECTEAP", security=5, ssid_size=5, password_size=2, user_size=4, anonymous_size=4,
                 eap=0x18180020, strings=b"EntAPpwuseranon"),
        58: call("SENDTO_V6", status=5, family=0x30, port=7, address=V6_ONE, payload=b"ping6"),
        59: call("SENDTO", status=4, sd=2, family=0x20, port=0x300E, address=bytes((127, 0, 0, 1)), payload=bytes(4)),
        60: call("SELECT", read=7, usec=0x2AB, sec=4),
        62: call("NETAPPRESPONSE", handle=7, status=200, metadata_size=5, payload_size=6,
                 payload=bytes((0, 0, 1, 2, 3)) + b"hello\0"),
        65: call("DEVICEGET", id=1, option=12),
    }


GARBAGES = {"ones": lambda size: b"\xff" * size, "zeros": bytes, "random": random.Random(1).randbytes}


@pytest.mark.parametrize("garbage", GARBAGES)
@pytest.mark.parametrize("number", sorted(calls(bytes)))
def test_the_same_call_gives_the_same_bytes(number, garbage):
    captured = GOLDEN[number]
    encoded = messages.message(calls(GARBAGES[garbage])[number], GARBAGES[garbage], spi=number == 65)
    assert captured.masked(encoded).hex(" ") == captured.masked().hex(" ")


def test_the_words_of_a_baud_change_are_those_captured():
    assert GOLDEN[63].octets == messages.BAUD_CALL


TEST_AP = b"TestAP".ljust(32, b"\0")
MAC = bytes.fromhex("080028112233")
READ = {  # golden number: command or event, its arguments, its payload
    1: ("INIT COMPLETE", {"status": 1, "chip": 0x00311001, "more": 0}, b""),
    3: ("STOP", {"status": 0, "sender": 0}, b""),
    4: ("stop", {"status": 0, "sender": 0}, b""),
    12: ("NETCFGGET", {"status": 0, "id": 2, "option": 0, "size": 6}, MAC),
    14: ("DEVICEGET", {"status": 0, "id": 1, "option": 12, "size": 20},
         bytes.fromhex("0110310003000001020000000304000522220000")),
    16: ("SCANRESULTSGET", {"status": -2073, "sender": 0}, b""),
    17: ("SCANRESULTSGET", {"status": 2, "sender": 0},
         TEST_AP + bytes((2, 0, 0, 0, 0, 0, 6, 0xD8, 0x88, 0x14, 6, 0)) +
         b"open".ljust(32, b"\0") + bytes((2, 0, 0, 0, 0, 1, 4, 0xBA, 0, 0, 11, 0))),
    19: ("connected", {"ssid_size": 6, "ssid": TEST_AP, "bssid": bytes(range(10, 16))}, b""),
    20: ("IPv4 acquired", {"address": address_word("10.1.1.20"), "gateway": address_word("10.1.1.1"),
                           "dns": address_word("8.8.8.8")}, b""),
    23: ("host by name", {"status": 0, "address": address_word("93.184.216.34")}, b""),
    24: ("host by name v6", {"status": 0, "address": [0x20010DB8, 0, 0, 1]}, b""),
    26: ("SOCKET", {"status": 0, "sd": 0}, b""),
    28: ("CONNECT", {"status": 0, "sd": 0}, b""),
    29: ("connect", {"status": 0, "sd": 0}, b""),
    31: ("dummy", {}, b""),
    33: ("recv", {"status": 6, "sd": 0}, b"world!"),
    35: ("SETSOCKOPT", {"status": 0, "sd": 0}, b""),
    36: ("recv", {"status": -11, "sd": 0}, b""),
    38: ("close", {"status": 0, "sd": 0}, b""),
    42: ("accept", {"status": 1, "sd": 0, "family": 2, "port": 12345, "address": bytes((127, 0, 0, 1))}, b""),
    44: ("recvfrom", {"status": 5, "sd": 0, "family": 2, "port": 7, "address": bytes((127, 0, 0, 1))}, b"pong!"),
    47: ("select", {"status": 1, "read_count": 1, "write_count": 0, "read": 1, "write": 0}, b""),
    49: ("FILEOPEN", {"handle": 0x100, "token": 0xCAFE0001}, b""),
    52: ("FILEREAD", {"status": 10, "sender": 0}, b"HELLO-CERT"),
    53: ("FILEGETINFO", {"status": 0, "flags": 0x3004, "size": 10, "max_size": 4096, "tokens": [1, 2, 3, 4],
                         "storage": 8192, "write_counter": 1}, b""),
    61: ("netapp request", {"app": 1, "type": 1, "handle": 7, "metadata_size": 4, "payload_size": 3, "flags": 0},
         b"METAPAY"),
    64: ("ABORT", {"data": 0xDEADBEEF}, b""),
}
STATES = {35: {"non_blocking": 1}, 36: {"non_blocking": 1}, 64: {"tx_failure": 0x55}}


class Bytes:
    """A link that has these bytes and no more."""

    def __init__(self, octets):
        self.rest = octets

    def read(self, size, _):
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def layout_of(name):
    if name in COMMANDS:
        return COMMANDS[name].answer, COMMANDS[name].response
    event = next(event for event in EVENTS.values() if event.name == name)
    return event.opcode, event.args


@pytest.mark.parametrize("number", sorted(READ))
def test_what_was_captured_reads_as_what_it_says_and_writes_as_it_was(number):
    name, values, payload = READ[number]
    link = Bytes(GOLDEN[number].octets)
    receiver = Receiver(link, 0.01)
    header = receiver.header()
    opcode, layout = layout_of(name)
    assert header == {"sync": 0xABCDDCBA, "opcode": opcode, "len": 8 + layout.size + len(payload), "credit": 12,
                      "status": 0, "segment": 1536, "tx_failure": 0, "non_blocking": 0, **STATES.get(number, {})}
    args, rest = receiver.take(layout.size, "T1"), link.rest
    assert layout.unpack(args) == values
    assert rest[:len(payload)] == payload
    assert not any(rest[len(payload):]) and len(rest) == messages.pad4(len(payload))
    assert HEADER.pack(header) + layout.pack(values) + rest == GOLDEN[number].octets


def test_every_vector_is_used():
    assert sorted([*calls(bytes), *READ, 63]) == list(range(1, 66)) == sorted(GOLDEN)
    assert all(GOLDEN[number].to_host for number in READ)


def test_a_changed_byte_is_noticed():
    captured = GOLDEN[27]
    encoded = bytearray(messages.message(calls(bytes)[27], bytes))
    encoded[16] ^= 1  # the port's first byte
    assert captured.masked(encoded) != captured.masked()


def test_entries_of_a_scan_and_a_version_read_as_what_they_say():
    entries = [messages.SCAN_ENTRY.unpack(READ[17][2][place:place + 44]) for place in (0, 44)]
    assert [(entry["ssid"].rstrip(b"\0"), entry["ssid_size"], entry["rssi"], entry["security"], entry["channel"])
            for entry in entries] == [(b"TestAP", 6, -40, 0x1488, 6), (b"open", 4, -70, 0, 11)]
    assert messages.VERSION.unpack(READ[14][2]) == {"chip": 0x311001, "firmware": [3, 0, 0, 1], "phy": [2, 0, 0, 0],
                                                    "nwp": [3, 4, 0, 5], "rom": 0x2222}


def test_file_modes_are_those_of_the_driver():
    assert silos.file_mode(silos.READ) == 0
    assert silos.file_mode(silos.WRITE) == 0x1000
    assert silos.file_mode(silos.WRITE_OR_CREATE, 4096) == 0x3010
    assert silos.file_mode(silos.CREATE, 70000, silos.FAIL_SAFE | silos.SECURE) == 0x32145


def test_the_tables_have_every_opcode_that_a_host_sends():
    sent = [command for command in COMMANDS.values() if not command.name.startswith("NEVER")]
    assert len(COMMANDS) == 96 and len(sent) == 72
    assert len({command.opcode for command in COMMANDS.values()}) == 96
    assert {"A", "B", "C", "D"} == {command.kind for command in sent}
    assert all(command.asynchronous for command in sent if command.kind in "BC")
