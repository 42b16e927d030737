# SPDX-License-Identifier: Apache-2.0
"""The module in real Zephyr, where ZEPHYR_BASE names one: samples of Zephyr as they are, and applications of ours, for
mps2_an385 under QEMU with a network processor on uart1.

ZEPHYR_MODULES in the environment names the modules that the board needs (cmsis); the toolchain is Zephyr's to find."""

import os
import pathlib
import shutil
import socketserver
import subprocess
import sys
import threading
import time

import pytest

from conftest import system

ROOT = system.REPOSITORY
OURS = ROOT / "zephyr" / "tests"
LIMIT_S = 60
PAGE = b"a page of 24 characters\n" * 400
BUILT = {}

pytestmark = pytest.mark.skipif("ZEPHYR_BASE" not in os.environ, reason="ZEPHYR_BASE is not set")


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    return tmp_path_factory.mktemp("zephyr")


def build(workspace, application, *configurations):
    """The image of an application, built once."""
    key = (application, configurations)
    if key not in BUILT:
        folder = workspace / "-".join([application.name, *configurations])
        modules = [*filter(None, os.environ.get("ZEPHYR_MODULES", "").split(";")), str(ROOT)]
        subprocess.run(
            ["cmake", "-G", "Ninja", "-S", application, "-B", folder, "-DBOARD=mps2_an385",
             f"-DZEPHYR_MODULES={';'.join(modules)}", f"-DDTC_OVERLAY_FILE={OURS / 'boards' / 'mps2_an385.overlay'}",
             f"-DOVERLAY_CONFIG={';'.join(str(OURS / name) for name in configurations)}",
             f"-DPython3_EXECUTABLE={sys.executable}", f"-DPYTHON_EXECUTABLE={sys.executable}"],
            check=True, capture_output=True, text=True)
        subprocess.run(["ninja", "-C", folder], check=True, capture_output=True, text=True)
        BUILT[key] = folder / "zephyr" / "zephyr.elf"
    return BUILT[key]


def sample(name):
    return pathlib.Path(os.environ["ZEPHYR_BASE"]) / "samples" / "net" / name


class Zephyr:
    """An image in QEMU; its console, both ways."""

    def __init__(self, lab, image):
        self.text = ""
        self.process = subprocess.Popen(
            ["qemu-system-arm", "-M", "mps2-an385", "-display", "none", "-monitor", "none", "-nodefaults", "-kernel",
             image, "-chardev", "stdio,id=console", "-serial", "chardev:console",
             "-chardev", f"serial,id=line,path={lab.folder / 'nwp.pty'}", "-serial", "chardev:line"],
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


def served(lab, name, port, certificate=None):
    """A web server, its name, and a network processor that reaches both."""
    web = lab.web_server(lab.site({"index.html": PAGE}), certificate)
    dns = lab.name_server({name: system.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"{port}={web}", kinds=("unix", "pty"))


def test_http_get_comes_whole(lab, workspace):
    served(lab, "google.com", 80)
    zephyr = Zephyr(lab, build(workspace, sample("sockets/http_get"), "offload.conf"))
    assert "200 OK" in zephyr.until(PAGE[:24].decode().strip())
    zephyr.until(PAGE[-24:].decode().strip())


@pytest.fixture(scope="session", name="trusting")
def make_trusting(workspace, pki):
    """http_get with TLS, whose certificate file is that of the tests' root."""
    copy = workspace / "http_get_tls"
    shutil.copytree(sample("sockets/http_get"), copy)
    subprocess.run(["openssl", "x509", "-in", pki.root.certificate_file, "-outform", "DER", "-out",
                    copy / "src" / "globalsign_r1.der"], check=True)
    return build(workspace, copy, "offload.conf", "tls.conf")


def test_http_get_by_tls_comes_whole(lab, pki, trusting):
    served(lab, "google.com", 443, pki.root.server("google.com"))
    zephyr = Zephyr(lab, trusting)
    assert "200 OK" in zephyr.until(PAGE[:24].decode().strip())


def test_a_wrong_ca_is_refused(lab, pki, trusting):
    served(lab, "google.com", 443, pki.stranger.server("google.com"))
    assert "sock = " in Zephyr(lab, trusting).until("Error: connect(")


def test_a_wrong_host_name_is_refused(lab, pki, trusting):
    served(lab, "google.com", 443, pki.server)
    assert "sock = " in Zephyr(lab, trusting).until("Error: connect(")


def test_the_wifi_shell_scans_joins_and_leaves(lab, workspace):
    lab.nwpd(kinds=("unix", "pty"))
    zephyr = Zephyr(lab, build(workspace, sample("wifi"), "wifi.conf"))
    zephyr.until("Booting Zephyr")
    while lab.nwp("status").stdout.count("clients             2") == 0:
        time.sleep(0.1)
    zephyr.say("wifi scan")
    assert system.SSID in zephyr.until("Scan request done")
    zephyr.say(f"wifi connect {system.SSID} 6 wrongpassword")
    zephyr.until("Connection request failed (2)")
    zephyr.say("wifi connect nowhere 0 somepassword")
    zephyr.until("Connection request failed (4)")
    zephyr.say(f'wifi connect {system.SSID} "{system.PASSPHRASE}"')
    zephyr.until("Connected")
    zephyr.say("wifi status")
    assert system.SSID in zephyr.until("RSSI: -48")
    zephyr.say("wifi disconnect")
    zephyr.until("Disconnection request done (0)")


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(data)


def test_sockets_of_both_kinds_are_polled_together_and_shared(lab, workspace):
    echo = socketserver.ThreadingTCPServer((system.WEB, 0), Echo)
    echo.daemon_threads = True
    lab.stack.callback(echo.server_close)
    lab.stack.callback(echo.shutdown)
    threading.Thread(target=echo.serve_forever).start()
    dns = lab.name_server({system.NAME: system.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"7={echo.server_address[1]}", kinds=("unix", "pty"))
    said = Zephyr(lab, build(workspace, OURS / "poll", "offload.conf")).until("done")
    assert "not ok" not in said, said
    assert said.count("ok ") == 14, said
