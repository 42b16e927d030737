# SPDX-License-Identifier: Apache-2.0
"""The examples http_get: one source over the kernel's sockets and, by HTTPS, over the network processor's."""

import os

import pytest

import conftest

PAGE = b"<html>" + b"a page of some length\n" * 2000 + b"</html>\n"
LANGUAGES = ["http_get", "http_get_cpp"]


@pytest.fixture(name="world")
def make_world(lab, pki):
    """An empty store, a joined network, a name server and the page by HTTPS and HTTP."""
    lab.files = lab.site({"index.html": PAGE})
    https = lab.web_server(lab.files, pki.server)
    dns = lab.name_server({conftest.NAME: conftest.WEB_LEASE})
    lab.nwpd("--port", f"53={dns}", "--port", f"443={https}")
    joined = lab.nwp("wifi", "connect", conftest.SSID, "--passphrase", conftest.PASSPHRASE, "--wait-address")
    assert joined.returncode == 0, joined.stderr
    return lab


def get(lab, program, *words, **settings):
    environment = {**os.environ, "NWP_LINK": lab.link(), **{name: str(value) for name, value in settings.items()}}
    return lab.run(program, *words, env=environment)


def without_date(response):
    return [line for line in response.splitlines() if not line.startswith("Date:")]


@pytest.mark.parametrize("program", LANGUAGES)
def test_method_1_gives_the_bytes_of_the_certificate_as_often_as_it_likes(world, pki, program):
    for _ in range(2):
        done = get(world, program, conftest.NAME, NWP_CA_FILE=pki.root.certificate_file)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(PAGE.decode())


@pytest.mark.parametrize("program", LANGUAGES)
def test_method_2_names_a_stored_file(world, pki, program):
    missing = get(world, program, conftest.NAME, NWP_CA_NAME="ca.pem")
    assert missing.returncode == 1
    assert "No such file" in missing.stderr

    assert world.nwp("file", "put", "ca.pem", pki.root.certificate_file).returncode == 0
    for _ in range(2):
        done = get(world, program, conftest.NAME, NWP_CA_NAME="ca.pem")
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(PAGE.decode())


@pytest.mark.parametrize("program", LANGUAGES)
def test_a_program_without_a_certificate_uses_the_one_from_last_time(world, pki, program):
    assert get(world, program, conftest.NAME).returncode == 1
    assert get(world, program, conftest.NAME, NWP_CA_FILE=pki.root.certificate_file).returncode == 0
    assert get(world, program, conftest.NAME).returncode == 0


@pytest.mark.parametrize("program", LANGUAGES)
def test_a_ca_that_did_not_sign_is_refused_with_the_reason(world, pki, program):
    done = get(world, program, conftest.NAME, NWP_CA_FILE=pki.stranger.certificate_file)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "unknown_ca" in done.stderr


@pytest.mark.parametrize("program", LANGUAGES)
def test_the_kernel_s_variant_prints_the_same(world, pki, program):
    secure = get(world, program, conftest.NAME, NWP_CA_FILE=pki.root.certificate_file)
    plain = get(world, f"{program}_kernel", conftest.WEB, world.web_server(world.files))
    assert plain.returncode == secure.returncode == 0
    assert without_date(plain.stdout) == without_date(secure.stdout)
