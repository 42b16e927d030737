# SPDX-License-Identifier: Apache-2.0
"""The module in real Zephyr: http_get and the Wi-Fi shell as they are, and an application of ours."""

import json
import shutil
import socketserver
import subprocess
import threading
import time
import types

import pytest

from conftest import OURS, sample, system

PAGE = b"a page of 24 characters\n" * 400


def served(lab, name, port, certificate=None):
    """A web server, its name, and a network processor that reaches both."""
    web = lab.web_server(lab.site({"index.html": PAGE}), certificate)
    dns = lab.name_server({name: system.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"{port}={web}", kinds=("unix", "pty"))


def shows_the_page(zephyr):
    assert "200 OK" in zephyr.until(PAGE[:24].decode().strip())
    zephyr.until(PAGE[-24:].decode().strip())


def test_http_get_comes_whole(lab, images, zephyr):
    served(lab, "google.com", 80)
    shows_the_page(zephyr(images.build(sample("sockets/http_get"), "offload.conf")))


@pytest.fixture(name="by_file_name")
def make_by_file_name(images):
    """http_get with TLS, whose CA is the name of a file."""
    return images.build(sample("sockets/http_get"), "offload.conf", "tls.conf", "files.conf")


def provide(lab, root, name="globalsign_r1.der"):
    """A root, as a file in the network processor."""
    der = lab.folder / name
    subprocess.run(["openssl", "x509", "-in", root.certificate_file, "-outform", "DER", "-out", der], check=True)
    stored = lab.nwp("file", "put", name, der)
    assert stored.returncode == 0, stored.stderr


def test_http_get_by_tls_comes_whole(lab, pki, by_file_name, zephyr):
    served(lab, "google.com", 443, pki.root.server("google.com"))
    provide(lab, pki.root)
    shows_the_page(zephyr(by_file_name))


def test_http_get_that_brings_its_own_ca_comes_whole(lab, pki, images, zephyr):
    """The sample with another certificate in its folder."""
    copy = lab.build / "zephyr" / "http_get_with_our_root"
    shutil.copytree(sample("sockets/http_get"), copy, dirs_exist_ok=True)
    subprocess.run(["openssl", "x509", "-in", pki.root.certificate_file, "-outform", "DER", "-out",
                    copy / "src" / "globalsign_r1.der"], check=True)
    served(lab, "google.com", 443, pki.root.server("google.com"))
    shows_the_page(zephyr(images.build(copy, "offload.conf", "tls.conf")))


def expired(pki, folder):
    certificate = types.SimpleNamespace(key_file=folder / "expired.key", chain_file=folder / "expired-chain.pem")
    request = subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                              "-subj", "/CN=google.com", "-config", "/dev/null", "-keyout", certificate.key_file],
                             check=True, capture_output=True).stdout
    certificate.chain_file.write_bytes(pki.root.signs(request, "google.com", days="-1"))
    return certificate


@pytest.mark.parametrize("why, certificate", [
    ("wrong CA", lambda pki, _: pki.stranger.server("google.com")),
    ("wrong host name", lambda pki, _: pki.server),
    ("expired", expired)])
def test_a_server_is_refused(lab, pki, by_file_name, zephyr, why, certificate):
    served(lab, "google.com", 443, certificate(pki, lab.folder))
    provide(lab, pki.root)
    said = zephyr(by_file_name).until("Error: connect(")
    assert "sock = " in said, f"{why}: {said}"


def test_the_wifi_shell_scans_joins_and_leaves(lab, images, zephyr):
    lab.nwpd(kinds=("unix", "pty"))
    shell = zephyr(images.build(sample("wifi"), "wifi.conf"))
    shell.until("Booting Zephyr")
    while "clients             2" not in lab.nwp("status").stdout:
        time.sleep(0.1)
    shell.say("wifi scan")
    assert system.SSID in shell.until("Scan request done")
    shell.say(f"wifi connect {system.SSID} 6 wrongpassword")
    shell.until("Connection request failed (2)")
    shell.say("wifi connect nowhere 0 somepassword")
    shell.until("Connection request failed (4)")
    shell.say("wifi status")
    shell.until("State: DISCONNECTED")
    shell.say(f'wifi connect {system.SSID} "{system.PASSPHRASE}"')
    shell.until("Connected")
    shell.say("wifi status")
    assert system.SSID in shell.until("RSSI: -48")
    shell.say("net iface")
    shell.until("10.77.0.2 DHCP preferred")
    shell.say("wifi disconnect")
    shell.until("Disconnection request done (0)")
    shell.say("wifi status")
    shell.until("State: DISCONNECTED")


def test_the_wifi_shell_manages_the_radio(lab, images, zephyr):
    lab.nwpd(kinds=("unix", "pty"))
    shell = zephyr(images.build(sample("wifi"), "wifi.conf"))
    shell.until("Booting Zephyr")
    while "clients             2" not in lab.nwp("status").stdout:
        time.sleep(0.1)
    shell.say("wifi reg_domain US")
    shell.until("Regulatory domain set to: US")
    shell.say("wifi reg_domain")
    shell.until("Regulatory domain is: US")
    shell.say("wifi reg_domain QQ")
    shell.until("Cannot set Regulatory domain")
    shell.say("wifi ps on")
    shell.until("Power save enabled")
    shell.say("wifi ps")
    shell.until("PS mode: Legacy power save")
    shell.say("wifi ps_mode wmm")
    shell.until("WMM power save failed")
    shell.say("wifi ps off")
    shell.until("Power save disabled")
    shell.say('wifi ap enable ours 11 "welcome to us"')
    shell.until("AP mode enabled")
    shell.say("wifi status")
    said = shell.until("MFP:")
    assert "COMPLETED" in said and "ours" in said and "Channel: 11" in said, said
    shell.say(f'wifi connect {system.SSID} "{system.PASSPHRASE}"')
    shell.until("Connection request failed (1)")
    shell.say("wifi ap disable")
    shell.until("AP mode disabled")
    shell.say("wifi ap enable ours 13 somepassword")
    shell.until("AP mode failed")
    shell.say(f'wifi connect {system.SSID} "{system.PASSPHRASE}"')
    shell.until("Connected")
    time.sleep(0.5)  # some beacons
    shell.say("wifi statistics")
    said = shell.until("Beacons missed   : 0")
    assert "Beacons received : 0\r" not in said, said


def test_the_wifi_shell_hears_of_a_lost_access_point_and_its_return(lab, images, zephyr):
    lab.nwpd(kinds=("unix", "pty"))
    shell = zephyr(images.build(sample("wifi"), "wifi.conf"))
    shell.until("Booting Zephyr")
    while "clients             2" not in lab.nwp("status").stdout:
        time.sleep(0.1)
    shell.say(f'wifi connect {system.SSID} "{system.PASSPHRASE}"')
    shell.until("Connected")
    access_point = json.loads(lab.nwp("--json", "wifi", "status").stdout)["bssid"]
    lab.nwp("wifi", "simulate", "lost", access_point)
    shell.until("Disconnected")
    lab.nwp("wifi", "simulate", "back", access_point)
    shell.until("Connected")
    shell.say("net iface")
    shell.until("10.77.0.2 DHCP preferred")


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(data)


def test_sockets_of_both_kinds_are_polled_together_and_shared(lab, images, zephyr):
    echo = socketserver.ThreadingTCPServer((system.WEB, 0), Echo)
    echo.daemon_threads = True
    lab.stack.callback(echo.server_close)
    lab.stack.callback(echo.shutdown)
    threading.Thread(target=echo.serve_forever).start()
    dns = lab.name_server({system.NAME: system.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"7={echo.server_address[1]}", kinds=("unix", "pty"))
    said = zephyr(images.build(OURS / "poll", "offload.conf")).until("done")
    assert "not ok" not in said, said
    assert said.count("ok ") == 14, said
