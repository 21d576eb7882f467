"""The program as a process."""

import os
import signal
import subprocess
import threading
from pathlib import Path

from .waiting import eventually


def program():
    """The path of the program under test."""
    path = os.environ.get("MARKSIGN_BRIDGE")
    if not path:
        raise RuntimeError("set MARKSIGN_BRIDGE to the program under test: .build/debug/marksign-bridge")
    return str(Path(path).resolve())


def environment(settings):
    """An environment that holds these settings and nothing else: {"poll.firstDelay": "1s"} is POLL_FIRST_DELAY=1s."""
    def name(key):
        return "".join("_" if c == "." else "_" + c if c.isupper() else c.upper() for c in key)

    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LD_LIBRARY_PATH") if key in os.environ}
    return kept | {name(key): str(value) for key, value in settings.items()}


def run(*arguments, settings=None, cwd=None, within=30):
    """Runs a command of the program to its end; gives its exit code and what it wrote."""
    return subprocess.run(
        [program(), *map(str, arguments)], env=environment(settings or {}), cwd=cwd, timeout=within,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


class Process:
    """The program while it runs. Everything that it writes is kept, also over several starts."""

    def __init__(self, arguments, settings, cwd):
        self.arguments, self.settings, self.cwd = list(map(str, arguments)), settings, cwd
        #: What else is in its environment, and the words before the program: ["prlimit", "--nofile=256"].
        self.variables, self.wrapper = {}, []
        self.running, self.output, self._lock, self._readers = None, [], threading.Lock(), []

    def spawn(self):
        """Starts the program, and does not wait for anything."""
        assert self.running is None or self.running.poll() is not None, "it runs already"
        self.running = subprocess.Popen(
            [*self.wrapper, program(), *self.arguments], env=environment(self.settings) | self.variables, cwd=self.cwd,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        reader = threading.Thread(target=self._read, args=(self.running.stdout,), daemon=True)
        reader.start()
        self._readers.append(reader)
        return self

    def _read(self, pipe):
        with pipe:
            for line in pipe:
                with self._lock:
                    self.output.append(line.decode(errors="replace").rstrip("\n"))

    @property
    def pid(self):
        return self.running.pid

    @property
    def is_running(self):
        return self.running is not None and self.running.poll() is None

    def lines(self):
        """What was written so far, a line each."""
        with self._lock:
            return list(self.output)

    def line(self, containing, within=20):
        """The first line that contains the text, as soon as there is one."""
        return eventually(lambda: next((line for line in self.lines() if containing in line), None), within,
                          what=f"a line with {containing!r}")

    def signal(self, number):
        self.running.send_signal(number)

    def state(self):
        """The letter that the kernel has for its state: S for asleep, T for stopped."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2][0]

    def exited(self, within=15):
        """Waits until it has ended and all that it wrote is here; gives its exit code."""
        code = self.running.wait(within)
        for reader in self._readers:
            reader.join(5)
        return code

    def fail_at(self, point=None, turn=1, stop=False):
        """Says where a debug build kills itself, or stops, from the next start on: the case of Failpoint.swift."""
        self.variables.pop("MARKSIGN_BRIDGE_FAILPOINT", None)
        if point:
            self.variables["MARKSIGN_BRIDGE_FAILPOINT"] = f"{point}:{turn}" + (":stop" if stop else "")

    def terminate(self, within=15):
        """SIGTERM; gives the exit code."""
        self.signal(signal.SIGTERM)
        return self.exited(within)

    def kill(self):
        """SIGKILL, in whatever state it is."""
        if self.is_running:
            self.signal(signal.SIGKILL)
        if self.running is not None:
            self.exited()

    def close(self):
        """Ends it; its last lines go to standard output, which is shown when the test has failed."""
        self.kill()
        print(f"--- {' '.join(self.arguments)}: the last of {len(self.output)} lines")
        print("\n".join(line[:500] for line in self.lines()[-40:]))
