"""A PostgreSQL server of the tests' own, for services that keep their store there."""

import atexit
import glob
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from .waiting import eventually, free_port

PASSWORD = "correct-horse"
_numbers = itertools.count()


class PostgreSQL:
    """A server with the settings of production, on a port of 127.0.0.1; it ends with the thread that started it."""

    _shared, _lock = None, threading.Lock()

    @classmethod
    def shared(cls):
        """One server for all tests that do not stop it."""
        with cls._lock:
            if cls._shared is None:
                cls._shared = cls()
                atexit.register(cls._shared.close)
            return cls._shared

    def __init__(self, *settings, files=None):
        """`settings` are such as "ssl=on"; `files` are put into the folder of the data, by name."""
        self.programs = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.settings, self.port = settings, free_port()
        # The programs refuse to run as root.
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        self._give(self.folder)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        # Only the making of the folder goes without flushing: it has nothing to lose yet.
        self._run([self.programs / "initdb", "--no-sync", "-D", self.folder / "data", "-U", "postgres", "-A",
                   "scram-sha-256", f"--pwfile={password}", "--locale=C", "-E", "UTF8"])
        for name, content in (files or {}).items():
            path = self.folder / "data" / name
            path.write_text(content)
            path.chmod(0o600)
            self._give(path)
        self.start()

    def start(self):
        """Starts the server, and waits until it answers."""
        options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}", "max_connections=300",
                   *self.settings]
        self.process = subprocess.Popen(
            [*self.user, "setpriv", "--pdeathsig", "INT", self.programs / "postgres", "-D", self.folder / "data",
             "-p", str(self.port), *(word for option in options for word in ("-c", option))],
            cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "ab"))
        eventually(self._has_started, 60, what="the database server")

    def stop(self, mode="fast"):
        """Stops the server: "fast" ends what runs, "immediate" is a crash. It may be started again."""
        self.process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        self.process.wait(60)

    def new_database(self):
        """The URL of an empty database."""
        name = f"bridge{os.getpid()}n{next(_numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database="postgres", user="postgres", password=PASSWORD, port=None):
        return f"postgres://{user}:{password}@127.0.0.1:{port or self.port}/{database}"

    def sql(self, text, url=None):
        """What statements print."""
        return self._run([self.programs / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", url or self.url()], input=text)

    def dump(self, url):
        """All that can be read in a database, its bytes as hexadecimal digits."""
        return self._run([self.programs / "pg_dump", "--inserts", url])

    @contextmanager
    def held(self, sql, url):
        """A session elsewhere that has begun a transaction, done that in it, and idles."""
        with subprocess.Popen([self.programs / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", url], cwd="/", text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
            try:
                session.stdin.write(f"BEGIN; {sql}; SELECT 'held';\n")
                session.stdin.flush()
                while session.stdout.readline() != "held\n":
                    assert session.poll() is None, "the transaction was not begun"
                yield
            finally:
                session.kill()

    def close(self):
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self, port=None):
        """Whether it lets anybody in, also by the port of something between."""
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port or self.port)]
        return subprocess.run(ready, stdin=subprocess.DEVNULL).returncode == 0

    def _has_started(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        return self.answers()

    def _give(self, path):
        if self.user:
            shutil.chown(path, "postgres", "postgres")

    def _run(self, command, input=""):
        user = self.user if command[0].name == "initdb" else []
        done = subprocess.run([*user, *command], input=input, capture_output=True, text=True, cwd="/", timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout
