"""What no schema can say is put right here before a request goes out; what a schema can say is left as generated.

A generated value that fits its schema is replaced by one that also fits the rules beside it. One that does not fit is
sent as it is: the service must refuse it.
"""

import base64
import hashlib
import itertools
import os
import re
from pathlib import Path

import schemathesis

# Signers that the sandbox knows, by country.
SIGNERS = {"LT": "30303039914", "LV": "030303-10012", "EE": "50001029996"}
ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})+|(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)")
DURATION = re.compile(r"[0-9]+(?:\.[0-9]{1,9})?(?:ms|s|m|h|d)")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,1022}[!-~])?")
# A certificate, which is its own authority, and its key.
PEM = {"ca": "TLS_CERTIFICATE", "certificate": "TLS_CERTIFICATE", "private_key": "TLS_KEY"}

counter = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.method.upper() == "POST" and case.path == "/v1/sessions":
        repair_session(case.body)
    if case.path.startswith("/v1/endpoints"):
        repair_endpoint(case.body)
    repair_key(case.headers)
    repair_wait(case.query)


def repair_session(body):
    """A personal code has a checksum, and a digest is that of its content."""
    signer = member(body, "signer")
    code = member(signer, "personal_code")
    country = member(signer, "country")
    if isinstance(country, str) and country in SIGNERS and isinstance(code, str):
        pattern = r"[0-3]\d{5}-\d{5}" if country == "LV" else r"[1-9]\d{10}"
        if re.fullmatch(pattern, code, re.ASCII):
            signer["personal_code"] = SIGNERS[country]
    files = member(member(body, "document"), "files")
    for file in files if isinstance(files, list) else []:
        repair_digest(file)


def repair_digest(file):
    """A digest is that of its content."""
    content, digest = member(file, "content"), member(file, "digest")
    if isinstance(content, str) and BASE64.fullmatch(content) and isinstance(digest, str):
        if len(digest) in ALGORITHMS and re.fullmatch(r"[0-9A-Fa-f]+", digest):
            file["digest"] = hashlib.new(ALGORITHMS[len(digest)], base64.b64decode(content)).hexdigest()


def repair_endpoint(body):
    """An endpoint's URL is one that webhooks may go to: here, that of a receiver on this machine. Durations are within
    their bounds, a whole number has no fraction (to a schema, 20.0 is one too), headers are not the bridge's own, and
    certificates are certificates."""
    url = member(body, "url")
    if isinstance(url, str) and len(url) <= 2048 and re.fullmatch(r"[hH][tT][tT][pP][sS]?:[!-~]+", url):
        # Where TLS settings may stand too.
        body["url"] = os.environ["RECEIVER"].replace("http:", "https:")
    for name in ("timeout", "overlap"):
        if is_match(DURATION, member(body, name)):
            body[name] = "2.5s"
    rate = member(body, "rate_limit")
    if isinstance(rate, float) and rate.is_integer():
        body["rate_limit"] = int(rate)
    schedule = member(body, "retry_schedule")
    if isinstance(schedule, list):
        schedule[:] = ["1.5h" if is_match(DURATION, delay) else delay for delay in schedule]
    headers = member(body, "headers")
    for number, header in enumerate(headers if isinstance(headers, list) else []):
        repair_header(header, number)
    tls = member(body, "tls")
    for name, variable in PEM.items():
        text = member(tls, name)
        if isinstance(text, str) and 1 <= len(text) <= 65_536:
            tls[name] = Path(os.environ[variable]).read_text()


def repair_header(header, number):
    """A name stands once and is free to be set, and 20 fields have at most 8 KiB."""
    name, value = member(header, "name"), member(header, "value")
    if is_match(HEADER_NAME, name) and not name.startswith(f"X-{number}-"):
        header["name"] = f"X-{number}-{name}"[:64]
    if is_match(HEADER_VALUE, value):
        header["value"] = value[:300].rstrip()


def repair_key(headers):
    """A key is used once, or it would find the answer of another request."""
    for name in list(headers or {}):
        if name.lower() == "idempotency-key":
            key = headers[name]
            if isinstance(key, str) and re.fullmatch(r"[!-~]{1,255}", key):
                headers[name] = f"{key[:247]}{next(counter):08x}"


def repair_wait(query):
    """Nobody waits for a minute."""
    wait = (query or {}).get("wait")
    if isinstance(wait, int) and not isinstance(wait, bool) and 1 < wait <= 60:
        query["wait"] = 1


def is_match(pattern, value):
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def member(value, name):
    return value.get(name) if isinstance(value, dict) else None
