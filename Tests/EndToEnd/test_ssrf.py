"""Addresses that must never be called, with the real resolver and real sockets."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from harness import eventually, free_port, program, step, watch

INSIDE = Path(__file__).parent / "rebinding.py"


class Trap:
    """A listener that nobody may connect to, on every address of the machine."""

    def __init__(self):
        self.listener = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port, self.connections = self.listener.getsockname()[1], []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, peer = self.listener.accept()
            except OSError:
                return
            self.connections.append(peer)
            connection.close()

    def close(self):
        self.listener.close()


@pytest.fixture
def trap():
    trap = Trap()
    yield trap
    trap.close()


def attempts_of(api, session):
    """The attempts to tell of a session, once none of its deliveries is open."""
    eventually(lambda: (found := api.deliveries(session_id=session))
               and all(delivery["status"] in ("failed", "delivered") for delivery in found))
    return [attempt | {"endpoint_id": delivery["endpoint_id"]} for delivery in api.deliveries(session_id=session)
            for attempt in api.get(f"/v1/deliveries/{delivery['id']}").expect(200).json["attempts"]]


def test_spellings(make_bridge, upstream, trap):
    """Whatever a URL calls this machine, nothing is sent to it: it is refused at once when it denotes an address, and
    at every attempt when it is a name."""
    api = make_bridge({"webhooks.allowedNetworks": "10.0.0.0/8", "webhooks.retrySchedule": "50ms"}).start().new_api()
    hosts = [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "0",
        "127.0.0.1%00", "%31%32%37.0.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
        "[::1%25lo]", "[fe80::1%25lo]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "user@127.0.0.1",
        "example.org@127.0.0.1",
    ]
    for host in hosts:
        api.post("/v1/endpoints", {"url": f"http://{host}:{trap.port}/"}).expect(422, "invalid_request")
    named = {}
    for name in ("localhost", "LOCALHOST", "localhost.", "x.localhost"):
        named[name] = api.endpoint(f"http://{name}:{trap.port}/")["id"]
    attempts = attempts_of(api, api.start(watch(upstream.polls(step("ok"))))["id"])
    errors = {name: {attempt["error"] for attempt in attempts if attempt["endpoint_id"] == id}
              for name, id in named.items()}
    assert errors.pop("localhost") == errors.pop("LOCALHOST") == {"blocked_address"}
    # Which of the others a resolver knows is its own affair.
    assert all(found <= {"blocked_address", "dns"} for found in errors.values()), errors
    assert trap.connections == []


def test_changed_rules(make_bridge, upstream, trap):
    """An endpoint that was allowed when it was registered is not called once its address is closed, and that is not
    tried for days."""
    bridge = make_bridge({"webhooks.retrySchedule": "50ms,50ms,50ms,1h,1h"}).start()
    api = bridge.new_api()
    api.endpoint(f"http://127.0.0.1:{trap.port}/")
    assert bridge.terminate() == 0
    bridge.settings["webhooks.allowedNetworks"] = "10.0.0.0/8"
    bridge.start()
    attempts = attempts_of(api, api.start(watch(upstream.polls(step("ok"))))["id"])
    assert [attempt["error"] for attempt in attempts] == ["blocked_address"] * 3
    assert trap.connections == []


def test_ports(make_bridge, upstream, make_receiver):
    """A network that is allowed with a port is allowed on that port only."""
    allowed, other = make_receiver(), make_receiver()
    api = make_bridge({"webhooks.allowedNetworks": f"127.0.0.0/8:{allowed.port}"}).start().new_api()
    api.post("/v1/endpoints", {"url": other.url}).expect(422, "invalid_request")
    api.endpoint(allowed.url)
    api.endpoint(f"http://localhost:{allowed.port}/")
    blocked = api.endpoint(f"http://localhost:{other.port}/")["id"]
    session = api.start(watch(upstream.polls(step("ok"))))["id"]
    allowed.of_session(session, 2)
    found = eventually(lambda: api.all("/v1/attempts", session_id=session, endpoint_id=blocked))
    assert {attempt["error"] for attempt in found} == {"blocked_address"}
    assert other.snapshot() == []


def test_metadata_is_never_allowed(make_bridge):
    """The address of the cloud's metadata is refused even when its network is allowed."""
    api = make_bridge({"webhooks.allowedNetworks": "169.254.0.0/16"}).start().new_api()
    api.post("/v1/endpoints", {"url": "http://169.254.169.254/"}).expect(422, "invalid_request")
    api.post("/v1/endpoints", {"url": "http://169.254.1.1/"}).expect(201)


def test_proxy_variables(make_bridge, upstream, receiver, trap, monkeypatch):
    """The proxies of the environment are not used: they would connect to what the bridge must not."""
    bridge = make_bridge()
    proxy = f"http://127.0.0.1:{trap.port}"
    names = [name for plain in ("http_proxy", "https_proxy", "all_proxy") for name in (plain, plain.upper())]
    variables = dict.fromkeys(names, proxy) | {"no_proxy": "", "NO_PROXY": ""}
    monkeypatch.setattr("harness.process.environment", _with(variables))
    bridge.start()
    assert variables.items() <= _environment_of(bridge.pid).items()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    api.endpoint(f"https://127.0.0.1:{free_port()}/")
    session = api.start(watch(upstream.polls(step("ok"))))["id"]
    receiver.of_session(session)
    eventually(lambda: api.all("/v1/attempts", session_id=session, error="connect"))
    assert trap.connections == []


def _with(variables):
    from harness.process import environment
    return lambda settings: environment(settings) | variables


def _environment_of(pid):
    entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return dict(entry.decode().split("=", 1) for entry in entries if b"=" in entry)


def test_rebinding():
    """A DNS server that first names the receiver and then other addresses. It needs port 53 and a resolv.conf of its
    own, so all of it runs in its own namespaces: where those are not to be had, this test fails, and does not pretend.
    """
    flags = ["--net", "--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--net", "--mount"]
    ended = subprocess.run(
        ["unshare", *flags, sys.executable, str(INSIDE)], timeout=60, capture_output=True, text=True, check=False,
        env=os.environ | {"MARKSIGN_BRIDGE": program()})
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "all of it held" in ended.stdout
