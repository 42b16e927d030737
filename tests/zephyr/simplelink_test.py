# SPDX-License-Identifier: Apache-2.0
"""Zephyr's own SimpleLink driver, over TI's host driver, at nwpd's SimpleLink dialect.

NWP_SIMPLELINK_IMAGES in the environment names a folder with images for mps2_an385: wifi.elf, http_get.elf and
http_get_tls.elf, the samples of those names. Their port of the host driver (SL_IF_TYPE_UART) has the chip's line on
uart1, and on uart2 the chip's power: it writes '1' or '0' there and waits until the same comes back. docs/zephyr.md
says what such a port does."""

import os
import pathlib
import select
import socket
import subprocess
import threading

import pytest

from conftest import Zephyr, system

IMAGES = pathlib.Path(os.environ.get("NWP_SIMPLELINK_IMAGES", "/nonexistent"))
pytestmark = pytest.mark.skipif(not IMAGES.is_dir(), reason="NWP_SIMPLELINK_IMAGES is not set")
PAGE = b"a page of 24 characters\n" * 400


class Wiring:
    """Between QEMU's two serial ports and nwpd: opening nwpd's endpoint is the chip's power."""

    def __init__(self, lab):
        self._folder, self._chip, self._ends = lab.folder, lab.folder / "chip.unix", []
        self._listeners = [self._listen("line"), self._listen("power")]
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()
        lab.stack.callback(self._end)

    def _listen(self, name):
        place = self._folder / f"{name}.serial"
        place.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(place))
        listener.listen()
        return listener

    def options(self):
        return [word for name in ("line", "power") for word in
                ("-chardev", f"socket,id={name},path={self._folder / name}.serial", "-serial", f"chardev:{name}")]

    def _end(self):
        self._stop.close()
        self._thread.join()
        for end in [*self._listeners, *self._ends, self._stopped]:
            end.close()

    def _accept(self, listener):
        ready, _, _ = select.select([listener, self._stopped], [], [])
        if listener not in ready:
            return None
        self._ends.append(listener.accept()[0])
        return self._ends[-1]

    def _carry(self):
        line, power, chip = self._accept(self._listeners[0]), self._accept(self._listeners[1]), None
        while line and power:
            ready, _, _ = select.select([line, power, self._stopped, *([chip] if chip else [])], [], [])
            if self._stopped in ready:
                break
            if chip in ready:
                octets = self._take(chip)
                if octets:
                    line.sendall(octets)
                else:
                    chip = self._off(chip)
            if line in ready:
                octets = self._take(line)
                if not octets:
                    break
                if chip:
                    chip.sendall(octets)
            if power in ready:
                wanted = self._take(power)
                if not wanted:
                    break
                chip = self._off(chip)
                if wanted.endswith(b"1"):
                    chip = socket.socket(socket.AF_UNIX)
                    chip.connect(str(self._chip))
                power.sendall(wanted)
        self._off(chip)

    @staticmethod
    def _take(end):
        try:
            return end.recv(4096)
        except ConnectionError:  # QEMU, or nwpd, is gone
            return b""

    @staticmethod
    def _off(chip):
        if chip:
            chip.close()


class Board:
    """Where the images run; the chip keeps its network and its files from one to the next."""

    def __init__(self, lab):
        self.lab = lab

    def nwpd(self, *options):
        """Joining takes as long as on the air: to Zephyr's driver an address that came before it switched the chip off
        and on again is as good as one that came after it."""
        radio = self.lab.folder / "radio.toml"
        radio.write_text(self.lab.run("nwpd", "--print-radio").stdout.replace("join_ms = 50", "join_ms = 3000"))
        self.lab.nwpd("--endpoint", f"simplelink+unix:{self.lab.folder / 'chip.unix'}", "--radio", radio, *options)

    def boot(self, name):
        return Zephyr(self.lab, IMAGES / f"{name}.elf", Wiring(self.lab).options())

    def join(self):
        """The shell's image joins the network, which the next image finds by fast connect."""
        shell = self.boot("wifi")
        shell.until("Please re-establish WiFi connection")
        shell.say(f'wifi connect {system.SSID} 0 "{system.PASSPHRASE}"')
        shell.until("IP set to")
        system.end_host(shell.process)


@pytest.fixture
def board(lab):
    return Board(lab)


def test_the_shell_scans_joins_and_leaves(board):
    board.nwpd()
    shell = board.boot("wifi")
    said = shell.until("Please re-establish WiFi connection")  # nothing to connect to yet
    assert "FATAL" not in said and "ASSERTION" not in said
    shell.say("wifi scan")
    assert system.SSID in shell.until("Scan request done")
    shell.say(f'wifi connect {system.SSID} 0 wrongpassword')
    shell.until("Device disconnected from the AP")
    shell.say(f'wifi connect {system.SSID} 0 "{system.PASSPHRASE}"')
    shell.until("IP set to: IPv4=10.77.0.2")
    shell.say("wifi disconnect")
    shell.until("Device disconnected from the AP")


def served(board, port, certificate=None):
    lab = board.lab
    web = lab.web_server(lab.site({"index.html": PAGE}), certificate)
    dns = lab.name_server({"google.com": system.WEB_LEASE})
    board.nwpd("--port", f"53={dns}", "--port", f"{port}={web}")


def shows_the_page(console):
    assert "200 OK" in console.until(PAGE[:24].decode().strip())
    console.until(PAGE[-24:].decode().strip())


def test_http_get_comes_whole(board):
    served(board, 80)
    board.join()
    shows_the_page(board.boot("http_get"))


def provide(lab, root, name="globalsign_r1.der"):
    der = lab.folder / name
    subprocess.run(["openssl", "x509", "-in", root.certificate_file, "-outform", "DER", "-out", der], check=True)
    stored = lab.nwp("file", "put", name, der)
    assert stored.returncode == 0, stored.stderr


def test_http_get_by_tls_comes_whole(board, pki):
    served(board, 443, pki.root.server("google.com"))
    provide(board.lab, pki.root)
    board.join()
    shows_the_page(board.boot("http_get_tls"))


@pytest.mark.parametrize("why, certificate", [
    ("wrong CA", lambda pki: pki.stranger.server("google.com")),
    ("wrong host name", lambda pki: pki.server)])
def test_a_server_is_refused(board, pki, why, certificate):
    served(board, 443, certificate(pki))
    provide(board.lab, pki.root)
    board.join()
    said = board.boot("http_get_tls").until("Error: ")
    assert "sock = " in said and "Response" not in said, f"{why}: {said}"
    assert all(log.read_text() == "" for log in board.lab.folder.glob("nginx-*/access.log")), why
