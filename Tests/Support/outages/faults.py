"""The ways in which a database goes away, and comes back.

Each is a function of the world and of how many seconds it lasts. It returns when the fault is over.
"""

#: Tables without which nothing goes on: whoever locks them stops everything.
TABLES = "session, delivery, meta, instance"


def stopped(mode):
    """The server is stopped, and started again."""
    def fault(world, seconds):
        world.server.stop(mode)
        try:
            world.await_unready()
            world.stay(seconds)
        finally:
            world.server.start()
    return fault


def terminated(world, seconds):
    """Once a second, all connections of the role are ended."""
    for _ in range(seconds):
        ended = world.server.sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'bridge'")
        world.note(f"{int(ended)} connections ended")
        world.stay(1)


def link(order, instances=slice(None), unready=True):
    """Something between the instances and the server obeys an order, and then passes all again."""
    def fault(world, seconds):
        for proxy in world.proxies[instances]:
            proxy.tell(order)
        try:
            if unready:
                world.await_unready(instances)
            world.stay(seconds)
        finally:
            for proxy in world.proxies[instances]:
                proxy.tell("pass")
    return fault


def read_only(world, seconds):
    """The server takes no writes, as one that was the primary before a failover, and later does."""
    world.server.sql("ALTER SYSTEM SET default_transaction_read_only = on; SELECT pg_reload_conf()")
    try:
        world.await_unready()
        world.stay(seconds)
    finally:
        world.server.sql("SET default_transaction_read_only = off; "
                         "ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf()")


def held(sql):
    """A transaction elsewhere that has done that, and then idles: nothing goes on."""
    def fault(world, seconds):
        with world.server.held(sql, world.url):
            world.await_unready()
            world.stay(seconds)
    return fault


def aside(sql):
    """A transaction elsewhere that has done that, and then idles: new sessions do not need the same."""
    def fault(world, seconds):
        with world.server.held(sql, world.url):
            world.serve_meanwhile(seconds)
    return fault


def endless(sql):
    """A transaction elsewhere that lets no session end. Whether the service is ready meanwhile is not promised."""
    def fault(world, seconds):
        with world.server.held(sql, world.url):
            world.stay(seconds)
    return fault


SESSIONS = "SELECT 1 FROM session FOR UPDATE"
ENDPOINTS = "SELECT 1 FROM endpoint FOR UPDATE"

#: What happens: the function, and how many seconds it lasts in the short and in the long form.
FAULTS = {
    "a restart": (stopped("fast"), 0, 10),
    "a crash": (stopped("immediate"), 0, 10),
    "its connections ended every second": (terminated, 10, 60),
    "a dead link": (link("swallow"), 5, 60),
    "a dead link of one instance": (link("swallow", slice(1)), 5, 60),
    "a link that is stuck": (link("hold"), 5, 60),
    "connections cut at once": (link("refuse"), 2, 60),
    "a server that only reads": (read_only, 5, 60),
    "tables locked elsewhere": (held(f"LOCK TABLE {TABLES} IN ACCESS EXCLUSIVE MODE"), 5, 60),
    "sessions locked elsewhere": (aside(SESSIONS), 8, 60),
    "sessions and endpoints locked elsewhere": (endless(f"{SESSIONS}; {ENDPOINTS}"), 8, 60),
    "a transaction that idles elsewhere": (aside("SELECT txid_current(), count(*) FROM session"), 8, 60),
    "a server that is away": (stopped("fast"), 20, 600),
}
