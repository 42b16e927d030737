# SPDX-License-Identifier: Apache-2.0
"""firmware/mqtt against mosquitto: TLS on the microcontroller's side, a Unix socket on the test's."""

import shutil
import subprocess
import sys

import pytest

import conftest

sys.path.insert(0, str(conftest.SYSTEM.parent))
import servers  # noqa: E402

processes = conftest.system.processes
NAME = conftest.system.NAME
LEASE = "10.77.0.7"  # servers.ADDRESS, as hosts of the simulated network say it
ATTEMPTS = 5


class Broker:
    """mosquitto on a free port, and its own commands."""

    def __init__(self, lab, certificate, anonymous=True):
        self._lab, self._socket = lab, lab.folder / "mosquitto.socket"
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
        for _ in range(ATTEMPTS):  # another program may take the port between our look and its start
            self.port = processes.free_port(servers.ADDRESS)
            settings = lab.folder / "mosquitto.conf"
            settings.write_text(f"""
user root
allow_anonymous {"true" if anonymous else "false"}
listener {self.port} {servers.ADDRESS}
certfile {certificate.chain_file}
keyfile {certificate.key_file}
listener 0 {self._socket}
""")
            log = lab.folder / "mosquitto.log"
            process = processes.start(lab.stack, [program, "-c", settings], log)
            try:
                processes.wait_until(self._is_ready, process, "mosquitto", log)
                return
            except processes.DidNotStart:
                if process.poll() is None:
                    raise
        raise processes.DidNotStart(f"mosquitto found no free port:\n{log.read_text()}")

    def _is_ready(self):
        return self._socket.exists() and processes.accepts(servers.ADDRESS, self.port)

    def _command(self, program, *words):
        return [program, "--unix", str(self._socket), "-q", "1", *words]

    def publish(self, topic, payload):
        subprocess.run(self._command("mosquitto_pub", "-t", topic, "-m", payload), check=True, timeout=60)

    def subscribe(self, topic, count):
        """Subscribed when it returns; the process prints so many payloads as a line each, and ends."""
        process = subprocess.Popen(["stdbuf", "-oL", *self._command("mosquitto_sub", "-d", "-t", topic, "-C", str(count), "-W", "60")],
                                   stdout=subprocess.PIPE, text=True)
        self._lab.stack.callback(conftest.system.end_host, process)
        for line in process.stdout:
            if line.startswith("Subscribed"):
                return process
        raise AssertionError("mosquitto_sub ended")


def payloads(process):
    """What came for a subscription, once it has ended."""
    return [line.rstrip("\n") for line in process.stdout if not line.startswith("Client ")]


@pytest.fixture(name="ready")
def make_ready(board):
    board.options = ["--port", f"53={board.lab.name_server({NAME: LEASE})}"]
    board.nwpd()
    board.trust(board.pki.root)
    return board


def start(board, broker, commands, link="uart"):
    return board.start("mqtt", NAME, broker.port, *conftest.JOINED, "sensor", commands, link=link)


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_commands_are_answered_through_a_real_broker(ready, link):
    broker = Broker(ready.lab, ready.pki.server)
    broker.publish("sensor/commands/early", "nobody is there to hear it")
    there, answers = broker.subscribe("sensor/status", 1), broker.subscribe("sensor/answers", 3)
    microcontroller = start(ready, broker, 3, link)
    assert payloads(there) == ["here"]
    commands = ["on", "", "x" * 900]
    for number, command in enumerate(commands):
        broker.publish(f"sensor/commands/{number}", command)
    assert payloads(answers) == [command for command in commands if command]  # it prints no line for an empty one
    status, console = microcontroller.ends()
    assert status == conftest.DONE
    assert console.splitlines() == [f"sensor/commands/{number}: {len(command)} bytes"
                                    for number, command in enumerate(commands)]
    assert payloads(broker.subscribe("sensor/status", 1)) == ["here"], "it left in order: there is no last will"


def test_a_network_processor_that_dies_lets_the_broker_publish_the_last_will(ready):
    broker = Broker(ready.lab, ready.pki.server)
    told = broker.subscribe("sensor/status", 2)
    microcontroller = start(ready, broker, 1)
    broker.subscribe("sensor/status", 1).wait(timeout=conftest.LIMIT_S)
    conftest.system.kill(ready.daemon)
    assert payloads(told) == ["here", "gone"]
    status, console = microcontroller.ends()
    assert status == conftest.TRANSFER_FAILED
    assert console.startswith("error: the broker is gone: ")


def test_a_message_beyond_the_memory_for_it_ends_with_a_clear_word(ready):
    broker = Broker(ready.lab, ready.pki.server)
    there = broker.subscribe("sensor/status", 1)
    microcontroller = start(ready, broker, 1)
    assert payloads(there) == ["here"]
    broker.publish("sensor/commands/long", "x" * 2000)
    status, console = microcontroller.ends()
    assert (status, console) == (conftest.TRANSFER_FAILED, "error: the broker's packet: message_too_long\n")


def test_a_broker_that_wants_a_password_refuses(ready):
    status, console = start(ready, Broker(ready.lab, ready.pki.server, anonymous=False), 1).ends()
    assert (status, console) == (conftest.REFUSED, "error: the broker: refused with code 5\n")


def test_a_broker_that_is_not_there_is_told(ready):
    broker = Broker(ready.lab, ready.pki.server)
    broker.port = processes.free_port(servers.ADDRESS)
    status, console = start(ready, broker, 1).ends()
    assert status == conftest.NOT_CONNECTED
    assert console.startswith(f"error: {NAME}: ")
