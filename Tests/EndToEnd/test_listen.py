"""`listen` as a receiver that verifies public-key signatures, and as one that replays what a bridge keeps."""

import base64
import http.client
import re
import subprocess
import time

import pytest
from harness import Answer, Process, eventually, free_port, run, step, verified, watch

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()


@pytest.fixture(scope="module")
def stage(make_stage):
    return make_stage()


@pytest.fixture
def api(stage):
    """A client of its own for each test: only its own events are replayed."""
    return stage.bridge.new_api()


@pytest.fixture
def replay(stage, api, tmp_path):
    """Runs a replay of the client's events to a URL."""
    def replay(url, *options, since="1h"):
        return run("listen", "--replay-since", since, "--forward-to", url, "--bridge", bridge_url(stage), *options,
                   settings={"marksign.bridgeApiKey": api.key}, cwd=tmp_path, within=60)
    return replay


def bridge_url(stage):
    return f"http://127.0.0.1:{stage.bridge.port}"


def make_events(api, receiver, count):
    """That many test events, delivered to the receiver; their ids, the oldest first."""
    endpoint = api.endpoint(receiver.url)["id"]
    for _ in range(count):
        api.post(f"/v1/endpoints/{endpoint}/test").expect(202)
    receiver.wait_for(count)
    return stored_ids(api)


def stored_ids(api):
    return [event["id"] for event in reversed(api.all("/v1/events"))]


def lines_of(result):
    """What is said of each event, by its id."""
    return dict(line.split("  ", 1) for line in result.stdout.splitlines() if line.startswith("evt_"))


def test_replay(stage, api, upstream, replay, make_receiver):
    """All pages are replayed, the oldest event first, each with the id and the bytes of its delivery, signed now."""
    delivered, behind = make_receiver(), make_receiver(Answer(202))
    make_events(api, delivered, 110)
    metadata = {"name": "Žąsis \"\\/\b 🖋", "path": "a/b"}
    sessions = [api.start(watch(upstream.polls(*steps)) | {"metadata": metadata})["id"]
                for steps in ([step("ok")], [step("error", code=40020)], [step("waiting", times=3), step("ok")])]
    for session in sessions:
        delivered.of_session(session)
    ids = stored_ids(api)
    assert len(ids) == 113
    assert api.get("/v1/events", limit=100).expect(200).json["next_cursor"] is not None

    result = replay(behind.url, "--secret", SECRET)
    assert result.returncode == 0, result.stdout + result.stderr
    arrivals = behind.snapshot()
    assert [arrival.id for arrival in arrivals] == ids
    bodies = {arrival.id: arrival.body for arrival in delivered.snapshot()}
    types = set()
    for arrival in arrivals:
        assert arrival.body == bodies[arrival.id]
        assert arrival.headers["content-type"] == "application/json"
        assert abs(int(arrival.headers["webhook-timestamp"]) - time.time()) < 60
        types.add(verified(arrival, SECRET)["type"])
    assert types == {"endpoint.test", "session.completed", "session.failed"}
    told = lines_of(result)
    assert list(told) == ids
    assert all(re.fullmatch(r"(endpoint\.test|session\.\w+)  202 after \d+ ms", line) for line in told.values())
    assert result.stdout.splitlines()[-1] == "replayed: 113, answered with 2xx: 113, otherwise: 0"
    assert api.key not in result.stdout and SECRET not in result.stdout


def test_replay_shows_bad_answers(api, replay, receiver, make_receiver):
    """A bad answer is shown with its first line, cannot steer the terminal, and makes the exit code 1."""
    ids = make_events(api, receiver, 4)
    behind = make_receiver(Answer(), Answer(500, body=b"\n  \x1b[31mno such contract\nTraceback"),
                           Answer(302, {"Location": "/elsewhere"}), Answer(200, body=b"thanks"))
    result = replay(behind.url)
    assert result.returncode == 1
    told = lines_of(result)
    assert list(told) == ids == [arrival.id for arrival in behind.snapshot()]
    expected = [r"204 after \d+ ms", r"500 after \d+ ms: \ufffd\[31mno such contract", r"302 after \d+ ms",
                r"200 after \d+ ms"]
    for line, pattern in zip(told.values(), expected):
        assert re.fullmatch("endpoint.test  " + pattern, line), line
    assert "Traceback" not in result.stdout and "\x1b" not in result.stdout
    assert result.stdout.splitlines()[-1] == "replayed: 4, answered with 2xx: 2, otherwise: 2"


def test_replay_without_receiver(api, replay, receiver):
    """A receiver that is not there: every event says so."""
    ids = make_events(api, receiver, 2)
    result = replay(f"http://127.0.0.1:{free_port()}/")
    assert result.returncode == 1
    told = lines_of(result)
    assert list(told) == ids
    assert all("no answer: connect" in line for line in told.values()), told


def test_replay_since_a_time(api, replay, receiver, make_receiver):
    """Only what was told at that time or later."""
    first, = make_events(api, receiver, 1)
    endpoint = api.all("/v1/endpoints")[0]["id"]

    def later():
        api.post(f"/v1/endpoints/{endpoint}/test").expect(202)
        newest, *_, oldest = api.all("/v1/events")
        return newest if newest["created_at"] > oldest["created_at"] else None

    since = eventually(later)["created_at"]
    expected = [event["id"] for event in reversed(api.all("/v1/events")) if event["created_at"] >= since]
    behind = make_receiver()
    assert replay(behind.url, since=since).returncode == 0
    assert [arrival.id for arrival in behind.snapshot()] == expected
    assert first not in expected


def test_replay_with_a_secret_of_its_own(api, replay, receiver, make_receiver):
    """Without a secret, one is made and shown."""
    make_events(api, receiver, 1)
    behind = make_receiver()
    result = replay(behind.url)
    assert result.returncode == 0, result.stdout + result.stderr
    secret, = re.findall(r"whsec_[A-Za-z0-9+/]{32}", result.stdout)
    assert verified(behind.snapshot()[0], secret)["type"] == "endpoint.test"


def test_replay_of_nothing(replay, receiver):
    """No events, nothing wrong."""
    result = replay(receiver.url)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "nothing since" in result.stdout and "whsec_" not in result.stdout
    assert receiver.snapshot() == []


def test_replay_with_a_key_file(stage, api, receiver, make_receiver, tmp_path):
    """The API key can be in a file, which wins; blanks and line ends around it do not matter."""
    make_events(api, receiver, 1)
    behind = make_receiver()
    (tmp_path / "key").write_text(f"  {api.key}\n")
    result = run("listen", "--replay-since", "1h", "--forward-to", behind.url, "--bridge", bridge_url(stage) + "/",
                 "--api-key-file", "key", settings={"marksign.bridgeApiKey": "mbk_wrong"}, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert len(behind.snapshot()) == 1


NOBODY = f"http://127.0.0.1:{free_port()}"
REPLAY = ["--replay-since", "1h", "--forward-to", "http://127.0.0.1:9/"]


@pytest.mark.parametrize("options, key, expected", [
    ([*REPLAY, "--bridge", "BRIDGE"], "mbk_wrong", "401"),
    ([*REPLAY, "--bridge", NOBODY], "mbk_any", "cannot be reached"),
    ([*REPLAY, "--bridge", "UPSTREAM"], "mbk_any", "UPSTREAM"),
    ([*REPLAY, "--bridge", "127.0.0.1"], "mbk_any", "--bridge"),
    ([*REPLAY, "--bridge", "ftp://127.0.0.1"], "mbk_any", "--bridge"),
    ([*REPLAY, "--bridge", "http://127.0.0.1:8080/?a=b"], "mbk_any", "--bridge"),
    ([*REPLAY, "--bridge", "BRIDGE"], None, "MARKSIGN_BRIDGE_API_KEY"),
    ([*REPLAY, "--bridge", "BRIDGE"], " \n", "MARKSIGN_BRIDGE_API_KEY"),
    ([*REPLAY, "--bridge", "BRIDGE"], "mbk_a b", "MARKSIGN_BRIDGE_API_KEY"),
    ([*REPLAY, "--bridge", "BRIDGE", "--api-key-file", "missing"], "mbk_any", "--api-key-file missing"),
    (["--replay-since", "1h", "--bridge", "BRIDGE"], "mbk_any", "--forward-to"),
    (["--replay-since", "yesterday", *REPLAY[2:]], "mbk_any", "--replay-since"),
    (["--replay-since", "2026-11-21", *REPLAY[2:]], "mbk_any", "--replay-since"),
    (["--replay-since", "1h", "--forward-to", "localhost:port"], "mbk_any", "--forward-to"),
    ([*REPLAY, "--public-key", "whpk_" + "A" * 43 + "="], "mbk_any", "--public-key"),
    (["--port", "0", "--api-key-file", "key"], None, "--replay-since"),
    (["--port", "0", "--forward-to", "file:///etc/passwd"], None, "--forward-to"),
    (["--port", "0", "--secret", "whsec_x"], None, "--secret"),
    (["--port", "0", "--public-key", "whpk_x"], None, "--public-key"),
])
def test_faults(stage, tmp_path, options, key, expected):
    """What cannot be done is said in one line, before anything is sent; no secret is in it."""
    names = {"BRIDGE": bridge_url(stage), "UPSTREAM": stage.upstream.url}
    options = [names.get(option, option) for option in options]
    result = run("listen", *options, settings={} if key is None else {"marksign.bridgeApiKey": key}, cwd=tmp_path)
    assert result.returncode > 0, result.stdout
    text = (result.stdout + result.stderr).strip()
    assert "\n" not in text and names.get(expected, expected) in text, text
    assert "mbk_wrong" not in text and "mbk_any" not in text and "whsec_x" not in text


@pytest.fixture
def key_pair(tmp_path):
    """An Ed25519 key pair of OpenSSL's: the public key as text, and what signs."""
    def openssl(*arguments):
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, check=True).stdout

    def sign(content):
        (tmp_path / "content").write_bytes(content)
        return openssl("pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "content")

    openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem")
    public = openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER")[-32:]
    return "whpk_" + base64.b64encode(public).decode(), sign


@pytest.fixture
def verifying(tmp_path):
    """Starts `listen` with a public key; its port and the process."""
    processes = []

    def start(public_key):
        process = Process(["listen", "--port", "0", "--public-key", public_key], {}, tmp_path).spawn()
        processes.append(process)
        return int(process.line("Listening on").rsplit(":", 1)[1]), process

    yield start
    for process in processes:
        process.close()


@pytest.mark.parametrize("signed, sent, status, line", [
    (b'{"type":"x"}', b'{"type":"x"}', 204, "the signature holds"),
    (b'{"type":"x"}', b'{"type":"y"}', 401, "THE SIGNATURE DOES NOT HOLD"),
], ids=["good", "changed"])
def test_public_key(key_pair, verifying, signed, sent, status, line):
    """With a public key, signatures that OpenSSL made are told from those over other bytes."""
    public_key, sign = key_pair
    port, process = verifying(public_key)
    now = int(time.time())
    signature = base64.b64encode(sign(f"evt_1.{now}.".encode() + signed)).decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/webhooks", sent, {
        "webhook-id": "evt_1", "webhook-timestamp": str(now), "webhook-signature": f"v1,AAAA v1a,{signature}"})
    assert connection.getresponse().status == status
    connection.close()
    process.line(line)


def test_public_key_of_an_endpoint(api, receiver, verifying):
    """A delivery verifies with the public key that the bridge serves, also after a rotation, while both keys sign."""
    endpoint = api.endpoint(receiver.url, signature="v1a")
    key, = api.get(endpoint["keys_url"]).expect(200).json["keys"]
    port, process = verifying(key["whpk"])
    api.patch(f"/v1/endpoints/{endpoint['id']}", {"url": f"http://127.0.0.1:{port}/"}).expect(200)
    for count in (1, 2):
        api.post(f"/v1/endpoints/{endpoint['id']}/test").expect(202)
        eventually(lambda: sum("the signature holds" in line for line in process.lines()) == count)
        api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret").expect(200)
