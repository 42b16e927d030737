# SPDX-License-Identifier: Apache-2.0
"""Zephyr's sockets in use while the line is noisy, the access point goes and the network processor is killed: every call
returns, nothing that was sent comes back otherwise, and no descriptor is lost. NWP_SOAK_S: for how long (./test --full:
120; a release: 1800)."""

import os
import random
import re
import sys
import time

from conftest import OURS, SYSTEM, Zephyr, processes, system
from zephyr_sockets_test import EchoServer, start_datagram_echo

sys.path.insert(0, str(SYSTEM.parent.parent / "firmware"))
from faulty_cable import Faults, SerialCable  # noqa: E402

DURATION_S = float(os.environ.get("NWP_SOAK_S", "20"))
SEED = int(os.environ.get("NWP_CHAOS_SEED", "1"))
NOISE = Faults(drop=1e-5, damage=1e-5, delay=1e-5)
ACCESS_POINTS = ["02:00:00:00:00:01", "02:00:00:00:00:02"]
LIMIT_S = 180  # until every worker has ended a round again
WORKERS = 5
REPORT = re.compile(r"report((?: \d+)+) wrong (\d+)\r?\n")


class World:
    """Servers, the network processor, the cable, and the application."""

    def __init__(self, lab, pki, image):
        self.lab = lab
        echo, tls = EchoServer(lab.stack), EchoServer(lab.stack, pki.server)
        start_datagram_echo(lab.stack, echo.port)
        dns = lab.name_server({system.NAME: system.WEB_LEASE})
        self._end = processes.free_port(system.WEB)
        self._options = [word for port, real in ((53, dns), (7, echo.port), (443, tls.port), (9, self._end))
                         for word in ("--port", f"{port}={real}")]
        self.start_daemon()
        done = lab.nwp("cred", "add", "3", "ca", pki.root.certificate_file)
        assert done.returncode == 0, done.stderr
        self.cable = SerialCable(lab.stack, lab.folder, str(lab.folder / "nwp.pty"), SEED, NOISE, NOISE)
        self.zephyr = Zephyr(lab, image, self.cable.uart)
        self.rounds = [0] * WORKERS

    def start_daemon(self):
        self.daemon = self.lab.nwpd(*self._options, kinds=("unix", "pty"))

    def kill_daemon(self):
        system.kill(self.daemon)
        self.start_daemon()

    def lose_access_points(self, pause_s):
        for fault in ("lost", "back"):
            for bssid in ACCESS_POINTS:
                done = self.lab.nwp("wifi", "simulate", fault, bssid)
                assert done.returncode == 0, done.stderr
            if fault == "lost":
                time.sleep(pause_s)  # what happens, not what is waited for

    def end(self):
        """The application is told to end, and says how."""
        EchoServer(self.lab.stack, port=self._end)
        return self.zephyr.until("done")

    def all_go_on(self):
        """Every worker ends a round that it begins from now on, or two."""
        self.hear()
        end, begun = time.monotonic() + LIMIT_S, self.rounds
        while not all(now >= then + 2 for now, then in zip(self.rounds, begun)):
            assert time.monotonic() < end, (begun, self.rounds, self.cable, self.zephyr.text[-2000:])
            self.hear()

    def hear(self):
        """The newest report."""
        before = self.zephyr.text
        self.zephyr.text = ""
        said = before + self.zephyr.until("report") + "report" + self.zephyr.until("\n") + "\n"
        assert "wrong:" not in said, said
        reports = REPORT.findall(said)
        assert reports and reports[-1][1] == "0", said
        self.rounds = [int(count) for count in reports[-1][0].split()]


def test_every_call_returns_and_no_descriptor_is_lost(lab, pki, images):
    world = World(lab, pki, images.build(OURS / "chaos", "offload.conf"))
    chance = random.Random(SEED)
    happened = {"lost": 0, "killed": 0}
    end = time.monotonic() + DURATION_S
    world.all_go_on()
    while time.monotonic() < end or not all(happened.values()):
        kind = min(happened, key=happened.get) if 0 in happened.values() else chance.choice(list(happened))
        happened[kind] += 1
        if kind == "lost":
            world.lose_access_points(chance.uniform(0, 3))
        else:
            world.kill_daemon()
        world.all_go_on()
    said = world.end()
    print(happened, world.rounds, world.cable)
    assert "stopped all" in said and "wrong:" not in said, said
    assert re.search(r"sockets (\d+) of \1\b", said), said
    assert re.search(r"pairs (\d+) of \1\b", said), said
