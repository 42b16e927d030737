# SPDX-License-Identifier: Apache-2.0
"""The utilities: random numbers, keys that never leave, signatures."""

import struct

import pytest

RANDOM, PUBLIC_KEY, PUBLIC_KEY_INFO = 3, 1, 2
SIGN, VERIFY, TEMPORARY_KEYS, ARP = 2, 3, 4, 6
SHA_ECDSA = 4
CREATE, REMOVE = 1, 2
KEY = 3


@pytest.mark.parametrize("size", [1, 2, 3, 4, 15, 16, 172])
def test_random_bytes_are_as_many_as_asked_for(host, size):
    first, second = (host.netutil.get(0, RANDOM, size) for _ in range(2))
    assert len(first) == len(second) == size
    assert size < 15 or first != second


def test_a_temporary_key_signs_and_what_it_signed_is_verified(host):
    assert host.netutil.command(TEMPORARY_KEYS, struct.pack("<III", KEY, 0, CREATE))[0] == 0
    public = host.netutil.get(KEY, PUBLIC_KEY, 255)
    assert isinstance(public, bytes) and len(public) >= 65
    message = b"a message"
    status, signature = host.netutil.command(SIGN, struct.pack("<III", KEY, SHA_ECDSA, 0), message)
    assert status == 0 and len(signature) >= 64
    for said, is_right in ((message, True), (b"b message", False)):
        attributes = struct.pack("<IIIHH", KEY, SHA_ECDSA, 0, len(said), len(signature))
        status, result = host.netutil.command(VERIFY, attributes[:12] + attributes[12:], said + signature)
        verdict = struct.unpack("<i", result[:4])[0] if status == 0 else status
        assert (verdict == 0) == is_right
    assert host.netutil.command(TEMPORARY_KEYS, struct.pack("<III", KEY, 0, REMOVE))[0] == 0
    assert host.netutil.command(SIGN, struct.pack("<III", KEY, SHA_ECDSA, 0), message)[0] < 0


def test_a_key_that_is_not_there_is_refused(host):
    assert host.netutil.get(200, PUBLIC_KEY, 255) < 0
    assert host.netutil.command(SIGN, struct.pack("<III", 200, SHA_ECDSA, 0), b"m")[0] < 0


def test_other_signatures_are_not_supported(host):
    assert host.netutil.command(TEMPORARY_KEYS, struct.pack("<III", KEY, 0, CREATE))[0] == 0
    assert host.netutil.command(SIGN, struct.pack("<III", KEY, 3, 0), b"m")[0] < 0


@pytest.mark.parametrize("number", [0, 7, 99])
def test_a_command_that_is_none_is_refused(host, number):
    assert host.netutil.command(number, bytes(12), b"m")[0] < 0
    host.settle()


@pytest.mark.parametrize("option", [0, 4, 99])
def test_what_is_not_there_is_refused_in_full_size(host, option):
    assert host.netutil.get(0, option, 16) < 0


def test_the_neighbour_s_address_is_asked_for(online):
    status, _ = online.netutil.command(ARP, struct.pack("<HH", 2, 200), bytes((1, 0, 77, 10)), 6)
    assert status <= 0
