# SPDX-License-Identifier: Apache-2.0
"""Socket after socket, and many at once: nothing is left behind."""

import os

import conftest
import servers

CYCLES = int(os.environ.get("NWP_CYCLES", "10000"))  # half of them TLS
WARM_UP = 1000
GROWTH_MOST_KIB = 1024
LIMIT_S = 800
MANY = 200
ROOMY_CLIENT = "[[client]]\nname = 'default'\nsockets = 256\n"


def test_ten_thousand_sockets_leave_no_memory_behind(lab, pki):
    site = lab.site({"index.html": b"<html>a page</html>\n"})
    http, https = lab.web_server(site), lab.web_server(site, pki.server)
    nwpd = lab.nwpd("--radio", "none")
    host = lab.start_host("cycles", lab.link(), conftest.WEB, http, https, conftest.NAME, pki.root.certificate_file)
    after = []
    for count in (WARM_UP, CYCLES - WARM_UP):
        host.stdin.write(f"{count}\n")
        assert conftest.said(host, LIMIT_S) == {"right": count}
        after.append(conftest.resident_kib(nwpd))
    assert after[1] - after[0] <= GROWTH_MOST_KIB


def test_two_hundred_sockets_live_at_once_on_one_link(lab):
    configuration = lab.folder / "nwpd.toml"
    configuration.write_text(ROOMY_CLIENT)
    lab.nwpd("--radio", "none", "--config", configuration)
    with servers.Echo() as echo:
        host = lab.start_host("many", lab.link(), servers.ADDRESS, echo.port, MANY)
        assert conftest.said(host) == {"open": MANY, "right": MANY}
