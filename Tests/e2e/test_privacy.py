"""Somebody who takes no part in a conversation sees and reaches nothing of it, by any route."""

import pytest

DENIED = {403, 404}
SECRET = "quarterly-figures-nobody-else-may-see"


@pytest.fixture
def scene(people):
    alice, bob, mallory = people("alice", "bob", "mallory")
    group = alice.group("Board " + SECRET, bob)["id"]
    message = alice.send(group, SECRET)["id"]
    return alice, bob, mallory, group, message


ROUTES = [
    ("GET", "/api/conversations/{group}", None),
    ("PATCH", "/api/conversations/{group}", {"name": "mine"}),
    ("POST", "/api/conversations/{group}/participants", {"participantIds": ["{mallory}"]}),
    ("DELETE", "/api/conversations/{group}/participants/{bob}", None),
    ("DELETE", "/api/conversations/{group}/participants/{mallory}", None),
    ("POST", "/api/messages/send", {"conversationId": "{group}", "content": "intruding"}),
    ("GET", "/api/messages/{group}", None),
    ("GET", "/api/messages/{group}?before={message}", None),
    ("GET", "/api/messages/{group}?after={message}&limit=1", None),
    ("PUT", "/api/messages/{message}/read", None),
    ("DELETE", "/api/messages/{message}", None),
]


@pytest.mark.parametrize("method,path,body", ROUTES, ids=[f"{method} {path}" for method, path, _ in ROUTES])
def test_denied(scene, method, path, body):
    alice, bob, mallory, group, message = scene
    names = {"group": group, "message": message, "bob": bob.id, "mallory": mallory.id}

    def filled(value):
        if isinstance(value, str):
            return value.format(**names)
        return [filled(item) for item in value] if isinstance(value, list) else value

    options = {} if body is None else {"json": {name: filled(value) for name, value in body.items()}}
    answer = mallory.call(method, path.format(**names), DENIED, **options)
    assert SECRET not in str(answer)
    listed = alice.history(group)
    assert [m["content"] for m in listed] == [SECRET] and listed[0]["readBy"] == []
    assert alice.conversation(group)["name"] == "Board " + SECRET
    assert len(alice.conversation(group)["participants"]) == 2


def test_nothing_shows_in_lists_and_searches(scene):
    _, bob, mallory, group, _ = scene
    for path in (
        "/api/conversations",
        "/api/conversations?limit=100",
        f"/api/conversations/search?q={SECRET}",
        f"/api/conversations/search?q={bob.username}",
        f"/api/messages/search?q={SECRET}",
        f"/api/messages/search?q={SECRET}&sender={bob.id}",
        "/api/user/list?limit=100",
        "/api/auth/me",
    ):
        answer = str(mallory.get(path))
        assert SECRET not in answer and group not in answer, path
    for path in (f"/api/messages/search?q={SECRET}&conversationId={group}",):
        answer = mallory.get(path, {200, *DENIED})
        assert not answer["success"] or answer["data"]["total"] == 0


def test_one_cannot_tell_a_foreign_conversation_from_none(scene):
    """The same status for both, so that ids cannot be tried out."""
    _, _, mallory, group, _ = scene
    for path in ("/api/conversations/{}", "/api/messages/{}"):
        foreign = mallory.get(path.format(group), DENIED)
        missing = mallory.get(path.format("0123456789abcdef01234567"), DENIED)
        assert foreign["code"] == missing["code"]


@pytest.mark.parametrize(
    "method,path",
    [
        ("GET", "/api/admin/users"),
        ("PATCH", "/api/admin/users/{bob}"),
        ("GET", "/api/admin/dead-letters"),
        ("POST", "/api/admin/dead-letters/replay"),
        ("GET", "/api/analytics/summary"),
    ],
)
def test_what_is_for_admins_is_not_for_users(scene, method, path):
    """Whether the route is there already or not."""
    _, bob, mallory, _, _ = scene
    options = {"json": {"role": "admin"}} if method in ("PATCH", "POST") else {}
    mallory.call(method, path.format(bob=bob.id), DENIED, **options)
    assert bob.me()["role"] == "user"
