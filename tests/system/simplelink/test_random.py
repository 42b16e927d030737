# SPDX-License-Identifier: Apache-2.0
"""A host that asks for anything in any order: whatever nwpd answers, the driver holds it against every trap. It works
for a few seconds per seed; NWP_RANDOM_S in the environment says how many."""

import collections
import os
import random
import time

import pytest

from simplelink import messages, sockets
from simplelink.layouts import pad4
from simplelink.messages import COMMANDS, Call

SECONDS = float(os.environ.get("NWP_RANDOM_S", "3"))
SEEDS = range(int(os.environ.get("NWP_RANDOM_SEED", "1")), int(os.environ.get("NWP_RANDOM_SEED", "1")) + 4)
STATEFUL = {"SOCKET", "SETUARTMODE", "EVENTMASKSET", "RECV", "RECVFROM", "NETAPPRECEIVE", "NEVER_9C22", "SEND", "SENDTO",
            "SENDTO_V6"}
SMALL = (0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 16, 20, 24, 31, 32, 64, 100, 255)
NUMBERS = (0x100, 0x400, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
RANGES = {"<B": (0, 0xFF), "<b": (-0x80, 0x7F), "<H": (0, 0xFFFF), "<h": (-0x8000, 0x7FFF), ">H": (0, 0xFFFF),
          "<I": (0, 0xFFFFFFFF), "<i": (-0x80000000, 0x7FFFFFFF)}
DATA = {"size", "ssid_size", "password_size", "name_size", "text_size", "chunk_size", "key_size", "signature_size",
        "certificate_size", "buffer_size", "attributes_size", "input_size"}


class Chance:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def number(self, form):
        least, most = RANGES[form]
        pool = SMALL if self.random.random() < 0.9 else NUMBERS
        value = self.random.choice(pool) * (-1 if least < 0 and self.random.random() < 0.2 else 1)
        return min(max(value, least), most)

    def values(self, layout):
        values = {}
        for name, _, form, count in layout.fields:
            def one(form=form):
                return self.random.randbytes(int(form[1:-1])) if form.endswith("s") else self.number(form)
            values[name] = [one() for _ in range(count)] if count else one()
        return values

    def octets(self, size):
        return self.random.choice((self.random.randbytes, bytes, lambda n: (b"/sys/cert/ca.der\0" * n)[:n]))(size)

    def call(self, command):
        values = self.values(command.args)
        size = sum(values[name] for name in DATA & values.keys()) if self.random.random() < 0.7 else self.number("<B")
        if command.name in ("CFGGET", "NETCFGGET"):
            values["size"] = pad4(values["size"] & 0xFFF)
        return Call(command, values, b"", b"", self.octets(min(size, 2000)))


def room(call):
    """What the caller's buffer holds, as the request says it."""
    values, name = call.values, call.command.name
    if name in ("SCANRESULTSGET", "EXTSCANRESULTSGET"):
        return values["count"] * (44 if name == "SCANRESULTSGET" else 52)
    if name == "GETFILELIST":
        return values["count"] * values["entry_size"]
    if name == "MDNSLOOKUP":
        return 1480
    return values["size"] if "size" in values and call.command.payload else 4096


def act(host, chance):
    """One step that the driver keeps a record of; returns what it was."""
    sd = chance.random.choice(sorted(host.state.modes) or [0]) if chance.random.random() < 0.7 else chance.number("<B")
    step = chance.random.choice(("socket", "close", "mode", "mask", "receive", "receive from", "send", "send to", "connect", "accept",
                                 "select", "name", "utility"))
    if step == "socket":
        host.sockets.socket(*(chance.random.choice(pool) for pool in (
            (2, 2, 3, 6, 17, 9), (1, 1, 2, 2, 3, 9), (0, 6, 17, 100, 255, 9))))
    elif step == "close":
        host.sockets.close(sd)
    elif step == "mode" and sd < 16:
        host.sockets.set_option(sd, sockets.NON_BLOCKING, chance.random.choice((0, 1)))
    elif step == "mask":
        host.device.mask_events(chance.random.choice((1, 2, 3, 4)), chance.number("<I"))
    elif step.startswith("receive") and sd < 16 and sd not in host.receives:
        name = "RECV" if step == "receive" else "RECVFROM"
        host.sockets.begin_receive(sd, chance.random.choice((1, 5, 1460, 32767)), name, chance.random.choice((2, 3)))
    elif step == "send":
        host.sockets.send(sd, chance.octets(chance.random.choice((1, 5, 1460, 3000))))
    elif step == "send to":
        host.sockets.send_to(sd, chance.octets(chance.random.choice((1, 5, 1460))), "127.0.0.1", chance.number(">H"))
    elif step in ("connect", "accept") and host.state.modes.get(sd) and sd not in host.receives:
        text = "127.0.0.1" if chance.random.random() < 0.7 else bytes(15) + b"\1"
        words = (text, chance.random.choice((0, 1, 2, 3, 7, 8, 10, 0x7FFF))) if step == "connect" else ()
        getattr(host.sockets, step)(sd, *words)
    elif step == "select":
        sockets.one_select(host, chance.number("<H"), chance.number("<H"), 0, chance.random.choice((0, 2000)))
    elif step == "name":
        host.netapp.resolve(chance.random.choice(("", "a", "10.1.2.3", "a..b", "n" * 255)), chance.random.choice((2, 3, 9)))
    elif step == "utility":
        host.netutil.command(chance.number("<H"), chance.octets(chance.random.choice((0, 4, 8, 12, 16))),
                             chance.octets(chance.random.choice((0, 1, 20))))
    return step


@pytest.mark.parametrize("seed", SEEDS)
def test_anything_is_answered_as_it_must_be(host, seed):
    host.state.may_provision = True
    chance, told, recent = Chance(seed), collections.Counter(), collections.deque(maxlen=12)
    asked = [command for command in COMMANDS.values() if command.kind in "AD" and command.name not in STATEFUL]
    end = time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            if chance.random.random() < 0.3:
                recent.append(act(host, chance))
                continue
            call = chance.call(chance.random.choice(asked))
            name, values = call.command.name, call.values
            if name == "SETSOCKOPT" and values["option"] == sockets.NON_BLOCKING:
                continue
            recent.append((name, values, len(call.payload)))
            if call.command.kind == "D":
                host.request(call)
                continue
            response = host.transact(call, buffer=room(call))
            told[name] += response.args.get(call.command.error, 0) >= 0
        for sd in list(host.state.modes):
            host.sockets.close(sd)
        host.settle()
        with host.changed:  # of a closed socket every receive has ended
            assert host.wait(lambda: not host.receives, 10), host.receives.keys()
    except Exception as failure:
        raise AssertionError(f"{failure!r} after {list(recent)}") from failure
    assert len(told) > 30 and sum(told.values()) > 20, told


def test_the_values_reach_every_command():
    """What the host would ask: each command, with values that fit its arguments."""
    chance = Chance(0)
    for command in COMMANDS.values():
        for _ in range(50):
            assert len(messages.message(chance.call(command))) % 4 == 0
