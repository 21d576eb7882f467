"""What must be true when all is over, seen from outside."""

import json
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from harness.webhooks import is_signed


def check(chapter):
    """Raises an AssertionError with everything that is broken."""
    chapter.sessions = {session["id"]: session for session in chapter.api.all("/v1/sessions")}
    chapter.events = {event["id"]: event for event in chapter.api.all("/v1/events")}
    faults = [
        *chapter.ledger.faults, *unkept_sessions(chapter), *changed_sessions(chapter), *repeated_starts(chapter),
        *wrong_events(chapter), *wrong_deliveries(chapter), *unkept_answers(chapter), *wrong_files(chapter)]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(fault[:500] for fault in faults[:20])


def unkept_sessions(chapter):
    """Every session that was accepted has the one ending that its upstream gave."""
    by_marker = defaultdict(list)
    for session in chapter.sessions.values():
        by_marker[session["metadata"]["marker"]].append(session)
    for asked in chapter.ledger.asked:
        there = by_marker.pop(asked.marker, [])
        if asked.id and [session["id"] for session in there] != [asked.id]:
            yield f"{asked.marker} was promised {asked.id}, and there is {there}"
        if len(there) > 1:
            yield f"{asked.marker} was accepted {len(there)} times"
        for session in there:
            if ending(chapter, session, asked) not in allowed(asked):
                yield f"{session} was to end as one of {allowed(asked)}"
    for marker in by_marker:
        yield f"nobody asked for {marker}"
    for id in chapter.ledger.cancels:
        if chapter.sessions[id]["status"] != "cancelled":
            yield f"{id} was said to be cancelled, and is {chapter.sessions[id]}"


def ending(chapter, session, asked):
    """What became of a session, in the words of the ledger; the content of a file is looked at apart."""
    if session["status"] == "completed":
        result = session["result"]
        return "completed", result["signature_value"] if asked.kind == "hash" else asked.ending[1]
    return session["status"], session["error"] and session["error"]["code"]


def allowed(asked):
    """How a session may have ended. The answer to a start may have died with the process, whatever it was; one that was
    told is final, and after a refusal there is no session."""
    lost = ("unknown", "start_unknown")
    answered = asked.reply and asked.reply.status
    if asked.start and answered not in (None, 201):
        return [lost] if answered == 504 else []
    endings = [asked.ending] if asked.start in (None, "start") else []
    if asked.start and answered is None:
        endings.append(lost)
    if asked.cancelled:
        endings.append(("cancelled", "cancelled_by_client"))
    return endings


def changed_sessions(chapter):
    """No final state was ever seen to change."""
    for id, seen in chapter.ledger.finals.items():
        session = chapter.sessions.get(id)
        if session is None or {name: session[name] for name in seen} != seen:
            yield f"{id} was {seen}, and is {session}"


def repeated_starts(chapter):
    """No start was sent twice. One that Marksign itself failed at may be sent again when its client asks again."""
    sent = Counter(entry["fields"].get("message") for entry in chapter.upstream.log("start"))
    for asked in chapter.ledger.asked:
        if asked.start != "error" and sent[asked.marker] > 1:
            yield f"the start {asked.marker} was sent {sent[asked.marker]} times"


def wrong_events(chapter):
    """One event for each session, and no other."""
    counts = Counter(event["session_id"] for event in chapter.events.values())
    for id, session in chapter.sessions.items():
        if counts[id] != 1:
            yield f"{id} has {counts[id]} events"
    for event in chapter.events.values():
        session = chapter.sessions.get(event["session_id"])
        if session is None or event["type"] != f"session.{session['status']}":
            yield f"{event['id']} tells of {event['type']}, and the session is {session}"


def wrong_deliveries(chapter):
    """Every event came to every endpoint, always the same bytes, and again only after a kill or when it was asked."""
    began = min(chapter.ledger.kills, default=time.monotonic())
    for endpoint, (receiver, secret) in chapter.endpoints.items():
        arrivals = defaultdict(list)
        for arrival in receiver.snapshot():
            arrivals[arrival.id].append(arrival)
        for id in arrivals.keys() - chapter.events.keys():
            yield f"{id} came to {endpoint}, and there is no such event"
        for id, event in chapter.events.items():
            came = arrivals[id]
            taken = [arrival for arrival in came if 200 <= arrival.answer.status < 300 and not arrival.answer.reset]
            if not taken:
                yield f"{id} did not come to {endpoint}"
                continue
            if len({arrival.body for arrival in came}) != 1 or json.loads(came[-1].body) != event["body"]:
                yield f"{id} came to {endpoint} with other bytes"
            if not all(is_signed(arrival, secret) for arrival in came):
                yield f"{id} came to {endpoint} with a signature that does not hold"
            resends = [(at, ok) for of, to, at, ok in chapter.ledger.resends if (of, to) == (id, endpoint)]
            unexplained = sum(
                not any(first.time - 1 < kill < second.time for kill in chapter.ledger.kills)
                for first, second in pairwise(taken))
            if unexplained > len(resends):
                times = [round(arrival.time - began, 2) for arrival in taken]
                yield f"{id} came to {endpoint} at {times}, and again was asked for {len(resends)} times"
            if any(ok and taken[-1].time < at for at, ok in resends):
                yield f"{id} was to be sent again to {endpoint}, and was not"
    for delivery in chapter.api.deliveries():
        if delivery["status"] != "delivered":
            yield f"{delivery} is not delivered"


def unkept_answers(chapter):
    """Each key still has its answer, to the byte."""
    def again(asked):
        reply = chapter.api.request("POST", "/v1/sessions", asked.body, key=asked.key)
        if (reply.status, reply.body) != (asked.reply.status, asked.reply.body):
            return f"{asked.key} had {asked.reply}, and has {reply}"
        return None

    kept = [asked for asked in chapter.ledger.asked if asked.key and asked.reply.status in (201, 422, 504)]
    with ThreadPoolExecutor(4) as pool:
        yield from filter(None, pool.map(again, kept))


def wrong_files(chapter):
    """Every signed file is whole."""
    for asked in chapter.ledger.asked:
        session = chapter.sessions.get(asked.id)
        if session and asked.kind == "document" and session["status"] == "completed":
            file = chapter.api.get(f"/v1/sessions/{asked.id}/file").expect(200).body
            if file != asked.ending[1].encode() or not session["result"]["file"]["digest_verified"]:
                yield f"{asked.id} has another file"
