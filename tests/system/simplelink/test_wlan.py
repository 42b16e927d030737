# SPDX-License-Identifier: Apache-2.0
"""The WLAN silo on the built-in air."""

import struct

import pytest

import conftest as system
from simplelink import messages, silos
from simplelink.conftest import ADDRESS, GATEWAY, join
from simplelink.messages import address_word

STATION, ACCESS_POINT, PEER_TO_PEER = 0, 2, 3
OPEN, WEP, WPA = 0, 1, 2
USER_ASKED, WRONG_KEY, NOT_FOUND = 200, 204, 208
WPA2_PSK_CCMP = 0x1488
CONNECTED_BIT = 0x01
PROVISIONING_BITS = 0x18
INVALID_ROLE, INVALID_SECURITY, SSID_LENGTH, POLICY_TYPE, ALREADY_DISCONNECTED = -2050, -2054, -2060, -2066, -2071
INVALID_INDEX, BAD_COUNTRY, TX_POWER, AP_PASSWORD = -2074, -2164, -2167, -2168
LIST_FULL = (-2062, -2076)


def scanned(host, index=0, count=20, tries=50):
    """Asks until the scan is over."""
    for _ in range(tries):
        entries = host.wlan.scan(index, count)
        if entries != silos.BUSY_SCANNING:
            return entries
        with host.changed:
            host.wait(lambda: False, 0.1)  # what a host does between two tries
    raise AssertionError("the scan does not end")


def ssid_of(entry):
    return entry["ssid"][:entry["ssid_size"]]


def test_a_scan_is_begun_and_then_read(host):
    """Ladder 12.4."""
    assert host.wlan.scan() == silos.BUSY_SCANNING
    entries = scanned(host)
    homes = [entry for entry in entries if ssid_of(entry) == system.SSID.encode()]
    assert {(entry["bssid"][-1], entry["channel"], entry["rssi"]) for entry in homes} == {
        (1, 6, -48), (2, 11, -71), (5, 6, -40)}
    assert {entry["security"] for entry in homes if entry["bssid"][-1] != 5} == {WPA2_PSK_CCMP}
    guest, = [entry for entry in entries if ssid_of(entry) == b"nwp-guest"]
    assert guest["security"] >> 8 & 7 == 0
    assert all(not any(entry["ssid"][entry["ssid_size"]:]) for entry in entries)


def test_a_scan_is_read_in_parts(host):
    whole = scanned(host)
    parts = [entry for index in range(0, len(whole), 2) for entry in scanned(host, index, 2)]
    assert sorted(entry["bssid"] for entry in parts) == sorted(entry["bssid"] for entry in whole)
    assert scanned(host, len(whole), 2) in ([], -2073) or isinstance(scanned(host, len(whole), 2), int)


def test_joins_and_gets_an_address(host):
    """Ladder 12.5."""
    assert host.wlan.connect(system.SSID, system.PASSPHRASE) == 0
    event = host.wait_event("connected")
    assert event.args["ssid"][:event.args["ssid_size"]] == system.SSID.encode()
    assert event.args["bssid"][-1] in (1, 2)
    address = host.wait_event("IPv4 acquired").args
    assert address == {"address": address_word(ADDRESS), "gateway": address_word(GATEWAY),
                       "dns": address_word(GATEWAY)}
    host.settle()
    assert host.state.status & CONNECTED_BIT
    info = host.wlan.connection()
    assert (info["mode"], info["status"], info["security"]) == (STATION, 1, WPA)
    assert info["ssid"][:info["ssid_size"]] == system.SSID.encode()
    assert info["bssid"] == event.args["bssid"]

    assert host.wlan.disconnect() == 0
    assert host.wait_event("disconnected").args["reason"] == USER_ASKED
    host.settle()
    assert not host.state.status & CONNECTED_BIT
    assert host.wlan.connection()["status"] == 0
    assert host.wlan.disconnect() == ALREADY_DISCONNECTED


def test_an_open_network_needs_no_key(host):
    join(host, "nwp-guest", "")


@pytest.mark.parametrize(("ssid", "key", "reason"), [
    (system.SSID, "not the passphrase", WRONG_KEY), ("nwp-nowhere", "not the passphrase", NOT_FOUND)])
def test_a_failed_join_says_why(host, ssid, key, reason):
    assert host.wlan.connect(ssid, key) == 0
    assert host.wait_event("disconnected").args["reason"] == reason


def test_a_join_that_cannot_be_is_refused_at_once(host):
    assert host.wlan.connect("s" * 33, "12345678") == SSID_LENGTH
    assert host.wlan.connect("net", "12345678", security=77) == INVALID_SECURITY
    assert host.wlan.connect("net", "k" * 65) < 0
    host.settle()


def test_a_particular_access_point_can_be_asked_for(host):
    assert host.wlan.connect(system.SSID, system.PASSPHRASE, bssid=bytes((2, 0, 0, 0, 0, 2))) == 0
    assert host.wait_event("connected").args["bssid"] == bytes((2, 0, 0, 0, 0, 2))


def test_a_lost_chip_forgets_its_network_but_not_its_policy(host):
    assert host.wlan.policy(silos.CONNECTION, 0) == 0
    join(host)
    host.reopen()
    host.settle()
    assert host.wlan.connection()["status"] == 0
    assert host.wlan.get_policy(silos.CONNECTION)[0] == 0


def test_a_profile_joins_by_itself(host):
    """With the policy of Zephyr's driver, after a start and without a word."""
    assert host.wlan.policy(silos.CONNECTION, 0x01) == 0
    assert host.wlan.add_profile(system.SSID, system.PASSPHRASE, priority=7) >= 0
    host.restart()
    event = host.wait_event("connected")
    assert event.args["ssid"][:event.args["ssid_size"]] == system.SSID.encode()
    host.wait_event("IPv4 acquired")
    host.check_calm_start()


def test_the_last_network_is_joined_fast(host):
    assert host.wlan.policy(silos.CONNECTION, 0x03) == 0
    join(host)
    host.restart()
    host.wait_event("connected")
    host.wait_event("IPv4 acquired")


def test_the_profile_of_higher_priority_is_joined(host):
    assert host.wlan.policy(silos.CONNECTION, 0) == 0
    assert host.wlan.add_profile("nwp-guest", "", OPEN, 9) >= 0
    assert host.wlan.add_profile(system.SSID, system.PASSPHRASE, WPA, 3) >= 0
    assert host.wlan.policy(silos.CONNECTION, 1) == 0
    event = host.wait_event("connected")
    assert event.args["ssid"][:event.args["ssid_size"]] == b"nwp-guest"


def test_profiles_are_kept_replaced_and_deleted(host):
    host.wlan.policy(silos.CONNECTION, 0)
    assert host.wlan.delete_profile(255) >= 0
    first = host.wlan.add_profile("one", "passphrase1", WPA, 5)
    assert first >= 0
    second = host.wlan.add_profile("two", "", OPEN, 1)
    assert second not in (first, None) and second >= 0
    assert host.wlan.add_profile("one", "passphrase2", WPA, 6) == first
    host.restart()
    got = host.wlan.get_profile(first)
    assert (got["security"], got["priority"], got["ssid_size"], got["strings"][:3]) == (WPA, 6, 3, b"one")
    assert b"passphrase" not in got["strings"]
    assert host.wlan.delete_profile(first) == 0
    assert host.wlan.get_profile(first)["security"] == INVALID_INDEX
    assert host.wlan.get_profile(7)["security"] == INVALID_INDEX
    assert host.wlan.get_profile(second)["security"] == OPEN


def test_there_is_room_for_seven_profiles(host):
    host.wlan.policy(silos.CONNECTION, 0)
    assert {host.wlan.add_profile(f"network {number}", "", OPEN) for number in range(7)} == set(range(7))
    assert host.wlan.add_profile("one more", "", OPEN) in LIST_FULL


POLICIES = [(silos.CONNECTION, 3, b""), (silos.CONNECTION, 0x20, b""), (silos.SCAN, 0, b""),
            (silos.SCAN, 1, struct.pack("<I", 60)), (silos.POWER, 0, b""), (silos.POWER, 3, b""),
            (silos.POWER, 4, struct.pack("<HHHH", 0, 0, 500, 0)), (silos.P2P, 0x0F, b"")]


@pytest.mark.parametrize(("kind", "option", "more"), POLICIES)
def test_policies_are_kept(host, kind, option, more):
    assert host.wlan.policy(kind, option, more) == 0
    got, payload = host.wlan.get_policy(kind)
    assert got == option
    assert payload[:len(more)] == more


def test_a_policy_that_is_none_is_refused(host):
    assert host.wlan.policy(0x50, 0) == POLICY_TYPE
    assert host.wlan.policy(silos.POWER, 9) < 0
    host.wlan.get_policy(0x50)
    host.settle()


KEPT = {
    "AP name": (0, 0, b"our network"), "AP channel": (0, 3, b"\x06"), "hidden": (0, 4, b"\1"),
    "AP security": (0, 6, b"\2"), "AP password": (0, 7, b"a password"), "stations": (0, 19, b"\2"),
    "aging": (0, 26, struct.pack("<H", 120)), "country": (1, 9, b"JP"), "tx power": (1, 10, b"\3"),
    "AP tx power": (1, 11, b"\4"), "scan": (1, 18, struct.pack("<Ii", 0x1FFF, -95)),
    "P2P name": (2, 12, b"our device"), "P2P type": (2, 13, b"1-0050F204-1"),
    "P2P channels": (2, 14, bytes((6, 81, 11, 81))), "system filters": (4, 31, bytes((1, 0, 0, 0))),
}


@pytest.mark.parametrize("name", KEPT)
def test_settings_are_kept_over_a_restart(host, name):
    group, option, value = KEPT[name]
    assert host.wlan.set(group, option, value) == 0
    assert host.wlan.get(group, option) == value
    host.restart()
    assert host.wlan.get(group, option) == value


@pytest.mark.parametrize(("group", "option", "value", "error"), [
    (1, 9, b"??", BAD_COUNTRY), (1, 10, b"\x10", TX_POWER), (1, 11, b"\x10", TX_POWER), (0, 7, b"six666", AP_PASSWORD),
    (0, 0, b"n" * 33, None), (0, 3, b"\x63", None), (0, 19, b"\5", None), (0, 6, b"\7", None), (77, 0, b"\0", None),
    (1, 77, b"\0", None), (1, 18, bytes(7), None)])
def test_settings_that_cannot_be_are_refused(host, group, option, value, error):
    status = host.wlan.set(group, option, value)
    assert status < 0
    assert error in (None, status)


def test_the_access_list_is_kept(host):
    other, mac = bytes((2, 0, 0, 0, 1, 1)), bytes((2, 0, 0, 0, 1, 2))
    assert host.wlan.set(0, 25, b"\1") == 0
    assert host.wlan.set(0, 20, other) == 0
    assert host.wlan.set(0, 20, mac) == 0
    assert host.wlan.get(0, 24)[0] == 2
    assert host.wlan.get(3, 0, 12) == other + mac
    assert host.wlan.set(0, 21, other) == 0
    assert host.wlan.get(3, 0, 6) == mac
    assert host.wlan.set(0, 22, b"\0") == 0
    assert host.wlan.get(0, 24)[0] == 0
    assert host.wlan.set(0, 21, other) < 0


@pytest.mark.parametrize(("mode", "status"), [(ACCESS_POINT, 3), (PEER_TO_PEER, 5), (STATION, 1)])
def test_the_role_changes_with_the_next_start(host, mode, status):
    """Ladder 12.2."""
    assert host.wlan.mode(mode) == 0
    assert host.wlan.connection()["mode"] == STATION
    assert host.restart()["status"] & 0xF == status
    host.settle()
    assert host.wlan.connection()["mode"] == mode
    assert host.reopen()["status"] & 0xF == status
    assert host.change_role(STATION) == 1


def test_a_role_that_is_none_is_refused(host):
    assert host.wlan.mode(77) < 0
    assert host.restart()["status"] & 0xF == 1


def test_zephyr_s_driver_makes_a_station_of_an_access_point(host):
    assert host.change_role(ACCESS_POINT) == 3
    statuses, _ = host.zephyr_start()
    assert min(statuses.values()) >= 0
    assert host.initialised["status"] & 0xF == 1


def test_an_access_point_joins_nothing(host):
    assert host.change_role(ACCESS_POINT) == 3
    assert host.wlan.connect(system.SSID, system.PASSPHRASE) == INVALID_ROLE
    host.change_role(STATION)


def test_provisioning_starts_and_stops(host):
    host.state.may_provision = True
    assert host.wlan.provisioning_stop() >= 0  # nothing runs
    status = host.command("PROVISIONING", command=0, role=ACCESS_POINT, timeout=60).status
    assert status == 0
    host.settle()
    assert host.state.status & PROVISIONING_BITS
    assert host.wlan.provisioning_stop() >= 0
    host.wait_event("provisioning status", where=lambda args: args["status"] == 12)
    host.state.may_provision = False
    host.settle()
    assert not host.state.status & PROVISIONING_BITS


def test_silenced_events_do_not_come(host):
    assert host.device.mask_events(messages.WLAN, 1 << 1 | 1 << 2) == 0
    assert host.wlan.connect(system.SSID, system.PASSPHRASE) == 0
    host.wait_event("IPv4 acquired")
    assert host.wlan.disconnect() == 0
    host.settle()


def test_filters_are_added_and_removed(host):
    rule = {"rule_type": 0, "flags": 1, "trigger": bytes((0, 0, 1, 2)) + bytes(8), "action": b"\1" + bytes(7),
            "rule": struct.pack("<6s30x6s10xBBxx", bytes((2, 0, 0, 0, 1, 1)), b"\xff" * 6, 4, 1)}
    numbers = set()
    for _ in range(3):
        response = host.command("RXFILTERADD", **rule)
        assert response.status == 0
        numbers.add(response.args["filter"])
    assert len(numbers) == 3 and min(numbers) >= 0
    number = min(numbers)
    enabled = bytearray(16)
    enabled[number >> 3] = 0x80 >> (number & 7)
    assert host.wlan.set(4, 27, bytes(enabled) + bytes(4)) == 0
    assert host.wlan.get(4, 27)[:16] == bytes(enabled)
    assert host.wlan.set(4, 29) == 0
    assert host.wlan.set(4, 28, b"\xff" * 8 + bytes(12)) == 0
    assert host.wlan.get(4, 27)[:16] == bytes(16)


def test_statistics_are_counted_and_cleared(host):
    assert host.command("STARTRXSTAT").status == 0
    first = host.command("GETRXSTAT").args
    second = host.command("GETRXSTAT").args
    assert second["end"] >= first["begin"]
    assert host.command("STOPRXSTAT").status == 0


@pytest.mark.parametrize("room", [4, 8, 80])
def test_a_buffer_that_is_too_small_costs_the_value_only(host, room):
    info = host.wlan.get(5, 0, room)
    assert info == -2001 if room < 80 else len(info) == 80
    host.settle()
