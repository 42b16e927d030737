# SPDX-License-Identifier: Apache-2.0
"""A host that closes its link and opens it again before nwpd has looked: the new one is the chip's power, not a second
host beside the first."""

import collections
import os

import pytest

from simplelink.conftest import LIMITS
from simplelink.traps import LinkClosed, Sprung

ROUNDS = int(os.environ.get("NWP_RECONNECT_ROUNDS", "200"))


@pytest.mark.parametrize("before", [1, 2, 20, 100])
@pytest.mark.parametrize("kind", ["unix", "tcp", "pty"])
def test_the_last_link_of_several_is_powered(chip, kind, before):
    chip.start(kinds=(kind,))
    ends = collections.Counter()
    for _ in range(ROUNDS // before):
        for _ in range(before):
            chip.connector(kind)().close()
        host = chip.host(kind, LIMITS)
        try:
            with host:
                ends["on"] += 1
        except (LinkClosed, Sprung) as failure:
            ends[repr(failure)] += 1
    assert set(ends) == {"on"}, ends
