"""Groups: making them, naming them, who may change them."""

import pytest

from checks import bad_fields, ids

DENIED = {403, 404}


@pytest.fixture
def group(people):
    owner, member, guest = people("owner", "member", "guest")
    return owner, member, guest, owner.group("Breakfast", member)["id"]


def test_make(people):
    owner, member, guest = people("owner", "member", "guest")
    data = owner.group("Breakfast", member, guest)
    assert data["name"] == "Breakfast" and data["isDirect"] is False
    assert ids(data["participants"]) == sorted([owner.id, member.id, guest.id])
    again = owner.group("Breakfast", member, guest)
    assert again["id"] != data["id"], "groups may share a name and members"


def test_a_participant_named_twice_is_there_once(people):
    owner, member, guest = people("owner", "member", "guest")
    body = owner.post(
        "/api/conversations",
        {"name": "Twice", "participantIds": [member.id, member.id, guest.id, owner.id]},
        {200, 400},
    )
    if body["success"]:
        assert ids(body["data"]["participants"]) == sorted([owner.id, member.id, guest.id])


def test_bad_groups(people):
    owner, member, guest = people("owner", "member", "guest")
    two = [member.id, guest.id]
    for bad in ("x" * 10_000, 7, ["a"], "nul\u0000"):
        body = owner.post("/api/conversations", {"name": bad, "participantIds": two}, 400)
        assert bad_fields(body) == {"name"}
    for bad in ([], "all", [7], [None], ["xyz"], {"0": member.id}):
        owner.post("/api/conversations", {"name": "x", "participantIds": bad}, 400)
    body = owner.post("/api/conversations", {"name": 7, "participantIds": ["xyz"]}, 400)
    assert "name" in bad_fields(body) and len(bad_fields(body)) == 2
    assert owner.conversations() == []


def test_the_owner_renames(group):
    owner, member, guest, conversation = group
    owner.patch(f"/api/conversations/{conversation}", {"name": "Brunch"})
    assert member.get(f"/api/conversations/{conversation}")["data"]["name"] == "Brunch"
    assert member.conversation(conversation)["name"] == "Brunch"
    member.patch(f"/api/conversations/{conversation}", {"name": "Mine"}, 403)
    guest.patch(f"/api/conversations/{conversation}", {"name": "Mine"}, DENIED)
    for bad in (7, None, [], "x" * 10_000):
        owner.patch(f"/api/conversations/{conversation}", {"name": bad}, 400)
    assert owner.conversation(conversation)["name"] == "Brunch"


def test_the_owner_adds_and_removes(group):
    owner, member, guest, conversation = group
    member.add(conversation, guest, status=403)
    guest.add(conversation, guest, status=DENIED)
    owner.add(conversation, guest)
    assert ids(guest.get(f"/api/conversations/{conversation}")["data"]["participants"]) == sorted(
        [owner.id, member.id, guest.id]
    )
    owner.add(conversation, guest, status={200, 409})
    guest.send(conversation, "hello")
    member.remove(conversation, guest, 403)
    owner.remove(conversation, guest)
    guest.get(f"/api/conversations/{conversation}", DENIED)
    guest.send(conversation, "still here?", DENIED)
    guest.history(conversation, DENIED)
    assert guest.conversation(conversation) is None
    assert [m["content"] for m in owner.history(conversation)] == ["hello"], "what was said stays"


def test_leaving_is_ones_own_right(group):
    owner, member, _, conversation = group
    member.remove(conversation, member)
    member.history(conversation, DENIED)
    assert ids(owner.get(f"/api/conversations/{conversation}")["data"]["participants"]) == [owner.id]


def test_a_moderator_changes_groups(group, shared_site):
    owner, member, guest, conversation = group
    shared_site.run("user", "set-role", guest.username, "moderator")
    guest.login()
    guest.patch(f"/api/conversations/{conversation}", {"name": "Moderated"})
    guest.remove(conversation, member)
    member.history(conversation, DENIED)


def test_a_direct_conversation_stays_one_of_two(people):
    alice, bob, carol = people("alice", "bob", "carol")
    conversation = alice.direct(bob)["id"]
    alice.add(conversation, carol, status={400, 403, 409})
    carol.history(conversation, DENIED)
    alice.remove(conversation, bob, {400, 403, 409})
    bob.send(conversation, "still here")
    assert alice.direct(bob)["id"] == conversation


def test_unknown_people_and_malformed_ids(group):
    owner, member, guest, conversation = group
    path = f"/api/conversations/{conversation}/participants"
    owner.post(path, {"participantIds": ["0" * 24]}, 404)
    for bad in ({}, {"participantIds": []}, {"participantIds": ["x"]}, {"participantIds": "x"}, [], [guest.id]):
        owner.post(path, bad, 400)
    owner.delete(f"{path}/{guest.id}", 404)
    owner.delete(f"{path}/xyz", 400)
    assert ids(owner.get(f"/api/conversations/{conversation}")["data"]["participants"]) == sorted([owner.id, member.id])
