"""Certificates and keys for the tests, made by openssl."""

import subprocess


def openssl(*arguments, input=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=input, capture_output=True, check=True).stdout


def certificate(certificate, key):
    """Writes a certificate that is its own authority, and its key."""
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test",
        "-keyout", key, "-out", certificate)
