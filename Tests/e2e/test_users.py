"""The list of people."""

import pytest

from api import User, unique
from checks import bad_fields


@pytest.fixture
def crowd(server):
    """Seven people whose names share a stem that nobody else's has."""
    stem = unique("crowd")[:20]
    users = [User(server, username=f"{stem}_{i}") for i in range(7)]
    for user in users:
        user.register()
    users[0].login()
    return stem, users


def test_shape(crowd):
    stem, users = crowd
    body = users[0].get("/api/user/list", params={"q": stem, "limit": 50})
    assert body["count"] == 7 and body["pagination"]["total"] == 7
    for person in body["users"]:
        assert person["_id"] == person["id"]
        assert isinstance(person["isOnline"], bool)
        assert "avatar" in person and "lastSeen" in person
        assert "email" not in person and "password" not in person
    assert {person["username"] for person in body["users"]} == {user.username for user in users}


def test_pages_show_everybody_once(crowd):
    stem, users = crowd
    seen = []
    for page in (1, 2, 3, 4):
        body = users[0].get("/api/user/list", params={"q": stem, "limit": 3, "page": page})
        assert body["pagination"]["page"] == page and body["pagination"]["limit"] == 3
        assert body["pagination"]["total"] == 7 and body["pagination"]["pages"] == 3
        assert body["count"] == len(body["users"])
        seen += [person["id"] for person in body["users"]]
    assert len(seen) == 7 and len(set(seen)) == 7


def test_q_finds_in_any_letter_case_and_takes_no_wildcards(crowd):
    stem, users = crowd
    assert users[0].get("/api/user/list", params={"q": stem.upper()})["count"] == 7
    assert users[0].get("/api/user/list", params={"q": users[3].username})["users"][0]["id"] == users[3].id
    for q in (f"{stem[:3]}%{stem[5:]}", stem + "_%", "nobody-is-called-this", "'; DROP TABLE users; --", '"'):
        assert users[0].get("/api/user/list", params={"q": q})["users"] == [], q
    assert users[0].get("/api/user/list", params={"q": stem})["count"] == 7


def test_online_filter(crowd, open_chat):
    stem, users = crowd
    assert users[0].get("/api/user/list", params={"q": stem, "online": "true"})["users"] == []
    chat = open_chat(users[0])
    chat.settle()
    online = users[0].get("/api/user/list", params={"q": stem, "online": "true"})["users"]
    assert [person["id"] for person in online] == [users[0].id] and online[0]["isOnline"] is True
    offline = users[0].get("/api/user/list", params={"q": stem, "online": "false", "limit": 50})["users"]
    assert users[0].id not in {person["id"] for person in offline} and len(offline) == 6


@pytest.mark.parametrize(
    "query,field",
    [
        ({"page": 0}, "page"),
        ({"page": -1}, "page"),
        ({"page": "two"}, "page"),
        ({"limit": 0}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"limit": 10**9}, "limit"),
        ({"online": "perhaps"}, "online"),
        ({"page": "9" * 40}, "page"),
    ],
)
def test_bad_queries(people, query, field):
    (alice,) = people("alice")
    body = alice.get("/api/user/list", 400, params=query)
    assert bad_fields(body) == {field}
    assert {error["location"] for error in body["errors"]} == {"query"}


def test_emails_are_for_admins_only(server, shared_site, people):
    alice, boss = people("alice", "boss")
    shared_site.run("user", "set-role", boss.username, "admin")
    boss.login()
    q = {"q": alice.username}
    assert boss.get("/api/user/list", params=q)["users"][0]["email"] == alice.email
    assert "email" not in alice.get("/api/user/list", params=q)["users"][0]
