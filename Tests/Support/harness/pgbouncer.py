"""PgBouncer in transaction mode, before a database server."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from .postgresql import PASSWORD
from .waiting import eventually, free_port


class PgBouncer:
    """It has at most `size` connections to the server, however many come to it."""

    def __init__(self, server, size):
        self.port, self.folder = free_port(), Path(tempfile.mkdtemp(prefix="bouncer-", dir="/tmp"))
        (self.folder / "users").write_text(f'"postgres" "{PASSWORD}"\n')
        (self.folder / "settings").write_text(f"""\
[databases]
* = host=127.0.0.1 port={server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = plain
auth_file = {self.folder}/users
pool_mode = transaction
default_pool_size = {size}
""")
        self.folder.chmod(0o755)
        program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
        # It refuses to run as root.
        self.process = subprocess.Popen(
            [*server.user, "setpriv", "--pdeathsig", "INT", program, self.folder / "settings"], cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "wb"))
        eventually(lambda: server.answers(self.port), 20, what="PgBouncer")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
