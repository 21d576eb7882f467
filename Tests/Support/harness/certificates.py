"""Certificates made for one test run, by the `openssl` command."""

import ssl
import subprocess
from pathlib import Path


class Authority:
    """A certificate authority of one's own."""

    def __init__(self, folder, name="Test Authority"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate, self.key = self._make("ca", name)

    def issue(self, name, *options):
        """A certificate for 127.0.0.1 (or as the options say) and its key, as PEM."""
        issuer = ["-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key"]
        return self._make(name, name, *issuer, *(options or ["-addext", "subjectAltName=IP:127.0.0.1"]))

    def server(self, *options, clients=None):
        """A context for a server whose certificate is from here; it wants a certificate of the authority `clients`."""
        self.issue("server", *options)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        if clients:
            context.load_verify_locations(cadata=clients.certificate)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _make(self, file, name, *options):
        key, certificate = self.folder / f"{file}.key", self.folder / f"{file}.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", certificate, *options],
            check=True, capture_output=True)
        return certificate.read_text(), key.read_text()
