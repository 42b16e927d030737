# SPDX-License-Identifier: Apache-2.0
"""firmware/baseline: the page of firmware/http_get where TLS, or TCP/IP too, is the microcontroller's own. lwIP and mbed
TLS come from Debian's source packages; where those are not to be had the tests are skipped, and say so."""

import contextlib
import os
import subprocess

import pytest

import conftest
from lab import baseline, processes, tap_world
from packets_test import POSSIBLE

PAGE = os.urandom(64 * 1024)
WHOLE = f"received {len(PAGE)} bytes, hash {conftest.fnv(PAGE)}\n"
NAME = conftest.system.NAME
# What QEMU's user network calls this machine's 127.0.0.1.
MACHINE, MACHINE_INSIDE = "127.0.0.1", "10.0.2.2"
NOT_TRUSTED, WRONG_NAME = 8, 4  # mbed TLS: MBEDTLS_X509_BADCERT_NOT_TRUSTED, _CN_MISMATCH
IMAGES = ["none", "http_get_packets_uart", "http_get_packets_frame_bus", "http_get_callbacks_uart",
          "http_get_callbacks_frame_bus"]


@pytest.fixture(scope="module", name="images")
def built_images(request, pki):
    """The folder of the images, which trust the tests' root."""
    build = request.config.getoption("--build")
    place = build / "baseline"
    place.mkdir(exist_ok=True)
    authority = place / "authority.der"
    subprocess.run(["openssl", "x509", "-in", pki.root.certificate_file, "-outform", "der", "-out", authority], check=True)
    try:
        return baseline.build(place, build / "driver_sources.cmake", authority, *(f"{name}.elf" for name in IMAGES))
    except baseline.NotFetched as problem:
        pytest.skip(f"no sources of lwIP and mbed TLS: {problem}")


@contextlib.contextmanager
def on_its_own(board, certificate, _):
    """Servers on this machine, and an Ethernet that leads there."""
    lab = board.lab
    https = processes.start_nginx(lab.stack, lab.folder, MACHINE, lab.site({"page": PAGE}), certificate.chain_file,
                                  certificate.key_file)
    dns = processes.start_dnsmasq(lab.stack, lab.folder, MACHINE, {NAME: MACHINE_INSIDE})
    yield [https, "/page", dns], ["-nic", "user,model=lan9118"]


@contextlib.contextmanager
def with_frames(board, certificate, link):
    """A network processor that passes frames, in a world of its own."""
    if not POSSIBLE:
        pytest.skip("this machine gives no network namespace with a TAP interface")
    lab = board.lab
    site = lab.site({"page": PAGE})
    with tap_world.network_processor(lab.build, lab.folder, site, certificate, NAME) as world:
        line = world.uart() if link == "uart" else world.frame_bus()
        yield [world.https, "/page", world.dns, *conftest.JOINED], line


@contextlib.contextmanager
def with_tcp(board, certificate, link):
    """A network processor that has TCP/IP."""
    board.servers(PAGE, certificate=certificate)
    board.nwpd()
    yield [443, "/page", *conftest.JOINED], board.terminal() if link == "uart" else board.frame_bus()


def run(board, images, image, certificate):
    """Exit status and words of the image that asks for the page from a server with that certificate."""
    link = "uart" if image.endswith("uart") else "frame_bus"
    world = {"none": on_its_own, "http_get_packets": with_frames}.get(image.removesuffix(f"_{link}"), with_tcp)
    with world(board, certificate, link) as (words, line):
        console = board.lab.folder / "console"
        return conftest.Microcontroller(board.lab.stack, images / f"{image}.elf", [NAME, *words], line, console).ends()


@pytest.mark.parametrize("image", IMAGES)
def test_the_page_comes_whole(board, pki, images, image):
    status, console = run(board, images, image, pki.server)
    assert status == conftest.DONE
    assert console.startswith(WHOLE) and console.removeprefix(WHOLE).startswith("heap ")


@pytest.mark.parametrize("image", [name for name in IMAGES if not name.endswith("uart")])
def test_a_wrong_ca_is_refused(board, pki, images, image):
    status, console = run(board, images, image, pki.stranger.server(NAME))
    assert (status, console) == (conftest.NOT_CONNECTED, f"error: the peer is not trusted, {NOT_TRUSTED}\n")


@pytest.mark.parametrize("image", [name for name in IMAGES if not name.endswith("uart")])
def test_a_wrong_host_name_is_refused(board, pki, images, image):
    another = pki.root.server("another.nwp.test")
    status, console = run(board, images, image, another)
    assert (status, console) == (conftest.NOT_CONNECTED, f"error: the peer is not trusted, {WRONG_NAME}\n")
