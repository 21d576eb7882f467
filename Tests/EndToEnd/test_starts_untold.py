"""What a store that fails does to a start that Marksign has answered: the caller hears what is on disk, or nothing."""

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from harness import eventually, hash_start, step
from harness.faults import Faults


def begin(make_bridge, upstream, tmp_path, answer):
    """A start that Marksign has, and answers in a second."""
    faults = Faults(tmp_path)
    bridge = make_bridge()
    bridge.variables |= faults.variables
    bridge.start()
    api = bridge.new_api()
    # So that nothing else is written meanwhile.
    api.ended(api.start(hash_start("Before"))["id"])
    upstream.next_start(answer)
    pool = ThreadPoolExecutor(1)
    message = f"{tmp_path.name}"[-40:]
    start = pool.submit(lambda: api.post("/v1/sessions", hash_start(message), key="once"))
    pool.shutdown(wait=False)
    eventually(lambda: upstream.starts(message))
    return faults, bridge, api, message, start


def test_a_refusal_waits_for_the_disk(make_bridge, upstream, tmp_path):
    """Told when it is written, and the same under its key after a kill."""
    refusal = step("error", code=40401, delay=1)
    faults, bridge, api, message, start = begin(make_bridge, upstream, tmp_path, refusal)
    faults.fail_writes = 1
    eventually(lambda: faults.failed_writes > 2)
    assert not start.done()
    faults.fail_writes = 0
    told = start.result().expect(422, "signer_not_found")
    bridge.kill()
    bridge.start()
    replay = api.post("/v1/sessions", hash_start(message), key="once").expect(422, "signer_not_found")
    assert replay.body == told.body
    assert len(api.all("/v1/sessions")) == 1
    assert len(upstream.starts(message)) == 1


def test_a_refusal_that_is_not_written(make_bridge, upstream, tmp_path):
    """After ten seconds the caller hears that the store does not work, and nothing that the next process takes back."""
    refusal = step("error", code=40401, delay=1)
    faults, bridge, api, message, start = begin(make_bridge, upstream, tmp_path, refusal)
    faults.fail_writes = 1
    start.result().expect(503, "store_unavailable")
    bridge.kill()
    faults.fail_writes = 0
    bridge.start()
    api.post("/v1/sessions", hash_start(message), key="once").expect(504, "start_unknown")
    assert len(upstream.starts(message)) == 1


def test_a_token_in_doubt(make_bridge, upstream, tmp_path):
    """A sync fails while the token is stored: whether it is, only the next process knows, and the caller hears nothing
    else from this one."""
    faults, bridge, api, message, start = begin(make_bridge, upstream, tmp_path, step("start", delay=1))
    faults.fail_syncs = 1
    try:
        told = start.result().status
    except (OSError, HTTPException):
        # It ended before it could say anything.
        told = 503
    assert bridge.exited() > 0
    assert faults.failed_syncs > 0
    faults.fail_syncs = 0
    bridge.start()
    replay = api.post("/v1/sessions", hash_start(message), key="once").status
    assert replay in (201, 504)
    assert told in (503, replay)
    assert len(upstream.starts(message)) == 1
