# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the system tests: the built programs, each test with a folder and ports of its own."""

import contextlib
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
SNAPSHOTS = pathlib.Path(__file__).with_name("snapshots")
sys.path.insert(0, str(REPOSITORY / "tools"))
from lab import authority, processes  # noqa: E402  (the folder above is not a package)

NAME = "www.nwp.test"
WEB_LEASE = "10.77.0.80"  # as hosts of the simulated network say it
WEB = "127.77.0.80"  # where that is on this machine
DNS = "127.77.0.1"
SSID = "nwp-home"
PASSPHRASE = "correct horse battery"
COMMAND_LIMIT_S = 120


def pytest_addoption(parser):
    parser.addoption("--build", type=pathlib.Path, default=os.environ.get("NWP_BUILD", REPOSITORY / "build"),
                     help="build folder of the programs; else NWP_BUILD of the environment")


class Lab:
    """What a test starts: programs of the build, and what they talk to. All of it ends with the test."""

    def __init__(self, stack, folder, build):
        self.stack, self.folder, self.build = stack, folder, build
        self.programs = build / "bin"

    def run(self, program, *words, limit_s=COMMAND_LIMIT_S, **options):
        """Runs one of our programs to its end; its output is text."""
        return subprocess.run([str(self.programs / program), *map(str, words)], capture_output=True, text=True,
                              timeout=limit_s, check=False, stdin=subprocess.DEVNULL, **options)

    def nwpd(self, *options, name="nwp", kinds=("unix",)):
        """A daemon with an endpoint of each kind at folder/NAME.KIND; returns its process."""
        endpoints = [word for kind in kinds for word in ("--endpoint", f"{kind}:{self.folder / name}.{kind}")]
        return processes.start_nwpd(self.stack, self.programs / "nwpd",
                                    ["--store", str(self.folder / f"{name}-store"), "--log-level", "warn", *endpoints,
                                     *map(str, options)])

    def link(self, name="nwp"):
        return f"unix:{self.folder / name}.unix"

    def nwp(self, *words, name="nwp", **options):
        """The nwp command behind nwpd NAME."""
        return self.run("nwp", "--link", self.link(name), *words, **options)

    def site(self, files):
        """A folder for a web server."""
        folder = self.folder / "site"
        folder.mkdir(exist_ok=True)
        for file_name, content in files.items():
            (folder / file_name).write_bytes(content)
        return folder

    def web_server(self, site, certificate=None, extra=""):
        """By HTTPS with a certificate, else by HTTP; returns its port."""
        chain, key = (certificate.chain_file, certificate.key_file) if certificate else (None, None)
        return processes.start_nginx(self.stack, self.folder, WEB, site, chain, key, extra)

    def name_server(self, names):
        return processes.start_dnsmasq(self.stack, self.folder, DNS, names)

    def start_host(self, *words, program="system_host"):
        """A host program of the tests, which says what it does line by line."""
        process = subprocess.Popen([str(self.programs / program), *map(str, words)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, bufsize=1)
        self.stack.callback(end_host, process)
        return process


def end_host(process):
    if process.poll() is None:
        process.kill()
    process.communicate()


def said(process, limit_s=COMMAND_LIMIT_S):
    """The next line of a host program, as JSON."""
    ready, _, _ = select.select([process.stdout], [], [], limit_s)
    assert ready, "the host program says nothing"
    line = process.stdout.readline()
    assert line, f"the host program ended with {process.wait()}"
    return json.loads(line)


def kill(process):
    """As a crash or a power loss would; returns when it is gone."""
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture
def lab(tmp_path, request):
    with contextlib.ExitStack() as stack:
        yield Lab(stack, tmp_path, request.config.getoption("--build").resolve())


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """A root, a certificate of NAME under its intermediate, and a root that signed nothing of ours."""
    folder = tmp_path_factory.mktemp("pki")

    class Pki:
        root = authority.Authority(folder / "pki", "OpenNWP test root")
        server = root.intermediate("OpenNWP test intermediate").server(NAME)
        stranger = authority.Authority(folder / "stranger", "A CA that did not sign this server")
    return Pki


def without_volatile(value, keys):
    """The same JSON with what differs from run to run blotted out."""
    if isinstance(value, dict):
        return {key: "<volatile>" if key in keys else without_volatile(entry, keys)
                for key, entry in value.items()}
    if isinstance(value, list):
        return [without_volatile(entry, keys) for entry in value]
    return value


def assert_snapshot(name, text, volatile=()):
    """JSON output is what snapshots/NAME.json has, but for the values of the keys `volatile`. With
    NWP_WRITE_SNAPSHOTS in the environment the file is written instead: look at its difference before you commit it."""
    file = SNAPSHOTS / f"{name}.json"
    seen = without_volatile(json.loads(text), volatile)
    if "NWP_WRITE_SNAPSHOTS" in os.environ:
        file.write_text(json.dumps(seen, indent=2, ensure_ascii=False) + "\n")
    assert seen == json.loads(file.read_text())


def resident_kib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])
