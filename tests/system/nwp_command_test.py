# SPDX-License-Identifier: Apache-2.0
"""The nwp command, word for word: what it prints as JSON stands in snapshots/."""

import json
import socket
import subprocess

import pytest

import conftest
from conftest import NAME, PASSPHRASE, SSID, assert_snapshot

PAGE = b"<html>a page</html>\n"
VOLATILE_STATUS = ["uptime_s", "resident_kib", "frames_in", "frames_out"]


def succeed(lab, *words):
    done = lab.nwp("--json", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refusal(lab, *words):
    """What it says when the NWP says no."""
    done = lab.nwp(*words)
    assert done.returncode == 1
    return done.stderr


def join(lab):
    return succeed(lab, "wifi", "connect", SSID, "--passphrase", PASSPHRASE, "--wait-address")


@pytest.fixture(name="radio")
def make_radio(lab):
    lab.nwpd()
    return lab


@pytest.fixture(name="world")
def make_world(lab, pki):
    """A joined network with a name server and a web server."""
    https = lab.web_server(lab.site({"index.html": PAGE}), pki.server)
    dns = lab.name_server({NAME: conftest.WEB_LEASE, "wrong.nwp.test": conftest.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"443={https}")
    join(lab)
    return lab


def test_status(radio):
    assert_snapshot("status", succeed(radio, "status"), VOLATILE_STATUS)


def test_nobody_there_ends_with_3_and_says_where(lab):
    done = lab.nwp("status")
    assert done.returncode == 3
    assert lab.link() in done.stderr


def test_nonsense_ends_with_2(radio):
    assert radio.nwp("fly").returncode == 2
    assert radio.nwp("wifi", "connect").returncode == 2
    assert radio.nwp("cred", "add", "1", "moon", "file").returncode == 2


# ---- Wi-Fi


def test_scan_finds_what_the_radio_file_has(radio):
    assert_snapshot("wifi_scan", succeed(radio, "wifi", "scan"))


def test_connect_joins_and_waits_for_the_address(radio):
    assert_snapshot("wifi_connect", join(radio))
    assert_snapshot("wifi_status", succeed(radio, "wifi", "status"))


def test_a_wrong_passphrase_is_told_as_one(radio):
    assert "passphrase is wrong" in refusal(radio, "wifi", "connect", SSID, "--passphrase", "not the right one")
    status = json.loads(succeed(radio, "wifi", "status"))
    assert (status["state"], status["address"]) == ("disconnected", "none")


def test_a_network_that_is_not_there_is_told_as_such(radio):
    assert "no such network" in refusal(radio, "wifi", "connect", "nobody", "--passphrase", PASSPHRASE)


def test_disconnect_leaves_the_network(radio):
    join(radio)
    assert_snapshot("wifi_disconnect", succeed(radio, "wifi", "disconnect"))
    assert_snapshot("wifi_status_left", succeed(radio, "wifi", "status"))


def test_simulate_takes_the_access_point_away_and_brings_it_back(radio):
    first, second = "02:00:00:00:00:01", "02:00:00:00:00:02"
    join(radio)
    assert json.loads(succeed(radio, "wifi", "status"))["bssid"] == first
    assert_snapshot("wifi_simulate", succeed(radio, "wifi", "simulate", "lost", first))
    while (status := json.loads(succeed(radio, "wifi", "status")))["bssid"] == first:  # ctest has the time limit
        assert status["state"] == "lost"
    assert status["bssid"] == second  # the station roamed
    succeed(radio, "wifi", "simulate", "back", first)
    succeed(radio, "wifi", "disconnect")
    assert json.loads(join(radio))["bssid"] == first


# ---- credentials and files


def test_credentials_are_added_listed_and_deleted(radio, pki):
    assert_snapshot("cred_add", succeed(radio, "cred", "add", "1", "ca", pki.root.certificate_file))
    assert_snapshot("cred_list", succeed(radio, "cred", "list"), ["size"])
    assert "already" in refusal(radio, "cred", "add", "1", "ca", pki.stranger.certificate_file)
    succeed(radio, "cred", "add", "1", "ca", pki.stranger.certificate_file, "--replace")
    assert_snapshot("cred_delete", succeed(radio, "cred", "delete", "1", "ca"))
    assert json.loads(succeed(radio, "cred", "list")) == {"credentials": []}
    assert "no such thing" in refusal(radio, "cred", "delete", "1", "ca")


def test_what_is_no_certificate_is_refused(radio):
    junk = radio.folder / "junk.pem"
    junk.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert "not what it should be" in refusal(radio, "cred", "add", "1", "ca", junk)


def test_a_key_made_inside_signs_a_request_that_openssl_verifies(radio):
    assert_snapshot("cred_generate", succeed(radio, "cred", "generate", "7"))
    request = radio.nwp("cred", "csr", "7", "CN=sensor-7,O=Example")
    assert request.returncode == 0
    seen = subprocess.run(["openssl", "req", "-verify", "-noout", "-subject", "-nameopt", "RFC2253"],
                          input=request.stdout, capture_output=True, text=True, check=True)
    assert "verify OK" in seen.stdout + seen.stderr
    assert "subject=CN=sensor-7,O=Example" in seen.stdout
    assert_snapshot("cred_csr", succeed(radio, "cred", "csr", "7", "CN=sensor-7,O=Example"), ["pem"])
    assert "no such thing" in refusal(radio, "cred", "csr", "8", "CN=nobody")


def test_credentials_outlive_the_daemon(lab, pki):
    nwpd = lab.nwpd()
    succeed(lab, "cred", "add", "1", "ca", pki.root.certificate_file)
    before = succeed(lab, "cred", "list")
    conftest.kill(nwpd)
    lab.nwpd()
    assert succeed(lab, "cred", "list") == before


# ---- names, pages


def test_resolve_asks_the_name_server_of_the_lease(world):
    assert_snapshot("resolve", succeed(world, "resolve", NAME, "--service", "https"))
    assert refusal(world, "resolve", "nobody.example") == "nwp: nobody.example: there is no such name\n"


def test_resolve_without_a_network_says_so(radio):
    assert "no address yet" in refusal(radio, "resolve", NAME)


def test_a_page_comes_when_the_ca_is_right(world, pki):
    succeed(world, "cred", "add", "1", "ca", pki.root.certificate_file)
    assert world.nwp("get", f"https://{NAME}/").stdout == PAGE.decode()
    page = world.folder / "page"
    assert_snapshot("get", succeed(world, "get", f"https://{NAME}/", "--output", page))
    assert page.read_bytes() == PAGE


def test_a_page_comes_when_the_ca_is_a_stored_file(world, pki):
    """Method 2: the certificate was provisioned; the program only names it."""
    assert_snapshot("file_put", succeed(world, "file", "put", "ca.pem", pki.root.certificate_file), ["size"])
    succeed(world, "cred", "add", "1", "ca", "ca.pem", "--stored")
    assert world.nwp("get", f"https://{NAME}/").stdout == PAGE.decode()
    assert "no such thing" in refusal(world, "cred", "add", "2", "ca", "nobody.pem", "--stored")


def test_a_wrong_ca_is_refused_with_its_verdict(world, pki):
    assert "no_credential" in refusal(world, "get", f"https://{NAME}/")
    succeed(world, "cred", "add", "1", "ca", pki.stranger.certificate_file)
    assert "unknown_ca" in refusal(world, "get", f"https://{NAME}/")


def test_a_missing_intermediate_is_told_as_one(lab, pki):
    dns = lab.name_server({NAME: conftest.WEB_LEASE})

    class Alone:
        chain_file, key_file = pki.server.certificate_file, pki.server.key_file
    https = lab.web_server(lab.site({"index.html": PAGE}), Alone)
    lab.nwpd("--port", f"53={dns}", "--port", f"443={https}")
    join(lab)
    succeed(lab, "cred", "add", "1", "ca", pki.root.certificate_file)
    assert "missing_intermediate" in refusal(lab, "get", f"https://{NAME}/")


def test_a_wrong_name_is_refused_with_its_verdict(world, pki):
    succeed(world, "cred", "add", "1", "ca", pki.root.certificate_file)
    said = refusal(world, "get", "https://wrong.nwp.test/")
    assert "wrong_host_name" in said
    assert f"CN={NAME}" in said


# ---- trace


def test_trace_prints_a_captured_link_without_its_secrets(lab):
    capture, configuration = lab.folder / "link.pcapng", lab.folder / "nwpd.toml"
    configuration.write_text(f"[store]\nfolder = '{lab.folder}/store'\n[[endpoint]]\nkind = 'unix'\n"
                             f"path = '{lab.folder}/nwp.unix'\ncapture = '{capture}'\n")
    nwpd = conftest.processes.start_nwpd(lab.stack, lab.programs / "nwpd", ["--config", str(configuration)])
    join(lab)
    nwpd.terminate()
    nwpd.wait()
    done = lab.run("nwp", "--json", "trace", capture)
    assert done.returncode == 0, done.stderr
    assert PASSPHRASE not in done.stdout
    frames = json.loads(done.stdout)["frames"]
    told = [" ".join(map(str, frame.values())) for frame in frames]
    assert "HelloRequest" in told[0]
    assert "HelloReply" in told[1]
    assert any("WifiConnect" in line and SSID in line for line in told)
    assert any("AddressChanged" in line and "10.77.0.2" in line for line in told)


def block(kind, content):
    """A block of a pcapng file."""
    content += bytes(-len(content) % 4)
    size = (len(content) + 12).to_bytes(4, "little")
    return kind.to_bytes(4, "little") + size + content + size


def captured(folder):
    """A pcapng file of the messages that simplelink/golden holds, in their order."""
    words = lambda *numbers: b"".join(number.to_bytes(4, "little") for number in numbers)
    blocks = [block(0x0A0D0D0A, words(0x1A2B3C4D, 1, 0xFFFFFFFF, 0xFFFFFFFF)), block(1, words(147, 0))]
    for path in sorted(folder.glob("*.hex")):
        form, content = path.read_text().split("\n", 1)
        frame = bytes.fromhex(content.replace("~", ""))
        direction = 2 if form.endswith(" nwp") else 1  # as the NWP sees it
        padded = frame + bytes(-len(frame) % 4)
        blocks.append(block(6, words(0, 0, len(blocks), len(frame), len(frame)) + padded + words(0x00040002, direction, 0)))
    return b"".join(blocks)


def test_trace_prints_a_captured_simplelink_line_without_its_secrets(lab):
    golden = conftest.REPOSITORY / "simplelink/golden"
    capture = lab.folder / "line.pcapng"
    capture.write_bytes(captured(golden))
    done = lab.run("nwp", "--json", "trace", capture)
    assert done.returncode == 0, done.stderr
    assert "password1" not in done.stdout
    frames = json.loads(done.stdout)["frames"]
    expected = [line.partition(": ")[2] for line in (golden / "printed.txt").read_text().splitlines()]
    assert [frame["frame"] for frame in frames] == expected
    assert [frame["from"] for frame in frames[:3]] == ["nwp", "host", "nwp"]


def test_trace_prints_what_nwpd_captured_of_a_simplelink_line(lab):
    capture, path = lab.folder / "line.pcapng", lab.folder / "line"
    configuration = lab.folder / "nwpd.toml"
    configuration.write_text(f"[store]\nfolder = '{lab.folder}/store'\n[[endpoint]]\ndialect = 'simplelink'\nkind = 'unix'\n"
                             f"path = '{path}'\ncapture = '{capture}'\n")
    nwpd = conftest.processes.start_nwpd(lab.stack, lab.programs / "nwpd", ["--config", str(configuration)])
    with socket.socket(socket.AF_UNIX) as host:
        host.connect(str(path))
        host.settimeout(30)
        started = host.recv(28, socket.MSG_WAITALL)
        assert started[:6] == bytes.fromhex("badccdab0800")
        host.sendall(bytes.fromhex("ffeeddbb 21433412 01940400 02010000"))  # sl_Socket(AF_INET, SOCK_STREAM)
        assert host.recv(20, socket.MSG_WAITALL)[4:6] == bytes.fromhex("0114")
    nwpd.terminate()
    nwpd.wait()
    done = lab.run("nwp", "--json", "trace", capture)
    assert done.returncode == 0, done.stderr
    frames = json.loads(done.stdout)["frames"]
    assert [frame["from"] for frame in frames[:3]] == ["nwp", "host", "nwp"]
    assert frames[0]["frame"].startswith("InitComplete{")
    assert frames[1]["frame"].startswith("SocketOpen{")


def test_trace_of_what_is_no_capture_is_refused(lab):
    junk = lab.folder / "junk"
    junk.write_bytes(b"no capture")
    assert lab.run("nwp", "trace", junk).returncode != 0
