"""What test_ssrf.py runs with a network and mounts of its own: the program with the system's real resolver, which asks
a DNS server that changes its mind. Public, private and metadata addresses are all here, so that a leak would arrive."""

import fcntl
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Support"))

from harness import Bridge, Receiver, Upstream, eventually, step, watch  # noqa: E402

PUBLIC = "93.184.215.14"
CLOSED = ["127.0.0.1", "127.0.0.53", "10.0.0.1", "192.168.7.7", "100.64.0.9", "169.254.169.254", "100.100.100.200",
          "0.0.0.0"]
CLOSED_V6 = ["::1", "::", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254"]


def set_up_network():
    """Raises the loopback interface, and gives it these addresses."""
    def order(request, name, payload):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            fcntl.ioctl(control, request, struct.pack("16s24s", name.encode(), payload))

    def address(text):
        return struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton(text))

    set_flags, set_address, set_mask, is_up = 0x8914, 0x8916, 0x891C, 1
    order(set_flags, "lo", struct.pack("h", is_up))
    for number, text in enumerate([PUBLIC, *(closed for closed in CLOSED if not closed.startswith(("127.", "0.")))]):
        order(set_address, f"lo:{number}", address(text))
        order(set_mask, f"lo:{number}", address("255.255.255.255"))


class NameServer:
    """A DNS server. `names` says for each name which addresses it has; for all others there are none."""

    def __init__(self):
        self.names, self.asked = {}, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            self.socket.sendto(self._answer(query), peer)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind, = struct.unpack("!H", query[at + 1:at + 3])
        name, end = ".".join(labels), at + 5
        self.asked.append(name)
        family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        addresses = [socket.inet_pton(family, text) for text in self.names.get(name, [])
                     if family == (socket.AF_INET6 if ":" in text else socket.AF_INET)]
        # A lifetime of nothing, and each answer's name is a pointer to that of the question.
        records = b"".join(struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(packed)) + packed for packed in addresses)
        code = 0 if name in self.names else 3
        return query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(addresses), 0, 0) + query[12:end] + records


class Traps:
    """Listeners on every closed address, at the receiver's port."""

    def __init__(self, port):
        self.connections = []
        for host in ["127.0.0.1", "127.0.0.53", *CLOSED[2:-1], "::1"]:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, port), family=family)
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            connection, _ = listener.accept()
            self.connections.append(connection.getsockname())
            connection.close()


def attempts_at(api, upstream, count):
    """The attempts to tell of a new session, once `count` deliveries of it are over: by endpoint."""
    session = api.start(watch(upstream.polls(step("ok"))))["id"]
    eventually(lambda: len([delivery for delivery in api.deliveries(session_id=session)
                            if delivery["status"] in ("delivered", "failed")]) == count)
    return {delivery["endpoint_id"]: api.get(f"/v1/deliveries/{delivery['id']}").expect(200).json["attempts"]
            for delivery in api.deliveries(session_id=session)}


def main():
    set_up_network()
    folder = Path(tempfile.mkdtemp())
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:2 attempts:2\n")
    subprocess.run(["mount", "--bind", folder / "resolv.conf", "/etc/resolv.conf"], check=True)
    server, upstream = NameServer(), Upstream()
    receiver = Receiver(host=PUBLIC)
    traps = Traps(receiver.port)
    bridge = Bridge(folder, upstream.url, {"webhooks.retrySchedule": "50ms"})
    del bridge.settings["webhooks.allowedNetworks"]
    try:
        bridge.start()
        api = bridge.new_api()

        def register(name):
            return api.endpoint(f"http://{name}:{receiver.port}/webhooks")["id"]

        rebinding = {register(f"rebind{n}.example"): address for n, address in enumerate(CLOSED + CLOSED_V6)}
        names = [f"rebind{n}.example" for n in range(len(rebinding))]
        private_first, private_last = register("mixed-a.example"), register("mixed-b.example")
        # First, every name is the receiver's.
        server.names = {name: [PUBLIC] for name in [*names, "mixed-a.example", "mixed-b.example"]}
        first = attempts_at(api, upstream, len(names) + 2)
        assert all([attempt["error"] for attempt in found] == [None] for found in first.values()), first
        assert {attempt["address"] for found in first.values() for attempt in found} == {f"{PUBLIC}:{receiver.port}"}
        before = len(receiver.snapshot())
        assert before == len(names) + 2
        # Then each is something else. The program forgets what it knew of them when it is started anew.
        assert bridge.terminate() == 0
        server.names = dict(zip(names, ([address] for address in rebinding.values()), strict=True)) | {
            "mixed-a.example": ["10.0.0.1", "::1", PUBLIC], "mixed-b.example": [PUBLIC, "169.254.169.254", "::1"]}
        server.asked.clear()
        bridge.start()
        second = attempts_at(api, upstream, len(names) + 2)
        for id, address in rebinding.items():
            assert {attempt["error"] for attempt in second[id]} == {"blocked_address"}, (address, second[id])
            assert {attempt["address"] for attempt in second[id]} == {None}, (address, second[id])
        for id in (private_first, private_last):
            assert [(attempt["error"], attempt["address"]) for attempt in second[id]] == [
                (None, f"{PUBLIC}:{receiver.port}")], second[id]
        assert set(names) <= set(server.asked)
        assert len(receiver.snapshot()) == before + 2
        assert traps.connections == []
    finally:
        bridge.close()
        upstream.close()
        receiver.close()
    print("all of it held")


if __name__ == "__main__":
    main()
