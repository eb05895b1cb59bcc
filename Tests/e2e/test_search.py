"""Full-text search in one's own conversations."""

import pytest

from checks import bad_fields
from msgctl import eventually


@pytest.fixture
def library(people):
    alice, bob, carol = people("alice", "bob", "carol")
    return alice, bob, carol, alice.direct(bob)["id"], bob.direct(carol)["id"]


def found(user, q, count, **query):
    """The ids found, once the indexer has caught up so far that there are `count`."""

    def enough():
        hits = user.search(q, **query)["hits"]
        return hits if len(hits) >= count else None

    hits = eventually(enough, 10, f"{q!r} does not find {count}") if count else user.search(q, **query)["hits"]
    return [hit["id"] for hit in hits]


def test_shape(library):
    alice, bob, _, conversation, _ = library
    sent = alice.send(conversation, "The quick brown fox jumps")["id"]
    assert found(bob, "brown fox", 1) == [sent]
    data = bob.search("brown fox")
    assert data["total"] == 1 and data["tookMs"] >= 0
    (hit,) = data["hits"]
    assert hit["content"] == "The quick brown fox jumps" and hit["sender"]["username"] == alice.username
    assert hit["highlight"] and "fox" in str(hit["highlight"])


@pytest.mark.parametrize("q", ["creme brulee", "CRÈME BRÛLÉE", "brûlée", "Creme", "crem", "brul"])
def test_accents_case_and_prefixes_fold(library, q):
    alice, bob, _, conversation, _ = library
    sent = alice.send(conversation, "Une crème brûlée, s'il vous plaît")["id"]
    alice.send(conversation, "nothing of the kind")
    assert found(bob, q, 1) == [sent]


def test_ranked(library):
    alice, bob, _, conversation, _ = library
    passing = alice.send(conversation, "a long remark " * 30 + "in which a zebra passes by once")["id"]
    close = alice.send(conversation, "zebra, zebra, zebra")["id"]
    alice.send(conversation, "another long remark without the animal " * 10)
    assert found(bob, "zebra", 2) == [close, passing]


def test_only_ones_own_conversations(library):
    alice, bob, carol, with_alice, with_carol = library
    first = alice.send(with_alice, "the password is swordfish")["id"]
    second = carol.send(with_carol, "no, it is not swordfish")["id"]
    assert set(found(bob, "swordfish", 2)) == {first, second}
    assert found(alice, "swordfish", 1) == [first]
    assert found(carol, "swordfish", 1) == [second]
    body = alice.get("/api/messages/search", {200, 403, 404}, params={"q": "swordfish", "conversationId": with_carol})
    assert not body["success"] or body["data"]["hits"] == [] and body["data"]["total"] == 0
    body = alice.get("/api/messages/search", params={"q": "swordfish", "sender": carol.id})
    assert body["data"]["hits"] == [] and body["data"]["total"] == 0


def test_leaving_ends_finding(people):
    owner, member = people("owner", "member")
    group = owner.group("Reading circle", member, *people("third"))["id"]
    owner.send(group, "the murderer is the gardener")
    assert found(member, "gardener", 1)
    owner.remove(group, member)
    assert member.search("gardener")["hits"] == [] and member.search("gardener")["total"] == 0


def test_filters_and_pages(library):
    alice, bob, _, conversation, _ = library
    mine = [alice.send(conversation, f"walnut {i}")["id"] for i in range(5)]
    his = bob.send(conversation, "walnut of mine")["id"]
    assert set(found(bob, "walnut", 6)) == {*mine, his}
    assert found(bob, "walnut", 1, sender=bob.id) == [his]
    assert len(found(bob, "walnut", 6, conversationId=conversation)) == 6
    assert found(bob, "walnut", 0, to="2001-01-01T00:00:00.000Z") == []
    assert len(found(bob, "walnut", 6, **{"from": "2001-01-01T00:00:00.000Z"})) == 6
    pages = [hit for page in (1, 2, 3) for hit in found(bob, "walnut", 2, page=page, limit=2)]
    assert len(pages) == 6 and set(pages) == {*mine, his}
    assert bob.search("walnut", page=2, limit=2)["total"] == 6


@pytest.mark.parametrize(
    "q",
    [
        '"',
        '"unclosed',
        "*",
        "a*b*",
        "(",
        ")",
        "NEAR(a b)",
        "a AND",
        "OR",
        "NOT",
        "content:x",
        "-",
        "^",
        "a:b:c",
        "{x y}",
        "'; DROP TABLE messages; --",
        "+",
        "\\",
        "?",
        "%",
        "_",
        "🙂",
        "x" * 500,
        "a " * 200,
    ],
)
def test_query_syntax_of_the_engine_is_only_text(people, q):
    (alice,) = people("alice")
    body = alice.get("/api/messages/search", {200, 400}, params={"q": q})
    assert not body["success"] or body["data"]["hits"] == []


@pytest.mark.parametrize(
    "query,field",
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "  "}, "q"),
        ({"q": "x", "page": 0}, "page"),
        ({"q": "x", "limit": "y"}, "limit"),
        ({"q": "x", "from": "yesterday"}, "from"),
        ({"q": "x", "to": "13-13-13"}, "to"),
        ({"q": "x", "conversationId": "xyz"}, "conversationId"),
        ({"q": "x", "sender": "xyz"}, "sender"),
    ],
)
def test_bad_queries(people, query, field):
    (alice,) = people("alice")
    assert bad_fields(alice.get("/api/messages/search", 400, params=query)) == {field}


def test_search_survives_a_restart_and_reindexing(site):
    from api import make_users

    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    sent = [alice.send(conversation, f"persimmon {i}")["id"] for i in range(20)]
    deleted = alice.send(conversation, "persimmon withdrawn")["id"]
    alice.delete(f"/api/messages/{deleted}")
    server.kill()
    server = site.serve()
    bob = bob.at(server)
    assert set(found(bob, "persimmon", 20, limit=50)) == set(sent)
    assert site.json("reindex")["indexed"] == 20
    verified = site.json("reindex", "--verify")
    assert verified["checked"] == 20
    assert verified["missing"] == verified["stale"] == verified["extra"] == 0
    assert set(found(bob, "persimmon", 20, limit=50)) == set(sent)


def test_comparing_right_after_sending_is_no_false_alarm(site):
    """What the server is about to index is not lost."""
    from api import make_users

    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    for round in range(3):
        for number in range(20):
            alice.send(conversation, f"quince {round} {number}")
        verified = site.json("reindex", "--verify")
        assert verified["missing"] == verified["stale"] == verified["extra"] == 0, verified
        assert verified["checked"] == 20 * (round + 1)
