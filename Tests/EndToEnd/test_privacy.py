"""What may be where: canaries go through every kind of ending, and every byte that is kept or told is searched."""

import base64
import secrets
import time

import pytest
from harness import CONTRACT, Answer, document_start, eventually, hash_start, step, watch
from harness.api import FINAL
from harness.bridge import ACCESS_TOKEN

SENT = CONTRACT + b"%canary-of-the-sent-file\n"
SIGNED = b"%PDF-1.4 canary-of-the-signed-file " + bytes(range(256))
MESSAGE, NAME, SURNAME = "Canary of the message", "CANARYNAME", "CANARYSURNAME"
SENT_NAME, SIGNED_NAME = "canary-sent.pdf", "canary-signed.pdf"
FOUND = {"name": "canary-of-sanctions", "score": 1.5}
CODES = ("30303039914", "40404040009")
VALUE = base64.b64encode(b"canary of a signature, long enough to be found").decode()

# How sessions end: the polls' answers.
SIGNS = step("ok", content_base64=base64.b64encode(SIGNED).decode(), name=SIGNED_NAME,
             person={"name": NAME, "surname": SURNAME}, sanctions_data=[FOUND], peps_data=[FOUND])
ECHO = f"access_token {ACCESS_TOKEN} of {CODES[0]}: {MESSAGE}"
ENDINGS = [[step("waiting"), SIGNS], [step("error", code=40020, message=ECHO)],
           [step("error", code=40001, message=ECHO)], [step("ok", omit=["content"], name=SIGNED_NAME)], [step("raw", body=ECHO), SIGNS], [step("waiting")]]


def start(**members):
    content = base64.b64encode(SENT).decode()
    document = {"type": "pdf", "files": [{"name": SENT_NAME, "content": content}]}
    return document_start(MESSAGE, document=document, metadata={"canary": "canary-of-metadata"}, **members)


class World:
    """A service through which everything went."""

    def __init__(self, bridge, upstream, receiver):
        self.bridge, self.receiver = bridge.start(), receiver
        self.client, self.other = bridge.add_client("canary-owner"), bridge.add_client("curious")
        self.api = bridge.api(self.client)
        self.endpoint = self.api.endpoint(receiver.url, signature="v1a", headers=[
            {"name": "Authorization", "value": "Bearer canary-of-the-header"}])
        self.rotated = self.api.post(f"/v1/endpoints/{self.endpoint['id']}/rotate-secret").expect(200).json["secret"]
        self.sessions = []
        for polls in ENDINGS:
            upstream.next_start(polls=polls)
            self.sessions.append(self.api.start(start(), key=f"canary-key-{len(self.sessions)}"))
        upstream.next_start(kind="hash", polls=[step("ok", signature_value=VALUE)])
        self.sessions.append(self.api.start(hash_start(MESSAGE, signer={"country": "EE", "personal_code": CODES[1]})))
        self.sessions.append(self.api.start(watch(upstream.polls(SIGNS))))
        self.refusals = []
        for answer, status in ((step("error", code=40001, message=ECHO), 422), (step("error", code=50000), 502),
                               (step("raw", body=ECHO, status=500), 504)):
            upstream.next_start(answer)
            self.refusals.append(self.api.post("/v1/sessions", start(), key=f"canary-{status}").expect(status))
        self.refusals.append(self.api.post("/v1/sessions", start(hash="x")).expect(422))
        # The one whose signer never answers, and whose end comes by itself.
        for session in self.sessions:
            assert self.api.ended(session["id"])["status"] in FINAL
        eventually(lambda: not self.api.deliveries(status="pending"))
        self.over = time.time()
        self.tokens = [session["token"] for session in self.sessions]
        self.replays = self.repeat()
        self.asked = self.ask()
        self.metrics = bridge.admin("/metrics")[1]

    def ask(self):
        """What another client gets, also when it knows every id."""
        other, told = self.bridge.api(self.other), []
        lists = ("sessions", "endpoints", "events", "deliveries", "attempts")
        ids = [(name, thing["id"]) for name in lists for thing in self.api.all(f"/v1/{name}")]
        for name in lists:
            told.append(other.get(f"/v1/{name}").expect(200))
        for name, id in ids:
            told += [other.get(f"/v1/{name}/{id}"), other.delete(f"/v1/{name}/{id}")]
        for session in self.sessions:
            told.append(other.get(f"/v1/sessions/{session['id']}/file").expect(404))
            told.append(other.post("/v1/sessions", watch(session["token"])).expect(409, "token_in_use"))
        # A key of one client is any other's to use: nothing is kept under it there.
        for number, key in enumerate(self.keys):
            told.append(other.post("/v1/sessions", watch(f"other-token-{number}"), key=key).expect(201))
            assert "idempotent-replayed" not in told[-1].headers
        return told

    def repeat(self):
        """What is told once more under each key."""
        replays = [self.api.post("/v1/sessions", start(), key=key) for key in self.keys]
        assert {reply.headers["idempotent-replayed"] for reply in replays} == {"true"}
        assert {reply.status for reply in replays} == {201, 422, 504}
        return replays

    @property
    def keys(self):
        """The idempotency keys that have an answer."""
        return [f"canary-key-{number}" for number in range(len(ENDINGS))] + ["canary-422", "canary-504"]

    @property
    def secrets(self):
        """What only the bridge and its operator, or one client, may know."""
        keys = [self.client.key, self.client.key[-40:], self.other.key]
        return [ACCESS_TOKEN, *keys, self.endpoint["secret"], self.rotated, "whsk_", "canary-of-the-header"]

    #: What is about people, and what they signed.
    PERSONAL = [*CODES, NAME, SURNAME, MESSAGE, "canary-of-the-sent-file", "canary-of-the-signed-file", FOUND["name"],
                SENT_NAME, SIGNED_NAME, "canary-of-metadata", VALUE]


def spellings(text):
    """A text and what it is in base64, wherever it begins there; not when that is so short that chance has it too."""
    raw = text.encode()
    yield raw
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)[4 if shift else 0:-4]
        if len(coded) >= 8:
            yield coded


def found(needles, *hay):
    """Which of the texts are somewhere, in plain or in base64."""
    hay = [part if isinstance(part, bytes) else part.encode() for part in hay]
    assert sum(map(len, hay)) > 500
    return [text for text in needles if any(spelling in part for spelling in spellings(text) for part in hay)]


def stored(bridge):
    """Every byte of the database, free pages and all, its log and its index."""
    return [path.read_bytes() for path in bridge.folder.glob("bridge.sqlite*") if path.is_file()]


@pytest.fixture(params=["sealed", "plain"])
def world(request, make_bridge, upstream, make_receiver):
    settings = {"poll.timeout": "4s", "poll.rescue": "1s", "webhooks.retrySchedule": "100ms", "log.level": "trace"}
    if request.param == "sealed":
        settings["store.encryptionKey"] = base64.b64encode(secrets.token_bytes(32)).decode()
    receiver = make_receiver(Answer(500, body=b"canary-of-the-receiver"), Answer(204))
    world = World(make_bridge(settings), upstream, receiver)
    world.is_sealed = request.param == "sealed"
    return world


def test_what_is_told(world):
    """With a key or without: the most talkative log, metrics and other clients hear nothing; problems of one's own repeat
    nothing of it; webhooks carry no personal data."""
    everything = world.secrets + world.PERSONAL + world.tokens
    assert found(everything, *world.bridge.lines()) == []
    assert found(everything, world.metrics) == []
    # The token that the other client asked for is its own word.
    assert found(everything, *(f"{reply.headers} ".encode() + reply.body for reply in world.asked)) == []
    assert found(everything, *(reply.body for reply in world.refusals)) == []
    # What is kept for a repeated request is what the client was told: its own token and metadata.
    assert found([*world.secrets, *(text for text in world.PERSONAL if text != "canary-of-metadata")],
                 *(reply.body for reply in world.replays)) == []
    personal = [text for text in world.PERSONAL if text not in (SIGNED_NAME, "canary-of-metadata", VALUE)]
    assert found(world.secrets + personal, *(arrival.body for arrival in world.receiver.snapshot())) == []
    # The search does find: what belongs to the client is told to it.
    own = [world.api.get(f"/v1/sessions/{session['id']}").body for session in world.sessions]
    assert found([NAME, SURNAME, SIGNED_NAME, FOUND["name"], VALUE], *own) == [
        NAME, SURNAME, SIGNED_NAME, FOUND["name"], VALUE]
    assert found(world.secrets, *own) == []


def test_what_is_kept(world):
    """With a key nothing can be read in the files of the store: while it runs, after a crash, after its end. Without one,
    API keys are digests all the same, and access token, codes, messages and sent files are not there."""
    never = [ACCESS_TOKEN, world.client.key, world.client.key[-40:], world.other.key, *CODES, MESSAGE, SENT_NAME,
             "canary-of-the-sent-file"]
    sealed = world.secrets + world.PERSONAL + world.tokens + ["canary-of-the-receiver"] + [
        f"canary-key-{number}" for number in range(len(ENDINGS))]
    searched = sealed if world.is_sealed else never
    assert found(searched, *stored(world.bridge)) == []
    world.bridge.kill()
    assert found(searched, *stored(world.bridge)) == []
    world.bridge.start()
    world.api.get(f"/v1/sessions/{world.sessions[0]['id']}/file").expect(200)
    assert world.bridge.terminate() == 0
    assert found(searched, *stored(world.bridge)) == []
    if not world.is_sealed:
        assert found([NAME, "canary-of-the-signed-file", world.endpoint["secret"]], *stored(world.bridge)) == [
            NAME, "canary-of-the-signed-file", world.endpoint["secret"]]


@pytest.mark.parametrize("world", ["plain"], indirect=True)
@pytest.mark.parametrize("crash", [False, True], ids=["until its end", "a crash after it"])
def test_erased(world, crash):
    """What a client erases is in no file any more once the log is emptied: names, what was found about them, the file,
    and a deleted endpoint's secrets. After a crash the next start empties it."""
    gone = [NAME, SURNAME, FOUND["name"], "canary-of-the-signed-file"]
    secret = [world.endpoint["secret"], world.rotated, "canary-of-the-header"]
    assert found(gone + secret, *stored(world.bridge)) == gone + secret
    for session in world.sessions:
        world.api.delete(f"/v1/sessions/{session['id']}").expect(204)
    world.api.delete(f"/v1/endpoints/{world.endpoint['id']}").expect(204)
    if crash:
        world.bridge.kill()
        world.bridge.start()
        eventually(lambda: not found(gone + secret, *stored(world.bridge)), what="the emptied log")
    assert world.bridge.terminate() == 0
    assert found(gone + secret, *stored(world.bridge)) == []
    world.bridge.start()
    erased = world.api.session(world.sessions[0]["id"])
    assert erased["status"] == "completed" and erased["result"]["person"] is None
    world.api.get(f"/v1/sessions/{erased['id']}/file").expect(410, "file_expired")


@pytest.mark.parametrize("world", ["plain"], indirect=True)
def test_retention(world):
    """Files go after their time, sessions with all about them after theirs; the log says so, and no byte stays."""
    files, sessions = "canary-of-the-signed-file", [NAME, SURNAME, FOUND["name"], VALUE, "canary-of-metadata"]
    assert found([files, *sessions], *stored(world.bridge)) == [files, *sessions]
    # A start sweeps at once, and then nothing does for a minute.
    eventually(lambda: time.time() > world.over + 1.1, what="the end of the retention")
    assert world.bridge.terminate() == 0
    world.bridge.settings |= {"retention.files": "1s"}
    world.bridge.start()
    swept = eventually(lambda: [line for line in world.bridge.log() if line.get("files", "0") != "0"])
    assert swept[0]["message"] == "Retention removed what was over" and swept[0]["sessions"] == "0"
    assert sum(int(line["files"]) for line in swept) == world.bridge.metric(
        "marksign_bridge_retention_removed_total", kind="file") == 3
    signed = world.sessions[0]["id"]
    world.api.get(f"/v1/sessions/{signed}/file").expect(410, "file_expired")
    assert world.api.session(signed)["result"]["person"] == {"name": NAME, "surname": SURNAME}
    eventually(lambda: not found([files], *stored(world.bridge)))
    assert world.bridge.terminate() == 0
    world.bridge.settings |= {"retention.sessions": "1s", "retention.undelivered": "1s"}
    world.bridge.start()
    assert eventually(lambda: [line for line in world.bridge.log() if line.get("sessions", "0") != "0"])
    eventually(lambda: world.api.all("/v1/sessions") == world.api.all("/v1/events") == [])
    world.api.get(f"/v1/sessions/{signed}").expect(404)
    # The answers that are kept for idempotency keys have their own day.
    eventually(lambda: found(sessions, *stored(world.bridge)) == ["canary-of-metadata"], what="the bytes to be gone")
