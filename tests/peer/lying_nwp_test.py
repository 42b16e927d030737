# SPDX-License-Identifier: Apache-2.0
"""An NWP that lies to the driver."""

import json
import time

import pytest

import conftest as system
import servers
from peer import bugs
from peer.conversation import Honest
from peer.nwp import Nwp
from peer.worlds import KINDS


class Driver:
    """A program behind the C++ driver that makes one call after the other."""

    def __init__(self, lab, url):
        self._process = lab.start_host("calls", url)

    def call(self, *words, limit_s=30):
        """(result, errno, text) and how long it took."""
        began = time.monotonic()
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        said = system.said(self._process, limit_s)
        self.took_s = time.monotonic() - began
        assert said["call"] == words[0]
        return said["errno"] or said["text"] or said["result"]


@pytest.fixture(name="echo")
def make_echo():
    with servers.Echo() as echo:
        yield echo


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for kind in KINDS for name in sorted(bugs.lies("NWP", kind))])
def test_x(lab, name, kind, echo):
    lie = bugs.lies("NWP", kind)[name]()
    out = []
    path = lab.folder / "peer"
    try:
        with Nwp.at(kind, path, lie) as nwp:
            d = Driver(lab, ("unix:" if kind == "unix" else "tty:") + str(path))
            for words in (("socket",), ("connect", servers.ADDRESS, echo.port), ("send", "hello"), ("recv", 5), ("close",), ("socket",), ("close",)):
                out.append((words[0], d.call(*words), round(d.took_s, 2)))
            nwp.bug = Honest()
            if nwp.link and kind == "pty": nwp.link.on_line = None
            out.append("again")
            for words in (("await",), ("socket",), ("connect", servers.ADDRESS, echo.port), ("send", "hello"), ("recv", 5), ("close",)):
                out.append((words[0], d.call(*words), round(d.took_s, 2)))
    except BaseException as e:
        out.append(repr(e))
    with open("/tmp/peer_y","a") as f: f.write(f"{name} {kind} told={lie.told} {out}\n")
