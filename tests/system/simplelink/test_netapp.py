# SPDX-License-Identifier: Apache-2.0
"""Names, ping, and the settings of the network applications."""

import struct

import pytest

import conftest as system
from simplelink import messages
from simplelink.conftest import join
from simplelink.messages import address_word, call
from simplelink.sockets import address

HTTP, DHCP_SERVER, MDNS, DNS_SERVER, DEVICE, DNS_CLIENT, STATUS = 1, 2, 4, 8, 0x10, 0x20, 0x40
QUERY_FAILED = -6154
NAME_LENGTH, NAME_INVALID = (-6146, -6218), -6147
V6_NAME = "v6.nwp.test"


@pytest.fixture(name="named")
def make_named(chip):
    """A host with a name server."""
    dns = chip.lab.name_server({system.NAME: system.WEB_LEASE, V6_NAME: "2001:db8::1"})
    chip.start("--port", f"53={dns}")
    with chip.host() as host:
        join(host)
        yield host
        host.settle()


def test_names_have_addresses(named):
    """Ladder 12.6."""
    for _ in range(3):
        assert named.netapp.resolve(system.NAME) == address(system.WEB_LEASE)
    assert named.netapp.resolve(V6_NAME, 3) == bytes.fromhex("20010db8000000000000000000000001")


@pytest.mark.parametrize("family", [2, 3])
def test_an_unknown_name_is_said_to_be_that(named, family):
    assert named.netapp.resolve("nobody.nwp.test", family) == QUERY_FAILED


def test_an_address_needs_no_name_server(online):
    assert online.netapp.resolve("192.0.2.33") == address("192.0.2.33")


def test_names_without_a_network_are_refused_in_time(host):
    status = host.netapp.resolve(system.NAME)
    assert isinstance(status, int) and -6209 <= status <= -6150


@pytest.mark.parametrize("name", ["", "n" * 256, "a..b"])
def test_names_that_cannot_be(named, name):
    assert named.netapp.resolve(name) < 0


def test_slnet_looks_before_it_asks(named):
    """Zephyr's newer driver resolves only when the connection information says connected."""
    assert named.wlan.connection()["status"] == 1


def test_ping_reports_at_the_end(online):
    report = online.netapp.ping("127.0.0.1", attempts=3, interval_ms=10)
    assert report["sent"] == 3 == report["received"]
    assert report["rtt_min"] <= report["rtt_avg"] <= report["rtt_max"]


def test_an_endless_ping_is_stopped(online):
    request = call("PINGSTART", interval=50, size=32, timeout=100, attempts=0, address=address_word("127.0.0.1"))
    assert online.transact(request).status == 0
    response = online.transact(call("PINGSTART"))
    assert response.status == 1
    report = online.wait_event("ping report").args
    assert report["sent"] >= report["received"]


def test_a_ping_that_is_not_under_way_is_not_stopped(host):
    """Whether it says so or reports nothing: the host goes on."""
    host.transact(call("PINGSTART"))
    host.settle()


KEPT = {
    "HTTP port": (HTTP, 0, struct.pack("<H", 8080)), "HTTP authentication": (HTTP, 1, b"\1"),
    "HTTP name": (HTTP, 2, b"user"), "HTTP realm": (HTTP, 4, b"realm"), "ROM pages": (HTTP, 5, b"\1"),
    "second port": (HTTP, 6, struct.pack("<H", 8081)), "second port on": (HTTP, 7, b"\1"),
    "security": (HTTP, 8, b"\0"),
    "DHCP": (DHCP_SERVER, 0, struct.pack("<III", 3600, address_word("10.123.45.2"), address_word("10.123.45.9"))),
    "mDNS mask": (MDNS, 2, struct.pack("<I", 6)), "mDNS timing": (MDNS, 3, struct.pack("<6I", 100, 3, 2, 100, 200, 2000)),
    "domain": (DNS_SERVER, 0, b"our.domain"), "URN": (DEVICE, 0, b"our-device"), "device domain": (DEVICE, 1, b"domain.net"),
    "DNS client": (DNS_CLIENT, 0, struct.pack("<HH", 1500, 10)),
}


@pytest.mark.parametrize("name", KEPT)
def test_settings_are_kept_over_a_restart(host, name):
    app, option, value = KEPT[name]
    assert host.netapp.set(app, option, value) == 0
    assert host.netapp.get(app, option) == value
    host.restart()
    assert host.netapp.get(app, option) == value


def test_the_device_has_a_name_and_gets_it_back(host):
    assert host.netapp.get(DEVICE, 0) == b"mysimplelink"
    assert host.netapp.set(DEVICE, 0, b"not a name") == NAME_INVALID
    assert host.netapp.set(DEVICE, 0, b"n" * 33) in NAME_LENGTH
    assert host.netapp.set(DEVICE, 0, b"other") == 0
    assert host.netapp.set(DEVICE, 0, b"") == 0
    assert host.netapp.get(DEVICE, 0) == b"mysimplelink"


@pytest.mark.parametrize(("app", "option", "value"), [
    (HTTP, 0, b"\1"), (HTTP, 2, b"n" * 21), (HTTP, 99, b"\0"), (DHCP_SERVER, 0, bytes(11)), (77, 0, b"\0"),
    (DNS_CLIENT, 0, struct.pack("<HH", 2001, 10)), (DNS_CLIENT, 0, struct.pack("<HH", 100, 101)),
    (STATUS, 0, bytes(4))])
def test_settings_that_cannot_be_are_refused(host, app, option, value):
    assert host.netapp.set(app, option, value) < 0


def test_what_is_not_there_is_refused_in_full_size(host):
    assert host.netapp.get(77, 0) < 0
    assert host.netapp.get(HTTP, 99) < 0


def test_passwords_are_not_shown_to_be_right(host):
    """Set is set; a get gives it or refuses, in the right size."""
    assert host.netapp.set(HTTP, 3, b"secret") == 0
    assert host.netapp.get(HTTP, 3) in (b"secret",) or host.netapp.get(HTTP, 3) < 0


def test_applications_start_and_stop(host):
    assert host.netapp.start(HTTP) in (0, -6214)
    assert struct.unpack("<I", host.netapp.get(STATUS, 0))[0] & HTTP
    assert host.netapp.stop(HTTP) == 0
    assert not struct.unpack("<I", host.netapp.get(STATUS, 0))[0] & HTTP
    assert host.netapp.start(0x1000) < 0


def test_services_are_registered_and_all_unregistered(host):
    name, text = b"PC1._ipp._tcp.local", b"note=ours"
    assert host.command("MDNSREGISTERSERVICE", name_size=len(name), text_size=len(text), port=80, ttl=200,
                        options=0x80000001, payload=name + text).status == 0
    for _ in range(2):
        assert host.netapp.unregister_all_services() >= 0


def test_services_are_asked_for_and_none_is_there(online):
    name = b"_nothing._tcp.local"
    request = call("MDNSGETHOSTBYSERVICE", name_size=len(name), family=2, payload=name)
    status, answer = online.two_steps(request, (0x1835,), 60, family=2)
    assert status < 0 or answer.args["status"] < 0


@pytest.mark.parametrize("kind", sorted(messages.SERVICE_ENTRY_SIZES))
def test_the_list_of_services_is_read(host, kind):
    response = host.command("MDNSLOOKUP", buffer=1480, index=0, count=3, type=kind)
    assert response.status <= 3
