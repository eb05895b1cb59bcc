"""Who is there, who is typing."""

import time

from chat import POLLING, WEBSOCKET
from checks import is_date


def test_presence_is_told_once_per_user_not_per_tab(people, open_chat):
    alice, bob = people("alice", "bob")
    alice.direct(bob)
    watching = open_chat(alice)
    first = open_chat(bob, WEBSOCKET)
    told = watching.expect("user_online", userId=bob.id)
    assert told["username"] == bob.username and is_date(told["timestamp"])
    second = open_chat(bob, POLLING)
    second.settle()
    first.close()
    second.settle()
    assert alice.conversations()[0]["participants"]
    second.close()
    told = watching.expect("user_offline", userId=bob.id, within=10)
    assert told["username"] == bob.username and is_date(told["timestamp"])
    assert len(watching.seen("user_online", userId=bob.id)) == 1
    assert len(watching.seen("user_offline", userId=bob.id)) == 1


def test_presence_is_for_people_who_share_a_conversation(people, open_chat):
    alice, bob, stranger = people("alice", "bob", "stranger")
    alice.direct(bob)
    watching, outside = open_chat(alice), open_chat(stranger)
    chat = open_chat(bob)
    watching.expect("user_online", userId=bob.id)
    chat.close()
    watching.expect("user_offline", userId=bob.id, within=10)
    outside.settle()
    for name in ("user_online", "user_offline"):
        assert outside.seen(name, userId=bob.id) == []


def test_lists_show_presence(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    watching = open_chat(alice)

    def seen():
        participants = alice.get(f"/api/conversations/{conversation}")["data"]["participants"]
        return next(person for person in participants if person["id"] == bob.id)

    chat = open_chat(bob)
    watching.expect("user_online", userId=bob.id)
    assert seen()["isOnline"] is True
    chat.close()
    watching.expect("user_offline", userId=bob.id, within=10)
    assert seen()["isOnline"] is False and is_date(seen()["lastSeen"])


def test_online_users(people, open_chat):
    alice, bob = people("alice", "bob")
    alice.direct(bob)
    a, _ = open_chat(alice), open_chat(bob)
    a.expect("user_online", userId=bob.id)
    a.emit("get_online_users")
    told = a.expect("online_users_list")
    assert told["count"] == len(told["users"]) and is_date(told["timestamp"])
    assert bob.username in {user["username"] for user in told["users"]}
    acked = a.call("get_online_users")
    assert bob.username in {user["username"] for user in acked["users"]}


def test_updates_of_the_online_list(people, open_chat):
    alice, bob = people("alice", "bob")
    alice.direct(bob)
    a = open_chat(alice)
    b = open_chat(bob)
    while True:
        update = a.expect("online_users_update")
        assert update["count"] == len(update["users"]) and is_date(update["timestamp"])
        if bob.username in {user["username"] for user in update["users"]}:
            break
    b.close()
    while bob.username in {user["username"] for user in a.expect("online_users_update", within=10)["users"]}:
        pass


def test_typing(people, open_chat):
    alice, bob, carol = people("alice", "bob", "carol")
    group = alice.group("Typists", bob)["id"]
    outside = alice.direct(carol)["id"]
    a, b, c = open_chat(alice, POLLING), open_chat(bob, WEBSOCKET), open_chat(carol)
    a.emit("typing_start", {"conversationId": group})
    typing = b.expect("user_typing")
    assert typing["userId"] == alice.id and typing["username"] == alice.username
    assert typing["conversationId"] == group and is_date(typing["timestamp"])
    a.emit("typing_stop", {"conversationId": group})
    stopped = b.expect("user_stop_typing", within=2.5)
    assert stopped["userId"] == alice.id and stopped["conversationId"] == group
    a.emit("typing_start", {"conversationId": outside})
    c.expect("user_typing", conversationId=outside)
    assert c.seen("user_typing", conversationId=group) == []
    assert a.seen("user_typing") == [] and a.seen("user_stop_typing") == []


def test_typing_stops_by_itself_after_three_seconds(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, b = open_chat(alice), open_chat(bob)
    a.emit("typing_start", {"conversationId": conversation})
    _, began = b.expect_with_time("user_typing")
    _, ended = b.expect_with_time("user_stop_typing", within=8, userId=alice.id)
    assert 2.5 < ended - began < 5


def test_typing_stops_when_the_socket_goes(people, open_chat):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, b = open_chat(alice), open_chat(bob)
    a.emit("typing_start", {"conversationId": conversation})
    b.expect("user_typing")
    went = time.time()
    a.close()
    _, ended = b.expect_with_time("user_stop_typing", within=6, userId=alice.id)
    assert ended - went < 5
