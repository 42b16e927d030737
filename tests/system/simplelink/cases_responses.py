# SPDX-License-Identifier: Apache-2.0
"""Traps of responses."""

import struct

from simplelink import sockets
from simplelink.cases import begin, case, connected, get_mac, mask_set, script, tcp_connected
from simplelink.silos import CREATE
from simplelink.stub import basic, down, golden, of_socket


@case("P5")
@script(lambda host: None)
def response_to_nothing(stub, lie):
    begin(stub)
    if lie:
        stub.say(golden(3))



@case("P5")
@script(lambda host: host.sockets.send(tcp_connected(host), b"hello"))
def response_to_send(stub, lie):
    connected(stub)
    stub.hear(0x940C)
    stub.say(of_socket(0x140C) if lie else golden(31))


@case("mismatch")
@script(mask_set)
def response_of_another_command(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x04B7 if lie else 0x0464))


@case("P24")
@script(lambda host: host.device.get(1, 99))
def error_of_a_get_in_4_bytes(stub, lie):
    begin(stub)
    stub.hear(0x8466)
    stub.say(down(0x0466, struct.pack("<hHHH", -14338, 1, 99, 0)[:4 if lie else 8]))


@case("buffer")
@script(get_mac)
def value_larger_than_the_buffer(stub, lie):
    begin(stub)
    stub.hear(0x8433)
    stub.say(down(0x0433, struct.pack("<hHHH", 0, 2, 0, 8) + bytes(8)) if lie else golden(12))


@case("size")
@script(lambda host: host.wlan.scan())
def fewer_entries_than_said(stub, lie):
    begin(stub)
    stub.hear(0x8C8C)
    stub.say(golden(17, {16: bytes([3])} if lie else None))


@case("P26", timed=True)
@script(mask_set)
def no_response(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    if not lie:
        stub.say(basic(0x0464))


@case("P27", timed=True)
@script(lambda host: host.files.open("ca.der", CREATE, 100))
def no_response_to_an_open(stub, lie):
    begin(stub)
    stub.hear(0xA43C)
    if not lie:
        stub.say(golden(49))


@case("P12")
@script(lambda host: sockets.one_select(host, read=1))
def select_refused(stub, lie):
    begin(stub)
    stub.hear(0x9407)
    stub.say(basic(0x1407, -22 if lie else 0), golden(47))
