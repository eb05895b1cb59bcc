"""Sending, reading, deleting."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import assert_listed_message, assert_message, bad_fields

NOBODY = "0123456789abcdef01234567"
DENIED = {403, 404}


@pytest.fixture
def pair(people):
    alice, bob = people("alice", "bob")
    return alice, bob, alice.direct(bob)["id"]


def test_send(pair):
    alice, bob, conversation = pair
    data = alice.send(conversation, "Hello, world!")
    assert_message(data, alice, conversation, "Hello, world!")
    assert data["messageType"] == "user"
    (listed,) = bob.history(conversation)
    assert_listed_message(listed)
    assert listed["id"] == data["id"] and listed["content"] == "Hello, world!"
    assert listed["sender"]["_id"] == alice.id and listed["sender"]["username"] == alice.username
    assert listed["conversation"] == conversation and listed["messageType"] == "user"


@pytest.mark.parametrize(
    "content,stored",
    [
        ("  trimmed \n", "trimmed"),
        ("x" * 1000, "x" * 1000),
        ("  " + "é" * 1000 + "  ", "é" * 1000),
        ("👩‍👩‍👧 مرحبا ‮ 日本語", "👩‍👩‍👧 مرحبا ‮ 日本語"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("<script>alert('x')</script> & \"quotes\" \\", "<script>alert('x')</script> & \"quotes\" \\"),
        ("'; DROP TABLE messages; --", "'; DROP TABLE messages; --"),
        ("null", "null"),
    ],
)
def test_content_is_kept_as_it_is(pair, content, stored):
    alice, bob, conversation = pair
    assert alice.send(conversation, content)["content"] == stored
    assert bob.history(conversation)[-1]["content"] == stored


@pytest.mark.parametrize("content", ["", "   \n\t ", "x" * 1001, None, 7, ["x"], {"a": 1}, True])
def test_bad_content(pair, content):
    alice, bob, conversation = pair
    body = alice.post("/api/messages/send", {"conversationId": conversation, "content": content}, 400)
    assert bad_fields(body) == {"content"}
    assert bob.history(conversation) == []


def test_every_bad_field_is_named(pair):
    alice, _, _ = pair
    body = alice.post("/api/messages/send", {}, 400)
    assert bad_fields(body) == {"content", "conversationId"}
    body = alice.post("/api/messages/send", {"content": "", "conversationId": "xyz", "clientMessageId": 7}, 400)
    assert bad_fields(body) == {"content", "conversationId", "clientMessageId"}
    alice.send(NOBODY, "to nobody", DENIED)


def test_client_message_id_makes_a_retry_one_message(pair):
    alice, bob, conversation = pair
    first = alice.send(conversation, "once", clientMessageId="retry-1")
    assert alice.send(conversation, "once", clientMessageId="retry-1")["id"] == first["id"]
    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(lambda _: alice.send(conversation, "race", clientMessageId="retry-2")["id"], range(10)))
    assert len(ids) == 1
    assert bob.send(conversation, "bob's own", clientMessageId="retry-1")["id"] != first["id"], "unique per sender"
    assert [m["content"] for m in bob.history(conversation)] == ["once", "race", "bob's own"]


def test_a_retry_into_another_conversation_shows_nothing_of_it(people):
    """A clientMessageId used before is either answered with that first message or refused, never a second message."""
    alice, bob, carol = people("alice", "bob", "carol")
    first = alice.send(alice.direct(bob)["id"], "for bob", clientMessageId="same")
    again = alice.send(alice.direct(carol)["id"], "for carol", {200, 400, 409}, clientMessageId="same")
    if again is not None:
        assert again["id"] == first["id"]
    assert carol.history(alice.direct(carol)["id"]) == []


@pytest.mark.parametrize("bad", ["", "x" * 5000, ["a"], {}, "nul\u0000"])
def test_bad_client_message_ids(pair, bad):
    alice, _, conversation = pair
    body = alice.post(
        "/api/messages/send", {"conversationId": conversation, "content": "x", "clientMessageId": bad}, 400
    )
    assert bad_fields(body) == {"clientMessageId"}


def test_reading_is_idempotent(pair):
    alice, bob, conversation = pair
    message = alice.send(conversation, "read me")["id"]
    assert bob.conversation(conversation)["unreadCount"] == 1
    bob.put(f"/api/messages/{message}/read")
    (mark,) = bob.history(conversation)[0]["readBy"]
    assert mark["user"] == bob.id
    bob.put(f"/api/messages/{message}/read")
    assert alice.history(conversation)[0]["readBy"] == [mark], "the first reading counts"
    assert bob.conversation(conversation)["unreadCount"] == 0


def test_reading_what_is_not_there(pair):
    alice, _, _ = pair
    alice.put(f"/api/messages/{NOBODY}/read", {403, 404})
    for bad in ("xyz", NOBODY + "0", "-1"):
        body = alice.put(f"/api/messages/{bad}/read", 400)
        assert {error["location"] for error in body["errors"]} == {"params"}


def test_deleting_is_for_the_sender_and_moderators(pair, people, shared_site):
    alice, bob, conversation = pair
    (judge,) = people("judge")
    message = alice.send(conversation, "to be deleted")["id"]
    bob.delete(f"/api/messages/{message}", 403)
    judge.delete(f"/api/messages/{message}", DENIED)
    alice.delete(f"/api/messages/{message}")
    second = alice.send(conversation, "to be moderated")["id"]
    shared_site.run("user", "set-role", judge.username, "moderator")
    judge.login()
    judge.delete(f"/api/messages/{second}")
    assert "to be moderated" not in str(bob.get(f"/api/messages/{conversation}"))


def test_deleted_content_is_gone_from_every_answer(pair):
    alice, bob, conversation = pair
    alice.send(conversation, "stays visible")
    secret = "unrepeatable-secret"
    message = alice.send(conversation, secret, clientMessageId="deleted")["id"]
    alice.delete(f"/api/messages/{message}")
    for user in (alice, bob):
        assert secret not in str(user.get(f"/api/messages/{conversation}"))
        assert secret not in str(user.get("/api/conversations"))
        assert user.conversation(conversation)["lastMessage"]["content"] == "stays visible"
        assert user.search(secret)["hits"] == []
    assert bob.conversation(conversation)["unreadCount"] == 1
    again = alice.post(
        "/api/messages/send",
        {"conversationId": conversation, "content": secret, "clientMessageId": "deleted"},
        {200, 404, 409, 410},
    )
    assert not again["success"] or again["data"]["id"] == message
    assert secret not in str(bob.get(f"/api/messages/{conversation}"))
    alice.delete(f"/api/messages/{message}", {200, 404})
    bob.put(f"/api/messages/{message}/read", {200, 404})


def test_deleting_the_only_message_leaves_none(pair):
    alice, bob, conversation = pair
    alice.delete(f"/api/messages/{alice.send(conversation, 'the only one')['id']}")
    assert bob.history(conversation) == []
    assert bob.conversation(conversation)["lastMessage"] is None
