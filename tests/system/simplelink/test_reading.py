# SPDX-License-Identifier: Apache-2.0
"""The host reads and writes as TI's driver does where the protocol leaves several ways, and its bugs do what they say."""

import struct

import pytest

from simplelink import bugs, messages, sockets
from simplelink.host import Host
from simplelink.link import LinkClosed
from simplelink.stub import Stub, basic, down, golden, of_socket
from simplelink.cases import HASTY, PATIENT, connected, mask_set, tcp_connected
from simplelink.traps import Aborted, Sprung

MASK_RESPONSE = basic(0x0464)


@pytest.fixture(name="with_stub")
def make_stub():
    made = []

    def make(script, **more):
        stub = Stub(script)
        made.append(stub)
        return stub, Host(stub.connect, more.pop("limits", PATIENT), **more)
    yield make
    for stub in made:
        stub.close()


@pytest.mark.parametrize(("before", "sync"), [
    (b"\1\2\3", "badccdab"), (b"", "badccdabbadccdab"), (b"", "3a5ccd2b"), (b"", "3a5ccdab"),
    (b"", "bddccdab"), (b"\xff" * 40, "badccdab")])
def test_tolerated_sync_words_are_read_when_it_is_not_strict(with_stub, before, sync):
    def script(stub):
        stub.say(golden(1))
        stub.hear(0x8464)
        stub.say(before + bytes.fromhex(sync) + MASK_RESPONSE[4:])
        stub.hear(0x8464)
        stub.say(MASK_RESPONSE)
    _, host = with_stub(script, strict=False)
    with host:
        mask_set(host)
        mask_set(host)


@pytest.mark.parametrize("number", range(4))
def test_numbers_count_all_messages(with_stub, number):
    """The one after INIT COMPLETE and `number` others."""
    def script(stub):
        stub.say(golden(1), *[golden(31)] * number)
        stub.hear(0x8464)
        stub.say(bytes([0xBC + (number + 1) % 4]) + MASK_RESPONSE[1:])
    _, host = with_stub(script, strict=False)
    with host:
        mask_set(host)


def test_messages_may_come_byte_by_byte(with_stub):
    def script(stub):
        for octet in golden(1):
            stub.say(bytes([octet]))
        stub.hear(0x8464)
        for octet in golden(31) + MASK_RESPONSE:
            stub.say(bytes([octet]))
    _, host = with_stub(script)
    with host:
        mask_set(host)


def test_the_spi_build_announces_each_read_and_has_no_long_sync_word(with_stub):
    heard = []

    def script(stub):
        stub.say(golden(1))
        heard.append(stub.hear_bytes(4))
        heard.append(stub.hear_bytes(4 + 4 + 8))
        stub.say(golden(14))
        heard.append(stub.hear_bytes(4))
    _, host = with_stub(script, spi=True)
    with host:
        assert host.device.version()["nwp"] == [3, 4, 0, 5]
        with host.changed:
            assert host.wait(lambda: len(heard) == 3, 10)
    assert heard[0] == heard[2] == bytes.fromhex("65877856")
    assert heard[1][:8] == bytes.fromhex("21433412") + bytes.fromhex("66840800")


def test_an_abort_has_its_type_in_the_header(with_stub):
    def script(stub):
        stub.say(golden(1))
        stub.hear(0x8464)
        stub.say(golden(64))
    _, host = with_stub(script)
    with host, pytest.raises(Aborted) as aborted:
        mask_set(host)
    assert (aborted.value.kind, aborted.value.data) == (0x55, 0xDEADBEEF)


def test_a_closed_link_is_no_silence(with_stub):
    def script(stub):
        stub.say(golden(1))
        stub.hear(0x8464)
        stub.close_link()
    _, host = with_stub(script)
    with host, pytest.raises(LinkClosed):
        mask_set(host)


def test_the_result_may_come_before_the_response(with_stub):
    def script(stub):
        stub.say(golden(1))
        stub.hear(0x9401)
        stub.say(golden(26))
        stub.hear(0x9406)
        stub.say(golden(29), golden(28))
        stub.hear(0x9402)
        stub.say(golden(38), of_socket(0x1402))
    _, host = with_stub(script)
    with host:
        assert host.sockets.close(tcp_connected(host)) == 0
        assert not host.state.modes


def test_tokens_and_requests_of_the_http_server_are_always_answered(with_stub):
    def script(stub):
        stub.say(golden(1))
        stub.say(down(0x182E, bytes((4, 0, 0, 0)) + b"NAME"))
        answers.append(stub.hear(0x9C2F))
        stub.say(golden(61))
        answers.append(stub.hear(0x9C78))
    answers = []
    _, host = with_stub(script)
    with host:
        host.wait_event("HTTP token get")
        host.wait_event("netapp request")
        with host.changed:
            assert host.wait(lambda: len(answers) == 2, 10)
    assert answers[0][:6] == bytes((0, 4)) + b"NAME"
    assert answers[1] == struct.pack("<HHHHI", 7, 404, 0, 0, 0)


def test_a_host_without_credit_on_a_non_blocking_socket_is_told_so_at_once(with_stub):
    def script(stub):
        connected(stub, credit=3)
        stub.hear(0x9408)
        stub.say(golden(35, credit=3))
    _, host = with_stub(script)
    with host:
        sd = tcp_connected(host)
        assert host.sockets.set_option(sd, sockets.NON_BLOCKING, 1) == 0
        assert host.sockets.send(sd, b"hello") == sockets.AGAIN


BUGS = {
    "truncates": (lambda: bugs.Truncates(14), lambda whole: whole[:14]),
    "one byte more": (lambda: bugs.WrongLength(1), lambda whole: whole[:10] + b"\x09" + whole[11:]),
    "no length": (lambda: bugs.WrongLength(-65535), lambda whole: whole[:10] + b"\0" + whole[11:]),
    "longest": (lambda: bugs.WrongLength(65535), lambda whole: whole[:10] + b"\xff\xff" + whole[12:]),
    "opcode": (lambda: bugs.OtherOpcode(0x8FFF), lambda whole: whole[:8] + b"\xff\x8f" + whole[10:]),
    "garbage": (lambda: bugs.GarbageBefore(b"xyz"), lambda whole: b"xyz" + whole),
    "short sync": (bugs.ShortSync, lambda whole: messages.CNYS + whole[4:]),
    "garbled": (lambda: bugs.Garbled(9), lambda whole: whole[:9] + bytes([whole[9] ^ 0xFF]) + whole[10:]),
    "twice": (bugs.Twice, lambda whole: whole + whole),
}


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_spoils_what_it_says(with_stub, name):
    make, change = BUGS[name]
    honest = messages.message(messages.call("EVENTMASKSET", group=2, mask=0))
    expected, heard = change(honest), []

    def script(stub):
        stub.say(golden(1))
        heard.append(stub.hear_bytes(len(expected)))
    bug = make()
    _, host = with_stub(script, limits=HASTY, bugs=[bug])
    with host, pytest.raises(Sprung):
        mask_set(host)
    assert heard == [expected] and bug.done == 1
