# SPDX-License-Identifier: Apache-2.0
"""The configuration of the network."""

import struct

import pytest

from simplelink import messages
from simplelink.conftest import ADDRESS, GATEWAY, join
from simplelink.messages import address_word

MAC_SET, MAC_GET, STATIONS, STATION_LIST, DISCONNECT, INTERFACES, STATION_IP, AP_IP, IP6_LOCAL, IP6_GLOBAL, DHCP, DNS2 = (
    range(1, 13))
DYNAMIC, DYNAMIC_OR_LOCAL, STATIC, STATELESS, STATEFUL = 1, 2, 4, 5, 6
BOUND = 3


def words(*texts):
    return struct.pack(f"<{len(texts)}I", *map(address_word, texts))


def test_the_mac_address_can_be_set_for_the_next_start(host):
    before = host.netcfg.get(MAC_GET)[1]
    mac = bytes((2, 0, 0, 0, 9, 9))
    assert host.netcfg.set(MAC_SET, 1, mac) == 0
    host.restart()
    assert host.netcfg.get(MAC_GET)[1] == mac != before


def test_a_group_s_address_is_no_mac_address(host):
    assert host.netcfg.set(MAC_SET, 1, bytes((1, 0, 0, 0, 9, 9))) < 0


def test_the_address_of_a_station_is_dynamic(online):
    option, value = online.netcfg.get(STATION_IP)
    assert option == DYNAMIC
    assert value == words(ADDRESS, "255.255.255.0", GATEWAY, GATEWAY)
    info = messages.DHCP_INFO.unpack(online.netcfg.get(DHCP)[1])
    assert (info["address"], info["gateway"], info["mask"], info["dns"][0], info["state"]) == (
        address_word(ADDRESS), address_word(GATEWAY), address_word("255.255.255.0"), address_word(GATEWAY), BOUND)


def test_without_a_network_there_is_no_address(host):
    option, value = host.netcfg.get(STATION_IP)
    assert option == DYNAMIC and value[:4] == bytes(4)


def test_a_static_address_is_taken(host):
    static = words(ADDRESS, "255.255.255.0", GATEWAY, "10.77.0.9")
    assert host.netcfg.set(STATION_IP, STATIC, static) == 0
    assert host.netcfg.get(STATION_IP) == (STATIC, static)
    host.restart()
    assert join(host) == {"address": address_word(ADDRESS), "gateway": address_word(GATEWAY),
                          "dns": address_word("10.77.0.9")}
    assert host.netcfg.set(STATION_IP, DYNAMIC) == 0


@pytest.mark.parametrize(("option", "size"), [(STATIC, 12), (STATIC, 0), (99, 0)])
def test_what_cannot_be_is_refused(host, option, size):
    assert host.netcfg.set(STATION_IP, option, bytes(size)) < 0


@pytest.mark.parametrize("option", [DYNAMIC, DYNAMIC_OR_LOCAL, 7, 8, 9, 10, 11, 12])
def test_each_mode_is_accepted(host, option):
    assert host.netcfg.set(STATION_IP, option) == 0


@pytest.mark.parametrize("bits", [0, 0xFFFFFFFF, 0xC])
def test_interfaces_are_accepted(host, bits):
    assert host.netcfg.set(INTERFACES, 0, struct.pack("<I", bits)) == 0
    assert len(host.netcfg.get(INTERFACES)[1]) == 4


def test_the_address_of_an_access_point_is_kept(host):
    address = words("10.123.45.1", "255.255.255.0", "10.123.45.1", "10.123.45.1")
    assert host.netcfg.set(AP_IP, STATIC, address) == 0
    assert host.netcfg.get(AP_IP) == (STATIC, address)


@pytest.mark.parametrize("number", [IP6_LOCAL, IP6_GLOBAL])
def test_ipv6_settings_are_accepted(host, number):
    assert host.netcfg.set(IP6_LOCAL, STATELESS, b"") == 0
    assert host.netcfg.set(number, STATELESS, b"") == 0
    option, value = host.netcfg.get(number, STATELESS)
    assert option == STATELESS and len(value) == 36


def test_the_second_name_server_is_kept(host):
    assert host.netcfg.set(DNS2, 0, words("10.77.0.8")) == 0
    assert host.netcfg.get(DNS2)[1] == words("10.77.0.8")


def test_a_station_has_no_stations(host):
    assert host.netcfg.get(STATIONS)[1][:1] in (b"", b"\0")


@pytest.mark.parametrize("number", [0, 13, 99, 0xFFFF])
def test_what_is_not_there_is_refused_in_full_size(host, number):
    assert host.netcfg.get(number)[0] < 0
    assert host.netcfg.set(number, 0, bytes(4)) < 0
