"""How the upstream answers a session: drawn by a seed, and known before."""

from base64 import b64encode

from harness import step

ERRORS = {40020: "user_refused", 40021: "session_expired", 40022: "document_unusable"}


def draw_ending(random, marker, kind):
    """How a session ends, and the steps that make it."""
    if random.random() < 0.3:
        code = random.choice(list(ERRORS))
        return ("failed", ERRORS[code]), step("error", code=code)
    if kind == "hash":
        value = b64encode(marker.encode()).decode()
        return ("completed", value), step("ok", signature_value=value)
    # Now and then a file of several parts.
    size = random.choice([40, 4000, 4000, 2_500_000])
    content = f"%PDF-1.4 {marker} " + "x" * size
    return ("completed", content), step("ok", content=content)


def draw_polls(random, last):
    """What is answered before the end: faults never change it."""
    steps = [step("waiting", until=random.choice([0, 0.3, 1, 3]))]
    if random.random() < 0.3:
        steps.append(random.choice([step("html", status=502), step("reset"), step("cut"), step("empty"),
                                    step("error", code=50000)]))
    return [*steps, last]


def draw_start(random):
    """How a start is answered: mostly well."""
    lot = random.random()
    if lot < 0.8:
        return "start", step("start", delay=random.choice([0, 0.05, 0.3]))
    if lot < 0.9:
        return "refused", step("error", code=40401)
    if lot < 0.95:
        return "error", step("error", code=50000)
    return "lost", step(random.choice(["reset", "cut"]), of=step("start"))
