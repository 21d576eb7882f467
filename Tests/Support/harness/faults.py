"""Faults of the machine: a disk that fails, a clock that jumps. They are played by a library under the program."""

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "shims/faults.c"

#: In the order of the page in faults.c; the last three are counts of what has happened.
FIELDS = ("fail_syncs", "fail_writes", "clock_offset", "weaken_commits",
          "failed_syncs", "failed_writes", "weakened_commits")


class Faults:
    """What goes wrong under a process: `faults.fail_syncs = 1`, and `faults.failed_syncs` tells how often it did."""

    def __init__(self, folder):
        library, page = Path(folder) / "faults.so", Path(folder) / "faults.page"
        compiler = shutil.which("clang") or shutil.which("cc")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        page.write_bytes(bytes(8 * len(FIELDS)))
        with page.open("r+b") as file:
            self.__dict__["_page"] = mmap.mmap(file.fileno(), 0)
        #: What a process needs in its environment to have these faults.
        self.__dict__["variables"] = {"LD_PRELOAD": str(library), "FAULTS": str(page)}

    def __getattr__(self, name):
        return struct.unpack_from("q", self._page, 8 * FIELDS.index(name))[0]

    def __setattr__(self, name, value):
        struct.pack_into("q", self._page, 8 * FIELDS.index(name), value)
