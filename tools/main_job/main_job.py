#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The main job: a host program gets an HTTPS page through nwpd over a paced serial line.

Starts what the host program meets out there (a DNS server and a web server with a certificate chain made for this
run, unless --url names the user's own server), nwpd with its built-in settings, and the line between them; then runs
the host program first_page and ends with its exit status."""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from lab import authority, processes  # noqa: E402  (the folder above is not a package)

BAUD = 921600
HOST_NAME = "www.nwp.test"
WEB_ADDRESS = "10.77.0.80"  # as the lease's network has it; 127.77.0.80 on this machine
WRONG_NAME = "www.somebody-else.test"
SSID = "nwp-home"
PASSPHRASE = "correct horse battery"
PAGE = pathlib.Path(__file__).with_name("page.html")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./run", add_help=False)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--url")
    parser.add_argument("--ca", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.ca and not arguments.url:
        parser.error("--ca goes with --url")
    if arguments.url:
        url = urllib.parse.urlsplit(arguments.url)
        if url.scheme != "https" or not url.hostname:
            parser.error(f"{arguments.url}: give a URL such as https://server.example/page.html")
        if not arguments.ca:
            parser.error("--url needs --ca FILE: the PEM certificate of the CA that the server's certificate comes from")
        if not arguments.ca.is_file():
            parser.error(f"{arguments.ca}: there is no such file")
    return arguments


def own_server(arguments, folder):
    """What the user's own server needs: a map that leads everywhere, and this machine's name server."""
    url = urllib.parse.urlsplit(arguments.url)
    radio = folder / "radio.toml"
    radio.write_text(f"""
[[access_point]]
ssid = "{SSID}"
bssid = "02:00:00:00:00:01"
channel = 6
rssi = -48
security = "wpa2-psk"
passphrase = "{PASSPHRASE}"
lease = {{ address = "10.77.0.2", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }}

[[map]]
network = "10.77.0.1/32"
to = "{name_server()}"

[[map]]
network = "0.0.0.0/0"
direct = true

[[map]]
network = "::/0"
direct = true
""")
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    program = ["--host", url.hostname, "--port", str(url.port or 443), "--path", path, "--ca", str(arguments.ca)]
    return ["--radio", str(radio)], program


def name_server():
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/etc/resolv.conf").read_text().splitlines():
            words = line.split()
            if len(words) >= 2 and words[0] == "nameserver" and ":" not in words[1]:
                return words[1]
    return "127.0.0.1"


def local_internet(stack, folder):
    """A DNS server and a web server of this machine, where the built-in radio's network leads."""
    root = authority.Authority(folder / "pki", "OpenNWP demonstration root")
    intermediate = root.intermediate("OpenNWP demonstration intermediate")
    leaf = intermediate.server(HOST_NAME)
    dns_port = processes.start_dnsmasq(stack, folder, "127.77.0.1", {HOST_NAME: WEB_ADDRESS})
    site = folder / "site"
    site.mkdir()
    shutil.copy(PAGE, site / "index.html")
    https_port = processes.start_nginx(stack, folder, "127.77.0.80", site, leaf.chain_file, leaf.key_file)
    program = ["--host", HOST_NAME, "--port", "443", "--path", "/", "--ca", str(root.certificate_file)]
    return ["--port", f"53={dns_port}", "--port", f"443={https_port}"], program


def main():
    arguments = parse_arguments()
    programs = arguments.build / "bin"
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nwp-")))
        if arguments.url:
            daemon_options, program_options = own_server(arguments, folder)
        else:
            daemon_options, program_options = local_internet(stack, folder)
        stranger = authority.Authority(folder / "stranger", "A CA that did not sign this server")

        nwp_end, host_end = folder / "nwp-end", folder / "host-end"
        processes.start_nwpd(stack, programs / "nwpd",
                             ["--store", str(folder / "store"), "--endpoint", f"pty:{nwp_end}",
                              "--log-level", "warn", *daemon_options])
        processes.start_pacer(stack, programs / "nwp-pacer", nwp_end, host_end, BAUD)
        return subprocess.run(
            [str(programs / "first_page"), "--link", f"tty:{host_end}:{BAUD}", "--ssid", SSID,
             "--passphrase", PASSPHRASE, "--wrong-ca", str(stranger.certificate_file),
             "--wrong-name", WRONG_NAME, *program_options], check=False, timeout=300).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except processes.DidNotStart as problem:
        print(f"run: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
