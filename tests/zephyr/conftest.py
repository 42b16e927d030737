# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests in real Zephyr: images for mps2_an385, each in QEMU with a network processor on uart1.

ZEPHYR_BASE in the environment names the tree, ZEPHYR_MODULES the modules that the board and some samples need (cmsis,
mbedtls); the toolchain is Zephyr's to find. Images stay in the build folder: a second run builds what has changed."""

import importlib.util
import os
import pathlib
import socket
import subprocess
import sys
import time

import pytest

SYSTEM = pathlib.Path(__file__).resolve().parent.parent / "system" / "conftest.py"
specification = importlib.util.spec_from_file_location("system_conftest", SYSTEM)
system = importlib.util.module_from_spec(specification)
specification.loader.exec_module(system)

lab, pki, pytest_addoption = system.lab, system.pki, system.pytest_addoption
processes = system.processes

OURS = system.REPOSITORY / "zephyr" / "tests"
LIMIT_S = 60
BOARD = "mps2_an385"

# What Zephyr's samples take for their own and their peer's address, and where the radio file below has those.
FIRST, SECOND = "192.0.2.1", "192.0.2.2"
FIRST_HERE, SECOND_HERE = "127.77.2.1", "127.77.2.2"
FIRST_IPV6, SECOND_IPV6 = "2001:db8::1", "2001:db8::2"
IPV6_HERE = "::1"


def pytest_collection_modifyitems(items):
    if "ZEPHYR_BASE" not in os.environ:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="ZEPHYR_BASE is not set"))


def sample(name):
    """The folder of one of Zephyr's own network samples."""
    return pathlib.Path(os.environ["ZEPHYR_BASE"]) / "samples" / "net" / name


def modules():
    return [*filter(None, os.environ.get("ZEPHYR_MODULES", "").split(";")), str(system.REPOSITORY)]


def need_module(name):
    """Skips a test whose sample wants a module of Zephyr that is not there."""
    if not any(pathlib.Path(module).name == name for module in modules()):
        pytest.skip(f"ZEPHYR_MODULES names no {name}")


class Images:
    """Builds applications, each once for a configuration."""

    def __init__(self, folder):
        self._folder, self._built = folder, set()
        # Zephyr gives every compiler the application's path; without it the cache knows the files of all images.
        self._environment = {**os.environ, "CCACHE_IGNOREOPTIONS": "-fmacro-prefix-map=*"}

    def build(self, application, *configurations, name=None, **symbols):
        """The image of an application with configurations of zephyr/tests, then with symbols of Kconfig as they are
        written in a configuration: NET_IPV6="n"."""
        folder = self._folder / "-".join([name or application.name, *(pathlib.Path(c).stem for c in configurations)])
        if folder not in self._built:
            self._make(application, folder, configurations, symbols)
            self._built.add(folder)
        return folder / "zephyr" / "zephyr.elf"

    def _make(self, application, folder, configurations, symbols):
        configure = ["cmake", "-G", "Ninja", "-S", application, "-B", folder, f"-DBOARD={BOARD}",
                     f"-DZEPHYR_MODULES={';'.join(modules())}",
                     f"-DDTC_OVERLAY_FILE={OURS / 'boards' / f'{BOARD}.overlay'}",
                     f"-DOVERLAY_CONFIG={';'.join(str(OURS / name) for name in configurations)}",
                     f"-DPython3_EXECUTABLE={sys.executable}", f"-DPYTHON_EXECUTABLE={sys.executable}",
                     *(f"-DCONFIG_{symbol}={value}" for symbol, value in symbols.items())]
        folder.mkdir(parents=True, exist_ok=True)
        # Zephyr keeps an image's configuration when only defaults of symbols have changed: ours are part of the question.
        # It is a file of its own, which is not of CMake's.
        asked, told = folder / "asked", "\n".join(map(str, configure)) + (OURS.parent / "Kconfig").read_text()
        if not asked.exists() or asked.read_text() != told:
            (folder / "zephyr" / ".config").unlink(missing_ok=True)
            self._run([*configure, "--fresh"])
            asked.write_text(told)
        self._run(["ninja", "-C", folder])

    def _run(self, command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              env=self._environment)
        assert done.returncode == 0, done.stdout[-6000:]


@pytest.fixture(scope="session")
def images(request):
    return Images(request.config.getoption("--build").resolve() / "zephyr")


class Zephyr:
    """An image in QEMU; its console, both ways."""

    def __init__(self, lab, image, line=None):
        """`line`: QEMU's words for the second serial port; else it is the terminal of the lab's network processor."""
        line = line or ["-chardev", f"serial,id=line,path={lab.folder / 'nwp.pty'}", "-serial", "chardev:line"]
        self.text = ""
        self.process = subprocess.Popen(
            ["qemu-system-arm", "-M", "mps2-an385", "-display", "none", "-monitor", "none", "-nodefaults", "-kernel",
             image, "-chardev", "stdio,id=console", "-serial", "chardev:console",
             *line],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        lab.stack.callback(system.end_host, self.process)
        os.set_blocking(self.process.stdout.fileno(), False)

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\r\n")
        self.process.stdin.flush()

    def until(self, words):
        """Everything it printed up to these words, which must come."""
        limit = time.monotonic() + LIMIT_S
        while words not in self.text:
            assert time.monotonic() < limit, f"{words!r} did not come:\n{self.text}"
            self.text += (self.process.stdout.read() or b"").decode(errors="replace")
            time.sleep(0.02)
        heard, _, self.text = self.text.partition(words)
        return heard


@pytest.fixture
def zephyr(lab):
    """Starts an image on the terminal of the lab's network processor."""
    return lambda image: Zephyr(lab, image)


class Air:
    """The network that Zephyr's samples are configured for, in a radio file, and servers in it."""

    def __init__(self, lab, own=FIRST):
        self.lab, self._own, self._ports, self._ports_ipv6 = lab, own, {}, {}

    def name_server(self, names):
        """What Zephyr asks is at the second address."""
        self._ports[53] = processes.start_dnsmasq(self.lab.stack, self.lab.folder, SECOND_HERE, names)

    def web_server(self, port, files, certificate=None):
        chain, key = (certificate.chain_file, certificate.key_file) if certificate else (None, None)
        self._ports[port] = processes.start_nginx(self.lab.stack, self.lab.folder, SECOND_HERE, self.lab.site(files),
                                                  chain, key)

    def leads(self, port, here, ipv6=False):
        """Zephyr's port is that one of this machine, of all IPv4 or all IPv6 addresses."""
        (self._ports_ipv6 if ipv6 else self._ports)[port] = here

    def own_port(self, port):
        """Where on this machine a port is reached that Zephyr listens on."""
        here = FIRST_HERE if self._own == FIRST else SECOND_HERE
        self._ports[port] = free_for_both(here)
        return here, self._ports[port]

    def nwpd(self, *options):
        radio = self.lab.folder / "radio.toml"
        radio.write_text(f"""
[[access_point]]
ssid = "{system.SSID}"
bssid = "02:00:00:00:00:01"
channel = 6
rssi = -48
security = "wpa2-psk"
passphrase = "{system.PASSPHRASE}"
lease = {{ address = "{self._own}", gateway = "192.0.2.254", dns = ["{SECOND}"] }}
[[map]]
network = "192.0.2.0/24"
to = "127.77.2.0/24"
ports = {{ {", ".join(f"{there} = {here}" for there, here in self._ports.items())} }}
[[map]]
network = "2001:db8::/64"
to = "{IPV6_HERE}"
ports = {{ {", ".join(f"{there} = {here}" for there, here in self._ports_ipv6.items())} }}
""")
        return self.lab.nwpd("--radio", radio, *options, kinds=("unix", "pty"))


def free_for_both(address):
    """A port that was free a moment ago, of TCP and of UDP."""
    while True:
        port = processes.free_port(address)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((address, port))
                return port
            except OSError:
                continue


@pytest.fixture
def air(lab):
    return Air(lab)
