# SPDX-License-Identifier: Apache-2.0
"""The socket calls. Each returns what sl_... returns: a status, a length or a descriptor, negative for an error."""

import contextlib
import struct
import threading

from simplelink.inbound import Waiter
from simplelink.messages import call
from simplelink.traps import Sprung

INET, INET6 = 2, 3
STREAM, DATAGRAM, RAW = 1, 2, 3
TCP, UDP, SECURE = 6, 17, 100
SOL_SOCKET, SOL_IP = 1, 2
NON_BLOCKING = 24
SEC_METHOD, SEC_MASK, KEY_FILE, CERTIFICATE_FILE, CA_FILE, DH_FILE = 25, 26, 30, 31, 32, 33
START_TLS, CONNECTION_PARAMETERS, NO_STORE, ALPN, DOMAIN_NAME = 35, 36, 38, 40, 42
RCVTIMEO, KEEPALIVE, LINGER = 20, 9, 13
AGAIN, BAD_DESCRIPTOR = -11, -9
LONGEST_SEND = 32767
CONTROL_PORT = 0x300E  # as the driver writes it, and so what the NWP sees
LOOPBACK = bytes((127, 0, 0, 1))


def address(text):
    """Network order, as the sockets carry it."""
    return bytes(int(part) for part in text.split("."))


def check_peer(args, text, port=None):
    """`args` of an accept or recvfrom name this IPv4 peer."""
    octets = address(text)
    if args["address"] == octets[::-1] != octets:
        raise Sprung("P23", f"{args['address'].hex('.')} for {text}")
    assert args["address"] == octets, f"{args['address']} for {text}"
    if port is not None:
        if args["port"] == port >> 8 | (port & 0xFF) << 8 != port:
            raise Sprung("P23", f"port {args['port']} for {port}")
        assert args["port"] == port


class Sockets:
    def __init__(self, driver):
        self._driver = driver

    @property
    def _modes(self):
        return self._driver.state.modes

    # --- made and closed ----------------------------------------------------------------------------------------------

    def socket(self, domain=INET, kind=STREAM, protocol=TCP):
        def opened(response):
            if response.status >= 0:
                self._driver.state.opened(response.args["sd"])
        request = call("SOCKET", domain=domain, type=kind, protocol=protocol)
        response = self._driver.transact(request, on_response=opened)
        return response.args["sd"] if response.status >= 0 else response.status

    def close(self, sd, wait=True, limit_s=None):
        """`wait` is what the driver does when no other call of the socket is under way."""
        driver = self._driver
        key = (0x1010, sd & 0x1F)
        with driver.changed:
            before = self._modes.get(sd)
            if sd in self._modes:
                self._modes[sd] = None
            driver.owed_closes.add(sd)
        waiter = driver.expect(key, sd=sd)

        def answered(response):
            if response.status < 0:
                driver.forget(key)
                driver.owed_closes.discard(sd)
                if sd in self._modes:
                    self._modes[sd] = before
        response = driver.transact(call("CLOSE", sd=sd), on_response=answered)
        if response.status < 0 or not wait:
            driver.forget(key, refused=response.status < 0)
            return response.status
        closed = driver.await_message(waiter, key, limit_s or driver.limits.long_response, "P10", f"socket {sd}")
        return closed.args["status"]

    # --- connections --------------------------------------------------------------------------------------------------

    def bind(self, sd, port=0, text="0.0.0.0"):
        return self._driver.command("BIND", sd=sd, family=INET << 4, port=port, address=address(text)).status

    def bind6(self, sd, port=0, octets=bytes(16)):
        return self._driver.command("BIND_V6", sd=sd, family=INET6 << 4, port=port, address=octets).status

    def listen(self, sd, backlog=4):
        return self._driver.command("LISTEN", sd=sd, backlog=backlog).status

    def _limit(self, sd, limit_s):
        """How long an asynchronous message may take, and what it springs when it does not come."""
        if self._modes.get(sd):
            return self._driver.limits.non_blocking, "P17"
        return limit_s, "P11"

    @staticmethod
    def _echoed(sd):
        def check(response):
            if response.args["sd"] != sd:
                raise Sprung("P9", f"{response.args['sd']} instead of {sd}")
        return check

    def connect(self, sd, text, port, limit_s=None):
        octets = address(text) if isinstance(text, str) else text
        name, family = ("CONNECT", INET) if len(octets) == 4 else ("CONNECT_V6", INET6)
        limit_s, trap = self._limit(sd, limit_s)
        request = call(name, sd=sd, family=family << 4, port=port, address=octets)
        status, answer = self._driver.two_steps(request, (0x1006, sd & 0x1F), limit_s, trap, self._echoed(sd), sd=sd)
        return status if answer is None else answer.args["status"]

    def accept(self, sd, family=INET, limit_s=None):
        """The new descriptor or an error, and the arguments that name the peer."""
        limit_s, trap = self._limit(sd, limit_s)

        def accepted(message):
            if message.args["status"] >= 0:
                self._driver.state.opened(message.args["status"], inherits=True)
        status, answer = self._driver.two_steps(call("ACCEPT", sd=sd, family=family), (0x1003, sd & 0x1F), limit_s, trap,
                                                self._echoed(sd), sd=sd, on_message=accepted)
        if answer is None:
            return status, None
        if answer.args["status"] >= 0 and family and answer.args["family"] != family:
            raise Sprung("size", f"accept: family {answer.args['family']} instead of {family}")
        return answer.args["status"], answer.args

    # --- data ---------------------------------------------------------------------------------------------------------

    def send(self, sd, data, limit_s=None):
        if not data:
            return 0
        if self._driver.state.tx_failure & 1 << (sd & 0x1F):
            return -1
        return self._sent(sd, call("SEND", size=len(data), sd=sd, payload=bytes(data)), len(data), limit_s)

    def send_to(self, sd, data, text, port, limit_s=None):
        octets = address(text) if isinstance(text, str) else text
        name, family = ("SENDTO", INET) if len(octets) == 4 else ("SENDTO_V6", INET6)
        request = call(name, status=len(data), sd=sd, family=family << 4, port=port, address=octets,
                       payload=bytes(data))
        return self._sent(sd, request, len(data), limit_s)

    def _sent(self, sd, request, size, limit_s):
        assert size <= LONGEST_SEND
        driver = self._driver
        with driver.changed:
            buffers = driver.state.buffers(size)
            if self._modes.get(sd) and driver.state.credit <= 2 + buffers:
                return AGAIN
        driver.take_credit(buffers, "P1", limit_s)
        driver.request(request)
        return size

    def begin_receive(self, sd, size, name="RECV", family=INET, flags=0, **about):
        """Sends the request; `end_receive` waits for its answer."""
        driver = self._driver
        driver.take_credit(1, "P3")
        waiter = Waiter(sd=sd, size=size, name=name, family=family, **about)
        with driver.changed:
            assert sd & 0x1F not in driver.receives, "one receive of a socket at a time"
            driver.receives[sd & 0x1F] = waiter
        nibble = family << 4 if name == "RECVFROM" else 0
        driver.request(call(name, size=size, sd=sd, flags=nibble | flags))
        return waiter

    def end_receive(self, waiter, limit_s=None):
        """Status and data, and the arguments."""
        driver = self._driver
        limit_s, trap = self._limit(waiter.about["sd"], limit_s or driver.limits.asynchronous)
        with driver.changed:
            if not driver.wait(lambda: waiter.value, limit_s):
                raise Sprung(trap, f"{waiter.about['name']} on {waiter.about['sd']} within {limit_s} s")
        answer = waiter.value
        return answer.args["status"], answer.payload, answer.args

    def receive(self, sd, size=1460, flags=0, limit_s=None):
        """The data; an error or the end as its status."""
        status, data, _ = self.end_receive(self.begin_receive(sd, size, flags=flags), limit_s)
        return data if status > 0 else status

    def receive_from(self, sd, size=1472, family=INET, flags=0, limit_s=None):
        status, data, args = self.end_receive(self.begin_receive(sd, size, "RECVFROM", family, flags), limit_s)
        return (data if status > 0 else status), args

    def receive_exactly(self, sd, size):
        whole = b""
        while len(whole) < size:
            data = self.receive(sd, min(size - len(whole), 16000))
            assert isinstance(data, bytes), f"{data} after {len(whole)} of {size} bytes"
            whole += data
        return whole

    # --- options ------------------------------------------------------------------------------------------------------

    def set_option(self, sd, option, value, level=SOL_SOCKET):
        """`value`: bytes, a file name, or a number for 4 bytes."""
        if isinstance(value, str):
            value = value.encode()
        elif isinstance(value, int):
            value = struct.pack("<I", value)
        request = call("SETSOCKOPT", sd=sd, level=level, option=option, size=len(value), payload=value)
        if (level, option) == (SOL_SOCKET, NON_BLOCKING) and sd in self._modes:
            return self._set_mode(sd, bool(int.from_bytes(value, "little")), request)
        return self._driver.transact(request).status

    def _set_mode(self, sd, mode, request):
        with self._driver.changed:
            before, self._modes[sd] = self._modes[sd], None

        def answered(response):
            self._modes[sd] = mode if response.status >= 0 else before
        return self._driver.transact(request, on_response=answered).status

    def get_option(self, sd, option, size=4, level=SOL_SOCKET):
        """The value, or an error."""
        response = self._driver.command("GETSOCKOPT", buffer=size, sd=sd, level=level, option=option, size=size)
        return response.payload if response.status >= 0 else response.status

    def secure(self, ca=None, name=None, method=3, mask=None, certificate=None, key=None, alpn=None, domain=INET):
        """A TLS socket with its options set, in the order of Zephyr's driver."""
        sd = self.socket(domain, STREAM, SECURE)
        assert sd >= 0, sd
        for option, value in ((SEC_METHOD, None if method is None else bytes([method])), (SEC_MASK, mask),
                              (CERTIFICATE_FILE, certificate), (KEY_FILE, key), (CA_FILE, ca), (DOMAIN_NAME, name),
                              (ALPN, alpn)):
            if value is not None:
                status = self.set_option(sd, option, value)
                assert status == 0, f"option {option}: {status}"
        return sd

    @contextlib.contextmanager
    def in_thread(self, function, *words):
        """Runs a call that blocks beside the test; yields a list that gets its result, joined at the end."""
        results = []

        def run():
            try:
                results.append(function(*words))
            except Exception as failure:
                results.append(failure)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield results
        thread.join(self._driver.limits.asynchronous + 10)
        assert results, "the call does not return"
        if isinstance(results[0], Exception):
            raise results[0]


def one_select(driver, read=0, write=0, seconds=1, micros=0, nfds=16):
    """A select without the driver's control socket, as its single-threaded build sends it."""
    request = call("SELECT", nfds=nfds, read=read, write=write, usec=micros >> 10, sec=seconds)
    limit_s = None if seconds == 0xFFFF else seconds + driver.limits.event
    status, answer = driver.two_steps(request, (0x1007,), limit_s, "P14" if nfds == 0 else "P11")
    assert status == 0
    return check_selected(answer.args, read, write)


def check_selected(args, read, write):
    """The ready sets of a select result, which is held against what was asked for."""
    ready = args["read"] | args["write"]
    if bool(args["status"]) != bool(ready) or args["read"] & ~read or args["write"] & ~write:
        raise Sprung("P13", f"{args}, asked for {read:#06x} {write:#06x}")
    count = args["read"].bit_count() + args["write"].bit_count()
    if (args["status"], args["read_count"], args["write_count"]) != (
            count, args["read"].bit_count(), args["write"].bit_count()):
        raise Sprung("P13", f"counts: {args}")
    return args["read"], args["write"]
