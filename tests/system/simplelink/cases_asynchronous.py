# SPDX-License-Identifier: Apache-2.0
"""Traps of asynchronous messages."""

import struct

from simplelink import sockets
from simplelink.cases import begin, case, connected, mask_set, script, tcp, tcp_connected, with_socket
from simplelink.stub import basic, down, golden, of_socket

ONE, TWO = bytes((1, 0)), bytes((2, 0))


@case("P6")
@script(lambda host: host.sockets.receive(tcp_connected(host), 64))
def data_twice(stub, lie):
    connected(stub)
    stub.hear(0x940A)
    stub.say(golden(33), golden(33) if lie else b"")


@case("P6")
@script(mask_set)
def data_for_nobody(stub, lie):
    begin(stub)
    if lie:
        stub.say(golden(33))
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("P6")
@script(lambda host: host.sockets.receive(tcp_connected(host), 64))
def recv_answered_as_recvfrom(stub, lie):
    connected(stub)
    stub.hear(0x940A)
    stub.say(golden(44) if lie else golden(33))


@case("P9")
@script(tcp_connected)
def other_descriptor_in_the_response(stub, lie):
    with_socket(stub)
    stub.hear(0x9406)
    stub.say(golden(28, {18: ONE[:1]} if lie else None), golden(29))


@case("P9")
@script(tcp_connected)
def other_descriptor_in_the_result(stub, lie):
    with_socket(stub)
    stub.hear(0x9406)
    stub.say(golden(28), golden(29, {18: ONE[:1]} if lie else None))


@case("P9")
@script(lambda host: host.sockets.receive_from(tcp(host), 64))
def descriptor_with_a_bit_more(stub, lie):
    with_socket(stub)
    stub.hear(0x940B)
    stub.say(golden(44, {18: b"\x40"} if lie else None))


@case("P10", timed=True)
@script(lambda host: host.sockets.close(tcp(host)))
def close_without_an_end(stub, lie):
    with_socket(stub)
    stub.hear(0x9402)
    stub.say(of_socket(0x1402))
    if not lie:
        stub.say(golden(38))


@case("P11", timed=True)
@script(tcp_connected)
def connect_without_a_result(stub, lie):
    with_socket(stub)
    stub.hear(0x9406)
    stub.say(golden(28))
    if not lie:
        stub.say(golden(29))


@case("P11", timed=True)
@script(lambda host: host.netapp.resolve("example.com"))
def name_without_a_result(stub, lie):
    begin(stub)
    stub.hear(0x9C20)
    stub.say(basic(0x1C20))
    if not lie:
        stub.say(golden(23))


@case("unasked")
@script(lambda host: host.netapp.resolve("example.com"))
def ipv6_answer_to_an_ipv4_question(stub, lie):
    begin(stub)
    stub.hear(0x9C20)
    stub.say(basic(0x1C20), golden(24) if lie else golden(23))


@case("unasked")
@script(lambda host: tcp_connected(host))
def connected_twice(stub, lie):
    connected(stub)
    if lie:
        stub.say(golden(29))


@case("refused")
@script(lambda host: host.sockets.connect(tcp(host), "127.0.0.1", 5001))
def result_of_a_refused_connect(stub, lie):
    with_socket(stub)
    stub.hear(0x9406)
    stub.say(golden(28, {16: struct.pack("<h", -106)}), golden(29) if lie else b"")


@case("P13")
@script(lambda host: sockets.one_select(host, read=1))
def ready_without_a_bit(stub, lie):
    begin(stub)
    stub.hear(0x9407)
    stub.say(basic(0x1407), golden(47, {20: bytes(2)} if lie else None))


@case("P13")
@script(lambda host: sockets.one_select(host, read=1))
def ready_with_a_bit_nobody_asked_for(stub, lie):
    begin(stub)
    stub.hear(0x9407)
    stub.say(basic(0x1407), golden(47, {20: TWO} if lie else None))


def two_selects(host):
    """One waits on socket 0, another joins for socket 1."""
    for _ in range(2):
        host.sockets.socket()
    with host.sockets.in_thread(host.selector.select, 1) as first:
        with host.changed:
            assert host.wait(lambda: host.selector.issued, 10)
        with host.sockets.in_thread(host.selector.select, 2) as second:
            pass
    assert (first, second) == ([(1, 0)], [(2, 0)])


def joined(stub, wake=4, is_looped=True, is_reissue_heard=True):
    begin(stub)
    for sd in range(3):
        stub.hear(0x9401)
        stub.say(golden(26, {18: bytes([sd])}))
    assert stub.hear(0x9404)[:6] == bytes.fromhex("00000220300e")
    stub.say(of_socket(0x1404, sd=2))
    assert stub.hear(0x9407)[4:8] == bytes((5, 0, 0, 0))
    stub.say(basic(0x1407))
    body = stub.hear(0x940D)
    assert body[:6] + body[8:] == bytes.fromhex("04000220300e") + bytes((127, 0, 0, 1)) + bytes(4)
    stub.say(golden(31))
    if not is_looped:
        return
    stub.say(golden(47, {20: bytes((4, 0))}))
    assert stub.hear(0x940B) == bytes((4, 0, 2, 0x20))
    assert stub.hear(0x9407)[:8] == bytes((0, 0, 0, 0, 7, 0, 0, 0))
    stub.say(golden(44, {6: bytes([20 + wake]), 16: bytes((wake, 0, 2, 2)), 20: bytes.fromhex("300e"),
                         28: bytes(5)})[:28 + wake])
    stub.say(basic(0x1407))
    if is_reissue_heard:
        stub.say(golden(47, {16: TWO, 18: bytes([2]), 20: bytes((3, 0))}))


@case("P14", timed=True)
@script(two_selects)
def number_of_descriptors_is_respected(stub, lie):
    joined(stub, is_reissue_heard=not lie)


@case("P15")
@script(two_selects)
def control_socket_with_8_bytes(stub, lie):
    joined(stub, wake=8 if lie else 4)


@case("P15", timed=True)
@script(two_selects)
def no_loopback(stub, lie):
    joined(stub, is_looped=not lie)


def accepting(host):
    descriptor, peer = host.sockets.accept(tcp(host))
    assert descriptor == 1
    sockets.check_peer(peer, "127.0.0.1", 12345)


@case("P16")
@script(accepting)
def accept_by_the_ipv6_opcode(stub, lie):
    with_socket(stub)
    stub.hear(0x9403)
    stub.say(of_socket(0x1403), golden(42, {4: bytes((3, 0x12))} if lie else None))


@case("P23")
@script(accepting)
def address_reversed(stub, lie):
    with_socket(stub)
    stub.hear(0x9403)
    stub.say(of_socket(0x1403), golden(42, {24: bytes((1, 0, 0, 127))} if lie else None))


@case("P23")
@script(accepting)
def port_reversed(stub, lie):
    with_socket(stub)
    stub.hear(0x9403)
    stub.say(of_socket(0x1403), golden(42, {20: bytes((0x39, 0x30))} if lie else None))


@case("P21")
@script(lambda host: host.sockets.receive(tcp_connected(host), 64))
def more_than_asked_for(stub, lie):
    connected(stub)
    stub.hear(0x940A)
    stub.say(of_socket(0x100A, 100 if lie else 64, data=bytes(100 if lie else 64)))


@case("P22")
@script(mask_set)
def result_of_no_utility(stub, lie):
    begin(stub)
    if lie:
        stub.say(down(0x30C1, bytes(12)))
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("unknown")
@script(mask_set)
def opcode_of_nothing(stub, lie):
    begin(stub)
    if lie:
        stub.say(down(0x08FF, bytes(4)))
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("unknown")
@script(mask_set)
def opcode_of_a_command(stub, lie):
    begin(stub)
    if lie:
        stub.say(down(0x8473, bytes(4)))
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("size")
@script(lambda host: host.wait_event("connected"))
def event_too_short(stub, lie):
    begin(stub)
    stub.say(down(0x0880, bytes(36 if lie else 40)))


@case("size")
@script(lambda host: host.wait_event("IPv4 acquired"))
def event_too_long(stub, lie):
    begin(stub)
    stub.say(down(0x1825, bytes(16 if lie else 12)))


@case("long")
@script(lambda host: host.wait_event("netapp request"))
def event_longer_than_its_room(stub, lie):
    begin(stub)
    size = 1604 if lie else 1600
    stub.say(down(0x1878, struct.pack("<BBHHHI", 1, 1, 7, 0, size - 12, 0) + bytes(size - 12)))
    stub.hear(0x9C78)


@case("masked")
@script(lambda host: (host.device.mask_events(2, 1 << 1), mask_set(host)))
def silenced_event(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464), golden(19) if lie else golden(20))
    stub.hear(0x8464)
    stub.say(basic(0x0464))
