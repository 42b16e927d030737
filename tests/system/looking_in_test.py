# SPDX-License-Identifier: Apache-2.0
"""nwp events and nwp sockets: what happens in the network processor, and which sockets it has."""

import contextlib
import json
import socket
import ssl
import subprocess
import threading

import conftest
import servers
from conftest import NAME, PASSPHRASE, SSID, assert_snapshot
from versions_test import nwp_of_another_major

NOW = ["time"]
VOLATILE_SOCKET = ["local", "peer", "credit", "bytes_in", "bytes_out"]


def start_nwp(lab, *words):
    """The nwp command as long as the test; its output is text."""
    process = subprocess.Popen([str(lab.programs / "nwp"), "--link", lab.link(), *map(str, words)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lab.stack.callback(conftest.end_host, process)
    return process


def next_line(process):
    """The next line of the nwp command, as JSON; ctest has the time limit."""
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return json.loads(line)


def join(lab):
    done = lab.nwp("wifi", "connect", SSID, "--passphrase", PASSPHRASE, "--wait-address")
    assert done.returncode == 0, done.stderr


def lines(text):
    """JSON lines as one JSON text."""
    return json.dumps([json.loads(line) for line in text.splitlines()])


def sockets(lab):
    done = lab.nwp("--json", "sockets")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["sockets"]


def when_there_is(lab, condition):
    """The sockets, once one of them is as the condition wants it; ctest has the time limit."""
    while True:
        found = sockets(lab)
        if any(condition(row) for row in found):
            return found


# ---- events


def test_events_are_the_present_state(lab):
    lab.nwpd()
    join(lab)
    assert_snapshot("events", lines(lab.nwp("--json", "events").stdout), NOW)
    text = lab.nwp("events").stdout.splitlines()
    assert [line.split()[1:3] for line in text] == [["link", "up"], ["wifi", "connected"], ["address", "10.77.0.2"]]


def test_events_are_followed_over_a_join_and_the_daemons_death(lab):
    nwpd = lab.nwpd()
    follower = start_nwp(lab, "--json", "events", "--follow")
    told = []

    def until(**wanted):
        while not told or any(told[-1].get(key) != value for key, value in wanted.items()):
            told.append(next_line(follower))
    until(event="address")
    join(lab)
    until(event="address", address="10.77.0.2")
    conftest.kill(nwpd)
    until(event="link", state="down")
    lab.nwpd()
    until(event="link", state="up")
    assert_snapshot("events_follow", json.dumps(told), NOW)
    assert follower.poll() is None


def test_events_name_both_versions_when_they_do_not_match(lab):
    with nwp_of_another_major(lab):
        done = lab.nwp("--json", "events")
    assert done.returncode == 3
    assert_snapshot("events_mismatch", lines(done.stdout), NOW)


def test_events_without_a_daemon_end_with_3_and_followed_ones_wait_for_it(lab):
    assert lab.nwp("events").returncode == 3
    follower = start_nwp(lab, "--json", "events", "--follow")
    assert next_line(follower)["state"] == "down"
    lab.nwpd()
    assert next_line(follower)["state"] == "up"


# ---- sockets


@contextlib.contextmanager
def silent_tls_server(pki):
    """Finishes the handshake, then says nothing until the end of the test; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.server.chain_file, pki.server.key_file)
    with socket.create_server((conftest.WEB, 0)) as listener:
        kept = []

        def accept():
            with contextlib.suppress(OSError):
                kept.append(context.wrap_socket(listener.accept()[0], server_side=True))
        thread = threading.Thread(target=accept)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
        for connection in kept:
            connection.close()


def test_sockets_of_other_clients_are_listed_with_their_tls(lab, pki):
    dns = lab.name_server({NAME: conftest.WEB_LEASE})
    with silent_tls_server(pki) as port:
        lab.nwpd("--port", f"53={dns}", "--port", f"443={port}")
        join(lab)
        assert sockets(lab) == []
        assert lab.nwp("cred", "add", "1", "ca", pki.root.certificate_file).returncode == 0
        get = start_nwp(lab, "get", f"https://{NAME}/")
        found = when_there_is(lab, lambda row: row["bytes_out"] > 0)
        assert_snapshot("sockets", json.dumps({"sockets": found}), VOLATILE_SOCKET)
        row = found[0]
        assert row["peer"] == f"{conftest.WEB_LEASE}:443"
        assert row["local"].startswith("10.77.0.2:")
        assert row["bytes_out"] > len("GET / HTTP/1.1")
        assert row["credit"] > 0
        table = lab.nwp("sockets").stdout.splitlines()
        assert table[0].split()[:3] == ["client", "protocol", "state"]
        assert "TLS_AES_256_GCM_SHA384" in table[1]
        conftest.kill(get)


def test_watched_sockets_are_listed_again(lab):
    lab.nwpd("--radio", "none")
    watch = start_nwp(lab, "--json", "sockets", "--watch")
    assert next_line(watch) == {"sockets": []}
    with servers.Silence() as server:
        host = lab.start_host("wait", lab.link(), servers.ADDRESS, server.port)
        assert conftest.said(host) == {"connected": True}
        while not (rows := next_line(watch)["sockets"]):
            pass
    assert (rows[0]["protocol"], rows[0]["state"]) == ("tcp", "connected")
    assert rows[0]["peer"] == f"{servers.ADDRESS}:{server.port}"
    assert rows[0]["tls_version"] is None


def test_a_host_on_a_line_sees_others_only_where_its_client_may(lab):
    configuration = lab.folder / "nwpd.toml"
    configuration.write_text(f"[store]\nfolder = '{lab.folder}/store'\n"
                             "[[client]]\nname = 'seeing'\nlist_all = true\n"
                             f"[[endpoint]]\nkind = 'pty'\npath = '{lab.folder}/blind'\n"
                             f"[[endpoint]]\nkind = 'pty'\npath = '{lab.folder}/seeing'\nclient = 'seeing'\n")
    conftest.processes.start_nwpd(lab.stack, lab.programs / "nwpd", ["--config", str(configuration)])
    refused = lab.run("nwp", "--link", f"tty:{lab.folder}/blind", "sockets")
    assert refused.returncode == 1
    assert "list_all" in refused.stderr
    allowed = lab.run("nwp", "--link", f"tty:{lab.folder}/seeing", "--json", "sockets")
    assert json.loads(allowed.stdout) == {"sockets": []}
