"""Certificates made for one test run, by the `openssl` command."""

import ssl
import subprocess
from pathlib import Path


class Authority:
    """A certificate authority of one's own."""

    def __init__(self, folder, name="Test Authority"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._request("ca", name, "-x509", "-days", "2", "-out", self.folder / "ca.pem")
        self.certificate = (self.folder / "ca.pem").read_text()

    def issue(self, name, *options, days=2):
        """A certificate for 127.0.0.1 (or as the options say) and its key, as PEM; with negative days it is expired."""
        request = self._request(name, name, *(options or ["-addext", "subjectAltName=IP:127.0.0.1"]))
        certificate = _openssl(
            "x509", "-req", "-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key", "-days", str(days),
            "-copy_extensions", "copy", stdin=request)
        (self.folder / f"{name}.pem").write_bytes(certificate)
        return certificate.decode(), (self.folder / f"{name}.key").read_text()

    def server(self, *options, days=2, clients=None):
        """A context for a server whose certificate is from here; it wants a certificate of the authority `clients`."""
        self.issue("server", *options, days=days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        if clients:
            context.load_verify_locations(cadata=clients.certificate)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _request(self, file, name, *options):
        return _openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            f"/CN={name}", "-keyout", self.folder / f"{file}.key", *options)


def _openssl(*arguments, stdin=b""):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, input=stdin).stdout
