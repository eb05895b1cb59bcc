"""What a client missed while its connection was gone, with the reference client."""

import signal

import pytest

from api import make_users
from chat import Chat
from js_client import JSClient


@pytest.fixture
def open_js():
    opened = []

    def start(user, **auth):
        client = JSClient(user, **{"recovery": True, **auth})
        opened.append(client)
        return client

    yield start
    for client in opened:
        client.close()


def contents(events):
    return [event["args"][0]["content"] for event in events if event["event"] == "message_received"]


def next_contents(client, count):
    return [client.event("message_received")[0]["content"] for _ in range(count)]


def test_what_was_missed_comes_once_and_in_order(people, open_js):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    client = open_js(alice)
    first, _ = client.connect()
    assert first["recovered"] is False
    bob.send(conversation, "seen")
    message, offset = client.event("message_received")
    assert message["content"] == "seen" and isinstance(offset, str)
    for number in range(3):
        client.lose()
        for letter in "ab":
            bob.send(conversation, f"missed {number}{letter}")
        again, missed = client.connect()
        assert again["recovered"] is True and again["id"] == first["id"]
        assert contents(missed) == [f"missed {number}a", f"missed {number}b"]
    bob.send(conversation, "live")
    assert next_contents(client, 1) == ["live"]


def test_before_the_first_event(people, open_js):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    client = open_js(alice)
    client.connect()
    client.lose()
    bob.send(conversation, "missed")
    again, missed = client.connect()
    assert again["recovered"] is True and contents(missed) == ["missed"]


def test_a_conversation_that_one_was_taken_out_of_meanwhile(people, open_js):
    alice, bob, carol = people("alice", "bob", "carol")
    left, kept = alice.group("Left", bob, carol)["id"], alice.group("Kept", bob, carol)["id"]
    client = open_js(carol)
    client.connect()
    client.lose()
    bob.send(left, "not for carol any more")
    bob.send(kept, "for carol")
    alice.remove(left, carol)
    again, missed = client.connect()
    assert contents(missed) == ["for carol"]


def test_who_is_logged_out_gets_nothing(people, open_js):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    client = open_js(alice)
    client.connect()
    client.lose()
    bob.send(conversation, "secret")
    alice.post("/api/auth/logout", {})
    client.try_connect()
    assert "Authentication error" in client.next("connect_error")["message"]


def test_another_user_gets_nothing_of_the_first(people, open_js):
    alice, bob, carol = people("alice", "bob", "carol")
    conversation = alice.direct(bob)["id"]
    client = open_js(alice)
    first, _ = client.connect()
    client.lose()
    bob.send(conversation, "for alice")
    again, missed = client.connect(token=f"Bearer {carol.access}")
    assert again["recovered"] is False and again["id"] != first["id"] and missed == []


def test_who_does_not_ask_gets_no_offsets(people, open_js):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    client = open_js(alice, recovery=False)
    client.connect()
    bob.send(conversation, "plain")
    assert len(client.event("message_received")) == 1


@pytest.mark.embedded
def test_stored_messages_outlive_the_process(site, open_js):
    """A client that comes back to another process gets every message that it missed, once."""
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    one, two = alice.direct(bob)["id"], alice.group("Two", bob)["id"]
    client = open_js(alice)
    client.connect()
    bob.send(one, "seen")
    assert next_contents(client, 1) == ["seen"]
    client.lose()
    server.kill()
    server = site.serve()
    bob = bob.at(server)
    sent = []
    for number in range(20):
        sent.append(f"missed {number}")
        bob.send(one if number % 3 else two, sent[-1])
    again, before = client.connect(server)
    assert again["recovered"] is False and before == []
    assert next_contents(client, 20) == sent
    bob.send(one, "live")
    assert next_contents(client, 1) == ["live"]


@pytest.mark.parametrize("offset", ["other.1.zzzzzzzz", "other.1", 7])
def test_an_offset_that_nobody_can_have(people, server, offset):
    """The first is of a time to come."""
    alice, bob = people("alice", "bob")
    bob.send(alice.direct(bob)["id"], "stored")
    chat = Chat(server, auth={"token": f"Bearer {alice.access}", "recovery": True, "pid": "other", "offset": offset})
    assert chat.expect("resync") == {"reason": "missedEvents"}
    chat.close()


@pytest.mark.embedded
def test_more_than_can_be_told(site, open_js):
    """Too much to send again, or an offset that says too little: the client has to read anew, and is told so."""
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    client = open_js(alice)
    client.connect()
    client.lose()
    server.kill()
    server = site.serve()
    client.connect(server)
    # It never had an event, so nobody knows since when it misses them.
    assert client.event("resync")[0] == {"reason": "missedEvents"}
    bob = bob.at(server)
    bob.send(conversation, "seen")
    assert next_contents(client, 1) == ["seen"]
    client.lose()
    server.kill()
    server = site.serve()
    bob = bob.at(server)
    for number in range(501):
        bob.send(conversation, str(number))
    client.connect(server)
    assert client.event("resync")[0] == {"reason": "missedEvents"}
    bob.send(conversation, "live")
    assert next_contents(client, 1) == ["live"]
