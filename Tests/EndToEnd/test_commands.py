"""The commands and the settings, as an operator meets them."""

import base64
import json
import re
import sqlite3
import time

import pytest
from harness import Answer, Process, document_start, eventually, free_port, hash_start, run, step, verified, watch
from harness.bridge import ACCESS_TOKEN


@pytest.fixture(scope="module")
def stage(make_stage):
    return make_stage()


def one_line(result):
    """The one line that a command that refuses has to say; nothing of Swift's own in it."""
    assert result.returncode not in (0, None)
    assert result.returncode > 0, f"died of signal {-result.returncode}"
    text = (result.stdout + result.stderr).strip()
    assert text and "\n" not in text, text
    assert "Fatal error" not in text
    return text


WRONG = {
    "marksign.baseUrl": ["ftp://example.com", "http://example.com", "https://user@example.com", "not a url", ""],
    "marksign.locale": ["de", "EN"],
    "http.port": ["0x50", "65536", "-1", "http"],
    "poll.interval": ["2", "2 s", "-1s", "1y", "0s"],
    "poll.timeout": ["0s", "forever"],
    "upstream.maxRate": ["0", "-5", "many", "nan", "inf"],
    "upstream.maxConcurrent": ["0", "1.5", "100000"],
    "webhooks.allowHttp": ["maybe", "2"],
    "webhooks.allowedNetworks": ["10.0.0.0/33", "10.0.0.1.2/8", "example.com", "10.0.0.0/8:70000"],
    "webhooks.retrySchedule": ["", "5s;5m", "5s,soon"],
    "limits.maxFileBytes": ["50MB", "-1", "0"],
    "retention.files": ["1w"],
    "store.url": ["mysql://localhost/x", "bridge.sqlite", "sqlite:"],
    "store.encryptionKey": ["c2hvcnQ=", "not base64 at all"],
    "log.level": ["loud"],
    "log.format": ["xml"],
}


@pytest.mark.parametrize("setting, value", [(setting, value) for setting, values in WRONG.items() for value in values])
def test_wrong_settings(tmp_path, setting, value):
    """A wrong value stops the start with one line that names the setting; it never gives way to a default."""
    settings = {"marksign.accessToken": "any", "http.port": free_port(), "admin.port": free_port()}
    text = one_line(run("serve", settings=settings | {setting: value}, cwd=tmp_path))
    assert setting in text
    if setting == "store.encryptionKey":
        assert value not in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments, expected", [
    (["--no-such-setting", "1"], "--no-such-setting"),
    (["--marksign-access-token", "at-shown-in-ps"], "--marksign-access-token"),
    (["--http-port"], "--http-port"),
    (["--config", "/does/not/exist.yaml"], "/does/not/exist.yaml"),
])
def test_wrong_flags(tmp_path, arguments, expected):
    """A flag that is unknown, incomplete or secret is refused; a secret is not repeated."""
    text = one_line(run("serve", *arguments, settings={"marksign.accessToken": "any"}, cwd=tmp_path))
    assert expected in text
    assert "at-shown-in-ps" not in text


def test_missing_token(tmp_path):
    """Without an access token it does not start, and says how to set one."""
    text = one_line(run("serve", cwd=tmp_path))
    assert "MARKSIGN_ACCESS_TOKEN" in text and "MARKSIGN_ACCESS_TOKEN_FILE" in text


def test_flag_wins_over_environment(make_bridge):
    """A flag wins over the environment, and the environment over a configuration file."""
    bridge = make_bridge()
    unused, by_flag = free_port(), bridge.port
    (bridge.folder / "config.yaml").write_text("log:\n  level: error\nhttp:\n  port: 1\n")
    bridge.settings["http.port"] = unused
    bridge.arguments += ["--http-port", str(by_flag), "--config", "config.yaml"]
    bridge.start()
    bridge.new_api().get("/v1/sessions").expect(200)
    assert any(line["level"] == "debug" for line in bridge.log())


def test_token_file_is_followed(make_bridge, upstream):
    """A new access token in the file is used without a restart."""
    bridge = make_bridge()
    file = bridge.folder / "token"
    file.write_text("at-old\n")
    del bridge.settings["marksign.accessToken"]
    bridge.settings["marksign.accessTokenFile"] = file
    bridge.start()
    api = bridge.new_api()
    api.start(watch(upstream.polls(step("waiting"))))
    eventually(lambda: any(entry["access_token"] == "at-old" for entry in upstream.log()))
    file.write_text("at-new\n")
    eventually(lambda: upstream.log()[-1]["access_token"] == "at-new")


def test_second_serve(stage):
    """A second serve over the same store is refused with one line; the first one goes on."""
    result = stage.bridge.command("serve", settings={"http.port": free_port(), "admin.port": free_port()})
    assert str(stage.bridge.store) in one_line(result)
    stage.api.get("/v1/sessions").expect(200)


def test_port_in_use(stage, tmp_path):
    """A port that is taken is told in one line; the store is left in order."""
    settings = {"store.url": f"sqlite:{tmp_path}/other.sqlite", "admin.port": free_port(), "log.level": "error"}
    result = stage.bridge.command("serve", settings=settings)
    assert result.returncode > 0
    assert str(stage.bridge.port) in result.stdout + result.stderr


@pytest.mark.parametrize("damage", ["text", "cut", "overwritten", "foreign"])
def test_damaged_store(make_bridge, damage):
    """A store that is damaged, or is none, is refused with one line, and left exactly as it is."""
    bridge = make_bridge().start()
    bridge.add_client()
    assert bridge.terminate() == 0
    content = bridge.store.read_bytes()
    assert len(content) > 8192
    bridge.store.unlink()
    if damage == "foreign":
        with sqlite3.connect(bridge.store) as database:
            database.execute("CREATE TABLE other (id INTEGER)")
        database.close()
    else:
        bridge.store.write_bytes({
            "text": b"This is not a database. " * 100, "cut": content[:5000],
            "overwritten": content[:4096] + b"\xAA" * (len(content) - 4096)}[damage])
    before = bridge.store.read_bytes()
    assert str(bridge.store) in one_line(bridge.command("serve"))
    assert bridge.store.read_bytes() == before


def test_clients_without_serve(make_bridge):
    """Clients are added, listed and removed without a running serve, and are there when it starts."""
    bridge = make_bridge()
    client, gone = bridge.add_client("first"), bridge.add_client("second")
    assert re.fullmatch(r"cli_[0-9A-Za-z]+", client.id) and client.key.startswith("mbk_")
    assert bridge.command("client", "remove", gone.id).returncode == 0
    listed = bridge.command("client", "list").stdout
    assert client.id in listed and "second" in listed and client.key not in listed
    bridge.start()
    bridge.api(client).get("/v1/sessions").expect(200)
    bridge.api(gone).get("/v1/sessions").expect(401, "unauthorized")


def test_clients_beside_serve(stage):
    """Beside a running serve, a new key works at once, and a removed one stops within a second."""
    client = stage.bridge.add_client("beside")
    api = stage.bridge.api(client)
    api.get("/v1/sessions").expect(200)
    assert client.id in stage.bridge.command("client", "list").stdout
    assert stage.bridge.command("client", "remove", client.id).returncode == 0
    eventually(lambda: api.get("/v1/sessions").status == 401, 1)


def test_keys_are_rotated(stage):
    """A second key; the old one works until its overlap is over."""
    client = stage.bridge.add_client("rotating")
    rotated = json.loads(stage.bridge.command("client", "rotate-key", client.id, "--json").stdout)
    new = client._replace(key=rotated["api_key"])
    stage.bridge.api(client).get("/v1/sessions").expect(200)
    stage.bridge.api(new).get("/v1/sessions").expect(200)
    newest = json.loads(
        stage.bridge.command("client", "rotate-key", client.id, "--overlap", "0s", "--json").stdout)
    eventually(lambda: stage.bridge.api(client).get("/v1/sessions").status == 401, 1)
    eventually(lambda: stage.bridge.api(new).get("/v1/sessions").status == 401, 1)
    stage.bridge.api(client._replace(key=newest["api_key"])).get("/v1/sessions").expect(200)


@pytest.mark.parametrize("arguments", [["remove", "cli_doesnotexist00000000000000"], ["rotate-key", "nonsense"],
                                       ["add", ""], ["add", "x" * 101]])
def test_wrong_client_commands(stage, arguments):
    """What cannot be done is said, with an exit code."""
    result = stage.bridge.command("client", *arguments)
    assert result.returncode > 0
    assert result.stderr.strip() and "Fatal error" not in result.stderr


def test_check(stage, upstream):
    """`check` says whether the access token is good, beside a running serve too, and shows no secret."""
    upstream.accept_only(ACCESS_TOKEN)
    good = stage.bridge.command("check")
    assert good.returncode == 0, good.stdout
    bad = stage.bridge.command("check", settings={"marksign.accessToken": "at-wrong"})
    assert bad.returncode == 1
    assert "40003" in bad.stdout
    for result in (good, bad):
        text = result.stdout + result.stderr
        assert "libcurl" in text and "sqlite" in text.lower()
        assert ACCESS_TOKEN not in text and "at-wrong" not in text


def test_check_of_the_store_key(make_bridge):
    """A key that the next start would refuse is found beside a service that runs with another."""
    key, other = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    bridge = make_bridge({"store.encryptionKey": key}).start()
    assert re.search(r"ok +store", bridge.command("check").stdout)
    found = bridge.command("check", settings={"store.encryptionKey": other})
    assert found.returncode == 1
    assert re.search(r"FAIL +store", found.stdout), found.stdout
    assert re.search(r"ok +store", bridge.command("check", settings={"store.encryptionKey": f"{other},{key}"}).stdout)


def test_check_finds_faults(tmp_path):
    """`check` names what is wrong: the settings, the store, Marksign."""
    settings = {"marksign.accessToken": "any", "marksign.baseUrl": f"http://127.0.0.1:{free_port()}",
                "store.url": f"sqlite:{tmp_path}/missing/bridge.sqlite"}
    result = run("check", settings=settings, cwd=tmp_path)
    assert result.returncode == 1
    assert re.search(r"FAIL +store", result.stdout) and re.search(r"FAIL +marksign", result.stdout)
    assert run("check", settings=settings | {"poll.interval": "x"}, cwd=tmp_path).returncode == 1


def test_health(make_bridge):
    """`health` exits 0 when the service is ready, and 1 when it is not there."""
    bridge = make_bridge()
    assert bridge.command("health").returncode == 1
    bridge.start()
    assert bridge.command("health").returncode == 0
    assert bridge.admin("/health/live")[0] == 200
    assert bridge.terminate() == 0
    assert bridge.command("health").returncode == 1


@pytest.fixture
def listen(tmp_path):
    """Starts `listen` with options, and gives its URL and the process."""
    processes = []

    def start(*options):
        process = Process(["listen", "--port", "0", *options], {}, tmp_path).spawn()
        processes.append(process)
        return process.line("Listening on").split(" on ")[1] + "/webhooks", process

    yield start
    for process in processes:
        process.close()


def test_listen(stage, upstream, listen, make_receiver):
    """`listen` prints each webhook and whether its signature holds, and passes on the same bytes."""
    behind = make_receiver(Answer(202))
    api = stage.bridge.new_api("listening")
    first_url, _ = listen()
    secret = api.endpoint(first_url)["secret"]
    url, process = listen("--secret", secret, "--forward-to", behind.url)
    api.patch(f"/v1/endpoints/{api.all('/v1/endpoints')[0]['id']}", {"url": url}).expect(200)
    session = api.start(watch(upstream.polls(step("ok"))))["id"]
    arrival, = behind.of_session(session)
    assert verified(arrival, secret)["data"]["session_id"] == session
    process.line("the signature holds")
    process.line("answered 202")
    delivery = api.delivery("delivered", session_id=session)
    assert delivery["attempts"][-1]["status"] == 202
    assert process.terminate() == 0


def test_listen_refuses_a_wrong_signature(stage, upstream, listen):
    """Another secret: it says so, and the sender is told."""
    api = stage.bridge.new_api("mistaken")
    url, process = listen("--secret", "whsec_" + "A" * 32)
    api.endpoint(url)
    session = api.start(watch(upstream.polls(step("ok"))))["id"]
    process.line("THE SIGNATURE DOES NOT HOLD")
    eventually(lambda: [d for d in api.deliveries(session_id=session) if d["attempt_count"]])


def test_listen_wrong_secret(tmp_path):
    """A malformed secret is refused at once."""
    assert run("listen", "--secret", "whsec_x", "--port", "0", cwd=tmp_path).returncode > 0


def test_sandbox(make_bridge, sandbox, receiver):
    """Against the sandbox: a signer who signs, one who refuses, and one that it does not know."""
    bridge = make_bridge(url=sandbox.url).start()
    assert "sandbox" in bridge.command("check").stdout
    api = bridge.new_api()
    api.endpoint(receiver.url)
    signed = [api.start(document_start())["id"], api.start(hash_start())["id"]]
    refusing = document_start(signer={"country": "LT", "personal_code": "30403039917"})
    refused = api.start(refusing)["id"]
    for session in signed:
        assert api.ended(session)["status"] == "completed"
    assert api.ended(refused)["error"]["code"] == "user_refused"
    assert api.get(f"/v1/sessions/{signed[0]}/file").expect(200).body.startswith(b"%PDF-")
    unknown = document_start(signer={"country": "LT", "personal_code": "38001085718"})
    api.post("/v1/sessions", unknown).expect(422, "signer_not_found")
    receiver.wait_for(3)


def test_help_and_version():
    """Each command explains itself."""
    assert re.search(r"\d+\.\d+", run("--version").stdout)
    for command in ("serve", "demo", "sandbox", "listen", "client", "check", "health"):
        result = run("help", command)
        assert result.returncode == 0 and command in result.stdout, result.stderr


def test_demo():
    """The demo ends by itself with exit code 0, and shows two verified webhooks."""
    began = time.monotonic()
    result = run("demo", within=60)
    assert result.returncode == 0, result.stdout + result.stderr
    assert time.monotonic() - began < 40
    assert result.stdout.count("session.completed") >= 2
