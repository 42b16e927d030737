# SPDX-License-Identifier: Apache-2.0
"""Both sides of the dialect as its documents have it, against our programs: nobody lies here."""

import json
import os
import socket

import pytest

import conftest as system
import servers
from peer.codec import Address
from peer.declarations import DOCUMENTS
from peer.host import Refused
from peer.nwp import NETWORK, PASSPHRASE, Nwp
from peer.worlds import KINDS, Driver, host_at

SIZE = 200_000
FAULT = "SimulatedFault"  # unsupported for a fault that it does not know
NEEDS = {"SocketBind": "listeners", "SocketListen": "listeners", "SocketAccept": "listeners",
         "SocketRouteCheck": "datagrams"}


def capabilities(host):
    """By name; every bit must have one."""
    bits = host.welcome["capabilities"]
    named = {name for name, bit in DOCUMENTS.capabilities.items() if bits & bit}
    assert bits == sum(DOCUMENTS.capabilities[name] for name in named)
    return named


def need(host, capability):
    if capability not in capabilities(host):
        pytest.skip(f"this NWP names no {capability}")


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
                may_lack = NEEDS.get(message.name, "streams") not in capabilities(on_air) or message.name == FAULT
                unknown = ("unsupported", "malformed") if not may_lack else ()
                assert refused.name in DOCUMENTS.errors and refused.name not in unknown, message.name


def test_the_nwp_names_what_it_can_do(on_air):
    assert capabilities(on_air) >= {"streams", "tls", "names", "credentials", "wifi", "simulated_radio", "reattach"}


def test_a_wired_nwp_names_no_radio(host):
    assert capabilities(host) & {"wifi", "simulated_radio"} == set()


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


def test_a_listener_gives_its_connections_in_their_order(host):
    need(host, "listeners")
    listener, local = host.listen(servers.ADDRESS)
    with socket.create_connection(local[:2]) as first, socket.create_connection(local[:2]) as second:
        for outside in (first, second):
            stream, peer = host.accept(listener)
            assert peer[:2] == outside.getsockname()
            outside.sendall(b"a question")
            assert host.receive(stream, 10) == b"a question"
            host.send(stream, b"an answer")
            assert outside.recv(100) == b"an answer"
            host.close(stream)
            assert outside.recv(1) == b""
        with pytest.raises(Refused, match="would_block"):
            host.call("SocketAccept", socket=listener)
    host.call("SocketClose", socket=listener, linger_s=-1)


def test_datagrams_keep_their_boundaries_whatever_their_size(host):
    need(host, "datagrams")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.bind((servers.ADDRESS, 0))
        outside.settimeout(20)
        ours = host.open_datagrams(window=70_000)
        for size in (0, 1, 1000, 2040, 5000, 65_507):
            octets = os.urandom(size)
            host.send_to(ours, Address(*outside.getsockname()), octets)
            seen, sender = outside.recvfrom(70_000)
            assert seen == octets
            outside.sendto(octets, sender)
            assert host.receive_from(ours) == (Address(*outside.getsockname()), octets)


def test_a_datagram_to_nobody_is_told_as_a_problem_of_a_socket_that_lives_on(host):
    need(host, "datagrams")
    ours = host.open_datagrams()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind((servers.ADDRESS, 0))
        gone = Address(*nobody.getsockname())
    host.call("SocketConnect", socket=ours.handle, peer=gone)
    host.send_to(ours, None, b"anybody there?")
    problem = host.event("SocketProblem")
    assert (problem["socket"], DOCUMENTS.errors[problem["error"]]) == (ours.handle, "connection_refused")


def test_a_host_that_was_reset_finds_its_stream_by_its_token(lab, host):
    octets = os.urandom(6000)
    with servers.Echo() as echo:
        stream = host.open(window=8000)
        host.connect(stream, servers.ADDRESS, echo.port)
        host.send(stream, octets[:3000])
        assert host.receive(stream, 1000) == octets[:1000]
        host.wait(lambda: stream.received == 3000)
        told, token = stream.told_limit - stream.window, host.welcome["token"]
        again = host
        if host.link.reliable:
            host.link.close()
            again = host_at(lab, "unix")
        assert again.hello(has_token=1, token=token)["attached"] == 1
        assert again.welcome["sockets"] == 1
        assert again.welcome["token"] != token
        snapshot = again.event("SocketSnapshot")
        assert (snapshot["socket"], snapshot["bytes_taken"]) == (stream.handle, 3000)
        assert snapshot["bytes_consumed"] == told
        stream = again.adopt(snapshot, window=8000)
        again.send(stream, octets[3000:])
        assert again.receive(stream, 6000 - told) == octets[told:]
        again.close(stream)


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


def test_the_driver_listens_and_accepts(lab, nwp):
    driver = Driver(lab, nwp)
    assert [driver.call(*words)[0] for words in (("stream",), ("bind", servers.ADDRESS, 0), ("listen",))] == [0, 0, 0]
    port, _ = driver.call("port")
    with socket.create_connection((servers.ADDRESS, port)) as outside:
        outside.settimeout(20)
        assert driver.call("accept")[0] == 0
        outside.sendall(b"hello")
        assert driver.call("recv", 5)[0] == "hello"
        assert driver.call("send", "likewise")[0] == 8
        assert outside.recv(100) == b"likewise"
        assert driver.call("close")[0] == 0


def test_the_driver_sends_and_receives_datagrams_of_every_size(lab, nwp):
    driver = Driver(lab, nwp)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.bind((servers.ADDRESS, 0))
        outside.settimeout(20)
        assert driver.call("datagrams")[0] == 0
        for size in (0, 1, 2040, 4000):
            assert driver.call("sendto", *outside.getsockname(), size)[0] == size
            seen, sender = outside.recvfrom(70_000)
            assert seen == b"x" * size
        outside.sendto(b"an answer of some length" * 100, sender)
        assert driver.call("recv", 4000)[0] == "an answer of some length" * 100
        assert driver.call("close")[0] == 0


def test_the_nwp_command_asks_how_we_are(lab, nwp):
    assert succeed(lab, nwp, "status")["device"]["product"] == "the peer"


def test_the_nwp_command_scans_and_joins(lab, nwp):
    assert [found["ssid"] for found in succeed(lab, nwp, "wifi", "scan")["networks"]] == [NETWORK["ssid"]]
    joined = succeed(lab, nwp, "wifi", "connect", NETWORK["ssid"], "--passphrase", PASSPHRASE, "--wait-address")
    assert joined["address"].startswith("10.1.2.3")
    wrong = lab.run("nwp", "--link", nwp.url, "wifi", "connect", NETWORK["ssid"], "--passphrase", "not the right one")
    assert wrong.returncode == 1
    assert "passphrase is wrong" in wrong.stderr


def test_the_nwp_command_says_of_an_nwp_that_does_not_manage_its_radio_that_it_is_older(lab, nwp):
    for words in (["country"], ["country", "DE"], ["power-save"], ["statistics"], ["access-point", "status"],
                  ["access-point", "stop"], ["access-point", "start", "ours", "--security", "open"],
                  ["station", "remove", "02:00:00:00:00:01"]):
        done = lab.run("nwp", "--link", nwp.url, "wifi", *words)
        assert done.returncode == 1, words
        assert "older than this command" in done.stderr, words


def test_the_nwp_command_writes_a_credential_in_parts(lab, nwp, pki):
    succeed(lab, nwp, "cred", "add", "5", "ca", pki.root.certificate_file)
    ca = DOCUMENTS.credential_types["ca_certificate"]
    assert nwp.credentials == {(5, ca): pki.root.certificate_file.read_bytes()}
    assert [entry["tag"] for entry in succeed(lab, nwp, "cred", "list")["credentials"]] == [5]
