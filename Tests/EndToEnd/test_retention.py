"""What is over is removed when its time has come by the clock, no day earlier, and the log says so."""

import pytest
from harness import document_start, eventually
from harness.faults import Faults

HOUR, DAY = 3600, 86_400


@pytest.fixture
def bridge(make_bridge, tmp_path):
    """A service with the default retention, whose clock can be moved."""
    bridge = make_bridge()
    bridge.faults = Faults(tmp_path)
    bridge.variables |= bridge.faults.variables
    return bridge.start()


def removed(bridge):
    """What the log says was removed, by kind, and at which levels."""
    lines = [line for line in bridge.log() if line["message"] == "Retention removed what was over"]
    return {kind: sum(int(line[kind]) for line in lines) for kind in ("files", "sessions", "undelivered")}


def move(bridge, seconds):
    """So long after the beginning: a start sweeps at once."""
    assert bridge.terminate() == 0
    bridge.faults.clock_offset = seconds
    bridge.start()


def test_each_at_its_time(bridge, receiver):
    """Files for 7 days, sessions for 30, what could not be delivered for 90. Beside each is one that is a day younger,
    or held, and stays."""
    def signed(api):
        session = api.ended(api.start(document_start())["id"])["id"]
        api.get(f"/v1/sessions/{session}/file").expect(200)
        return session

    api, waiting = bridge.new_api(), bridge.new_api("waiting")
    api.endpoint(receiver.url)
    held = waiting.endpoint(receiver.url)["id"]
    waiting.patch(f"/v1/endpoints/{held}", {"enabled": False}).expect(200)
    old, undelivered = signed(api), signed(waiting)
    receiver.of_session(old)
    api.delivery("delivered", session_id=old)
    move(bridge, DAY)
    young = signed(api)
    receiver.of_session(young)
    assert removed(bridge) == {"files": 0, "sessions": 0, "undelivered": 0}

    move(bridge, 7 * DAY + HOUR)
    eventually(lambda: removed(bridge) == {"files": 1, "sessions": 0, "undelivered": 0})
    api.get(f"/v1/sessions/{old}/file").expect(410, "file_expired")
    api.get(f"/v1/sessions/{young}/file").expect(200)
    waiting.get(f"/v1/sessions/{undelivered}/file").expect(200)

    move(bridge, 30 * DAY + HOUR)
    eventually(lambda: removed(bridge) == {"files": 2, "sessions": 1, "undelivered": 0})
    api.get(f"/v1/sessions/{old}").expect(404)
    assert api.session(young)["status"] == "completed"
    api.get(f"/v1/sessions/{young}/file").expect(410, "file_expired")
    waiting.delivery("held", session_id=undelivered)

    assert not [line for line in bridge.log() if line["level"] == "warning" and "Retention" in line["message"]]
    move(bridge, 90 * DAY + HOUR)
    eventually(lambda: removed(bridge)["undelivered"] == 1 and removed(bridge)["sessions"] == 3)
    # What nobody was told is a warning.
    assert [line for line in bridge.log() if line["level"] == "warning" and line.get("undelivered") == "1"]
    assert api.all("/v1/sessions") == waiting.all("/v1/sessions") == waiting.all("/v1/deliveries") == []
