# SPDX-License-Identifier: Apache-2.0
"""firmware/http_get: a page by HTTPS into a microcontroller, and everything that can be in its way."""

import os

import conftest

PAGE = os.urandom(64 * 1024)
REQUEST = (conftest.system.NAME, 443, "/page", *conftest.JOINED)


def test_the_page_comes_whole(board):
    board.servers(PAGE)
    board.nwpd()
    board.trust(board.pki.root)
    status, console = board.start("http_get_uart", *REQUEST).ends()
    assert status == conftest.DONE, console
    assert console == f"received {len(PAGE)} bytes, hash {conftest.fnv(PAGE)}\n"
