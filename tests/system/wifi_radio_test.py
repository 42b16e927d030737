# SPDX-License-Identifier: Apache-2.0
"""nwp wifi country, power-save, statistics, access-point and station: the radio as every host manages it."""

import json

import pytest

import conftest
from conftest import assert_snapshot
from looking_in_test import next_line, start_nwp

AIR = """
[[access_point]]
ssid = "low"
bssid = "02:00:00:00:00:01"
channel = 6
rssi = -40
security = "open"
lease = { address = "10.77.0.2", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

[[access_point]]
ssid = "high"
bssid = "02:00:00:00:00:02"
channel = 13
rssi = -50
security = "open"

[[station]]
mac = "02:00:00:00:01:01"
name = "phone"
ssid = "ours"
passphrase = "welcome to us"
"""
PHONE = "02:00:00:00:01:01"
VERBS = [["country"], ["country", "DE"], ["power-save"], ["power-save", "on"], ["statistics"], ["access-point", "status"],
         ["access-point", "start", "ours", "--security", "open"], ["access-point", "stop"], ["station", "remove", PHONE]]


@pytest.fixture(name="radio")
def make_radio(lab):
    (lab.folder / "air.toml").write_text(AIR)
    (lab.folder / "key").write_text("welcome to us\n")
    lab.daemon = lab.nwpd("--radio", lab.folder / "air.toml")
    return lab


def succeed(lab, *words):
    done = lab.nwp("--json", "wifi", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def outcome(lab, *words):
    return json.loads(succeed(lab, *words))


def refusal(lab, *words, status=1):
    done = lab.nwp("wifi", *words)
    assert (done.returncode, done.stdout) == (status, "")
    return done.stderr


def start(lab, *words):
    return succeed(lab, "access-point", "start", "ours", "--passphrase-file", lab.folder / "key", *words)


def join(lab):
    succeed(lab, "connect", "low", "--security", "open", "--wait-address")


def names(lab):
    return {network["ssid"] for network in outcome(lab, "scan")["networks"]}


# ---- country


def test_a_country_is_shown_and_set(radio):
    assert_snapshot("wifi_country", succeed(radio, "country"))
    assert outcome(radio, "country", "US") == {"country": "US"}
    assert radio.nwp("wifi", "country").stdout == "country  US\n"
    assert outcome(radio, "country", "00") == {"country": "00"}


def test_a_country_bounds_what_is_found_and_joined(radio):
    assert names(radio) == {"low", "high"}
    succeed(radio, "country", "US")
    assert names(radio) == {"low"}
    assert "no such network" in refusal(radio, "connect", "high", "--security", "open")
    succeed(radio, "country", "DE")
    assert names(radio) == {"low", "high"}


def test_what_is_no_country_says_what_one_is(radio):
    for nonsense in ("us", "USA", "U", "U1", "0"):
        assert "two capital letters of ISO 3166-1" in refusal(radio, "country", nonsense, status=2)
    assert "no rules for it" in refusal(radio, "country", "QQ")
    assert outcome(radio, "country") == {"country": "00"}


def test_without_the_package_of_the_rules_no_country_is_known(lab):
    configuration = lab.folder / "nwpd.toml"
    configuration.write_text(f"[store]\nfolder = '{lab.folder}/store'\n"
                             "[radio]\nregulatory_db = '/nonexistent/regulatory.db'\n"
                             f"[[endpoint]]\nkind = 'unix'\npath = '{lab.folder}/nwp.unix'\n")
    conftest.processes.start_nwpd(lab.stack, lab.programs / "nwpd", ["--config", str(configuration)])
    assert "wireless-regdb" in refusal(lab, "country", "DE")
    assert outcome(lab, "country", "00") == {"country": "00"}
    assert outcome(lab, "access-point", "start", "ours", "--security", "open", "--channel", "11")["channel"] == 11


# ---- power save, statistics


def test_power_save_is_shown_and_set(radio):
    assert_snapshot("wifi_power_save", succeed(radio, "power-save"))
    on = {"power_save": "on", "listen_interval": 3}
    assert outcome(radio, "power-save", "on", "--listen-interval", "3") == on
    assert outcome(radio, "power-save") == on
    assert outcome(radio, "power-save", "off") == {"power_save": "off", "listen_interval": 3}


def test_power_save_that_makes_no_sense_changes_nothing(radio):
    before = outcome(radio, "power-save")
    refusal(radio, "power-save", "maybe", status=2)
    refusal(radio, "power-save", "--listen-interval", "3", status=2)
    for interval in ("0", "256", "-1", "often"):
        refusal(radio, "power-save", "on", "--listen-interval", interval, status=2)
    assert outcome(radio, "power-save") == before


def test_statistics_begin_at_nothing_and_count_joins(radio):
    assert_snapshot("wifi_statistics", succeed(radio, "statistics"))
    join(radio)
    while outcome(radio, "statistics")["beacons_received"] == 0:  # ctest has the time limit
        pass
    assert outcome(radio, "statistics")["joins"] == 1


# ---- access point


def test_an_access_point_is_started_looked_at_and_stopped(radio):
    assert_snapshot("wifi_access_point_none", succeed(radio, "access-point", "status"))
    assert_snapshot("wifi_access_point_start", start(radio, "--channel", "11"))
    assert_snapshot("wifi_access_point_status", succeed(radio, "access-point", "status"))
    assert PHONE in radio.nwp("wifi", "access-point", "status").stdout.split()
    assert_snapshot("wifi_station_remove", succeed(radio, "station", "remove", PHONE))
    assert outcome(radio, "access-point", "status")["stations"] == []
    assert "'nwp wifi access-point status' says who is" in refusal(radio, "station", "remove", PHONE)
    assert outcome(radio, "access-point", "stop") == {"state": "stopped"}
    assert outcome(radio, "access-point", "stop") == {"state": "stopped"}, "also where there is none"


def test_stations_that_come_and_go_are_events(radio):
    follower = start_nwp(radio, "--json", "events", "--follow")
    told = [next_line(follower) for _ in range(3)]  # link, Wi-Fi, address
    start(radio)
    told.append(next_line(follower))
    succeed(radio, "simulate", "lost", PHONE)
    told.append(next_line(follower))
    succeed(radio, "simulate", "back", PHONE)
    told.append(next_line(follower))
    succeed(radio, "access-point", "stop")
    told.append(next_line(follower))
    assert_snapshot("events_stations", json.dumps(told), ["time"])


def test_a_station_and_an_access_point_exclude_each_other(radio):
    join(radio)
    assert "'nwp wifi disconnect'" in refusal(radio, "access-point", "start", "ours", "--security", "open")
    succeed(radio, "disconnect")
    start(radio)
    assert "'nwp wifi access-point stop'" in refusal(radio, "connect", "low", "--security", "open")
    assert "'nwp wifi access-point stop'" in refusal(radio, "access-point", "start", "other", "--security", "open")
    assert "'nwp wifi access-point stop'" in refusal(radio, "country", "DE")
    succeed(radio, "access-point", "stop")
    join(radio)


def test_an_access_point_keeps_to_the_channels_of_its_country(radio):
    on_13 = ["access-point", "start", "ours", "--security", "open", "--channel", "13"]
    assert "'nwp wifi country'" in refusal(radio, *on_13)
    succeed(radio, "country", "US")
    assert "its country forbids" in refusal(radio, *on_13)
    succeed(radio, "country", "DE")
    assert outcome(radio, *on_13)["channel"] == 13


def test_an_access_point_that_makes_no_sense_is_refused_before_anybody_is_asked(radio):
    for words, says in ((["ours"], "--passphrase-file, or --security open"),
                        (["ours", "--passphrase", "7 chars"], "8 to 63 characters"),
                        (["ours", "--security", "open", "--passphrase", "welcome to us"], "has no passphrase"),
                        (["", "--security", "open"], "1 to 32 bytes"),
                        (["a name of thirty-three characters", "--security", "open"], "1 to 32 bytes"),
                        (["ours", "--security", "wpa3-sae", "--passphrase", "welcome to us"], "wpa3-sae"),
                        (["ours", "--security", "open", "--channel", "0"], "--channel"),
                        (["ours", "--security", "open", "--channel", "234"], "--channel"),
                        (["ours", "--passphrase", "welcome to us", "--passphrase-file", "x"], "excludes"),
                        (["ours", "--passphrase-file", "/nonexistent"], "/nonexistent")):
        assert says in refusal(radio, "access-point", "start", *words, status=2), words
    assert "six octets" in refusal(radio, "station", "remove", "phone", status=2)
    assert outcome(radio, "access-point", "status") == {"state": "stopped"}


# ---- who has it


def test_all_of_it_is_gone_with_the_daemon(radio):
    succeed(radio, "country", "DE")
    succeed(radio, "power-save", "on", "--listen-interval", "3")
    start(radio, "--channel", "13")
    conftest.kill(radio.daemon)
    radio.nwpd("--radio", radio.folder / "air.toml")
    assert outcome(radio, "country") == {"country": "00"}
    assert outcome(radio, "power-save") == {"power_save": "off", "listen_interval": 10}
    assert outcome(radio, "access-point", "status") == {"state": "stopped"}


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_an_nwp_without_a_radio_says_so(lab, words):
    lab.nwpd("--radio", "none")
    assert "this NWP has no radio" in refusal(lab, *words)
