"""A PostgreSQL server of the tests' own, for services that keep their store there."""

import atexit
import glob
import itertools
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from .waiting import eventually, free_port

PASSWORD = "correct-horse"
_numbers = itertools.count()


class PostgreSQL:
    """A server with the settings of production, on a port of 127.0.0.1; it ends with this process."""

    _shared, _lock = None, threading.Lock()

    @classmethod
    def shared(cls):
        """One server for all tests that do not stop it."""
        with cls._lock:
            if cls._shared is None:
                cls._shared = cls()
                atexit.register(cls._shared.close)
            return cls._shared

    def __init__(self):
        self.programs = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.port = free_port()
        # The programs refuse to run as root.
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        password = self.folder / "password"
        password.write_text(PASSWORD)
        # Only the making of the folder goes without flushing: it has nothing to lose yet.
        self._run([self.programs / "initdb", "--no-sync", "-D", self.folder / "data", "-U", "postgres", "-A",
                   "scram-sha-256", f"--pwfile={password}", "--locale=C", "-E", "UTF8"])
        death = ["setpriv", "--pdeathsig", "INT"]
        self.process = subprocess.Popen(
            [*self.user, *death, self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port),
             "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}",
             "-c", "max_connections=300"],
            cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "ab"))
        eventually(self._answers, 60, what="the database server")

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

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, stdin=subprocess.DEVNULL).returncode == 0

    def _run(self, command, input=""):
        user = self.user if command[0].name == "initdb" else []
        done = subprocess.run([*user, *command], input=input, capture_output=True, text=True, cwd="/", timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout
