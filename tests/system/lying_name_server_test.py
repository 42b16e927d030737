# SPDX-License-Identifier: Apache-2.0
"""getaddrinfo() of a host, through link and daemon, against a name server that says what it likes (contracts 8)."""

import socket
import struct
import threading
import time

import pytest

import conftest

DEADLINE_S = 30  # of a lookup
A, CNAME, AAAA = 1, 5, 28
OK, SERVER_FAILURE, NO_SUCH_NAME, REFUSED = 0, 2, 3, 5
TRUNCATED = 0x0200
OWNER = b"\xc0\x0c"  # RFC 1035 4.1.4: the name in the question


class Query:
    def __init__(self, packet, tcp):
        self.tcp, self.id = tcp, packet[:2]
        end = packet.index(b"\0", 12) + 5
        self.question = packet[12:end]
        self.type = struct.unpack("!H", packet[end - 4:end - 2])[0]
        self.name = ".".join(label.decode() for label in labels(packet[12:end - 5]))

    def answer(self, *records, code=OK, flags=0, query_id=None, question=None, count=None):
        question = self.question if question is None else question
        head = struct.pack("!HHHHH", 0x8180 | flags | code, 1, len(records) if count is None else count, 0, 0)
        return (query_id or self.id) + head + question + b"".join(records)


def labels(text):
    while text:
        yield text[1:1 + text[0]]
        text = text[1 + text[0]:]


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def record(kind, content, owner=OWNER, length=None):
    return owner + struct.pack("!HHIH", kind, 1, 60, len(content) if length is None else length) + content


def address(last):
    return record(A, bytes([10, 77, 0, last]))


def address6(last):
    return record(AAAA, socket.inet_pton(socket.AF_INET6, f"fd77::{last}"))


class NameServer:
    """Answers over UDP and TCP on one port with what `lies` has for the first label of the name: packets."""

    def __init__(self, lies):
        self._lies = lies
        while True:
            self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._udp.bind((conftest.DNS, 0))
            self.port = self._udp.getsockname()[1]
            try:
                self._tcp = socket.create_server((conftest.DNS, self.port))
                break
            except OSError:
                self._udp.close()  # the port is free for UDP alone
        self._threads = [threading.Thread(target=self._serve_udp), threading.Thread(target=self._serve_tcp)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (conftest.DNS, self.port))
        self._tcp.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def _answers(self, packet, tcp):
        query = Query(packet, tcp)
        return self._lies[query.name.split(".")[0]](query)

    def _serve_udp(self):
        while True:
            packet, peer = self._udp.recvfrom(4096)
            if not packet:
                return
            for answer in self._answers(packet, False):
                self._udp.sendto(answer, peer)

    def _serve_tcp(self):
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection:
                try:
                    size = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))[0]
                    for answer in self._answers(connection.recv(size, socket.MSG_WAITALL), True):
                        connection.sendall(struct.pack("!H", len(answer)) + answer)
                except (OSError, struct.error):
                    pass  # it hung up: it has what it wants


def good(query):
    return query.answer(address(9)) if query.type == A else query.answer(address6(9))


def other_name(query):
    return query.answer(address(66), question=name("elsewhere.test") + query.question[-4:])


def many(query):
    if not query.tcp:
        return query.answer(flags=TRUNCATED)
    return query.answer(*(address(last) for last in range(1, 41))) if query.type == A else query.answer()


def alias_to_itself(query):
    return query.answer(record(CNAME, name(query.name)))


def alias(query):
    target = record(A, bytes([10, 77, 0, 9]), owner=name("target.test"))
    return query.answer(record(CNAME, name("target.test")), *([target] if query.type == A else []))


def only_a(query, otherwise):
    return query.answer(address(9)) if query.type == A else otherwise(query)


BOTH = ["10.77.0.9", "fd77::9"]
# name: what the server sends for each query, what getaddrinfo() says, which addresses
LIES = {
    "honest": (lambda query: [good(query)], "0", BOTH),
    "alias": (lambda query: [alias(query)], "0", ["10.77.0.9"]),
    "unknown": (lambda query: [query.answer(code=NO_SUCH_NAME)], "EAI_NONAME", []),
    "empty": (lambda query: [query.answer()], "EAI_NODATA", []),
    "onlyipv4": (lambda query: [only_a(query, lambda it: it.answer())], "0", ["10.77.0.9"]),
    "halfbroken": (lambda query: [only_a(query, lambda it: it.answer(code=SERVER_FAILURE))], "0", ["10.77.0.9"]),
    "servfail": (lambda query: [query.answer(code=SERVER_FAILURE)], "EAI_AGAIN", []),
    "refused": (lambda query: [query.answer(code=REFUSED)], "EAI_AGAIN", []),
    "silent": (lambda query: [], "EAI_AGAIN", []),
    "many": (lambda query: [many(query)], "0", [f"10.77.0.{last}" for last in range(1, 21)]),
    "another-id": (lambda query: [query.answer(address(66), query_id=bytes(byte ^ 0xFF for byte in query.id)),
                                  good(query)], "0", BOTH),
    "another-name": (lambda query: [other_name(query), good(query)], "0", BOTH),
    "shorter": (lambda query: [good(query)[:7], good(query)], "0", BOTH),
    "counts-wrong": (lambda query: [query.answer(address(66), count=9)], "EAI_FAIL", []),
    "too-long": (lambda query: [query.answer(record(query.type, b"\x0a\x4d\0\x42", length=4000))], "EAI_FAIL", []),
    "wrong-size": (lambda query: [query.answer(record(query.type, b"\x0a\x4d\0"))], "EAI_NODATA", []),
    "points-at-itself": (lambda query: [query.answer(record(query.type, b"\x0a\x4d\0\x42",
                                                            owner=b"\xc0" + bytes([12 + len(query.question)])))],
                         "EAI_FAIL", []),
    "alias-of-itself": (lambda query: [alias_to_itself(query)], "EAI_NODATA", []),
}


@pytest.fixture(name="ask")
def make_ask(lab):
    with NameServer({name: lie for name, (lie, _, _) in LIES.items()}) as server:
        daemon = lab.nwpd("--port", f"53={server.port}")
        joined = lab.nwp("wifi", "connect", conftest.SSID, "--passphrase", conftest.PASSPHRASE, "--wait-address")
        assert joined.returncode == 0, joined.stderr
        host = lab.start_host("resolve", lab.link())
        conftest.said(host)

        def ask(which):
            host.stdin.write(f"{which}.test\n")
            host.stdin.flush()
            return conftest.said(host)
        yield ask
        assert daemon.poll() is None
        conftest.end_host(host)


def test_a_host_hears_the_truth_or_why_there_is_none(ask):
    heard = {}
    for which in LIES:
        begun = time.monotonic()
        answer = ask(which)
        assert time.monotonic() - begun < DEADLINE_S + 5, which
        heard[which] = (answer["error"], sorted(answer["addresses"]))
    assert heard == {which: (error, sorted(addresses)) for which, (_, error, addresses) in LIES.items()}
    assert ask("honest")["error"] == "0", "after all that it still asks and hears"
