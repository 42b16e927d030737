# SPDX-License-Identifier: Apache-2.0
"""TCP servers of the system tests: threads of the test, each on a free port."""

import hashlib
import os
import socket
import ssl
import threading

ADDRESS = "127.77.0.7"
BLOCK = 1024 * 1024
LIMIT_S = 20


class Server:
    """Calls `serve(connection)` in a thread for each connection; ends with the `with` block."""

    def __init__(self, serve):
        self._serve = serve
        self._listener = socket.create_server((ADDRESS, 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        self._connections = []
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for connection, thread in self._connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the other side was first, or it is closed
            thread.join()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._guarded, args=[connection])
            self._connections.append((connection, thread))
            thread.start()

    def _guarded(self, connection):
        try:
            self._serve(connection)
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # a host that was killed resets its connections
        finally:
            connection.close()


class Source(Server):
    """Sends `size` bytes, a whole number of blocks, to whoever connects; `sha256` is that of all of them."""

    def __init__(self, size):
        super().__init__(self._send)
        assert size % BLOCK == 0
        self._blocks = [os.urandom(BLOCK) for _ in range(8)]
        self._count = size // BLOCK
        digest = hashlib.sha256()
        for number in range(self._count):
            digest.update(self._block(number))
        self.sha256 = digest.hexdigest()

    def _block(self, number):
        return self._blocks[number % len(self._blocks)]

    def _send(self, connection):
        for number in range(self._count):
            connection.sendall(self._block(number))


class Sink(Server):
    """Reads one stream to its end: `bytes` and `sha256`."""

    def __init__(self):
        super().__init__(self._read)
        self.bytes, self.sha256 = 0, None

    def _read(self, connection):
        digest, block = hashlib.sha256(), bytearray(BLOCK)
        while count := connection.recv_into(block):
            digest.update(memoryview(block)[:count])
            self.bytes += count
        self.sha256 = digest.hexdigest()


class Echo(Server):
    def __init__(self):
        super().__init__(self._echo)

    @staticmethod
    def _echo(connection):
        while said := connection.recv(4096):
            connection.sendall(said)


class Silence(Server):
    """Says nothing until the peer ends."""

    def __init__(self):
        super().__init__(lambda connection: connection.recv(1))


class Mail(Server):
    """Speaks as far as STARTTLS, then echoes. `plain` and `secured` are what came before TLS and through it."""

    def __init__(self, certificate, behind_go_ahead=b""):
        super().__init__(self._mail)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain_file, certificate.key_file)
        self._behind = behind_go_ahead
        self.plain, self.secured, self.error = b"", b"", None
        self.over = threading.Event()

    def _mail(self, connection):
        connection.settimeout(LIMIT_S)
        connection.sendall(b"220 mail.nwp.test\r\n")
        while not self.plain.endswith(b"\r\n"):
            self.plain += connection.recv(1)
        connection.sendall(b"220 go ahead\r\n" + self._behind)
        try:
            with self._context.wrap_socket(connection, server_side=True) as secure:
                while octets := secure.recv(1000):
                    self.secured += octets
                    secure.sendall(octets)
        except ssl.SSLError as error:
            self.error = error.reason
        finally:
            self.over.set()
