"""Two nodes behind the proxies of docs/operations.md, with the very configurations that stand there."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from api import make_users
from chat import TRANSPORTS, Chat
from engines import free_port
from msgctl import REPOSITORY, eventually

PAGE = REPOSITORY / "docs/operations.md"


class Proxy:
    """What a client needs of a server, with a proxy at its address."""

    def __init__(self, kind, servers, directory):
        self.port = free_port()
        # By name: clients keep no cookies for bare addresses.
        self.url = f"http://localhost:{self.port}"
        self.http = None
        text = re.search(rf"```{kind}\n(.*?)```", PAGE.read_text(), re.DOTALL).group(1)
        for number, server in enumerate(servers):
            text = text.replace(f"10.0.0.1{number + 1}:3000", server.url.removeprefix("http://"))
        text = re.sub(r"(bind :|listen )8080", rf"\g<1>{self.port}", text)
        assert str(self.port) in text and "10.0.0." not in text
        path = directory / f"{kind}.conf"
        if kind == "haproxy":
            path.write_text(text)
            command = ["haproxy", "-db", "-f", path]
        else:
            logs = f"pid {directory}/nginx.pid; error_log {directory}/nginx.log; daemon off; worker_processes 1;"
            temporary = "".join(
                f"{name}_temp_path {directory}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            path.write_text(f"{logs}\nevents {{}}\nhttp {{\naccess_log off; {temporary}\n{text}\n}}\n")
            command = ["nginx", "-c", path]
        self.log = open(directory / f"{kind}.log", "wb")
        self.process = subprocess.Popen([str(part) for part in command], stdout=self.log, stderr=self.log)

    def answers(self):
        try:
            return httpx.get(f"{self.url}/api/health/live", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def close(self):
        if self.http is not None:
            self.http.close()
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


@pytest.fixture(params=["haproxy", "nginx"])
def cluster(request, site, tmp_path):
    """Two nodes and a proxy before them."""
    assert shutil.which(request.param), f"{request.param} is not installed; scripts/test installs it"
    servers = [site.serve("--only", "api"), site.serve("--only", "api")]
    proxy = Proxy(request.param, servers, Path(tmp_path))
    try:
        eventually(proxy.answers, 15, "the proxy does not answer")
        yield proxy, servers
    finally:
        proxy.close()


@pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS.keys())
def test_chat_through_the_proxy(cluster, transports):
    proxy, servers = cluster
    alice, bob = make_users(proxy, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    chats = [Chat(proxy, user.access, transports) for user in (alice, bob, alice, bob)]
    # One straight at each node, so that the events have a way to go in any case.
    straight = [Chat(server, bob.access, transports) for server in servers]
    for number in range(3):
        sent = alice.send(conversation, f"message {number}")
        for chat in chats + straight:
            chat.expect("message_received", id=sent["id"], within=10)
    answer = chats[1].send(conversation, "by socket")
    chats[0].expect("message_received", id=answer["message"]["id"])
    for chat in chats + straight:
        chat.close()


def test_clients_come_back_when_a_node_stops(cluster):
    """The other node takes them, and nothing that was acknowledged is missing."""
    proxy, servers = cluster
    alice, bob = make_users(proxy, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    before = alice.send(conversation, "before")["id"]
    assert servers[0].terminate() == 0

    def sends():
        answer = httpx.post(
            f"{proxy.url}/api/messages/send",
            json={"conversationId": conversation, "content": "after", "clientMessageId": "after"},
            headers={"authorization": f"Bearer {alice.access}"},
            timeout=30,
            trust_env=False,
        )
        return answer.status_code == 200 and answer.json()["data"]["id"]

    after = eventually(sends, 20, "nobody takes over")
    chat = eventually(lambda: reconnect(proxy, bob), 20, "nobody takes the sockets over")
    assert [message["id"] for message in bob.at(servers[1]).history(conversation)] == [before, after]
    last = alice.at(servers[1]).send(conversation, "last")["id"]
    chat.expect("message_received", id=last)
    chat.close()


def reconnect(proxy, user):
    try:
        return Chat(proxy, user.access)
    except Exception:  # whatever the client throws while the proxy has not noticed yet
        time.sleep(0.2)
        return None
