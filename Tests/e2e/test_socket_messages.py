"""Messages over sockets: who gets what, and what the acks say. The pair of transports is every pair."""

import itertools

import pytest

from chat import POLLING, TRANSPORTS, UPGRADE, WEBSOCKET
from checks import assert_message, assert_socket_failure, is_date

PAIRS = list(itertools.product(TRANSPORTS, TRANSPORTS))


@pytest.mark.parametrize("one,other", PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_two_people_talk(people, open_chat, one, other):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, b = open_chat(alice, TRANSPORTS[one]), open_chat(bob, TRANSPORTS[other])
    for sender, chat, receiver in ((alice, a, b), (bob, b, a)):
        answer = chat.send(conversation, f"from {sender.username} ☃")
        assert answer["success"] is True
        assert_message(answer["message"], sender, conversation, f"from {sender.username} ☃")
        arrived = receiver.expect("message_received")
        assert arrived == answer["message"]
    listed = alice.history(conversation)
    assert [m["content"] for m in listed] == [f"from {alice.username} ☃", f"from {bob.username} ☃"]


def test_a_group_and_a_direct_conversation_at_once(people, open_chat):
    """Two members on the two transports; a third person, who is no member, gets and reaches nothing."""
    alice, bob, mallory = people("alice", "bob", "mallory")
    group, direct = alice.group("Group", bob)["id"], alice.direct(bob)["id"]
    outside = alice.direct(mallory)["id"]
    a, b, m = open_chat(alice, POLLING), open_chat(bob, WEBSOCKET), open_chat(mallory, UPGRADE)
    first = a.send(group, "to the group")["message"]
    b.send(direct, "to one")
    assert b.expect("message_received")["conversationId"] == group
    assert a.expect("message_received")["conversationId"] == direct
    a.emit("typing_start", {"conversationId": group})
    b.expect("user_typing", conversationId=group)
    b.call("message_read", {"messageId": first["id"]})
    a.expect("message_read_by", messageId=first["id"])
    alice.delete(f"/api/messages/{first['id']}")
    b.expect("message_deleted", messageId=first["id"])

    for conversation in (group, direct):
        assert_socket_failure(m.call("join_room", conversation))
        assert_socket_failure(m.send(conversation, "intruding"))
    assert_socket_failure(m.call("message_read", {"messageId": first["id"]}))
    m.emit("typing_start", {"conversationId": group})
    m.expect("error")
    b.send(group, "after the intrusion")
    a.expect("message_received", content="after the intrusion")
    a.send(outside, "for you")
    m.expect("message_received", conversationId=outside)
    for name in (
        "message_received",
        "user_typing",
        "user_stop_typing",
        "message_read_by",
        "message_deleted",
        "conversation_created",
    ):
        for payload in m.seen(name):
            assert group not in str(payload) and direct not in str(payload), (name, payload)
    assert not a.seen("message_received", content="intruding") and not b.seen("message_received", content="intruding")
    assert "intruding" not in str(alice.history(group))


def test_not_to_the_sending_socket_but_to_the_users_others(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    first, second = open_chat(alice, WEBSOCKET), open_chat(alice, POLLING)
    sent = first.send(conversation, "from my first tab")["message"]
    assert second.expect("message_received") == sent
    second.send(conversation, "from my second tab")
    first.expect("message_received", content="from my second tab")
    assert first.seen("message_received", id=sent["id"]) == []


def test_what_rest_sends_reaches_everybody_and_the_other_way_round(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    chat = open_chat(bob)
    sent = alice.send(conversation, "by REST")
    assert chat.expect("message_received") == sent
    acked = chat.send(conversation, "by socket")["message"]
    assert alice.history(conversation)[-1]["id"] == acked["id"]


def test_in_order_and_each_once(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, polling, websocket = open_chat(alice), open_chat(bob, POLLING), open_chat(bob, WEBSOCKET)
    for i in range(200):
        a.emit("send_message", {"conversationId": conversation, "content": f"{i}"})
    for chat in (polling, websocket):
        chat.expect("message_received", content="199", within=20)
        assert [m["content"] for m in chat.seen("message_received")] == [f"{i}" for i in range(200)]
    assert [m["content"] for m in bob.history(conversation, limit=200)] == [f"{i}" for i in range(200)]
    assert a.seen("error") == []


def test_client_message_id_by_socket_and_rest(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, b = open_chat(alice), open_chat(bob)
    first = a.send(conversation, "once", clientMessageId="c-1")["message"]
    assert a.send(conversation, "once", clientMessageId="c-1")["message"]["id"] == first["id"]
    assert alice.send(conversation, "once", clientMessageId="c-1")["id"] == first["id"]
    a.send(conversation, "last")
    b.expect("message_received", content="last")
    assert len(b.seen("message_received", id=first["id"])) == 1, "a retry is not told twice"
    assert len(bob.history(conversation)) == 2


def test_read_receipts(people, open_chat):
    alice, bob, carol = people("alice", "bob", "carol")
    group = alice.group("Readers", bob, carol)["id"]
    a, b, c = open_chat(alice, POLLING), open_chat(bob, WEBSOCKET), open_chat(carol)
    message = a.send(group, "read me")["message"]["id"]
    assert b.call("message_read", {"messageId": message})["success"] is True
    for chat in (a, c):
        receipt = chat.expect("message_read_by")
        assert receipt["messageId"] == message
        assert receipt["readBy"] == {"id": bob.id, "username": bob.username}
        assert is_date(receipt["timestamp"])
    assert alice.history(group)[0]["readBy"][0]["user"] == bob.id
    carol.put(f"/api/messages/{message}/read")
    assert a.expect("message_read_by")["readBy"]["id"] == carol.id
    assert b.call("message_read", {"messageId": message})["success"] is True, "idempotent"


def test_deletion_is_told(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, b = open_chat(alice), open_chat(bob)
    message = a.send(conversation, "never mind")["message"]["id"]
    alice.delete(f"/api/messages/{message}")
    for chat in (a, b):
        told = chat.expect("message_deleted")
        assert told["messageId"] == message and told["conversationId"] == conversation
