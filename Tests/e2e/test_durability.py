"""An acknowledged message is stored: kill -9 of serve under load loses none and doubles none."""

import asyncio
import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import socketio

from api import make_users
from chat import Chat
from records import messages
from msgctl import eventually

SENDERS = 50
ENOUGH = 600


async def send_until_killed(server, users, conversation):
    """Every user sends as fast as it is answered; the server is killed when enough is acknowledged.
    Returns {clientMessageId: id} of what was acknowledged, {clientMessageId: (user, content)} of all that was tried."""
    acknowledged, tried, killed = {}, {}, asyncio.Event()

    async def run(number, user, client):
        count = 0
        while not killed.is_set():
            key, content = f"{number}-{count}", f"message {count} of sender {number}"
            tried[key] = (user, content)
            try:
                reply = await client.post(
                    "/api/messages/send",
                    headers={"authorization": f"Bearer {user.access}"},
                    json={"conversationId": conversation, "content": content, "clientMessageId": key},
                )
                body = reply.json()
            except (httpx.TransportError, ValueError):
                return
            assert reply.status_code == 200, body
            acknowledged[key] = body["data"]["id"]
            count += 1
            if len(acknowledged) >= ENOUGH and not killed.is_set():
                killed.set()
                server.popen.kill()

    limits = httpx.Limits(max_connections=SENDERS, max_keepalive_connections=SENDERS)
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=30, trust_env=False) as client:
        await asyncio.gather(*(run(number, user, client) for number, user in enumerate(users)))
    server.kill()
    return acknowledged, tried


def test_rest_senders(site):
    server = site.serve()
    users = make_users(server, *["sender"] * SENDERS)
    conversation = users[0].group("Everybody", *users[1:])["id"]
    acknowledged, tried = asyncio.run(send_until_killed(server, users, conversation))
    assert len(acknowledged) >= ENOUGH

    server = site.serve()
    assert site.records.integrity() == "ok"
    listed = users[0].at(server).whole_history(conversation, 200)
    contents = Counter(message["content"] for message in listed)
    ids = {message["id"]: message["content"] for message in listed}
    assert max(contents.values()) == 1, "something is there twice"
    for key, message in acknowledged.items():
        assert ids[message] == tried[key][1]
    assert set(contents) <= {content for _, content in tried.values()}

    unknown = [key for key in tried if key not in acknowledged]
    assert unknown, "the kill fell between two requests of everybody"
    for key in [*unknown, *list(acknowledged)[:20]]:
        user, content = tried[key]
        answer = user.at(server).send(conversation, content, clientMessageId=key)
        assert acknowledged.setdefault(key, answer["id"]) == answer["id"]
    listed = users[0].at(server).whole_history(conversation, 200)
    assert Counter(message["content"] for message in listed) == Counter(content for _, content in tried.values())
    assert len({message["id"] for message in listed}) == len(tried)


def test_socket_senders(site):
    """The same promise for acks on sockets."""
    server = site.serve()
    users = make_users(server, *["sender"] * 6)
    conversation = users[0].group("Everybody", *users[1:])["id"]
    chats = [Chat(server, user.access) for user in users]
    acknowledged = []

    def run(number):
        for count in itertools.count():
            content = f"message {count} of socket {number}"
            try:
                answer = chats[number].send(conversation, content, within=3)
            except (socketio.exceptions.SocketIOError, TimeoutError):
                return
            assert answer["success"] is True, answer
            acknowledged.append((answer["message"]["id"], content))
            if len(acknowledged) >= 300:
                server.popen.kill()

    with ThreadPoolExecutor(len(chats)) as pool:
        list(pool.map(run, range(len(chats))))
    assert len(acknowledged) >= 300
    server.kill()
    server = site.serve()
    listed = users[0].at(server).whole_history(conversation, 200)
    stored = {message["id"]: message["content"] for message in listed}
    assert len(stored) == len(listed)
    for message, content in acknowledged:
        assert stored[message] == content


def test_killed_again_and_again(site):
    """Five lives of one data directory; each acknowledged message is there in every later one."""
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    sent = []
    for life in range(5):
        user = alice.at(server)
        sent += [user.send(conversation, f"life {life}, message {i}")["id"] for i in range(5)]
        server.kill()
        server = site.serve()
        assert [m["id"] for m in alice.at(server).history(conversation)] == sent
    assert site.records.integrity() == "ok"


@pytest.mark.parametrize("what", ["users", "reads", "deletions", "sessions"])
def test_every_acknowledged_write_survives(site, what):
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    message = alice.send(conversation, "a message")["id"]
    if what == "users":
        (carol,) = make_users(server, "carol")
    elif what == "reads":
        bob.put(f"/api/messages/{message}/read")
    elif what == "deletions":
        alice.delete(f"/api/messages/{message}")
    else:
        bob.post("/api/auth/logout")
    server.kill()
    server = site.serve()
    if what == "users":
        assert carol.at(server).me()["id"] == carol.id
    elif what == "reads":
        assert alice.at(server).history(conversation)[0]["readBy"][0]["user"] == bob.id
    elif what == "deletions":
        assert bob.at(server).history(conversation) == []
        assert len(messages(site)) == 1, "deleted softly"
    else:
        bob.at(server).me(401)


def test_presence_does_not_survive_a_kill(site):
    """Nobody is online for ever because the server that knew it is gone."""
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    alice.direct(bob)
    Chat(server, bob.access).settle()
    server.kill()
    server = site.serve()
    alice = alice.at(server)

    def is_offline():
        people = alice.conversations()[0]["participants"]
        return not next(person for person in people if person["id"] == bob.id)["isOnline"]

    eventually(is_offline, 60, "a user of a dead server is still online", every=0.2)
