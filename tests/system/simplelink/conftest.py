# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the SimpleLink tests: a daemon whose endpoints speak that dialect, and hosts on them."""

import contextlib
import os
import pathlib
import socket
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import conftest as system  # noqa: E402  (the folder above is not a package)
from simplelink import link  # noqa: E402
from simplelink.driver import Limits  # noqa: E402
from simplelink.host import Host  # noqa: E402

DIGITS = "0123456789"  # a second endpoint of a kind: unix2
HERE = "127.0.0.1"
ADDRESS = "10.77.0.2"  # what the air gives a station
GATEWAY = "10.77.0.1"
PEER = "10.77.0.7"  # where tests/system/servers.py listens, as hosts of the air say it
LIMITS = Limits(long_response=20)


def free_port():
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


class Chip:
    """nwpd with a SimpleLink endpoint of each kind, and one for our own driver beside it."""

    def __init__(self, lab):
        self.lab, self._stack = lab, contextlib.ExitStack()
        self.process, self._tcp_port = None, None

    def path(self, kind):
        return self.lab.folder / f"chip.{kind}"

    def _endpoints(self, kinds):
        yield f"unix:{self.lab.folder / 'nwp.unix'}"
        for kind in kinds:
            if kind == "tcp":
                self._tcp_port = free_port()
            yield f"simplelink+{kind.rstrip(DIGITS)}:" + (
                f"{HERE}:{self._tcp_port}" if kind == "tcp" else str(self.path(kind)))

    def start(self, *options, kinds=("unix",), wired=False, policy=""):
        """`policy`: lines of the table of hosts that name no other."""
        file = self.lab.folder / "nwpd.toml"
        file.write_text(f'[[client]]\nname = "default"\n{policy}\n')
        endpoints = [word for endpoint in self._endpoints(kinds) for word in ("--endpoint", endpoint)]
        self.process = system.processes.start_nwpd(
            self._stack, self.lab.programs / "nwpd",
            ["--config", str(file), "--store", str(self.lab.folder / "chip-store"),
             *(["--radio", "none"] if wired else []), "--log-level", os.environ.get("NWP_LOG_LEVEL", "warn"), *endpoints, *map(str, options)])
        return self

    def stop(self):
        """Ends the daemon; it must have lived until now."""
        process, self.process = self.process, None
        if process is not None:
            assert process.poll() is None, f"nwpd ended with {process.returncode}"
            self._stack.close()

    def connector(self, kind="unix"):
        if kind.rstrip(DIGITS) == "unix":
            return lambda: link.unix(self.path(kind))
        if kind == "tcp":
            return lambda: link.tcp(HERE, self._tcp_port)
        return lambda: link.terminal(self.path(kind))

    def host(self, kind="unix", limits=LIMITS, **more):
        return Host(self.connector(kind), limits, **more)


@pytest.fixture(name="chip")
def make_chip(lab):
    """Not started: `chip.start()`."""
    chip = Chip(lab)
    yield chip
    chip.stop()


@pytest.fixture
def host(chip):
    """A host that is on, at a chip with the built-in air."""
    chip.start()
    with chip.host() as one:
        yield one
        one.settle()


def join(one, ssid=system.SSID, passphrase=system.PASSPHRASE):
    assert one.wlan.connect(ssid, passphrase, 2 if passphrase else 0) == 0
    one.wait_event("connected")
    return one.wait_event("IPv4 acquired").args


@pytest.fixture
def online(host):
    """The same, joined, with an address."""
    join(host)
    return host
