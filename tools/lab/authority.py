# SPDX-License-Identifier: Apache-2.0
"""Certificates for demonstrations, system tests and benchmarks, made by the openssl command: EC P-256, valid for a
month unless told otherwise."""

import pathlib
import subprocess

DAYS = "30"


class Certificate:
    """Files of one certificate: its own, its key's, and the chain that a server sends (itself first)."""

    def __init__(self, folder, stem, issuer_chain=()):
        self.certificate_file = folder / f"{stem}.pem"
        self.key_file = folder / f"{stem}.key"
        self.chain_file = folder / f"{stem}-chain.pem"
        self._issuer_chain = issuer_chain

    def write_chain(self):
        parts = [self.certificate_file, *self._issuer_chain]
        self.chain_file.write_text("".join(part.read_text() for part in parts))


class Authority:
    """A CA: a root, or an intermediate under another."""

    def __init__(self, folder, name, parent=None):
        self._folder = pathlib.Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._parent = parent
        chain = parent.sent_chain() if parent else ()
        self._own = Certificate(self._folder, _stem(name), chain)
        _make(self._own, name, parent._own if parent else None,
              ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])

    @property
    def certificate_file(self):
        return self._own.certificate_file

    def sent_chain(self):
        """What a server sends of this CA and those above it: everything but the root."""
        return () if self._parent is None else (self._own.certificate_file, *self._parent.sent_chain())

    def intermediate(self, name):
        return Authority(self._folder, name, self)

    def server(self, host_name, days=DAYS, extensions=()):
        certificate = Certificate(self._folder, _stem(host_name), self.sent_chain())
        _make(certificate, host_name, self._own, [*_server_extensions(host_name), *extensions], days)
        certificate.write_chain()
        return certificate

    def signs(self, request, host_name, days=DAYS):
        """The chain that a server sends whose PKCS#10 request, PEM, this is: the certificate first. With days="-1" it
        has expired."""
        extensions = self._folder / f"{_stem(host_name)}.extensions"
        extensions.write_text("\n".join(_server_extensions(host_name)))
        leaf = subprocess.run(["openssl", "x509", "-req", "-CA", str(self._own.certificate_file), "-CAkey",
                               str(self._own.key_file), "-days", days, "-extfile", str(extensions)],
                              input=request, check=True, capture_output=True)
        return leaf.stdout + b"".join(part.read_bytes() for part in self.sent_chain())


def _server_extensions(host_name):
    return ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=serverAuth",
            f"subjectAltName=DNS:{host_name}"]


def _stem(name):
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


def _make(certificate, name, issuer, extensions, days=DAYS):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch",
               "-subj", f"/CN={name}", "-days", days, "-config", "/dev/null", "-keyout", str(certificate.key_file),
               "-out", str(certificate.certificate_file)]
    for extension in extensions:
        command += ["-addext", extension]
    if issuer:
        command += ["-CA", str(issuer.certificate_file), "-CAkey", str(issuer.key_file)]
    subprocess.run(command, check=True, capture_output=True)
