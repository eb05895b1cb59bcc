"""Rooms follow membership while sockets stay open."""

from chat import POLLING, WEBSOCKET
from checks import assert_socket_failure, ids


def test_a_new_conversation_reaches_open_sockets(people, open_chat):
    alice, bob, carol = people("alice", "bob", "carol")
    a, b, c = open_chat(alice, POLLING), open_chat(bob, WEBSOCKET), open_chat(carol)
    direct = alice.direct(bob)["id"]
    for chat in (a, b):
        told = chat.expect("conversation_created")["conversation"]
        assert told["id"] == direct and told["isDirect"] is True
        assert ids(told["participants"]) == sorted([alice.id, bob.id])
    a.send(direct, "without reconnecting")
    b.expect("message_received", content="without reconnecting")
    group = bob.group("All three", alice, carol)["id"]
    for chat in (a, b, c):
        assert chat.expect("conversation_created")["conversation"]["id"] == group
    c.send(group, "hello, two")
    for chat in (a, b):
        chat.expect("message_received", conversationId=group)
    assert c.seen("conversation_created", id=direct) == [] and not any(direct in str(e) for e in c.log)


def test_finding_a_direct_conversation_is_not_told_as_a_new_one(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    b = open_chat(bob)
    assert alice.direct(bob)["id"] == conversation
    alice.send(conversation, "fence")
    b.expect("message_received", content="fence")
    assert b.seen("conversation_created") == []


def test_being_added_and_removed(people, open_chat):
    owner, member, late = people("owner", "member", "late")
    group = owner.group("Changing", member)["id"]
    beside = owner.direct(late)["id"]
    o, m, n = open_chat(owner), open_chat(member), open_chat(late)
    owner.send(group, "before")
    m.expect("message_received", content="before")
    owner.add(group, late)
    for chat in (o, m):
        told = chat.expect("conversation_updated")["conversation"]
        assert told["id"] == group and late.id in ids(told["participants"])
    o.send(group, "with you")
    n.expect("message_received", content="with you")
    owner.remove(group, late)
    m.expect("conversation_updated")
    o.send(group, "without you")
    m.expect("message_received", content="without you")
    o.send(beside, "fence")
    n.expect("message_received", content="fence")
    assert n.seen("message_received", content="without you") == []
    assert n.seen("message_received", content="before") == []
    assert_socket_failure(n.send(group, "let me in"))
    assert_socket_failure(n.call("join_room", group))


def test_renaming_is_told(people, open_chat):
    owner, member = people("owner", "member")
    group = owner.group("Old", member)["id"]
    m = open_chat(member)
    owner.patch(f"/api/conversations/{group}", {"name": "New"})
    assert m.expect("conversation_updated")["conversation"]["name"] == "New"


def test_join_room_is_a_checked_no_op_for_a_member(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, b = open_chat(alice), open_chat(bob)
    assert b.call("join_room", conversation) == {"success": True}
    assert b.call("join_room", conversation) == {"success": True}
    a.send(conversation, "once")
    a.send(conversation, "last")
    b.expect("message_received", content="last")
    assert len(b.seen("message_received", content="once")) == 1
    assert b.call("leave_room", conversation)["success"] is True
    assert b.call("join_room", conversation)["success"] is True
    a.send(conversation, "again")
    b.expect("message_received", content="again")


def test_join_room_for_others_is_an_error(people, open_chat):
    alice, bob, mallory = people("alice", "bob", "mallory")
    conversation = alice.direct(bob)["id"]
    m = open_chat(mallory)
    for room in (conversation, "0" * 24, "xyz", "", f"user:{alice.id}", f"conversation:{conversation}", alice.id):
        assert_socket_failure(m.call("join_room", room))
    m.emit("join_room", conversation)
    error = m.expect("error")
    assert isinstance(error["message"], str) and error["code"]
    fence = mallory.direct(alice)["id"]
    alice.send(conversation, "private")
    alice.send(fence, "fence")
    m.expect("message_received", content="fence")
    assert m.seen("message_received", content="private") == []
