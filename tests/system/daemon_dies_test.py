# SPDX-License-Identifier: Apache-2.0
"""nwpd is killed: hosts learn of it soon, and go on when it is back."""

import time

import pytest

import conftest
import servers

TOLD_WITHIN_S = 5


@pytest.mark.parametrize("kind", ["unix", "pty"])
def test_a_blocked_recv_ends_and_the_same_host_connects_again(lab, kind):
    link = {"unix": lab.link(), "pty": f"tty:{lab.folder}/nwp.pty"}[kind]
    nwpd = lab.nwpd("--radio", "none", kinds=(kind,))
    with servers.Silence() as server:
        host = lab.start_host("wait", link, servers.ADDRESS, server.port)
        assert conftest.said(host) == {"connected": True}
        conftest.kill(nwpd)
        killed = time.monotonic()
        assert conftest.said(host) == {"recv": -1, "errno": "ECONNABORTED"}
        assert time.monotonic() - killed < TOLD_WITHIN_S

        lab.nwpd("--radio", "none", kinds=(kind,))
        host.stdin.write("\n")
        assert conftest.said(host) == {"connected": True}
