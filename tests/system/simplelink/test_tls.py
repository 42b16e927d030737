# SPDX-License-Identifier: Apache-2.0
"""Secure sockets against servers that are not ours."""

import socket
import ssl
import subprocess
import time

import pytest

import conftest as system
import servers
from simplelink import messages, sockets
from simplelink.conftest import PEER, join
from simplelink.peers import HERE, free_port
from simplelink.sockets import SECURE, SEC_METHOD

PAGE = b"<html>" + b"a page\n" * 3000 + b"</html>\n"
REQUEST = f"GET / HTTP/1.0\r\nHost: {system.NAME}\r\n\r\n".encode()
UNVERIFIED, NO_CA_FILE, BAD_CA_FILE, NO_SIGNER, NAME_MISMATCH = -453, -454, -456, (-688, -468), -722
TOO_EARLY, TOO_LATE, DATE, VERSION, HANDSHAKE, BAD_CERTIFICATE = -650, -651, -461, -370, -340, -342
NOT_TLS = range(-791, -299)
TLS1, TLS1_1, TLS1_2, ANY = 1, 2, 3, 4


def der_of(certificate_file):
    return subprocess.run(["openssl", "x509", "-in", str(certificate_file), "-outform", "DER"], check=True,
                          capture_output=True).stdout


class Web:
    """nginx, a chip and a host that has joined and holds the CA in both forms."""

    def __init__(self, chip, pki, certificate=None, extra="", policy=""):
        self.files = chip.lab.site({"index.html": PAGE})
        self.port = chip.lab.web_server(self.files, certificate or pki.server, extra)
        chip.start("--port", f"443={self.port}", policy=policy)
        self.host = chip.host()

    def prepare(self, pki):
        join(self.host)
        assert self.host.files.write("ca.pem", pki.root.certificate_file.read_bytes()) >= 0
        assert self.host.files.write("ca.der", der_of(pki.root.certificate_file)) >= 0
        assert self.host.files.write("stranger.pem", pki.stranger.certificate_file.read_bytes()) >= 0

    def connect(self, **options):
        sd = self.host.sockets.secure(**options)
        return sd, self.host.sockets.connect(sd, system.WEB_LEASE, 443)


@pytest.fixture(name="web")
def make_web(chip, pki):
    web = Web(chip, pki)
    with web.host:
        web.prepare(pki)
        yield web
        web.host.settle()


def page(host, sd):
    assert host.sockets.send(sd, REQUEST) == len(REQUEST)
    whole = b""
    while isinstance(data := host.sockets.receive(sd, 1460), bytes):
        whole += data
    assert data == 0, data
    return whole


@pytest.mark.parametrize("ca", ["ca.pem", "ca.der"])
@pytest.mark.parametrize("method", [TLS1_2, ANY, None])
def test_a_page_comes(web, ca, method):
    """Ladder 12.8."""
    sd, status = web.connect(ca=ca, name=system.NAME, method=method)
    assert status == 0
    answer = page(web.host, sd)
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(PAGE)
    parameters = messages.TLS_PARAMETERS.unpack(web.host.sockets.get_option(sd, sockets.CONNECTION_PARAMETERS, 72))
    assert parameters["validated"] == 1
    assert web.host.sockets.close(sd) == 0


@pytest.mark.parametrize("bit", [16, 17])
def test_the_suite_is_one_of_the_mask(chip, pki, bit):
    """ECDSA certificate: 18 and 19 are the GCM suites that fit."""
    web = Web(chip, pki)
    with web.host:
        web.prepare(pki)
        sd, status = web.connect(ca="ca.pem", name=system.NAME, mask=1 << bit + 2)
        assert status == 0
        parameters = messages.TLS_PARAMETERS.unpack(web.host.sockets.get_option(sd, sockets.CONNECTION_PARAMETERS, 72))
        assert parameters["suite"] == bit + 2
        web.host.settle()


BAD = {
    "CA that did not sign": ({"ca": "stranger.pem", "name": system.NAME}, NO_SIGNER),
    "other name": ({"ca": "ca.pem", "name": "www.other.test"}, (NAME_MISMATCH,)),
    "no CA": ({"name": system.NAME}, (UNVERIFIED, -468)),
    "file that is not there": ({"ca": "nobody.pem", "name": system.NAME}, (NO_CA_FILE,)),
}


@pytest.mark.parametrize("name", BAD)
def test_a_connection_that_is_not_verified_moves_no_byte(web, name):
    options, codes = BAD[name]
    sd = web.host.sockets.socket(protocol=SECURE)
    refused = [status for option, value in ((sockets.CA_FILE, options.get("ca")), (sockets.DOMAIN_NAME, options["name"]))
               if value is not None and (status := web.host.sockets.set_option(sd, option, value)) < 0]
    status = refused[0] if refused else web.host.sockets.connect(sd, system.WEB_LEASE, 443)
    assert status in codes
    sent = web.host.sockets.send(sd, REQUEST)
    assert sent == -1 or web.host.sockets.receive(sd, 100) <= 0
    assert web.host.sockets.close(sd) == 0


def test_a_file_that_is_no_certificate(web):
    assert web.host.files.write("rubbish.pem", b"this is none") >= 0
    sd = web.host.sockets.socket(protocol=SECURE)
    status = web.host.sockets.set_option(sd, sockets.CA_FILE, "rubbish.pem")
    if status == 0:
        status = web.host.sockets.connect(sd, system.WEB_LEASE, 443)
    assert status == BAD_CA_FILE
    web.host.sockets.close(sd)


@pytest.mark.parametrize(("year", "codes"), [(2060, (TOO_LATE, DATE)), (2001, (TOO_EARLY, DATE))])
def test_the_chip_s_clock_decides(web, year, codes):
    """The clock is never earlier than what the store has seen: an early date is refused, or leaves today."""
    status = web.host.device.set_time(year, 1, 1)
    sd, connected = web.connect(ca="ca.pem", name=system.NAME)
    if year == 2060:
        assert status == 0
        assert connected in codes
    else:
        assert connected in (0, *codes)
    web.host.sockets.close(sd)


class TlsEcho(servers.Server):
    """Speaks these versions only; `versions` has what was agreed on, `seen` each byte of application data."""

    def __init__(self, certificate, least, most):
        super().__init__(self._echo)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain_file, certificate.key_file)
        self._context.minimum_version, self._context.maximum_version = least, most
        self.versions, self.seen = [], b""

    def _echo(self, connection):
        with self._context.wrap_socket(connection, server_side=True) as peer:
            self.versions.append(peer.version())
            while said := peer.recv(4096):
                self.seen += said
                peer.sendall(said)


def echoed(host, server, method, ca="ca.pem", name=system.NAME):
    """The status of connect; when that is 0, something was said and came back."""
    sd = host.sockets.secure(ca=ca, name=name, method=method)
    status = host.sockets.connect(sd, PEER, server.port)
    if status == 0:
        assert host.sockets.send(sd, b"hello") == 5
        assert host.sockets.receive_exactly(sd, 5) == b"hello"
    else:
        host.sockets.send(sd, b"hello")
    assert host.sockets.close(sd) == 0
    return status


V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def test_a_server_that_knows_only_tls_1_3_is_not_reached(web, pki):
    for method in (TLS1_2, ANY):
        with TlsEcho(pki.server, V1_3, V1_3) as server:
            assert echoed(web.host, server, method) in (VERSION, HANDSHAKE)
        assert not server.versions and not server.seen


def test_the_version_is_1_2_also_where_the_server_knows_more(web, pki):
    for method in (TLS1_2, ANY, None):
        with TlsEcho(pki.server, V1_2, V1_3) as server:
            assert echoed(web.host, server, method) == 0
        assert server.versions == ["TLSv1.2"]


@pytest.mark.parametrize("method", [TLS1, TLS1_1])
def test_a_method_is_exact(web, pki, method):
    with TlsEcho(pki.server, V1_2, V1_2) as server:
        assert echoed(web.host, server, method) < 0
    assert not server.versions and not server.seen


@pytest.mark.parametrize("ca_and_name", [("stranger.pem", system.NAME), ("ca.pem", "www.other.test"), (None, system.NAME)])
def test_no_byte_of_the_application_reaches_whom_it_does_not_trust(web, pki, ca_and_name):
    with TlsEcho(pki.server, V1_2, V1_2) as server:
        assert echoed(web.host, server, TLS1_2, *ca_and_name) < 0
    assert server.seen == b""


def test_a_server_that_speaks_no_tls(online):
    with servers.Server(lambda peer: peer.recv(1000) and peer.sendall(b"220 hello, this is no TLS\r\n" * 4)) as server:
        sd = online.sockets.socket(protocol=SECURE)
        status = online.sockets.connect(sd, PEER, server.port)
        assert status in NOT_TLS
        assert online.sockets.close(sd) == 0


@pytest.mark.parametrize("method", range(6))
def test_each_method_is_accepted_or_refused(host, method):
    sd = host.sockets.socket(protocol=SECURE)
    status = host.sockets.set_option(sd, SEC_METHOD, bytes([method]))
    assert status == 0 or method in (0, 5)


def test_security_options_need_a_secure_socket_or_wait_for_starttls(online):
    with servers.Echo() as server:
        sd = online.sockets.socket()
        assert online.sockets.connect(sd, PEER, server.port) == 0
        assert online.sockets.set_option(sd, sockets.CA_FILE, "nobody.pem") <= 0
        online.sockets.close(sd)


def test_tls_begins_on_a_connected_socket(web):
    """STARTTLS: the result comes as an event."""
    host = web.host
    sd = host.sockets.socket()
    assert host.sockets.connect(sd, system.WEB_LEASE, 443) == 0
    assert host.sockets.set_option(sd, sockets.CA_FILE, "ca.pem") == 0
    assert host.sockets.set_option(sd, sockets.DOMAIN_NAME, system.NAME) == 0
    assert host.sockets.set_option(sd, sockets.START_TLS, host.garbage(4)) == 0
    event = host.wait_event("socket event").args
    assert (event["sd"], event["type"]) == (sd, 3), event["value"]
    assert page(host, sd).endswith(PAGE)
    host.sockets.close(sd)


def test_a_failed_beginning_is_told_too(web):
    host = web.host
    sd = host.sockets.socket()
    assert host.sockets.connect(sd, system.WEB_LEASE, 443) == 0
    assert host.sockets.set_option(sd, sockets.CA_FILE, "stranger.pem") == 0
    assert host.sockets.set_option(sd, sockets.DOMAIN_NAME, system.NAME) == 0
    assert host.sockets.set_option(sd, sockets.START_TLS, host.garbage(4)) == 0
    event = host.wait_event("socket event").args
    assert event["sd"] == sd and event["type"] in (4, 5) and event["value"] in NO_SIGNER
    host.sockets.close(sd)


@pytest.mark.parametrize("warned", [system.NAME, "www.other.test"])
def test_connected_but_is_for_those_whom_the_policy_names(chip, pki, warned):
    """The four codes of "connected, but ...": the connection is open only where the policy says so."""
    web = Web(chip, pki, policy=f'legacy_warn = ["{warned}"]')
    with web.host:
        web.prepare(pki)
        sd, status = web.connect(name=system.NAME)
        assert status == UNVERIFIED
        if warned == system.NAME:
            assert page(web.host, sd).endswith(PAGE)
        else:
            assert web.host.sockets.send(sd, REQUEST) == -1 or web.host.sockets.receive(sd, 100) <= 0
        web.host.sockets.close(sd)
        web.host.settle()


def test_tls_1_3_needs_a_policy(chip, pki):
    web = Web(chip, pki, policy="allow_tls_1_3 = true")
    with web.host:
        web.prepare(pki)
        with TlsEcho(pki.server, V1_2, V1_3) as server:
            assert echoed(web.host, server, ANY) == 0
        assert server.versions == ["TLSv1.3"]
        web.host.settle()


def test_an_expired_certificate_is_refused_with_its_code(chip, pki):
    chain = pki.root.intermediate("OpenNWP short intermediate").server("expired.nwp.test", days="1")
    web = Web(chip, pki, certificate=chain)
    with web.host:
        web.prepare(pki)
        year = time.gmtime().tm_year + 1
        assert web.host.device.set_time(year, 1, 15) == 0
        sd, status = web.connect(ca="ca.pem", name="expired.nwp.test")
        assert status in (TOO_LATE, DATE)
        assert web.host.sockets.send(sd, REQUEST) == -1 or web.host.sockets.receive(sd, 100) <= 0
        web.host.settle()


def server_files(host, certificate):
    assert host.files.write("server.pem", certificate.chain_file.read_bytes()) >= 0
    assert host.files.write("server.key", certificate.key_file.read_bytes()) >= 0


@pytest.mark.parametrize("trusts", [True, False])
def test_a_secure_server(online, pki, trusts):
    """Ladder 12.9 with TLS: accept ends after the handshake; a failed one is an event, and accept goes on."""
    host = online
    server_files(host, pki.server)
    listener = host.sockets.socket(protocol=SECURE)
    assert host.sockets.set_option(listener, sockets.CERTIFICATE_FILE, "server.pem") == 0
    assert host.sockets.set_option(listener, sockets.KEY_FILE, "server.key") == 0
    port = free_port()
    assert host.sockets.bind(listener, port) == 0
    assert host.sockets.listen(listener) == 0
    context = ssl.create_default_context(cafile=str(pki.root.certificate_file))
    stranger = ssl.create_default_context(cafile=str(pki.stranger.certificate_file))
    with host.sockets.in_thread(host.sockets.accept, listener) as results:
        if not trusts:
            with socket.create_connection((HERE, port), 20) as raw, pytest.raises(ssl.SSLError):
                stranger.wrap_socket(raw, server_hostname=system.NAME)
            event = host.wait_event("socket event").args
            assert event["type"] == 0 and event["value"] < 0
            assert not results
        with socket.create_connection((HERE, port), 20) as raw, context.wrap_socket(
                raw, server_hostname=system.NAME) as peer:
            peer.sendall(b"by TLS")
            with host.changed:
                assert host.wait(lambda: results, 20)
            sd, _ = results[0]
            assert sd >= 0
            assert host.sockets.receive_exactly(sd, 6) == b"by TLS"
            assert host.sockets.send(sd, b"and back") == 8
            assert peer.recv(100) == b"and back"
    assert host.sockets.close(sd) == 0
