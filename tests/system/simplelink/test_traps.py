# SPDX-License-Identifier: Apache-2.0
"""The host notices each trap: a stub commits it, beside its twin that differs in nothing else and passes."""

import dataclasses

import pytest

from simplelink import cases_asynchronous, cases_framing, cases_responses, cases_state, traps  # noqa: F401
from simplelink.cases import CASES, HASTY, PATIENT, SHORT_S
from simplelink.host import Host
from simplelink.stub import Stub
from simplelink.traps import Sprung


def run(function, lie, terminal, again, limits):
    first = [again] if again else []
    stub = Stub(*[lambda stub, each=each: each(stub, lie) for each in [*first, function]], terminal=terminal)
    try:
        with Host(stub.connect, limits) as host:
            function.action(host)
            if lie:  # what sprang may have come after what was waited for
                with host.changed:
                    host.wait(lambda: False, 3 * SHORT_S)
    finally:
        stub.close()
    return host


@pytest.mark.parametrize(("trap", "function", "timed", "terminal", "again"), CASES)
def test_the_trap_is_noticed(trap, function, timed, terminal, again):
    with pytest.raises(Sprung) as sprung:
        run(function, True, terminal, again, HASTY if timed else dataclasses.replace(PATIENT, body=SHORT_S))
    assert sprung.value.trap == trap, sprung.value


@pytest.mark.parametrize(("trap", "function", "timed", "terminal", "again"), CASES)
def test_its_twin_passes(trap, function, timed, terminal, again):
    host = run(function, False, terminal, again, PATIENT)
    assert host.failure is None


def test_each_trap_has_a_case():
    assert {parameter.values[0] for parameter in CASES} == set(traps.TRAPS)
