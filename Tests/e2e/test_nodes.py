"""Two nodes on one set of engines: people on either talk as if on one."""

import signal
import time

import pytest

from api import make_users
from chat import Chat
from msgctl import eventually
from pipeline import assert_delivered_once, assert_everybody_in_one_pairing, drain_all, register_many, window
from records import automessages


@pytest.fixture
def nodes(site):
    return [site.serve("--only", "api"), site.serve("--only", "api")]


@pytest.fixture
def pair(nodes):
    """Alice on the first node, bob on the second, with a conversation and a socket each."""
    alice, bob = make_users(nodes[0], "alice", "bob")
    bob = bob.at(nodes[1])
    conversation = alice.direct(bob)["id"]
    return alice, bob, conversation, Chat(nodes[0], alice.access), Chat(nodes[1], bob.access)


def test_messages_and_receipts(pair):
    alice, bob, conversation, at_alice, at_bob = pair
    first = at_alice.send(conversation, "from a socket")["message"]["id"]
    at_bob.expect("message_received", id=first)
    second = bob.send(conversation, "by REST")["id"]
    at_alice.expect("message_received", id=second)
    assert at_bob.call("message_read", {"messageId": first})["success"]
    at_alice.expect("message_read_by", messageId=first)
    alice.delete(f"/api/messages/{first}")
    at_bob.expect("message_deleted", messageId=first)
    assert [message["id"] for message in bob.history(conversation)] == [second]


def test_a_hundred_messages_keep_their_order(pair):
    alice, bob, conversation, at_alice, at_bob = pair
    sent = [at_alice.send(conversation, f"message {number}")["message"]["id"] for number in range(100)]
    eventually(lambda: len(at_bob.seen("message_received")) == 100, 10, "they do not all arrive")
    assert [message["id"] for message in at_bob.seen("message_received")] == sent


def test_typing(pair):
    _, _, conversation, at_alice, at_bob = pair
    at_alice.emit("typing_start", {"conversationId": conversation})
    at_bob.expect("user_typing", conversationId=conversation)
    at_alice.emit("typing_stop", {"conversationId": conversation})
    at_bob.expect("user_stop_typing", conversationId=conversation)
    assert at_alice.seen("user_typing") == []


def test_presence_is_once_per_user(pair, nodes):
    alice, bob, _, at_alice, at_bob = pair
    at_alice.expect("user_online", userId=bob.id)
    second = Chat(nodes[0], bob.access)
    second.settle()
    at_bob.close()
    second.settle()
    assert [user["id"] for user in alice.get("/api/user/list", params={"online": "true", "q": bob.username})["users"]]
    assert at_alice.seen("user_offline") == [], "bob has a tab on the other node"
    second.close()
    at_alice.expect("user_offline", userId=bob.id)
    assert len(at_alice.seen("user_online", userId=bob.id)) == 1


def test_membership_changes(pair, nodes):
    alice, bob, _, at_alice, at_bob = pair
    (carol,) = make_users(nodes[1], "carol")
    at_carol = Chat(nodes[1], carol.access)
    group = alice.group("A group", bob)["id"]
    at_bob.expect("conversation_created")
    alice.add(group, carol)
    at_carol.expect("conversation_created")
    said = alice.send(group, "to all three")["id"]
    at_bob.expect("message_received", id=said)
    at_carol.expect("message_received", id=said)
    alice.remove(group, carol)
    at_carol.expect("conversation_updated")
    said = alice.send(group, "to two")["id"]
    at_bob.expect("message_received", id=said)
    at_carol.settle()
    assert at_carol.seen("message_received", id=said) == []
    carol.at(nodes[0]).history(group, 404)


def test_logging_out_and_deactivating_act_on_every_node(pair, nodes, site):
    alice, bob, _, at_alice, at_bob = pair
    elsewhere = Chat(nodes[0], bob.access)
    bob.post("/api/auth/logout")
    at_bob.expect_close()
    elsewhere.expect_close()
    bob.at(nodes[0]).me(401)
    site.run("user", "deactivate", alice.username)
    at_alice.expect_close()
    for node in nodes:
        alice.at(node).me(401)


def test_a_role_counts_on_every_node_at_once(pair, nodes, site):
    alice, *_ = pair
    for node in nodes:
        assert "email" not in alice.at(node).get("/api/user/list")["users"][0]
    site.run("user", "set-role", alice.username, "admin")
    for node in nodes:
        assert "email" in alice.at(node).get("/api/user/list")["users"][0]


def test_a_killed_node_leaves_no_ghosts(pair, nodes):
    """Its users go offline for their friends, within the time that a node may be silent."""
    alice, bob, _, at_alice, _ = pair
    at_alice.expect("user_online", userId=bob.id)
    nodes[1].kill()
    at_alice.expect("user_offline", userId=bob.id, within=60)

    def is_offline():
        return not alice.get("/api/user/list", params={"q": bob.username})["users"][0]["isOnline"]

    eventually(is_offline, 10, "the listing still has a ghost")
    assert alice.get("/api/user/list", params={"q": bob.username})["users"][0]["lastSeen"]


def test_a_node_that_was_paused_is_back_with_its_users(site):
    """Longer than it may be silent: its users are taken away meanwhile, and there again afterwards."""
    nodes = [site.serve("--only", "api", MSGCTL_REALTIME_PING_INTERVAL="5m") for _ in range(2)]
    alice, bob = make_users(nodes[0], "alice", "bob")
    alice.direct(bob)
    at_alice, at_bob = Chat(nodes[0], alice.access), Chat(nodes[1], bob.access)
    at_alice.expect("user_online", userId=bob.id)
    nodes[1].popen.send_signal(signal.SIGSTOP)
    try:
        at_alice.expect("user_offline", userId=bob.id, within=60)
    finally:
        nodes[1].popen.send_signal(signal.SIGCONT)
    at_alice.expect("user_online", userId=bob.id, within=30)
    at_bob.settle()
    assert not at_bob.is_closed


def test_the_phases_elsewhere(nodes, site):
    """Planned, queued and delivered by processes without sockets; the people hear of it on their nodes."""
    users = register_many(nodes[0], 18) + make_users(nodes[0], "alice", "bob")
    chats = {users[-2].id: Chat(nodes[0], users[-2].access), users[-1].id: Chat(nodes[1], users[-1].access)}
    site.settings.update(window(3))
    assert site.json("plan-pairings")["pairings"] == 10
    time.sleep(3.5)
    drain_all(site)
    assert_delivered_once(site)
    assert_everybody_in_one_pairing(site, users)
    for user, chat in chats.items():
        for row in automessages(site).values():
            if user in (row["senderId"], row["receiverId"]):
                chat.expect("message_received", id=row["id"])


def test_the_scheduler_of_two_nodes_runs_once(site):
    server = site.serve("--only", "api")
    users = register_many(server, 40)
    schedule = {
        **window(4),
        "MSGCTL_SCHEDULE_ENABLED": "true",
        "MSGCTL_SCHEDULE_ENQUEUE_INTERVAL": "1s",
    }
    parts = [site.serve(**schedule), site.serve(**schedule)]
    eventually(lambda: site.records.complete_plans() > 0, 30, "nothing is planned")
    eventually(lambda: automessages(site) and site.records.unsent() == 0, 60, "not everything is sent", every=0.5)
    assert site.records.complete_plans() == 1
    assert_delivered_once(site)
    assert_everybody_in_one_pairing(site, users)
    for part in parts:
        assert part.terminate() == 0
