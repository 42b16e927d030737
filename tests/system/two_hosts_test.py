# SPDX-License-Identifier: Apache-2.0
"""Hosts on links of their own do not feel each other's end."""

import pytest

import conftest
import servers

SIZE = 64 * servers.BLOCK


@pytest.mark.parametrize(("killed", "living"), [("unix", "pty"), ("pty", "unix")])
def test_a_host_that_dies_in_the_middle_of_a_transfer_leaves_the_other_alone(lab, killed, living):
    lab.nwpd("--radio", "none", kinds=("unix", "pty"))
    links = {"unix": lab.link(), "pty": f"tty:{lab.folder}/nwp.pty"}
    with servers.Source(SIZE) as source:
        words = (servers.ADDRESS, source.port)
        dying = lab.start_host("download", links[killed], *words)
        other = lab.start_host("download", links[living], *words)
        assert conftest.said(dying) == {"begun": True}
        assert conftest.said(other) == {"begun": True}
        conftest.kill(dying)
        assert conftest.said(other) == {"bytes": SIZE, "sha256": source.sha256}
