"""What a process asks of the kernel, and in which order: by strace."""

import re
import shutil
from typing import NamedTuple

from .waiting import eventually

#: What reaches the disk, and what leaves the process.
CALLS = "pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg"

LINE = re.compile(r"(?P<thread>\d+) +(?:(?P<resumed><\.\.\. (\w+) resumed>)|(?P<name>\w+)\()(?P<rest>.*)")
ENDED = re.compile(r"\) += (?P<result>-?\d+)[^)]*$")


class Call(NamedTuple):
    """A system call: its arguments as strace writes them, and the numbers of the lines where it began and ended."""

    name: str
    arguments: str
    result: int
    began: int
    ended: int


class Trace:
    """Traces a Process of the harness: make it, start the process, end the process, read the calls."""

    def __init__(self, process, folder):
        assert shutil.which("strace"), "strace is missing: install the package strace"
        self.file = folder / "strace.txt"
        # As a grandchild, so that the process is the one that the harness knows. Whole pages, file names.
        process.wrapper = ["strace", "-D", "-f", "-y", "-s", "9000", "-e", f"trace={CALLS}", "-e", "signal=none",
                           "-o", str(self.file)]
        self.process = process

    def start(self):
        """Starts the process; fails when it may not be traced."""
        try:
            self.process.start()
        except AssertionError as error:
            raise AssertionError(f"strace may not trace here, so nothing is shown of power loss: {error}") from None
        eventually(lambda: self.file.exists() and self.file.stat().st_size, 10, what="a trace")

    def calls(self):
        """All calls, in the order in which they ended; the process must have ended."""
        eventually(lambda: "+++ exited with" in self.file.read_text(errors="replace")[-200:], 20, what="the last line")
        calls, open_calls = [], {}
        for number, line in enumerate(self.file.read_text(errors="replace").splitlines()):
            found = LINE.match(line)
            if not found:
                continue
            rest, thread = found["rest"], found["thread"]
            if rest.endswith("<unfinished ...>"):
                open_calls[thread] = (found["name"], rest, number)
                continue
            name, began = found["name"], number
            if found["resumed"] and thread in open_calls:
                name, first, began = open_calls.pop(thread)
                rest = first + rest
            ended = ENDED.search(rest)
            if ended and name:
                calls.append(Call(name, rest[:ended.start()], int(ended["result"]), began, number))
        return calls
