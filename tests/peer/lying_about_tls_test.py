# SPDX-License-Identifier: Apache-2.0
"""TLS that begins on a stream that stands, asked for by a host that lies about it: it is refused or ends that stream; the
daemon and the other hosts do not notice."""

import pytest

import conftest as system
import servers
from peer.declarations import DOCUMENTS
from peer.host import Refused
from peer.streams import MODULUS
from peer.worlds import KINDS, Deaf, connected, converse, host_at


def set_option(host, stream, name, value):
    return host.call("SocketOptionSet", socket=stream.handle, option=DOCUMENTS.options[name], value=value)


def int32(value):
    return (value % MODULUS).to_bytes(4, "little")


def begin_tls(host, stream, consumed):
    return set_option(host, stream, "tls_defer", int32(0) + int32(consumed))


def deferred(lab, host, server, pki):
    """A stream in plain text of a TLS socket."""
    assert lab.nwp("cred", "add", "7", "ca", pki.root.certificate_file).returncode == 0
    stream = host.open(protocol=DOCUMENTS.protocols["tls_1_2"])
    set_option(host, stream, "tls_sec_tag_list", int32(7))
    set_option(host, stream, "tls_host_name", system.NAME.encode())
    set_option(host, stream, "tls_defer", int32(1))
    host.connect(stream, servers.ADDRESS, server.port)
    return stream


@pytest.mark.parametrize("kind", KINDS)
def test_tls_begins_only_with_the_true_count_of_what_was_consumed(lab, world, pki, kind):
    host = host_at(lab, kind)
    host.hello()
    stream = deferred(lab, host, world.echo, pki)
    host.send(stream, b"STARTTLS")
    host.wait(lambda: stream.received == 8)
    assert host.receive(stream, 5) == b"START"
    counts = [9, -1, 1 << 31, 0, 5, 4]
    values = [int32(0) + int32(count) for count in counts]
    values += [b"", int32(0), int32(1), int32(0) + b"\x08\0\0", int32(1) + int32(8), int32(0) + int32(8) + b"\0"]
    for value in values:
        with pytest.raises(Refused, match="invalid_argument"):
            set_option(host, stream, "tls_defer", value)
    host.send(stream, b" goes on")
    assert host.receive(stream, 11) == b"TLS goes on"
    with pytest.raises(Refused, match="connection_aborted"):  # its own hello comes back
        begin_tls(host, stream, 16)
    host.wait(lambda: stream.failed)
    with pytest.raises(Refused, match="invalid_argument"):
        begin_tls(host, stream, 16)
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_tls_that_began_does_not_begin_again(lab, world, pki, kind):
    host = host_at(lab, kind)
    host.hello()
    with servers.Mail(pki.server) as mail:
        stream = deferred(lab, host, mail, pki)
        assert host.receive(stream, 19) == b"220 mail.nwp.test\r\n"
        host.send(stream, b"STARTTLS\r\n")
        assert host.receive(stream, 14) == b"220 go ahead\r\n"
        begin_tls(host, stream, 33)
        for count in (33, 34, -1):
            with pytest.raises(Refused, match="invalid_argument"):
                begin_tls(host, stream, count)
        host.send(stream, b"secret")
        assert host.receive(stream, 6) == b"secret"
        host.close(stream)
    assert (mail.plain, mail.secured) == (b"STARTTLS\r\n", b"secret")


@pytest.mark.parametrize("kind", KINDS)
def test_tls_that_is_beginning_is_not_begun_again_and_a_cancel_ends_it(lab, world, pki, kind):
    host = host_at(lab, kind)
    host.hello()
    with Deaf() as deaf:
        stream = deferred(lab, host, deaf, pki)
        begun = host.request("SocketOptionSet", socket=stream.handle, option=DOCUMENTS.options["tls_defer"],
                             value=int32(0) + int32(0))
        with pytest.raises(Refused, match="invalid_argument"):
            begin_tls(host, stream, 0)
        host.send(stream, b"too early to be said")
        with pytest.raises(Refused, match="already"):
            host.connect(stream, servers.ADDRESS, deaf.port)
        host.emit("cancel", begun)
        with pytest.raises(Refused, match="cancelled"):
            host.answer(begun)
        host.wait(lambda: stream.failed)
        host.close(stream)
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_tls_begins_on_nothing_but_a_tls_stream(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    plain, idle = connected(host, world.echo), host.open(protocol=DOCUMENTS.protocols["tls_1_2"])
    for socket_, error in ((plain, "no_protocol_option"), (host.open_datagrams(), "operation_not_supported"),
                           (idle, "invalid_argument")):
        with pytest.raises(Refused, match=error):
            begin_tls(host, socket_, 0)
    assert converse(host, world.echo)
