"""A connection on which a test says every byte itself."""

import http.client
import socket

from .api import Reply


class RawConnection:
    """A TCP connection to a port of this machine."""

    def __init__(self, port, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.socket.close()

    def send(self, data):
        """Sends; whether the other side still takes it."""
        try:
            self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        except OSError:
            return False
        return True

    def reply(self, method="GET"):
        """The next answer; None when the connection ended without one."""
        response = http.client.HTTPResponse(self.socket, method=method)
        try:
            response.begin()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except (http.client.BadStatusLine, ConnectionError):
            return None
        finally:
            response.close()

    def is_closed(self):
        """Whether the other side ends the connection, within the timeout."""
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True
