"""Whoever is not known to be Marksign gets nothing: no start, no token, no access token."""

import json
import ssl

import pytest
from harness import Answer, document_start, eventually, watch
from harness.certificates import Authority

# What a machine's own configuration may allow, and the bridge does not.
LAX = """openssl_conf = all
[all]
ssl_conf = modules
[modules]
system_default = lax
[lax]
MinProtocol = TLSv1
CipherString = DEFAULT@SECLEVEL=0
"""

# Puts the authority of the test in the place of the system's, for this process alone.
TRUSTING = 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"'

WHO = {
    "Marksign": lambda ours, theirs: ours.server(),
    "a certificate that has expired": lambda ours, theirs: ours.server(days=-1),
    "a certificate of another name": lambda ours, theirs: ours.server("-addext", "subjectAltName=DNS:api.marksign.eu"),
    "an unknown authority": lambda ours, theirs: theirs.server(),
    "TLS 1.1": lambda ours, theirs: old(ours.server()),
    "no TLS": lambda ours, theirs: None,
}


def old(context):
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("who", WHO)
def test_who_answers(make_bridge, make_receiver, tmp_path, who):
    """With the right certificate all works. With any fault a start is refused without having been sent, and a watched
    session stays as it is."""
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    started = json.dumps({"status": "ok", "token": "aec29dc7-bde3-8298", "control_code": "0042"}).encode()
    server = make_receiver(Answer(200, body=started), tls=WHO[who](ours, theirs))
    bridge = make_bridge({"upstream.timeout": "2s"}, url=f"https://127.0.0.1:{server.port}")
    (tmp_path / "openssl.cnf").write_text(LAX)
    bridge.variables["OPENSSL_CONF"] = str(tmp_path / "openssl.cnf")
    bridge.wrapper = ["unshare", "-rm", "sh", "-c", TRUSTING, ours.folder / "ca.pem"]
    api = bridge.start().new_api()
    reply = api.post("/v1/sessions", document_start())
    if who == "Marksign":
        reply.expect(201)
        assert server.snapshot()
        return
    assert int(reply.expect(503, "upstream_unavailable").headers["retry-after"]) >= 1
    session = api.start(watch("aec29dc7-bde3-8299"))
    eventually(lambda: sum("tls" in line.get("fault", "") for line in bridge.log()) >= 2)
    assert api.session(session["id"])["status"] == "pending"
    assert server.snapshot() == []
