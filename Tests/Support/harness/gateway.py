"""nginx as the gateway before several instances."""

import subprocess
from pathlib import Path

from .api import Api
from .waiting import eventually, free_port

# A request goes to the next instance when it reached none, or when it may be repeated: nginx never repeats a POST that
# it has sent. So a start is not sent twice because an instance died of it; its client repeats it, with its key. For the
# same reason there are no kept connections: one that ends just then would break a POST for nothing.
#
# An instance that is stopped takes connections and says nothing; only active checks of /health/ready would notice.
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream bridge {{
{servers}
    }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 96m;
        location / {{
            proxy_pass http://bridge;
            proxy_http_version 1.1;
            proxy_connect_timeout 2s;
            proxy_read_timeout 75s;
            proxy_next_upstream error timeout http_503;
        }}
    }}
}}
"""


class Gateway:
    """A running nginx over these ports of 127.0.0.1; it ends with this process."""

    def __init__(self, folder, ports):
        self.folder, self.port = Path(folder), free_port()
        self.folder.mkdir(parents=True)
        servers = "\n".join(f"        server 127.0.0.1:{port} max_fails=2 fail_timeout=2s;" for port in ports)
        configuration = self.folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=self.folder, port=self.port, servers=servers))
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "/usr/sbin/nginx", "-e", self.folder / "nginx.log", "-c", configuration],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self._answers, 10, what="nginx")

    def _answers(self):
        assert self.process.poll() is None, (self.folder / "nginx.log").read_text()
        try:
            return Api(self.port, "none").get("/v1/sessions").status
        except OSError:
            return None

    def api(self, key):
        return GatewayApi(self.port, key)

    def close(self):
        code = self.process.poll()
        self.process.kill()
        self.process.wait()
        print(f"--- nginx: {'ended with ' + str(code) if code is not None else 'the last lines'}")
        print("\n".join((self.folder / "nginx.log").read_text().splitlines()[-10:]))


class NoAnswer(OSError):
    """The gateway says that no instance has answered."""


class GatewayApi(Api):
    """The API through a gateway, as one uses it who does not wait for an instance that is stopped."""

    def request(self, *arguments, timeout=6, **options):
        reply = super().request(*arguments, timeout=timeout, **options)
        # Whatever an instance answers, it is never a page.
        if reply.headers.get("content-type") == "text/html":
            raise NoAnswer(reply.status)
        return reply
