# SPDX-License-Identifier: Apache-2.0
"""The module's other data planes in real Zephyr: Ethernet frames into Zephyr's own stack, and net_context."""

import os
import shutil
import subprocess
import types

import pytest

from conftest import OURS, Zephyr, need_module, sample, system

from lab import tap_world  # conftest has put its folder there

POSSIBLE = subprocess.run(["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"]) +
                          ["ip", "tuntap", "add", "probe", "mode", "tap"], capture_output=True, check=False).returncode == 0
with_tap = pytest.mark.skipif(not POSSIBLE, reason="this machine gives no network namespace with a TAP interface")

PAGE = b"a page of 24 characters\n" * 400
SHORT_PAGE = PAGE[:240]  # in a record that Mbed TLS has room for
BYTES = 20000
SERVER = f"""
import socket
listener = socket.create_server(("fd99::1", 7777), family=socket.AF_INET6)
print("listens", flush=True)
connection, peer = listener.accept()
data = b""
while len(data) < {BYTES}:
    data += connection.recv(4096)
connection.sendall(peer[0].encode() + b" " + data[::-1])
connection.close()
"""
GREETING = """
import socket
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"hello", ("fd99::2", 9))
"""
CLIENT = f"""
import socket
connection = socket.create_connection(("fd99::1", 7777), 40)
data = bytes(i % 251 for i in range({BYTES}))
connection.sendall(data)
answer = b""
while part := connection.recv(4096):
    answer += part
seen_as, _, back = answer.partition(b" ")
assert back == data[::-1], len(back)
print(seen_as.decode())
"""
# MTU: the driver of the board's own Ethernet loses frames above 1512 bytes, and then what follows (Zephyr 3.3: it asks for
# a buffer of whole words, of which Zephyr gives 1514 bytes at most).
BEHIND_THE_BOARD = """
set -e
ip link set lo up
ip tuntap add eth1 mode tap
ip link set eth1 mtu 1498 up
ip -6 address add fd98::1/64 dev eth1 nodad
ip -6 route add fd99::/64 via fd98::2 dev eth1
exec "$@"
"""


class Wired(Zephyr):
    """An image in QEMU on the UART of a TapWorld, in surroundings of its own."""

    def __init__(self, lab, world, image, *options, inside=()):
        self.text = ""
        self.process = subprocess.Popen(
            [*inside, "qemu-system-arm", "-M", "mps2-an385", "-display", "none", "-monitor", "none", "-nodefaults",
             "-kernel", image, "-chardev", "stdio,id=console", "-serial", "chardev:console", *world.uart(), *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        lab.stack.callback(system.end_host, self.process)
        os.set_blocking(self.process.stdout.fileno(), False)


def test_http_get_comes_whole_over_contexts(lab, images):
    web = lab.web_server(lab.site({"index.html": PAGE}))
    dns = lab.name_server({"google.com": system.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"80={web}", kinds=("unix", "pty"))
    zephyr = Zephyr(lab, images.build(sample("sockets/http_get"), "contexts.conf"))
    assert "200 OK" in zephyr.until(PAGE[:24].decode().strip())
    for _ in range(PAGE.count(b"\n") - 2):
        assert not zephyr.until(PAGE[:24].decode().strip()).strip()


@with_tap
def test_http_get_comes_whole_over_frames(lab, images):
    site = lab.site({"index.html": PAGE})
    with tap_world.network_processor(lab.build, lab.folder, site, name="google.com", well_known=True) as world:
        zephyr = Wired(lab, world, images.build(sample("sockets/http_get"), "ethernet.conf"))
        assert "200 OK" in zephyr.until(PAGE[:24].decode().strip())
        for _ in range(PAGE.count(b"\n") - 2):
            assert not zephyr.until(PAGE[:24].decode().strip()).strip()


@pytest.fixture(name="http_get_by_mbedtls")
def make_http_get_by_mbedtls(lab, pki, images):
    """The sample with another certificate in its folder, and Zephyr's own TLS."""
    need_module("mbedtls")
    copy = lab.build / "zephyr" / "http_get_with_our_root"
    shutil.copytree(sample("sockets/http_get"), copy, dirs_exist_ok=True)
    subprocess.run(["openssl", "x509", "-in", pki.root.certificate_file, "-outform", "DER", "-out",
                    copy / "src" / "globalsign_r1.der"], check=True)
    return lambda plane: images.build(copy, plane, "mbedtls.conf")


def ecdsa(pki, _):
    return pki.root.server("google.com")


def rsa(pki, folder):
    certificate = types.SimpleNamespace(key_file=folder / "rsa.key", chain_file=folder / "rsa-chain.pem")
    request = subprocess.run(["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=google.com",
                              "-config", "/dev/null", "-keyout", certificate.key_file], check=True, capture_output=True).stdout
    certificate.chain_file.write_bytes(pki.root.signs(request, "google.com"))
    return certificate


def shows_the_short_page(zephyr):
    assert "200 OK" in zephyr.until(SHORT_PAGE[:24].decode().strip())


@pytest.mark.parametrize("certificate", [ecdsa, rsa])
def test_zephyrs_own_tls_works_over_contexts(lab, pki, http_get_by_mbedtls, certificate):
    web = lab.web_server(lab.site({"index.html": SHORT_PAGE}), certificate(pki, lab.folder))
    dns = lab.name_server({"google.com": system.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"443={web}", kinds=("unix", "pty"))
    shows_the_short_page(Zephyr(lab, http_get_by_mbedtls("contexts.conf")))


def test_zephyrs_own_tls_over_contexts_refuses_a_stranger(lab, pki, http_get_by_mbedtls):
    web = lab.web_server(lab.site({"index.html": SHORT_PAGE}), pki.stranger.server("google.com"))
    dns = lab.name_server({"google.com": system.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"443={web}", kinds=("unix", "pty"))
    assert "200 OK" not in Zephyr(lab, http_get_by_mbedtls("contexts.conf")).until("Error: connect(")


@with_tap
def test_zephyrs_own_tls_works_over_frames(lab, pki, http_get_by_mbedtls):
    site = lab.site({"index.html": SHORT_PAGE})
    with tap_world.network_processor(lab.build, lab.folder, site, ecdsa(pki, lab.folder), name="google.com",
                                     well_known=True) as world:
        shows_the_short_page(Wired(lab, world, http_get_by_mbedtls("ethernet.conf")))


@with_tap
def test_a_board_routes_between_its_ethernet_and_the_network_processors(lab, images):
    with tap_world.network_processor(lab.build, lab.folder) as world:
        world.run("ip", "-6", "address", "add", "fd99::1/64", "dev", tap_world.INTERFACE, "nodad")
        world.run("ip", "-6", "route", "add", "fd98::/64", "via", "fd99::2", "dev", tap_world.INTERFACE)
        own = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
        board = Wired(lab, world, images.build(OURS / "routing"), "-nic",
                      "tap,ifname=eth1,script=no,downscript=no,model=lan9118",
                      inside=[*own, "sh", "-c", BEHIND_THE_BOARD, "sh"])
        assert "failed" not in board.until("routing")
        # Zephyr 3.3 asks for a neighbour with the address of whom it forwards for: it must have met that one before.
        subprocess.run(within(world.process, GREETING), check=True, timeout=60)
        server = subprocess.Popen(within(world.process, SERVER), stdout=subprocess.PIPE, text=True)
        lab.stack.callback(system.end_host, server)
        assert server.stdout.readline() == "listens\n"
        client = subprocess.run(within(board.process, CLIENT), capture_output=True, text=True, timeout=60, check=False)
        assert client.stdout == "fd98::1\n", client.stderr


def within(process, program):
    """A Python program in the network of another process."""
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    return ["nsenter", f"--target={process.pid}", "--net", *user, "/usr/bin/python3", "-c", program]
