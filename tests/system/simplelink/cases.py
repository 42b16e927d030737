# SPDX-License-Identifier: Apache-2.0
"""What the cases of traps are made of: scripts of a stub that lies or does not, and what the host does meanwhile."""

import dataclasses
import struct

import pytest

from simplelink.driver import Limits
from simplelink.stub import down, golden

SHORT_S = 0.6  # where a trap is that nothing comes
HASTY = Limits(*[SHORT_S] * len(dataclasses.fields(Limits)))
PATIENT = Limits(*[20] * len(dataclasses.fields(Limits)))
CASES = []  # of all modules, in the order of their import


def case(trap, timed=False, terminal=False, again=None):
    """The script below commits `trap` when it is told to lie; `timed`: by not doing something; `again`: the script of
    the link before."""
    def keep(function):
        CASES.append(pytest.param(trap, function, timed, terminal, again, id=f"{trap}-{function.__name__}"))
        return function
    return keep


def script(action):
    """Names what the host does in a case."""
    def keep(function):
        function.action = action
        return function
    return keep


def begin(stub, **state):
    stub.say(golden(1, **state))


def with_socket(stub, sd=0, **state):
    begin(stub, **state)
    stub.hear(0x9401)
    stub.say(golden(26, {18: bytes([sd])}, **state))


def connected(stub, **state):
    with_socket(stub, **state)
    stub.hear(0x9406)
    stub.say(golden(28, **state), golden(29, **state))


def end(stub):
    """The last words of a script that is honest: the host's settle()."""
    stub.hear(0x8465)
    stub.say(down(0x0465, struct.pack("<II", 2, 0)))


def mask_set(host):
    assert host.device.mask_events(2, 0) == 0


def get_mac(host):
    return host.netcfg.get(2, room=6)


def tcp(host):
    sd = host.sockets.socket()
    assert sd == 0
    return sd


def tcp_connected(host):
    sd = tcp(host)
    assert host.sockets.connect(sd, "127.0.0.1", 5001) == 0
    return sd
