"""One key, one start."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import document_start, eventually, step, watch


@pytest.fixture(scope="module")
def stage(make_stage):
    return make_stage()


def test_replay(stage, upstream):
    """The same key and body give the same answer, byte for byte, without a second start; another body is refused."""
    first = stage.api.post("/v1/sessions", document_start("Replayed"), key="replay").expect(201)
    again = stage.api.post("/v1/sessions", document_start("Replayed"), key="replay").expect(201)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.body, again.headers["location"]) == (first.body, first.headers["location"])
    stage.api.post("/v1/sessions", document_start("Other"), key="replay").expect(422, "idempotency_key_mismatch")
    assert len(upstream.starts("Replayed")) == 1
    assert upstream.starts("Other") == []


def test_refusal_is_kept(stage, upstream):
    """What Marksign refused is replayed too."""
    upstream.next_start(step("error", code=40401))
    first = stage.api.post("/v1/sessions", document_start("No account"), key="refused").expect(422, "signer_not_found")
    again = stage.api.post("/v1/sessions", document_start("No account"), key="refused").expect(422)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.body == first.body
    assert len(upstream.starts("No account")) == 1


def test_keys_of_clients_are_apart(stage, upstream):
    """Two clients may use the same key."""
    other = stage.bridge.new_api("other")
    mine = stage.api.post("/v1/sessions", document_start("Apart"), key="apart").expect(201).json
    theirs = other.post("/v1/sessions", document_start("Apart"), key="apart").expect(201).json
    assert mine["id"] != theirs["id"]
    other.get(f"/v1/sessions/{mine['id']}").expect(404, "not_found")


def test_concurrent(stage, upstream):
    """Twenty at once with one key: one start at Marksign; each gets its answer, or is told that it runs."""
    upstream.next_start(step("start", delay=1))

    def post(_):
        return stage.api.post("/v1/sessions", document_start("Twenty"), key="twenty")

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(post, range(20)))
    assert {reply.status for reply in replies} <= {201, 409}
    for reply in replies:
        reply.expect(reply.status, "idempotency_key_running" if reply.status == 409 else None)
    assert len({reply.body for reply in replies if reply.status == 201}) == 1
    assert post(0).expect(201).headers["idempotent-replayed"] == "true"
    assert len(upstream.starts("Twenty")) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "caf\u00e9"])
def test_malformed_key(stage, upstream, key):
    """A malformed key is refused before anything is done."""
    reply = stage.api.request("POST", "/v1/sessions", document_start("Malformed"),
                              headers={"Idempotency-Key": key.encode("latin-1")})
    reply.expect(400, "invalid_idempotency_key")
    assert upstream.starts("Malformed") == []


def test_a_token_is_watched_once(stage, upstream):
    """A token that is watched already: the client is told by which session; another client learns nothing more."""
    token = upstream.polls(step("waiting"))
    session = stage.api.start(watch(token))
    again = stage.api.post("/v1/sessions", watch(token)).expect(409, "session_exists").json
    assert again["session_id"] == session["id"]
    other = stage.bridge.new_api("rival").post("/v1/sessions", watch(token)).expect(409, "token_in_use")
    assert session["id"].encode() not in other.body
    stage.api.post(f"/v1/sessions/{session['id']}/cancel")


def test_keys_for_endpoints(stage, receiver):
    """Every POST honours the key: one endpoint, one secret, shown again."""
    def post(path, key):
        return stage.api.post(path, {"url": receiver.url} if path.endswith("endpoints") else None, key=key)

    created = post("/v1/endpoints", "endpoint").expect(201)
    assert post("/v1/endpoints", "endpoint").expect(201).body == created.body
    path = f"/v1/endpoints/{created.json['id']}"
    rotated = post(f"{path}/rotate-secret", "rotate").expect(200)
    assert post(f"{path}/rotate-secret", "rotate").expect(200).body == rotated.body
    tested = post(f"{path}/test", "test").expect(202)
    assert post(f"{path}/test", "test").expect(202).body == tested.body
    receiver.wait_for(1)
    eventually(lambda: stage.api.deliveries(endpoint_id=created.json["id"])[0]["status"] == "delivered")
    assert len(receiver.snapshot()) == 1
    stage.api.delete(path).expect(204)
