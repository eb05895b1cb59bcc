"""Direct conversations and the list of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api import call
from checks import bad_fields, ids, is_date, is_id

NOBODY = "0123456789abcdef01234567"


def test_a_direct_conversation_is_found_or_made(people):
    alice, bob = people("alice", "bob")
    made = alice.direct(bob)
    assert is_id(made["id"]) and made["isDirect"] is True and is_date(made["createdAt"])
    assert ids(made["participants"]) == sorted([alice.id, bob.id])
    assert alice.direct(bob)["id"] == made["id"]
    assert bob.direct(alice)["id"] == made["id"]
    one = bob.post("/api/conversations", {"participantIds": [alice.id]}, {200, 400})
    if one["success"] and one["data"]["isDirect"]:
        assert one["data"]["id"] == made["id"]


def test_twenty_concurrent_calls_make_one(people):
    alice, bob = people("alice", "bob")
    pairs = [(alice, bob), (bob, alice)] * 10
    with ThreadPoolExecutor(20) as pool:
        made = set(pool.map(lambda pair: pair[0].direct(pair[1])["id"], pairs))
    assert len(made) == 1
    assert len(alice.conversations()) == 1


def test_oneself_and_unknown_and_malformed_people(people):
    (alice,) = people("alice")
    alice.direct(alice, 400)
    alice.post("/api/conversations", {"participantId": NOBODY}, 404)
    alice.post("/api/conversations", {"participantIds": [NOBODY], "name": "x"}, 404)
    for bad in ("", "xyz", NOBODY + "0", NOBODY[:-1] + "g", 7, None, {"$ne": None}, [NOBODY]):
        body = alice.post("/api/conversations", {"participantId": bad}, 400)
        assert bad_fields(body) <= {"participantId", "participantIds"}, bad
    alice.post("/api/conversations", {}, 400)
    assert alice.conversations() == []


def test_the_list(people):
    alice, bob, carol = people("alice", "bob", "carol")
    with_bob, with_carol = alice.direct(bob)["id"], alice.direct(carol)["id"]
    bob.send(with_bob, "first")
    carol.send(with_carol, "second")
    sent = bob.send(with_bob, "third")
    listed = alice.conversations()
    assert [c["id"] for c in listed] == [with_bob, with_carol], "the one spoken in last comes first"
    newest = listed[0]
    assert newest["isDirect"] is True and newest["unreadCount"] == 2
    assert newest["createdBy"] == alice.id, "who opened it, for whoever looks"
    assert bob.conversation(with_bob)["createdBy"] == alice.id
    assert newest["lastMessage"]["id"] == sent["id"] and newest["lastMessage"]["content"] == "third"
    assert newest["lastMessage"]["sender"] == {"id": bob.id, "username": bob.username}
    assert is_date(newest["lastMessage"]["createdAt"]) and is_date(newest["lastMessageAt"])
    assert ids(newest["participants"]) == sorted([alice.id, bob.id])
    for person in newest["participants"]:
        assert {"id", "username", "avatar", "isOnline", "lastSeen"} <= set(person)
        assert "email" not in person and "password" not in person
    assert bob.conversation(with_bob)["unreadCount"] == 0, "one's own messages are not unread"


def test_a_conversation_without_messages(people):
    alice, bob = people("alice", "bob")
    made = alice.direct(bob)["id"]
    assert alice.conversation(made)["lastMessage"] is None
    assert alice.conversation(made)["unreadCount"] == 0


def test_pages_of_the_list(people):
    alice, *others = people("alice", *(f"other{i}" for i in range(5)))
    made = {alice.direct(other)["id"] for other in others}
    seen = []
    for page in (1, 2, 3):
        data = alice.get("/api/conversations", params={"page": page, "limit": 2})["data"]
        assert data["pagination"] == {"page": page, "limit": 2, "total": 5, "pages": 3}
        seen += [c["id"] for c in data["conversations"]]
    assert len(seen) == 5 and set(seen) == made
    for query in ({"limit": 101}, {"limit": 0}, {"page": 0}, {"page": "x"}):
        alice.get("/api/conversations", 400, params=query)


def test_get_one(people):
    alice, bob = people("alice", "bob")
    made = alice.direct(bob)["id"]
    data = bob.get(f"/api/conversations/{made}")["data"]
    assert data["id"] == made and ids(data["participants"]) == sorted([alice.id, bob.id])
    alice.get(f"/api/conversations/{NOBODY}", {403, 404})
    for bad in ("xyz", NOBODY + "00", "%00", "..%2f..%2fetc"):
        alice.get(f"/api/conversations/{bad}", {400, 404})


def test_one_sees_ones_own_writes_at_once(people):
    """Cached answers never show a user something older than their own last write."""
    alice, bob = people("alice", "bob")
    made = alice.direct(bob)["id"]
    for i in range(10):
        alice.send(made, f"message {i}")
        assert alice.conversation(made)["lastMessage"]["content"] == f"message {i}"
        assert alice.history(made)[-1]["content"] == f"message {i}"


def test_search_by_participant_and_name(people):
    alice, bob, carol = people("alice", "bob", "carol")
    direct = alice.direct(bob)["id"]
    group = alice.group("Wöchentliche Planung", bob, carol)["id"]
    foreign = bob.group("Wöchentliche Geheimnisse", carol)["id"]

    def found(q):
        return {c["id"] for c in alice.get("/api/conversations/search", params={"q": q})["data"]["conversations"]}

    assert found("wochentliche") == {group}
    assert found(bob.username) == {direct, group}
    assert found(carol.username) == {group}
    assert foreign not in found("geheim")
    for q in ('"', "*", "a AND", "NEAR(", "(", "';--"):
        assert found(q) is not None
    alice.get("/api/conversations/search", 400, params={"q": ""})


@pytest.mark.parametrize("path", ["/api/conversations", "/api/user/list", "/api/auth/me", "/api/messages/search?q=x"])
def test_without_a_token(server, path):
    call(server, "GET", path, 401)
