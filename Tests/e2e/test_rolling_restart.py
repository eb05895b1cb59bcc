"""Two nodes behind HAProxy are restarted one after the other while people talk: what fails, one retry mends."""

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from api import make_users
from chat import Chat
from msgctl import eventually
from test_proxies import Proxy

PEOPLE = 6
# What a client waits before its one retry.
PAUSE = 1.0

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def cluster(site, tmp_path):
    assert shutil.which("haproxy"), "haproxy is not installed; scripts/test installs it"
    servers = [site.serve("--only", "api"), site.serve("--only", "api")]
    proxy = Proxy("haproxy", servers, Path(tmp_path))
    try:
        eventually(proxy.answers, 15, "the proxy does not answer")
        yield proxy, servers
    finally:
        proxy.close()


class Client:
    """One person's program: it sends, and reads, and tries once more what fails."""

    def __init__(self, proxy, user, conversation, stopped):
        self.user, self.conversation, self.stopped = user, conversation, stopped
        self.http = httpx.Client(base_url=proxy.url, timeout=30, trust_env=False)
        self.acknowledged, self.requests, self.retries = [], 0, 0

    def attempt(self, method, path, **options):
        """The answer, or what came in its place."""
        try:
            headers = {"authorization": f"Bearer {self.user.access}"}
            answer = self.http.request(method, path, headers=headers, **options)
        except httpx.TransportError as error:
            return None, repr(error)
        return (answer.json(), None) if answer.status_code == 200 else (None, f"{answer.status_code} {answer.text[:300]}")

    def call(self, method, path, **options):
        self.requests += 1
        body, first = self.attempt(method, path, **options)
        if body is not None:
            return body
        self.retries += 1
        time.sleep(PAUSE)
        body, second = self.attempt(method, path, **options)
        assert body is not None, f"{method} {path}: {first}; once more: {second}"
        return body

    def run(self):
        number = 0
        try:
            while not self.stopped.is_set():
                name = f"{self.user.username}-{number}"
                body = {"conversationId": self.conversation, "content": name, "clientMessageId": name}
                self.acknowledged.append(self.call("POST", "/api/messages/send", json=body)["data"]["id"])
                self.call("GET", f"/api/messages/{self.conversation}", params={"limit": 5})
                number += 1
        finally:
            self.http.close()


class Listener:
    """A tab of a person, which connects again on its own, as browsers' clients do, and then looks what it missed."""

    def __init__(self, proxy, user, conversation):
        import socketio

        self.user, self.proxy, self.conversation = user, proxy, conversation
        self.received, self.connects, self.lock = set(), 0, threading.Lock()
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1, randomization_factor=0)
        self.client.on("message_received", self.arrived)
        self.client.on("connect", self.connected)
        self.client.connect(proxy.url, auth={"token": f"Bearer {user.access}"}, wait_timeout=10)

    def arrived(self, message):
        with self.lock:
            self.received.add(message["id"])

    def connected(self):
        with self.lock:
            self.connects += 1

    def close(self):
        self.client.disconnect()


def restart(site, server):
    """In good order: told to end, gone with 0, there again at the same address, ready."""
    assert server.terminate() == 0
    again = site.serve("--only", "api", "--port", server.url.rsplit(":", 1)[1])
    assert again.url == server.url

    def ready():
        return httpx.get(f"{again.url}/api/health/ready", trust_env=False).status_code == 200

    eventually(ready, 20, "the node is not ready")
    return again


def test_both_nodes_are_restarted_under_load(cluster, site):
    proxy, servers = cluster
    users = make_users(proxy, *["roller"] * PEOPLE)
    conversation = users[0].group("Rolling", *users[1:])["id"]
    stopped = threading.Event()
    clients = [Client(proxy, user, conversation, stopped) for user in users]
    listeners = [Listener(proxy, user, conversation) for user in users]
    witness = {name: Chat(server, users[0].access) for name, server in zip("ab", servers)}

    def sent():
        return sum(len(client.acknowledged) for client in clients)

    def progress(count):
        before = sent()
        eventually(lambda: sent() >= before + count, 60, "nobody gets on")

    with ThreadPoolExecutor(PEOPLE) as pool:
        running = [pool.submit(client.run) for client in clients]
        try:
            progress(50)
            nodes = []
            for name, server in zip("ab", servers):
                nodes.append(restart(site, server))
                witness[name].expect_close()
                progress(50)
        finally:
            stopped.set()
        for client in running:
            client.result(90)

    requests, retries = sum(c.requests for c in clients), sum(c.retries for c in clients)
    print(f"{requests} requests while both nodes were restarted, {retries} tried once more")
    acknowledged = [name for client in clients for name in client.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)), "two sends were answered with one message"
    stored = users[0].at(nodes[0]).whole_history(conversation, 200)
    # Nothing is lost, and a retry of a send that was stored has stored nothing more.
    assert sorted(message["id"] for message in stored) == sorted(acknowledged)
    assert len({message["content"] for message in stored}) == len(stored)

    # Every tab is on a node of the new ones, and hears what is said at either.
    for listener in listeners:
        eventually(lambda: listener.client.connected, 20, "a tab did not come back")
    for node in nodes:
        last = users[0].at(node).send(conversation, f"at {node.url}")["id"]
        for listener in listeners:
            eventually(lambda: last in listener.received, 20, "a tab hears nothing")
    assert all(listener.connects >= 2 for listener in listeners), "a tab stayed where nobody is any more"
    for listener in listeners:
        listener.close()
