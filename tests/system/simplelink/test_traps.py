# SPDX-License-Identifier: Apache-2.0
"""The host notices each trap: a stub commits it, beside its twin that differs in nothing else and passes."""

import dataclasses
import struct

import pytest

from simplelink import sockets, traps
from simplelink.driver import Limits
from simplelink.host import Host
from simplelink.silos import CREATE
from simplelink.stub import Stub, basic, down, golden, of_socket
from simplelink.traps import Sprung

SHORT_S = 0.6  # where a trap is that nothing comes
HASTY = Limits(*[SHORT_S] * len(dataclasses.fields(Limits)))
PATIENT = Limits(*[20] * len(dataclasses.fields(Limits)))
ONE, TWO = bytes((1, 0)), bytes((2, 0))
CASES = []


def case(trap, timed=False, terminal=False, again=None):
    """The script below commits `trap` when it is told to lie; `timed`: by not doing something; `again`: the script of
    the link before."""
    def keep(function):
        CASES.append(pytest.param(trap, function, timed, terminal, again, id=f"{trap}-{function.__name__}"))
        return function
    return keep


def script(action):
    """Names what the host does in a case."""
    def keep(function):
        function.action = action
        return function
    return keep


def begin(stub, **state):
    stub.say(golden(1, **state))


def with_socket(stub, sd=0, **state):
    begin(stub, **state)
    stub.hear(0x9401)
    stub.say(golden(26, {18: bytes([sd])}, **state))


def connected(stub, **state):
    with_socket(stub, **state)
    stub.hear(0x9406)
    stub.say(golden(28, **state), golden(29, **state))


def end(stub):
    """The last words of a script that is honest: the host's settle()."""
    stub.hear(0x8465)
    stub.say(down(0x0465, struct.pack("<II", 2, 0)))


def mask_set(host):
    assert host.device.mask_events(2, 0) == 0


def get_mac(host):
    return host.netcfg.get(2, room=6)


def tcp(host):
    sd = host.sockets.socket()
    assert sd == 0
    return sd


def tcp_connected(host):
    sd = tcp(host)
    assert host.sockets.connect(sd, "127.0.0.1", 5001) == 0
    return sd


# --- framing ----------------------------------------------------------------------------------------------------------

@case("T1")
@script(lambda host: host.wlan.get_profile(0))
def profile_is_not_whole(stub, lie):
    begin(stub)
    stub.hear(0x8C84)
    stub.say(down(0x0C84, bytes(100 if lie else 244), size=244))


@case("T1")
@script(lambda host: host.wlan.get_profile(0))
def profile_has_only_what_is_used(stub, lie):
    begin(stub)
    stub.hear(0x8C84)
    stub.say(down(0x0C84, bytes(100 if lie else 244)))


@case("T2")
@script(lambda host: (mask_set(host), mask_set(host)))
def stray_bytes_between_messages(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464), bytes(3) if lie else b"")
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("T2")
@script(lambda host: mask_set(host))
def one_stray_byte_and_then_nothing(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(basic(0x0464), b"\0" if lie else b"")


@case("T2")
@script(lambda host: mask_set(host))
def basic_response_of_8_bytes(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say(down(0x0464, bytes(8 if lie else 4)))


@case("T2")
@script(lambda host: mask_set(host))
def doubled_sync_word(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    stub.say((b"\xba\xdc\xcd\xab" if lie else b"") + basic(0x0464))


@case("T3")
@script(lambda host: mask_set(host))
def dummy_with_arguments(stub, lie):
    begin(stub)
    stub.say(down(0x0063, bytes(4 if lie else 0)))
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("T4")
@script(lambda host: (get_mac(host), mask_set(host)))
def value_not_padded(stub, lie):
    begin(stub)
    stub.hear(0x8433)
    message = golden(12)
    stub.say((message[:-2] if lie else message) + golden(31))
    stub.hear(0x8464)
    stub.say(basic(0x0464))


@case("T4")
@script(get_mac)
def value_not_padded_and_then_nothing(stub, lie):
    begin(stub)
    stub.hear(0x8433)
    stub.say(golden(12)[:-2] if lie else golden(12))


@case("T5")
@script(get_mac)
def padding_of_a_value_counted(stub, lie):
    begin(stub)
    stub.hear(0x8433)
    stub.say(golden(12, {6: bytes([0x18])} if lie else None))


@case("T5")
@script(lambda host: host.sockets.receive(tcp_connected(host), 64))
def padding_of_data_counted(stub, lie):
    connected(stub)
    stub.hear(0x940A)
    stub.say(golden(33, {6: bytes([0x14])} if lie else None))


@case("T6")
@script(mask_set)
def wrong_number_in_the_sync_word(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    message = basic(0x0464)
    stub.say(bytes([0xBC + 3]) + message[1:] if lie else message)


@case("T7")
@script(lambda host: host.sockets.receive_from(tcp(host), 64))
def error_of_recvfrom_without_an_address(stub, lie):
    with_socket(stub)
    stub.hear(0x940B)
    stub.say(of_socket(0x100B, -107, data=b"" if lie else bytes(8)))


@case("sync")
@script(mask_set)
def masked_sync_word(stub, lie):
    begin(stub)
    stub.hear(0x8464)
    message = basic(0x0464)
    stub.say(bytes.fromhex("3a5ccd2b") + message[4:] if lie else message)


# --- credit and state -------------------------------------------------------------------------------------------------

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


# --- responses --------------------------------------------------------------------------------------------------------

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


# --- asynchronous messages --------------------------------------------------------------------------------------------

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


# --- the tests --------------------------------------------------------------------------------------------------------

def run(function, lie, terminal, again, limits):
    first = [again] if again else []
    stub = Stub(*[lambda stub, each=each: each(stub, lie) for each in [*first, function]], terminal=terminal)
    try:
        with Host(stub.connect, limits) as host:
            function.action(host)
            if lie:  # what sprang may have come after what was waited for
                with host.changed:
                    host.wait(lambda: False, 3 * SHORT_S)
    finally:
        stub.close()
    return host


@pytest.mark.parametrize(("trap", "function", "timed", "terminal", "again"), CASES)
def test_the_trap_is_noticed(trap, function, timed, terminal, again):
    with pytest.raises(Sprung) as sprung:
        run(function, True, terminal, again, HASTY if timed else dataclasses.replace(PATIENT, body=SHORT_S))
    assert sprung.value.trap == trap, sprung.value


@pytest.mark.parametrize(("trap", "function", "timed", "terminal", "again"), CASES)
def test_its_twin_passes(trap, function, timed, terminal, again):
    host = run(function, False, terminal, again, PATIENT)
    assert host.failure is None


def test_each_trap_has_a_case():
    assert {parameter.values[0] for parameter in CASES} == set(traps.TRAPS)
