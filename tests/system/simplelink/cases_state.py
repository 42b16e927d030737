# SPDX-License-Identifier: Apache-2.0
"""Traps of credit, of the header's bitmaps, of power."""

import struct

from simplelink import sockets
from simplelink.cases import begin, case, connected, mask_set, script, tcp, tcp_connected, with_socket
from simplelink.stub import basic, down, golden, of_socket


@case("P1", timed=True)
@script(lambda host: [host.sockets.send(sd, bytes(1460)) for sd in [tcp_connected(host)] for _ in range(12)])
def no_credit_after_send(stub, lie):
    connected(stub)
    for _ in range(9 if lie else 12):
        stub.hear(0x940C)
        if not lie:
            stub.say(golden(31))


@case("P2")
@script(mask_set)
def segment_of_no_bytes(stub, lie):
    begin(stub)
    stub.say(golden(31, segment=0 if lie else 1460))
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("P3", timed=True)
@script(lambda host: host.sockets.receive(tcp_connected(host), 64))
def credit_of_2(stub, lie):
    connected(stub, credit=2 if lie else 3)
    stub.hear(0x940A)
    stub.say(golden(33))


@case("P4")
@script(lambda host: host.sockets.send(tcp_connected(host), bytes(30000)))
def too_few_buffers_for_one_send(stub, lie):
    connected(stub, segment=1536 if lie else 32767, credit=12)
    stub.hear(0x940C)


@case("P17")
@script(lambda host: host.sockets.set_option(tcp(host), sockets.NON_BLOCKING, 1))
def mode_not_in_the_response_that_sets_it(stub, lie):
    with_socket(stub)
    stub.hear(0x9408)
    stub.say(golden(35, non_blocking=0 if lie else 1))
    stub.hear(0x8465)
    stub.say(down(0x0465, struct.pack("<II", 2, 0), non_blocking=1))


@case("P17")
@script(mask_set)
def mode_of_a_socket_that_is_not_open(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464, non_blocking=8 if lie else 0))


@case("P17", timed=True)
@script(lambda host: [host.sockets.set_option(sd, sockets.NON_BLOCKING, 1) == 0 and host.sockets.receive(sd, 64)
                      for sd in [tcp(host)]])
def non_blocking_receive_that_blocks(stub, lie):
    with_socket(stub)
    stub.hear(0x9408)
    stub.say(golden(35))
    stub.hear(0x940A)
    if not lie:
        stub.say(golden(36))
        stub.hear(0x8465)
        stub.say(down(0x0465, struct.pack("<II", 2, 0), non_blocking=1))


@case("P18")
@script(lambda host: host.sockets.close(tcp(host)))
def failure_bit_of_a_closed_socket(stub, lie):
    with_socket(stub, )
    stub.hear(0x9402)
    stub.say(of_socket(0x1402, tx_failure=1), golden(38, tx_failure=1 if lie else 0))


@case("P19")
@script(mask_set)
def provisioning_out_of_nothing(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464, device=0x08 if lie else 0x48))


@case("P20")
@script(mask_set)
def locked(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464, device=0x04 if lie else 0x01))


@case("bits")
@script(mask_set)
def bit_that_does_not_exist(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464, device=0x80 if lie else 0x02))


@case("credit")
@script(lambda host: [host.sockets.send(sd, b"hello") for sd in [tcp_connected(host)]])
def credit_shrinks(stub, lie):
    connected(stub)
    stub.hear(0x940C)
    stub.say(golden(31, credit=10 if lie else 11))
    stub.say(golden(31))


@case("descriptor")
@script(lambda host: host.sockets.socket())
def descriptor_16(stub, lie):
    with_socket(stub, sd=16 if lie else 15)


@case("descriptor")
@script(lambda host: (host.sockets.socket(), host.sockets.socket()))
def descriptor_given_twice(stub, lie):
    with_socket(stub)
    stub.hear(0x9401)
    stub.say(golden(26, {18: bytes([0 if lie else 1])}))


# --- power ------------------------------------------------------------------------------------------------------------

@case("P7")
@script(mask_set)
def init_complete_twice(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464), golden(1) if lie else b"")


@case("P8", timed=True)
@script(lambda host: None)
def no_init_complete(stub, lie):
    if not lie:
        begin(stub)


@case("first")
@script(lambda host: None)
def event_before_init_complete(stub, lie):
    if lie:
        stub.say(golden(20))
    begin(stub)


@case("P25")
@script(lambda host: (mask_set(host), host.check_calm_start()))
def event_right_behind_init_complete(stub, lie):
    if lie:
        stub.say(golden(1) + golden(20))
    else:
        begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464))


def power_cycle(stub, lie):
    """The first of two powers."""
    begin(stub)
    stub.hear(0x8473)
    stub.say(golden(3), golden(4))


def rate_set(stub, lie):
    begin(stub)
    stub.hear(0x846B)
    stub.say(basic(0x046B))


@case("P28", timed=True, again=power_cycle)
@script(lambda host: host.restart())
def no_init_complete_after_a_stop(stub, lie):
    if not lie:
        begin(stub)


@case("P29", timed=True, terminal=True, again=power_cycle)
@script(lambda host: host.restart())
def terminal_opened_again_unnoticed(stub, lie):
    if not lie:
        begin(stub)


@case("P30")
@script(lambda host: None)
def init_complete_to_nobody_and_again(stub, lie):
    begin(stub)
    if lie:
        begin(stub)



@case("baud", again=rate_set)
@script(lambda host: host.change_baud(115200))
def wrong_word_at_the_new_rate(stub, lie):
    assert stub.hear_bytes(8) == golden(63)
    stub.say(bytes.fromhex("aa55aa55" if lie else "55aa55aa"))
