# SPDX-License-Identifier: Apache-2.0
"""Both sides of the dialect as its documents have it, against our programs: nobody lies here."""

import json
import os

import pytest

import conftest as system
import servers
from peer.declarations import DOCUMENTS
from peer.host import Refused
from peer.nwp import NETWORK, PASSPHRASE, Nwp
from peer.worlds import KINDS, host_at

SIZE = 200_000


@pytest.fixture(name="host", params=KINDS)
def make_host(lab, request):
    lab.nwpd("--radio", "none", kinds=KINDS)
    host = host_at(lab, request.param)
    host.hello()
    return host


@pytest.fixture(name="on_air", params=KINDS)
def make_host_on_the_air(lab, request):
    lab.nwpd(kinds=KINDS)
    host = host_at(lab, request.param)
    host.hello()
    return host


# ---- as host


def test_a_stream_carries_every_byte_both_ways(host):
    octets = os.urandom(SIZE)
    with servers.Echo() as echo:
        stream = host.open()
        local = host.connect(stream, servers.ADDRESS, echo.port)
        assert local.port != 0
        assert host.call("SocketNameGet", socket=stream.handle, peer=1)["address"] == (servers.ADDRESS, echo.port, 0)
        echoed = b""
        for at in range(0, SIZE, 4000):
            host.send(stream, octets[at:at + 4000])
            echoed += host.receive(stream, 4000)
        assert echoed == octets
        host.close(stream)
    assert host.call("DeviceStatusGet")["sockets"] == 0


def test_the_end_travels_both_ways(host):
    with servers.Echo() as echo:
        stream = host.open()
        host.connect(stream, servers.ADDRESS, echo.port)
        host.send(stream, b"the last words")
        host.call("SocketShutdown", socket=stream.handle, how=1)
        assert host.receive(stream, 100) == b"the last words"
        assert stream.ended


def test_a_download_stops_where_the_credit_ends_and_goes_on_with_more(host):
    with servers.Source(servers.BLOCK) as source:
        stream = host.open(window=5000)
        host.connect(stream, servers.ADDRESS, source.port)
        host.wait(lambda: stream.received == 5000)
        host.call("Echo", content=b"nothing more came before this")
        assert stream.received == 5000
        assert len(host.receive(stream, servers.BLOCK + 1)) == servers.BLOCK


def test_a_refused_connection_is_told_as_one(host):
    stream = host.open()
    with pytest.raises(Refused, match="connection_refused"):
        host.connect(stream, servers.ADDRESS, 1)


def test_every_request_of_the_documents_gets_its_own_reply_or_an_error_of_the_table(on_air):
    for message in DOCUMENTS.messages:
        if message.group == "Requests":
            try:
                on_air.call(message.name)
            except Refused as refused:
                unknown = ("unsupported", "malformed") if message.name != "SimulatedFault" else ()
                assert refused.name in DOCUMENTS.errors and refused.name not in unknown, message.name


def test_a_message_longer_than_a_frame_travels_in_parts(lab):
    lab.nwpd("--radio", "none", kinds=KINDS)
    for kind in KINDS:
        host = host_at(lab, kind)
        assert host.hello(frame_room=64)["frame_room"] == 64
        content = os.urandom(400)
        assert host.call("Echo", content=content)["content"] == content


def test_hello_begins_with_one_snapshot_of_wifi_and_one_of_the_address(host):
    host.call("DeviceInfoGet")
    assert [name for name, _ in host.events] == ["WifiChanged", "AddressChanged"]


def test_a_scan_finds_networks_and_joining_one_brings_an_address(on_air):
    found = on_air.list("WifiScan")
    assert system.SSID in [network["ssid"] for network in found]
    joined = on_air.call("WifiConnect", ssid=system.SSID, passphrase=system.PASSPHRASE, security=1)
    assert joined["ssid"] == system.SSID
    on_air.wait(lambda: on_air.events[-1][0] == "AddressChanged" and on_air.events[-1][1]["address"])
    assert on_air.call("WifiStatusGet")["address"] == on_air.events[-1][1]["address"]


def test_a_credential_is_written_in_parts_read_listed_and_deleted(host, pki):
    value = pki.root.certificate_file.read_bytes()
    ca = DOCUMENTS.credential_types["ca_certificate"]
    for at in range(0, len(value), 300):
        host.call("CredentialWrite", tag=7, type=ca, total=len(value), offset=at, part=value[at:at + 300])
    assert [(entry["tag"], entry["size"]) for entry in host.list("CredentialList")] == [(7, len(value))]
    read = b""
    while len(read) < len(value):
        read += host.call("CredentialRead", tag=7, type=ca, offset=len(read), room=400)["part"]
    assert read == value
    host.call("CredentialDelete", tag=7, type=ca)
    assert host.list("CredentialList") == []


# ---- as NWP


@pytest.fixture(name="nwp", params=KINDS)
def make_nwp(lab, request):
    kind = "unix" if request.param == "unix" else "tty"
    path = lab.folder / "peer"
    with Nwp.at(kind, path) as nwp:
        nwp.url = f"{kind}:{path}"
        yield nwp


def succeed(lab, nwp, *words):
    done = lab.run("nwp", "--link", nwp.url, "--json", *words, limit_s=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_driver_moves_bytes_of_many_sockets(lab, nwp):
    with servers.Echo() as echo:
        host = lab.start_host("many", nwp.url, servers.ADDRESS, echo.port, 8)
        assert system.said(host) == {"open": 8, "right": 8}
        assert host.wait() == 0


def test_the_driver_downloads_and_uploads_every_byte(lab, nwp):
    with servers.Source(servers.BLOCK) as source:
        host = lab.start_host("download", nwp.url, servers.ADDRESS, source.port)
        assert system.said(host) == {"begun": True}
        assert system.said(host) == {"bytes": servers.BLOCK, "sha256": source.sha256}
        assert host.wait() == 0
    with servers.Sink() as sink:
        host = lab.start_host("upload", nwp.url, servers.ADDRESS, sink.port, servers.BLOCK)
        said = system.said(host)
        assert said["sha256"] == sink.sha256


def test_the_nwp_command_asks_how_we_are(lab, nwp):
    assert succeed(lab, nwp, "status")["device"]["product"] == "the peer"


def test_the_nwp_command_scans_and_joins(lab, nwp):
    assert [found["ssid"] for found in succeed(lab, nwp, "wifi", "scan")["networks"]] == [NETWORK["ssid"]]
    joined = succeed(lab, nwp, "wifi", "connect", NETWORK["ssid"], "--passphrase", PASSPHRASE, "--wait-address")
    assert joined["address"].startswith("10.1.2.3")
    wrong = lab.run("nwp", "--link", nwp.url, "wifi", "connect", NETWORK["ssid"], "--passphrase", "not the right one")
    assert wrong.returncode == 1
    assert "passphrase is wrong" in wrong.stderr


def test_the_nwp_command_writes_a_credential_in_parts(lab, nwp, pki):
    succeed(lab, nwp, "cred", "add", "5", "ca", pki.root.certificate_file)
    ca = DOCUMENTS.credential_types["ca_certificate"]
    assert nwp.credentials == {(5, ca): pki.root.certificate_file.read_bytes()}
    assert [entry["tag"] for entry in succeed(lab, nwp, "cred", "list")["credentials"]] == [5]
