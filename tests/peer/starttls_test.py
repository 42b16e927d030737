# SPDX-License-Identifier: Apache-2.0
"""TLS that begins on a stream that stands, as mail does it (RFC 3207), with peers that are not ours: Python's smtplib
and ssl, which is OpenSSL's own state machine."""

import smtplib
import socket
import ssl
import threading

import pytest

import conftest as system
import servers
from peer.worlds import KINDS, Driver

TAG_LIST, DEFER, VERSION = 1, 1004, 1001  # options of SOL_TLS: host/c/include/nwp/socket.h
TLS_1_3 = 259
WRONG_HOST_NAME = 1 << 3
CA_TAG, OWN_TAG = 1, 2
LIMIT_S = 20


class World:
    """A daemon with our root under one tag and our own certificate under another, and a program behind it."""

    def __init__(self, lab, pki, kind):
        lab.nwpd("--radio", "none", kinds=KINDS)
        for tag, credential, file in ((CA_TAG, "ca", pki.root.certificate_file),
                                      (OWN_TAG, "cert", pki.server.chain_file), (OWN_TAG, "key", pki.server.key_file)):
            done = lab.nwp("cred", "add", str(tag), credential, file)
            assert done.returncode == 0, done.stderr
        self.url = {"unix": lab.link(), "pty": f"tty:{lab.folder}/nwp.pty"}[kind]
        self.driver = Driver(lab, self)

    def call(self, *words):
        return self.driver.call(*words)[0]

    def expect(self, result, *words):
        assert self.call(*words) == result, words

    def stand_as_client(self, server, name=system.NAME):
        """A TLS socket that greeted that server in plain text."""
        for words in (("tls",), ("set", TAG_LIST, CA_TAG), ("host", name), ("set", DEFER, 1),
                      ("connect", servers.ADDRESS, server.port)):
            self.expect(0, *words)
        self.expect("220 mail.nwp.test", "hear")

    def listen(self):
        """The port of a TLS listener that defers."""
        for words in (("tls",), ("set", TAG_LIST, OWN_TAG), ("set", DEFER, 1), ("bind", servers.ADDRESS, 0),
                      ("listen",)):
            self.expect(0, *words)
        return self.call("port")

    def greet(self):
        """Takes the connection that waits, up to the client's STARTTLS."""
        self.expect(0, "accept")
        self.call("say", "220 mail.nwp.test")
        while (line := self.call("hear")) != "STARTTLS":
            assert line.lower().startswith("ehlo ")
            self.call("say", "250-mail.nwp.test")
            self.call("say", "250 STARTTLS")


@pytest.fixture(name="world", params=KINDS)
def make_world(lab, pki, request):
    return World(lab, pki, request.param)


# ---- as client


def test_a_client_s_stream_goes_on_in_tls(world, pki):
    with servers.Mail(pki.server) as server:
        world.stand_as_client(server)
        world.call("say", "STARTTLS")
        world.expect("220 go ahead", "hear")
        world.expect("ENOTCONN", "get", VERSION)
        world.expect(0, "set", DEFER, 0)
        world.expect(TLS_1_3, "get", VERSION)
        world.expect("EINVAL", "set", DEFER, 0)  # it is secured
        world.call("say", "EHLO again")
        world.expect("EHLO again", "hear")
        world.expect(0, "close")
        assert server.over.wait(LIMIT_S)
    assert (server.plain, server.secured, server.error) == (b"STARTTLS\r\n", b"EHLO again\r\n", None)


def test_a_server_with_another_name_is_refused_and_hears_nothing_more(world, pki):
    with servers.Mail(pki.server) as server:
        world.stand_as_client(server, "other.nwp.test")
        world.call("say", "STARTTLS")
        world.expect("220 go ahead", "hear")
        world.expect("ECONNABORTED", "set", DEFER, 0)
        world.expect(WRONG_HOST_NAME, "verdict")
        world.expect("ECONNABORTED", "recv", 1)
        world.expect("ENOTCONN", "recv", 1)
        world.expect("EPIPE", "send", "MAIL")
        assert server.over.wait(LIMIT_S)
    assert (server.plain, server.secured) == (b"STARTTLS\r\n", b"")
    assert "ALERT" in server.error


def test_plain_bytes_behind_the_go_ahead_are_read_before_tls_or_it_does_not_begin(world, pki):
    with servers.Mail(pki.server, b"250 injected\r\n") as server:
        world.stand_as_client(server)
        world.call("say", "STARTTLS")
        world.expect("220 go ahead", "hear")
        world.expect("EINVAL", "set", DEFER, 0)
        world.expect("250 injected", "hear")
        world.expect(0, "set", DEFER, 0)
        world.call("say", "EHLO again")
        world.expect("EHLO again", "hear")
        world.expect(0, "close")


# ---- as server


class InThread(threading.Thread):
    """What a client does; `outcome` is what it returned or raised."""

    def __init__(self, work):
        super().__init__()
        self._work, self.outcome = work, None

    def run(self):
        try:
            self.outcome = self._work()
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.outcome = error

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.join()


def trusting(pki):
    return ssl.create_default_context(cafile=str(pki.root.certificate_file))


def test_smtplib_finds_a_server_that_begins_tls(world, pki):
    port = world.listen()

    def talk():
        with smtplib.SMTP(local_hostname="client.test", timeout=LIMIT_S) as mail:
            mail._host = system.NAME  # what the certificate is checked against: there is no name server here
            mail.connect(servers.ADDRESS, port)
            mail.starttls(context=trusting(pki))
            return mail.ehlo("again.test")

    with InThread(talk) as client:
        world.greet()
        world.call("say", "220 go ahead")
        world.expect(0, "set", DEFER, 0)
        world.expect(TLS_1_3, "get", VERSION)
        world.expect("ehlo again.test", "hear")
        world.call("say", "250 secured")
        world.expect("QUIT", "hear")
        world.call("say", "221 bye")
        world.expect(0, "close")
    assert client.outcome == (250, b"secured")


class RawClient:
    """A client that decides itself which bytes go out together."""

    def __init__(self, port, context):
        self.socket = socket.create_connection((servers.ADDRESS, port), timeout=LIMIT_S)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=system.NAME)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def hear(self):
        line = b""
        while not line.endswith(b"\n"):
            line += self.socket.recv(1)
        return line

    def hello(self):
        with pytest.raises(ssl.SSLWantReadError):
            self._tls.do_handshake()
        return self._out.read()

    def secured(self, work, *arguments):
        """What `work` of the TLS object gives, as often as bytes have to come for it."""
        while True:
            try:
                done = getattr(self._tls, work)(*arguments)
                self.socket.sendall(self._out.read())
                return done
            except ssl.SSLWantReadError:
                self.socket.sendall(self._out.read())
                self._in.write(self.socket.recv(10_000))

    def everything(self):
        """What else comes in plain text."""
        octets = b""
        while more := self.socket.recv(1000):
            octets += more
        return octets


def test_a_hello_that_comes_with_the_command_is_tls_s(world, pki):
    with RawClient(world.listen(), trusting(pki)) as client:
        client.socket.sendall(b"STARTTLS\r\n" + client.hello())
        world.greet()
        world.call("say", "220 go ahead")
        assert [client.hear(), client.hear()] == [b"220 mail.nwp.test\r\n", b"220 go ahead\r\n"]
        with InThread(lambda: client.secured("do_handshake")) as handshake:
            world.expect(0, "set", DEFER, 0)
        assert handshake.outcome is None
        client.secured("write", b"EHLO again\r\n")
        world.expect("EHLO again", "hear")
        world.call("say", "250 secured")
        assert client.secured("read", 100) == b"250 secured\r\n"


@pytest.mark.parametrize("injected", [b"MAIL FROM:<attacker>\r\n",  # as it is, and as a record
                                      b"\x17\x03\x03\x00\x04MAIL"], ids=["line", "record"])
def test_a_command_behind_the_command_never_comes_through_tls(world, pki, injected):
    with RawClient(world.listen(), trusting(pki)) as client:
        client.socket.sendall(b"STARTTLS\r\n" + injected + client.hello())
        world.greet()
        world.call("say", "220 go ahead")
        world.expect("ECONNABORTED", "set", DEFER, 0)
        world.expect("ECONNABORTED", "recv", 100)
        world.expect("ENOTCONN", "recv", 100)
        assert client.everything().startswith(b"220 mail.nwp.test\r\n220 go ahead\r\n")
