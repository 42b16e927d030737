# SPDX-License-Identifier: Apache-2.0
"""Fifty sockets over a serial line with faults, while the access point goes and host and daemon are killed in turn."""

import json
import os
import pathlib
import time

import conftest
import servers

DURATION_S = float(os.environ.get("NWP_SOAK_S", "20"))  # ./test --full: 120; a release: 1800
SOCKETS = 50
BAUD = 921600
FAULTS = "7:0.00001"  # seed, and chance of a flipped bit per byte: about one a second each way
SERVER = servers.ADDRESS.replace("127.", "10.", 1)  # as hosts of the simulated network say it
ACCESS_POINTS = ["02:00:00:00:00:01", "02:00:00:00:00:02"]
LIMIT_S = 90  # until all sockets echo again, whatever happened
GROWTH_MOST_KIB = 4096
CLIENT = "[[client]]\nname = 'default'\nsockets = 256\n"


def descriptors(process):
    return len(list(pathlib.Path(f"/proc/{process.pid}/fd").iterdir()))


class World:
    """The line outlives both programs at its ends."""

    def __init__(self, lab, port):
        self.lab, self.port = lab, port
        self.near, self.far = lab.folder / "near", lab.folder / "far"
        self.line = f"tty:{self.far}:{BAUD}"
        conftest.processes.start_pacer(lab.stack, lab.programs / "nwp-pacer", self.near, self.far, BAUD, FAULTS)
        (lab.folder / "nwpd.toml").write_text(CLIENT)
        self.start_daemon()
        self.still = descriptors(self.daemon)  # before any host's sockets
        self.start_host()

    def start_daemon(self):
        self.daemon = self.lab.nwpd("--endpoint", f"tty:{self.near}", "--config", self.lab.folder / "nwpd.toml")
        self.nwp("wifi", "connect", conftest.SSID, "--passphrase", conftest.PASSPHRASE, "--wait-address")

    def start_host(self):
        self.host = self.lab.start_host("soak", self.line, SERVER, self.port, SOCKETS)
        assert conftest.said(self.host) == {"begun": True}

    def nwp(self, *words):
        done = self.lab.nwp("--json", *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def ask_host(self, word):
        self.host.stdin.write(word + "\n")
        report = conftest.said(self.host)
        assert report["wrong"] == 0
        return report

    def all_echo(self):
        """Every socket has echoed, and again, from now on."""
        self.ask_host("begin")
        end = time.monotonic() + LIMIT_S
        while (report := self.ask_host("report"))["alive"] < SOCKETS:
            assert time.monotonic() < end, report
            time.sleep(0.05)

    # ---- what happens

    def lose_access_points(self):
        for fault in ("lost", "back"):
            for bssid in ACCESS_POINTS:
                self.nwp("wifi", "simulate", fault, bssid)

    def kill_host(self):
        conftest.kill(self.host)
        self.start_host()

    def kill_daemon(self):
        conftest.kill(self.daemon)
        self.start_daemon()


class Flat:
    """Memory and descriptors of a process, from when it first did its work to when it last did."""

    def __init__(self, process):
        self.process, self.kib, self.descriptors = process, conftest.resident_kib(process), descriptors(process)

    def check(self):
        assert conftest.resident_kib(self.process) - self.kib <= GROWTH_MOST_KIB
        assert descriptors(self.process) == self.descriptors


def test_nothing_is_lost_or_left_behind(lab):
    with servers.Echo() as echo:
        world = World(lab, echo.port)
        world.all_echo()
        flat = {"host": Flat(world.host), "daemon": Flat(world.daemon)}
        end = time.monotonic() + DURATION_S
        while time.monotonic() < end:
            for happens, newborn in ((world.lose_access_points, None), (world.kill_host, "host"),
                                     (world.lose_access_points, None), (world.kill_daemon, "daemon")):
                happens()
                world.all_echo()
                if newborn:
                    flat[newborn] = Flat(getattr(world, newborn))
                for process in flat.values():
                    process.check()
        world.host.stdin.write("end\n")
        assert world.host.wait(LIMIT_S) == 0
        leave_nothing_behind(world)


def leave_nothing_behind(world):
    """A new host on the line ends what the last one had left; then the daemon is as it was before."""
    assert world.lab.run("nwp", "--link", world.line, "status").returncode == 0
    end = time.monotonic() + LIMIT_S
    while (left := (world.nwp("status")["traffic"]["sockets"], descriptors(world.daemon))) != (0, world.still):
        assert time.monotonic() < end, left
        time.sleep(0.2)
