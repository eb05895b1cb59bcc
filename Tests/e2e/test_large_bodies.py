"""A body that is too long is answered so that its sender sees the answer, and `Expect` before it is sent."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest
import requests

from checks import assert_failure

pytestmark = pytest.mark.embedded
LOGIN = "/api/auth/login"
HEAD = f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class Connection:
    def __init__(self, server):
        address = urlsplit(server.url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=20)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def head(self):
        """The next answer's status and header fields; its body stays in `received`."""
        while b"\r\n\r\n" not in self.received:
            more = self.socket.recv(65536)
            assert more, f"closed after {self.received!r}"
            self.received += more
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.decode().lower()

    def rest(self):
        """What comes until the server closes its side; a reset connection is an error."""
        while more := self.socket.recv(65536):
            self.received += more
        return self.received


@pytest.mark.parametrize("size", [200_000, 2_000_000, 20_000_000])
def test_clients_that_send_all_before_they_read_get_the_answer(server, size):
    body = b'{"email":"' + b"x" * size
    headers = {"Content-Type": "application/json"}
    for answer in (
        requests.post(f"{server.url}{LOGIN}", data=body, headers=headers, timeout=30),
        requests.post(f"{server.url}{LOGIN}", data=iter([body] * 2), headers=headers, timeout=30),
        httpx.post(f"{server.url}{LOGIN}", content=body, headers=headers, timeout=30, trust_env=False),
    ):
        assert answer.status_code == 413
        assert_failure(answer.json(), "POST", LOGIN)
        assert answer.headers["connection"] == "close"


def test_the_answer_does_not_wait_for_the_body(server):
    with Connection(server) as connection:
        connection.send(HEAD + "Content-Length: 5000000\r\n\r\n{")
        status, _ = connection.head()
        assert status == 413
        for _ in range(50):
            connection.send(b"x" * 65536)
        connection.socket.shutdown(socket.SHUT_WR)
        assert b"payload_too_large" in connection.rest()


def test_a_client_that_never_stops_sending_is_cut_off(server):
    with Connection(server) as connection:
        connection.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        with pytest.raises(ConnectionError):
            for _ in range(16 * 1024):
                connection.send(chunk)


def test_expect_is_answered_before_the_body_is_sent(server):
    with Connection(server) as connection:
        connection.send(HEAD + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert connection.head()[0] == 100
        connection.send("{}")
        assert connection.head()[0] == 400
    with Connection(server) as connection:
        connection.send(HEAD + "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n")
        status, head = connection.head()
        assert status == 413 and "connection: close" in head
    with Connection(server) as connection:
        connection.send(HEAD + "Expect: the-unexpected\r\nContent-Length: 2\r\n\r\n")
        status, head = connection.head()
        assert status == 417 and "connection: close" in head


def test_polls_may_have_longer_bodies_than_the_api(server):
    """Up to realtime.max_payload; here to a session that is not."""
    with Connection(server) as connection:
        path = "/socket.io/?EIO=4&transport=polling&sid=unknown"
        connection.send(f"POST {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n\r\n")
        assert connection.head()[0] == 100
        connection.send(b"4" * 500_000)
        assert connection.head()[0] == 400
    with Connection(server) as connection:
        connection.send(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n")
        assert connection.head()[0] == 413


def test_the_time_for_a_request_is_configured(site):
    server = site.serve("--only", "api", MSGCTL_SERVER_REQUEST_TIMEOUT="1s", MSGCTL_SERVER_IDLE_TIMEOUT="1s")
    with Connection(server) as connection:
        connection.send(HEAD + "Content-Length: 2\r\n\r\n{")
        assert connection.head()[0] == 408
        assert connection.rest() == b""
    with Connection(server) as connection:
        connection.send("GET /api/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.head()[0] == 200
        assert b"alive" in connection.rest(), "and then it is closed"
