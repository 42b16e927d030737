# SPDX-License-Identifier: Apache-2.0
"""Cables between an emulated microcontroller and nwpd that lose, damage and delay what passes. Which byte or packet is
hit follows from the seed alone, not from time or from how the stream is cut in pieces."""

import collections
import os
import random
import select
import socket
import threading
import time
import tty

PIECE = 4096
HELD_MOST = 65536  # bytes on their way in one direction; then the sender waits
RETRY_S = 0.01


class Faults:
    """`drop`, `damage` and `delay` are chances for each unit (a byte, a packet), until there were `most` faults; a pause
    lasts up to `pause_s`."""

    def __init__(self, drop=0.0, damage=0.0, delay=0.0, most=float("inf"), pause_s=0.03):
        self.chances = {"drop": drop, "damage": damage, "delay": delay}
        self.most, self.pause_s = most, pause_s


NO_FAULTS = Faults()


class Direction:
    """What one end sends, on its way: what is due when, and what befell it."""

    def __init__(self, faults, seed, name):
        self._faults = faults
        self._random = random.Random(f"{seed} {name}")
        self._total = sum(faults.chances.values())
        self._gap = self._next_gap()
        self._left = faults.most
        self._due = 0.0
        self._queue = collections.deque()
        self.held = 0
        self.counts = collections.Counter()

    def _next_gap(self):
        """Units that pass unharmed before the next fault."""
        return int(self._random.expovariate(self._total)) if self._total else float("inf")

    def fault(self):
        """Of the next unit: None, or its kind."""
        self.counts["passed"] += 1
        if self._gap > 0:
            self._gap -= 1
            return None
        self._left -= 1
        self._gap = self._next_gap() if self._left > 0 else float("inf")
        kind = self._random.choices(list(self._faults.chances), self._faults.chances.values())[0]
        self.counts[kind] += 1
        return kind

    def pause(self):
        """Everything from here on comes later."""
        self._due = max(self._due, time.monotonic()) + self._random.uniform(0.2, 1) * self._faults.pause_s

    def damaged(self, byte):
        return byte ^ self._random.randrange(1, 256)

    def put(self, octets):
        if octets:
            self._queue.append((self._due, bytes(octets)))
            self.held += len(octets)

    def put_stream(self, octets):
        """Bytes, each of which may be hit."""
        through = bytearray()
        for byte in octets:
            kind = self.fault()
            if kind == "drop":
                continue
            if kind == "delay":
                self.put(through)
                through = bytearray()
                self.pause()
            through.append(self.damaged(byte) if kind == "damage" else byte)
        self.put(through)

    def due(self):
        """The next piece that has arrived, or None."""
        return self._queue[0][1] if self._queue and self._queue[0][0] <= time.monotonic() else None

    def done(self, count):
        """So many bytes of that piece are delivered."""
        due, octets = self._queue.popleft()
        self.held -= count
        if count < len(octets):
            self._queue.appendleft((due, octets[count:]))

    def lost(self):
        """Whoever it was for is gone."""
        self._queue.clear()
        self.held = 0

    def wait_s(self):
        """Until something is due; None: nothing will be."""
        return max(0.0, self._queue[0][0] - time.monotonic()) if self._queue else None


class Cable:
    """A thread that moves what passes; ends with `stack`. `up` is from the microcontroller to nwpd, `down` back."""

    def __init__(self, stack, seed, up, down):
        self.seed = seed
        self.up, self.down = Direction(up, seed, "up"), Direction(down, seed, "down")
        self._stop, stopping = os.pipe()
        self._thread = threading.Thread(target=self._run)
        stack.callback(os.close, self._stop)
        stack.callback(self._thread.join)
        stack.callback(os.close, stopping)
        self._thread.start()

    def __str__(self):
        return f"seed {self.seed}, up {dict(self.up.counts)}, down {dict(self.down.counts)}"

    def _sleep(self, readable, writable):
        """False: it is over."""
        waits = [direction.wait_s() for direction in (self.up, self.down)]
        waits = [wait for wait in waits if wait]  # what is due already waits for its descriptor
        ready, _, _ = select.select([self._stop, *readable], writable, [], min(waits, default=None))
        return self._stop not in ready


class SerialCable(Cable):
    """QEMU's UART is a Unix socket, nwpd's end a pseudo-terminal that may go and come back."""

    def __init__(self, stack, folder, terminal, seed, up, down):
        self._terminal = terminal
        self._listener = socket.socket(socket.AF_UNIX)
        stack.callback(self._listener.close)
        self._listener.bind(str(folder / "uart.socket"))
        self._listener.listen()
        self.uart = ["-chardev", f"socket,id=line,path={folder / 'uart.socket'}", "-serial", "chardev:line"]
        super().__init__(stack, seed, up, down)

    def _run(self):
        if not self._await(self._listener):
            return
        uart, _ = self._listener.accept()
        with uart:
            uart.setblocking(False)
            while (line := self._open()) is not None:
                try:
                    if not self._carry(uart.fileno(), line):
                        return
                finally:
                    os.close(line)
                self.up.lost()

    def _await(self, end):
        ready, _, _ = select.select([self._stop, end], [], [])
        return self._stop not in ready

    def _open(self):
        """nwpd's end, once it is there; None: it is over."""
        while not select.select([self._stop], [], [], RETRY_S)[0]:
            try:
                line = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            except OSError:
                continue
            tty.setraw(line)
            return line
        return None

    def _carry(self, uart, line):
        """True: nwpd's end is gone. False: the microcontroller is, or all is over."""
        ways = [(uart, self.up, line), (line, self.down, uart)]
        while self._sleep([source for source, way, _ in ways if way.held < HELD_MOST],
                          [target for _, way, target in ways if way.due() is not None]):
            for source, way, target in ways:
                if way.held < HELD_MOST and (octets := _read(source)) is not None:
                    if not octets:
                        return source == line
                    way.put_stream(octets)
                while (octets := way.due()) is not None:
                    try:
                        way.done(os.write(target, octets))
                    except BlockingIOError:
                        break
                    except OSError:
                        return target == line
        return False


def _read(descriptor):
    """What is there; None: nothing; empty: the other end is gone."""
    try:
        return os.read(descriptor, PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class PacketCable(Cable):
    """Between the two ends of a frame bus; the unit of a fault is a packet with a frame. That medium is checked: a
    damaged packet is one that does not come."""

    KIND_AT, FRAME = 14, 1  # docs/protocol/links.md

    def __init__(self, stack, folder, seed, up, down):
        assert up.chances["damage"] == down.chances["damage"] == 0
        self._folder = folder
        self._ends = []
        for name in ("cable-mcu.bus", "cable-nwp.bus"):  # what the microcontroller, what nwpd sends to
            end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            stack.callback(end.close)
            end.bind(str(folder / name))
            self._ends.append(end)
        super().__init__(stack, seed, up, down)

    def _run(self):
        ways = [(self._ends[0], self.up, str(self._folder / "nwp.bus")),
                (self._ends[1], self.down, str(self._folder / "mcu.bus"))]
        while self._sleep(self._ends, []):
            for source, way, target in ways:
                while (packet := _receive(source)) is not None:
                    kind = way.fault() if packet[self.KIND_AT] == self.FRAME else None
                    if kind == "delay":
                        way.pause()
                    if kind != "drop":
                        way.put(packet)
                while (packet := way.due()) is not None:
                    _send(source, packet, target)
                    way.done(len(packet))


def _receive(end):
    try:
        return end.recv(2048)
    except BlockingIOError:
        return None


def _send(end, packet, target):
    """A bus has no more on its way than its window: a queue that is full is soon read. Who is not there hears nothing."""
    while True:
        try:
            end.sendto(packet, target)
            return
        except BlockingIOError:
            select.select([], [end], [], RETRY_S)
        except OSError:
            return
