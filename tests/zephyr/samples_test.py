# SPDX-License-Identifier: Apache-2.0
"""More of Zephyr's network samples as they are, each against a server of another kind."""

import hashlib
import http.client
import shutil
import socket
import subprocess
import threading

import pytest

import peers
from conftest import (FIRST_HERE, IPV6_HERE, SECOND, SECOND_HERE, Air, free_for_both, need_module, processes, sample, system)

SENT = bytes(range(256)) * 5


def test_a_download_by_tls_has_the_right_hash(air, pki, images, zephyr):
    need_module("mbedtls")  # the sample's own SHA-256
    copy = air.lab.build / "zephyr" / "big_http_download_with_our_root"
    shutil.copytree(sample("sockets/big_http_download"), copy, dirs_exist_ok=True)
    pem = pki.root.certificate_file.read_text().splitlines()
    (copy / "src" / "isrgrootx1.pem").write_text("".join(f'"{line}\\n"\n' for line in pem))
    # Zephyr's minimal C library lacks it; the sample calls it once, for a console that has no buffer there.
    (copy / "src" / "setbuf.c").write_text("#include <stdio.h>\nvoid setbuf(FILE *stream, char *buffer) {}\n")
    content = SENT * 400
    air.name_server({system.NAME: SECOND})
    air.web_server(443, {"big": content}, pki.root.server(system.NAME))
    air.nwpd()
    said = zephyr(images.build(copy, "offload.conf", "tls.conf", SAMPLE_BIG_HTTP_DL_NUM_ITER=1,
                               SAMPLE_BIG_HTTP_DL_URL=f'"https://{system.NAME}/big"')).until("Finished downloading.")
    assert f"Hash: {hashlib.sha256(content).hexdigest()}" in said


def test_the_time_comes_by_sntp(air, images, zephyr):
    air.leads(123, peers.Sntp(air.lab.stack, SECOND_HERE).port)
    air.leads(123, peers.Sntp(air.lab.stack, IPV6_HERE).port, ipv6=True)
    air.nwpd()
    client = zephyr(images.build(sample("sockets/sntp_client"), "offload.conf"))
    client.until(f"time since Epoch: high word: 0, low word: {peers.Sntp.SECONDS - 2_208_988_800}")
    client.until("SNTP IPv6 request: -116")  # it waits 0 ms, and expects this


def test_coap_requests_blocks_and_observations_are_answered(air, images, zephyr):
    peer = peers.Coap(air.lab.stack, IPV6_HERE)
    air.leads(5683, peer.port, ipv6=True)
    air.nwpd()
    said = zephyr(images.build(sample("sockets/coap_client"), "offload.conf")).until("Done")
    assert "quit" not in said
    assert [method for method, path in peer.requests if path == "test"] == [1, 3, 2, 4]  # GET, PUT, POST, DELETE
    assert peer.requests[4:-2] == [(1, "large")] * (len(peer.LARGE) // 64)
    assert peer.requests[-2:] == [(1, "obs")] * 2
    assert len(peer.acknowledged) == peer.CHANGES


def test_a_web_server_on_zephyr_serves_one_after_the_other(air, images, zephyr):
    here = air.own_port(8080)
    air.nwpd()
    server = zephyr(images.build(sample("sockets/dumb_http_server"), "offload.conf"))
    server.until("waits for a connection on port 8080")
    sent = (sample("sockets/dumb_http_server") / "src" / "response_big.html.bin").read_bytes()
    for _ in range(3):
        connection = http.client.HTTPConnection(*here, timeout=60)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, sent[sent.index(b"\r\n\r\n") + 4:])
        server.until("closed")


def test_an_echo_server_on_zephyr_serves_both_kinds_of_socket(air, images, zephyr):
    here = air.own_port(4242)
    air.nwpd()
    # The address is there before Zephyr's connection manager begins to listen.
    server = zephyr(images.build(sample("sockets/echo_server"), "offload.conf", OPENNWP_START_TIMEOUT_MS=20000))
    server.until("Network connected")
    for _ in range(2):  # IPv4 and IPv6, in either order: each binds the port
        assert "Failed" not in server.until("Waiting for TCP connection on port 4242")
    for _ in range(2):
        with socket.create_connection(here, timeout=60) as stream:
            stream.settimeout(60)
            stream.sendall(SENT)  # the sample drops what it has not sent back when we finish: so not before
            back = b""
            while len(back) < len(SENT) and (chunk := stream.recv(4096)):
                back += chunk
            assert back == SENT
        server.until("Connection closed")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(60)
        datagrams.bind((SECOND_HERE, 0))
        for size in 1, 500, len(SENT):
            datagrams.sendto(SENT[:size], here)
            assert datagrams.recvfrom(4096) == (SENT[:size], here)


def serve_echo(stack, port):
    """Streams that come back, at the first address."""
    listener = socket.create_server((FIRST_HERE, port))

    def serve():
        while True:
            try:
                stream, _ = listener.accept()
            except OSError:
                return  # the end
            with stream:
                try:
                    while data := stream.recv(4096):
                        stream.sendall(data)
                except OSError:
                    pass  # the client is gone: the next

    thread = threading.Thread(target=serve)
    thread.start()

    def end():
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()

    stack.callback(end)


def test_an_echo_client_on_zephyr_gets_back_what_it_sent(lab, images, zephyr):
    air = Air(lab, own=SECOND)
    port = free_for_both(FIRST_HERE)
    peers.Echo(lab.stack, FIRST_HERE, port)
    serve_echo(lab.stack, port)
    air.leads(4242, port)
    air.nwpd()
    client = zephyr(images.build(sample("sockets/echo_client"), "offload.conf", NET_IPV6="n"))
    client.until("Network connected")
    for _ in range(3):
        client.until("IPv4 TCP: Received and compared")
    client.until("IPv4 UDP: Received and compared")


class Broker:
    """mosquitto with TLS; what it hears is told line by line by its own subscriber."""

    def __init__(self, stack, folder, certificate):
        self.port, control = processes.free_port(SECOND_HERE), folder / "mosquitto.socket"
        settings, log = folder / "mosquitto.conf", folder / "mosquitto.log"
        settings.write_text(f"user root\nallow_anonymous true\nlistener {self.port} {SECOND_HERE}\n"
                            f"certfile {certificate.chain_file}\nkeyfile {certificate.key_file}\n"
                            f"listener 0 {control}\n")
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
        process = processes.start(stack, [program, "-c", settings], log)
        processes.wait_until(lambda: control.exists() and processes.accepts(SECOND_HERE, self.port), process,
                             "mosquitto", log)
        self._heard = subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", "--unix", str(control), "-q", "2", "-d", "-t",
                                        "sensors", "-C", "3", "-W", "60"], stdout=subprocess.PIPE, text=True)
        stack.callback(system.end_host, self._heard)
        for line in self._heard.stdout:
            if line.startswith("Subscribed"):
                return
        raise AssertionError("mosquitto_sub ended")

    def heard(self):
        return [line.strip() for line in self._heard.stdout if not line.startswith("Client ")]


def provide(lab, root, name):
    """A root, as a file in the network processor."""
    der = lab.folder / name
    subprocess.run(["openssl", "x509", "-in", root.certificate_file, "-outform", "DER", "-out", der], check=True)
    stored = lab.nwp("file", "put", name, der)
    assert stored.returncode == 0, stored.stderr


@pytest.fixture(name="publisher")
def make_publisher(images):
    return images.build(sample("mqtt_publisher"), "offload.conf", "tls.conf", "files.conf", MQTT_LIB_TLS="y",
                        NET_SAMPLE_APP_MAX_ITERATIONS=1, NET_SAMPLE_APP_MAX_CONNECTIONS=1)


def test_mosquitto_hears_each_quality_of_service_by_tls(air, pki, publisher, zephyr):
    broker = Broker(air.lab.stack, air.lab.folder, pki.root.server("localhost"))
    air.leads(8883, broker.port)
    air.nwpd()
    provide(air.lab, pki.root, "ca_cert.der")
    said = zephyr(publisher).until("PUBREC packet id")  # its end is not seen: exit() leaves no time to the log
    assert "PUBACK packet id" in said and "PINGRESP" in said
    assert broker.heard() == ["DOORS:OPEN_QoS0", "DOORS:OPEN_QoS1", "DOORS:OPEN_QoS2"]


def test_mosquitto_with_the_certificate_of_another_is_refused(air, pki, publisher, zephyr):
    broker = Broker(air.lab.stack, air.lab.folder, pki.root.server(system.NAME))
    air.leads(8883, broker.port)
    air.nwpd()
    provide(air.lab, pki.root, "ca_cert.der")
    zephyr(publisher).until("mqtt_connect: -113 <ERROR>")  # ECONNABORTED
