# SPDX-License-Identifier: Apache-2.0
"""A host is killed in the middle of a TLS transfer and started again: with its token it goes on, to the last byte."""

import hashlib
import json
import os
import shutil

import pytest

import conftest

SIZE = 12 * 1024 * 1024
RATE = "limit_rate 8m; limit_rate_after 0;"
ROOM, SMALL_ROOM = 65536, 2048


class World:
    """A daemon with a Unix socket and a pseudo-terminal, and a web server with something large."""

    def __init__(self, lab, pki, kind):
        self.lab, self.pki = lab, pki
        self.body = os.urandom(SIZE)
        self.port = lab.web_server(lab.site({"large": self.body}), pki.server, RATE)
        lab.nwpd("--radio", "none", kinds=("unix", "pty"))
        self.link = {"unix": lab.link(), "pty": f"tty:{lab.folder}/nwp.pty"}[kind]
        self.token, self.output = lab.folder / "token", lab.folder / "page"

    def get(self, room=ROOM):
        """A host that gets the page, begun or gone on with what `token` and `output` hold."""
        return self.lab.start_host("get", self.link, self.token, room, self.output, conftest.WEB, self.port, conftest.NAME,
                                   self.pki.root.certificate_file, "/large", program="carrying_host")

    def look(self, token):
        """A host that shows this token, and lives until its input ends."""
        return self.lab.start_host("look", self.link, token, program="carrying_host")

    def traffic(self):
        done = self.lab.nwp("--json", "status")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["traffic"]

    def page_is_whole(self):
        stream = self.output.read_bytes()
        body = stream[stream.index(b"\r\n\r\n") + 4:]
        return hashlib.sha256(body).digest() == hashlib.sha256(self.body).digest()

    def copy_of_token(self, name):
        copy = self.lab.folder / name
        shutil.copy(self.token, copy)
        return copy


def killed_amid(host, attached):
    """Waits until bytes came, then kills it."""
    assert conftest.said(host) == {"attached": attached}
    assert "bytes" in conftest.said(host)
    conftest.kill(host)


def finished(host):
    assert conftest.said(host) == {"attached": 1}
    while (line := conftest.said(host)) != {"done": True}:
        assert "bytes" in line


@pytest.mark.parametrize("kind", ["unix", "pty"])
def test_a_killed_host_goes_on_with_its_token(lab, pki, kind):
    world = World(lab, pki, kind)
    killed_amid(world.get(), 0)
    for room in (ROOM, SMALL_ROOM, ROOM):  # also with less room than its predecessor had
        killed_amid(world.get(room), 1)
    finished(world.get())
    assert world.page_is_whole()
    assert world.traffic()["wrong_tokens"] == 0


def test_a_wrong_token_over_a_line_closes_all_sockets(lab, pki):
    world = World(lab, pki, "pty")
    killed_amid(world.get(), 0)
    stale = world.copy_of_token("stale")
    killed_amid(world.get(), 1)
    assert world.traffic()["sockets"] == 1
    stranger = world.look(stale)
    assert conftest.said(stranger) == {"attached": 0}
    status = world.traffic()
    assert (status["sockets"], status["wrong_tokens"]) == (0, 1)
    conftest.end_host(stranger)
    late = world.look(world.token)  # the right one comes too late
    assert conftest.said(late) == {"attached": 0}


def test_a_wrong_token_over_the_unix_socket_is_refused_counted_and_closes_nothing(lab, pki):
    world = World(lab, pki, "unix")
    killed_amid(world.get(), 0)
    stale = world.copy_of_token("stale")
    killed_amid(world.get(), 1)
    stranger = world.look(stale)
    assert conftest.said(stranger) == {"attached": 0}
    status = world.traffic()
    assert (status["sockets"], status["wrong_tokens"]) == (1, 1)
    finished(world.get())
    assert world.page_is_whole()
