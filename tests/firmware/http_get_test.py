# SPDX-License-Identifier: Apache-2.0
"""firmware/http_get: a page by HTTPS into a microcontroller, and everything that can be in its way. http_get_driver does
the same through the driver's own interface."""

import os

import pytest

import conftest

PAGE = os.urandom(64 * 1024)
TARGET = (conftest.system.NAME, 443, "/page")
WHOLE = f"received {len(PAGE)} bytes, hash {conftest.fnv(PAGE)}\n"
IMAGES = ["http_get", "http_get_driver"]


@pytest.fixture(name="ready")
def make_ready(board):
    """All is as it should be."""
    return board.ready(PAGE)


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_the_page_comes_whole(ready, image, link):
    status, console = ready.start(image, *TARGET, *conftest.JOINED, link=link).ends()
    assert (status, console) == (conftest.DONE, WHOLE)


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_without_a_network_processor_it_says_so(board, link):
    far, near = os.openpty()  # a line on which nobody answers
    line = board.terminal(os.ttyname(near)) if link == "uart" else None
    status, console = board.start("http_get", *TARGET, *conftest.JOINED, link=link, line=line).ends()
    os.close(far)
    os.close(near)
    assert status == conftest.NO_NETWORK_PROCESSOR
    assert console.startswith("error: no network processor on the link: ")


def test_without_a_network_it_says_so(ready):
    status, console = ready.start("http_get", *TARGET).ends()
    assert status == conftest.NO_WIFI
    assert console == "error: no address: not joined to any Wi-Fi network\n"


@pytest.mark.parametrize("ssid, passphrase, why", [("elsewhere", "long enough", "no_network"),
                                                   (conftest.system.SSID, "not the passphrase", "wrong_key")])
def test_a_network_that_does_not_take_it_is_named(ready, ssid, passphrase, why):
    status, console = ready.start("http_get", *TARGET, ssid, passphrase).ends()
    assert status == conftest.NO_WIFI
    assert console.startswith(f"error: {ssid}: ") and why in console.replace(" ", "_").lower()


def test_an_unknown_name_is_named(ready):
    status, console = ready.start("http_get", "nowhere.nwp.test", 443, "/", *conftest.JOINED).ends()
    assert status == conftest.UNRESOLVED
    assert console.startswith("error: nowhere.nwp.test: ")


@pytest.mark.parametrize("image", IMAGES)
def test_a_wrong_ca_is_refused_with_the_reason(board, image):
    board.ready(PAGE, board.pki.stranger)
    status, console = board.start(image, *TARGET, *conftest.JOINED).ends()
    assert status == conftest.NOT_CONNECTED
    assert console.startswith("error: TLS refused: ") and "unknown_ca" in console


@pytest.mark.parametrize("image", IMAGES)
def test_a_wrong_host_name_is_refused_with_the_reason(ready, image):
    status, console = ready.start(image, conftest.system.WEB_LEASE, 443, "/page", *conftest.JOINED).ends()
    assert status == conftest.NOT_CONNECTED
    assert "wrong_host_name" in console


def test_out_of_sockets_here_is_told(ready):
    status, console = ready.start("http_get", *TARGET, *conftest.JOINED, 2).ends()
    assert (status, console) == (conftest.NO_SOCKET, "error: socket: File descriptor value too large\n")  # newlib's EMFILE


def test_out_of_sockets_in_the_network_processor_is_told(board):
    configuration = board.lab.folder / "nwpd.toml"
    configuration.write_text("[[client]]\nname = 'default'\nsockets = 1\n")
    board.servers(PAGE)
    board.options += ["--config", configuration]
    board.nwpd()
    status, console = board.start("http_get", *TARGET, *conftest.JOINED, 1).ends()
    assert (status, console) == (conftest.NO_SOCKET, "error: socket: Too many open files in system\n")


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_a_body_is_sent_behind_polls_that_find_nothing(ready, link):
    status, console = ready.start("upload", *TARGET, *conftest.JOINED, link=link).ends()
    assert (status, console) == (conftest.DONE, "sent 65536 bytes\n")
