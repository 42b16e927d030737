# SPDX-License-Identifier: Apache-2.0
"""Traps of the byte stream."""

from simplelink.cases import begin, case, connected, get_mac, mask_set, script, tcp, tcp_connected, with_socket
from simplelink.stub import basic, down, golden, of_socket


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
