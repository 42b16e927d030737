# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the firmware tests: images in an emulated microcontroller, each with a network processor of its own."""

import importlib.util
import json
import pathlib
import re
import subprocess
import time

import pytest

import faulty_cable

SYSTEM = pathlib.Path(__file__).resolve().parent.parent / "system" / "conftest.py"
specification = importlib.util.spec_from_file_location("system_conftest", SYSTEM)
system = importlib.util.module_from_spec(specification)
specification.loader.exec_module(system)

from lab.fnv import fnv  # noqa: E402,F401  (the system tests lead to tools/)

lab, pki, pytest_addoption = system.lab, system.pki, system.pytest_addoption

LIMIT_S = 60
CA_TAG = 1
# firmware/exit_status.h
DONE, NO_NETWORK_PROCESSOR, NO_WIFI, UNRESOLVED, NO_SOCKET, NOT_CONNECTED, TRANSFER_FAILED = 0, 3, 4, 5, 6, 7, 8
NOT_ENROLLED, REFUSED = 9, 10
JOINED = (system.SSID, system.PASSPHRASE)


class Microcontroller:
    """QEMU's mps2-an386 with an image in it. Semihosting's words and exit status, the console, and UART 1."""

    def __init__(self, stack, image, words, line, console):
        self.console, self.lines_taken = console, 0
        argument = "|".join(["image", *map(str, words)]).replace(",", ",,")
        self.process = subprocess.Popen(
            ["qemu-system-arm", "-M", "mps2-an386", "-accel", "tcg", "-nodefaults", "-display", "none",
             "-monitor", "none", "-semihosting-config", f"enable=on,target=native,arg={argument}", "-kernel", image,
             "-serial", f"file:{console}", *line], stdin=subprocess.DEVNULL)
        stack.callback(system.end_host, self.process)

    def says(self, pattern, limit_s=LIMIT_S):
        """Waits for a whole line like that behind those which earlier calls took; returns its match."""
        end = time.monotonic() + limit_s
        while True:
            ended = self.process.poll() is not None
            lines = self.console.read_text().splitlines(keepends=True) if self.console.exists() else []
            while self.lines_taken < len(lines) and lines[self.lines_taken].endswith("\n"):
                self.lines_taken += 1
                match = re.fullmatch(pattern + "\n", lines[self.lines_taken - 1])
                if match:
                    return match
            assert not ended, f"it ended with {self.process.returncode}, without {pattern}:\n{''.join(lines)}"
            assert time.monotonic() < end, f"it never said {pattern}:\n{''.join(lines)}"
            time.sleep(0.01)  # a file: there is nothing to wait on

    def ends(self, limit_s=LIMIT_S):
        """Its exit status, and what it printed."""
        status = self.process.wait(timeout=limit_s)
        return status, self.console.read_text()


class Board:
    """A lab with a network processor whose pseudo-terminal is a microcontroller's UART 1."""

    def __init__(self, lab, pki):
        self.lab, self.pki = lab, pki
        self.options, self.daemon, self.starts = [], None, 0
        self.far_ends = "nwp.bus", "mcu.bus"  # to whom the microcontroller, to whom nwpd sends

    def ready(self, pages, authority=None):
        """The pages are served to a network processor that trusts the authority (None: the server's)."""
        self.servers(pages)
        self.nwpd()
        self.trust(authority or self.pki.root)
        return self

    def servers(self, pages, **web):
        """A name server, and by HTTPS the pages: a dictionary, or the bytes of /page."""
        if not isinstance(pages, dict):
            pages = {"page": pages}
        https = self.lab.web_server(self.lab.site(pages), web.get("certificate", self.pki.server))
        dns = self.lab.name_server({system.NAME: system.WEB_LEASE})
        self.options = ["--port", f"53={dns}", "--port", f"443={https}"]

    def nwpd(self):
        bus = f"framebus:{self.lab.folder / 'nwp.bus'}:{self.lab.folder / self.far_ends[1]}"
        self.daemon = self.lab.nwpd(*self.options, "--endpoint", bus, kinds=("unix", "pty"))

    def trust(self, authority):
        stored = self.lab.nwp("cred", "add", CA_TAG, "ca", authority.certificate_file)
        assert stored.returncode == 0, stored.stderr

    def terminal(self, path=None):
        """UART 1 on a terminal."""
        return ["-chardev", f"serial,id=line,path={path or self.lab.folder / 'nwp.pty'}", "-serial", "chardev:line"]

    def frame_bus(self):
        """The LAN9118, whose packets are datagrams."""
        folder = self.lab.folder
        return ["-netdev", f"dgram,id=bus,local.type=unix,local.path={folder / 'mcu.bus'},"
                           f"remote.type=unix,remote.path={folder / self.far_ends[0]}",
                "-net", "nic,model=lan9118,netdev=bus"]

    def serial_cable(self, seed, up, down):
        """What is between UART 1 and nwpd's pseudo-terminal; start(line=cable.uart)."""
        folder = self.lab.folder
        return faulty_cable.SerialCable(self.lab.stack, folder, folder / "nwp.pty", seed, up, down)

    def packet_cable(self, seed, up, down):
        """What is between the ends of the frame bus; before nwpd()."""
        self.far_ends = "cable-mcu.bus", "cable-nwp.bus"
        return faulty_cable.PacketCable(self.lab.stack, self.lab.folder, seed, up, down)

    def traffic(self):
        """nwpd's counters."""
        done = self.lab.nwp("--json", "status")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["traffic"]

    def start(self, image, *words, link="uart", line=None):
        """The image for that link, on it."""
        self.starts += 1
        line = line or (self.terminal() if link == "uart" else self.frame_bus())
        return Microcontroller(self.lab.stack, self.lab.build / "firmware" / "bin" / f"{image}_{link}.elf", words,
                               line, self.lab.folder / f"console-{self.starts}")


@pytest.fixture
def board(lab, pki):
    return Board(lab, pki)
