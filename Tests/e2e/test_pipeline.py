"""Plan, queue, deliver: three commands on the data directory of a running server."""

import time

import pytest

from api import make_users
from chat import POLLING, WEBSOCKET, Chat
from checks import assert_message
from records import automessages, messages
from msgctl import eventually
from pipeline import assert_delivered_once, assert_everybody_in_one_pairing, enqueue_all, register_many, window


def test_a_thousand_users(site):
    """Everybody in one pairing, each phase twice changes nothing, everything delivered once."""
    server = site.serve("--only", "api")
    users = register_many(server, 998) + make_users(server, "one", "two")
    chats = {
        users[-2].id: Chat(server, users[-2].access, POLLING),
        users[-1].id: Chat(server, users[-1].access, WEBSOCKET),
    }
    site.settings.update(window(8))

    plan = site.json("plan-pairings")
    assert plan["status"] == "planned" and plan["users"] == 1000 and plan["pairings"] == 500
    planned = automessages(site)
    assert len(planned) == plan["messages"]
    assert_everybody_in_one_pairing(site, users)

    again = site.json("plan-pairings")
    assert again["status"] == "already_planned"
    assert automessages(site) == planned, "planning twice changed something"

    enqueue_all(site, len(planned))
    queued = automessages(site)
    assert all(row["isQueued"] and not row["isSent"] for row in queued.values())
    assert site.json("enqueue-due")["queued"] == 0
    assert automessages(site) == queued, "queueing twice changed something"

    drained = site.json("dispatch-worker", "--drain")
    assert drained["delivered"] == len(planned)
    assert drained["duplicates"] == drained["retried"] == drained["deadLettered"] == 0
    assert_delivered_once(site)
    for user, chat in chats.items():
        expected = {row["id"] for row in planned.values() if user in (row["senderId"], row["receiverId"])}
        for message in expected:
            told = chat.expect("message_received", id=message)
            assert_message(told, content=planned[message]["content"])
            assert told["messageType"] == "auto"
        assert len(chat.seen("message_received")) == len(expected)

    sent = automessages(site)
    nothing = {"delivered": 0, "duplicates": 0, "retried": 0, "deadLettered": 0}
    assert site.json("dispatch-worker", "--drain") == nothing
    assert site.json("plan-pairings")["status"] == "already_planned"
    assert site.json("enqueue-due") == {"queued": 0, "requeued": 0, "skipped": 0, "dryRun": False}
    assert automessages(site) == sent and len(messages(site)) == len(planned)
    assert site.records.integrity() == "ok"


def test_dry_runs_change_nothing(site):
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 6)
    site.settings.update(window(3))
    plan = site.json("plan-pairings", "--dry-run")
    assert plan["dryRun"] is True and plan["pairings"] == 3
    assert automessages(site) == {}
    assert site.records.count("conversations") == 0
    real = site.json("plan-pairings")
    assert real["status"] == "planned" and real["dryRun"] is False

    def due():
        answer = site.json("enqueue-due", "--dry-run")
        assert answer == {"queued": answer["queued"], "requeued": 0, "skipped": 0, "dryRun": True}
        return answer["queued"] == real["messages"]

    eventually(due, 15, "not everything became due", every=0.2)
    assert not any(row["isQueued"] for row in automessages(site).values())
    assert site.json("enqueue-due")["queued"] == real["messages"]


def test_a_seed_makes_the_same_plan_again(site, tmp_path):
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 12)
    site.settings.update(window(3600))
    first = site.json("plan-pairings", "--dry-run", "--seed", "42")
    assert str(first["seed"]) == "42"
    plan = site.json("plan-pairings", "--seed", "42", "--date", first["date"])
    assert plan["date"] == first["date"] and plan["pairings"] == first["pairings"] == 6


@pytest.mark.parametrize("count", [3, 7])
def test_an_odd_number_makes_a_trio(site, count):
    server = site.serve("--only", "api")
    users = register_many(server, count)
    site.settings.update(window(3600))
    assert site.json("plan-pairings")["leftOut"] == 0
    assert_everybody_in_one_pairing(site, users)


def test_nobody_and_one(site):
    server = site.serve("--only", "api")
    site.settings.update(window(3600))
    assert site.json("plan-pairings", "--dry-run")["pairings"] == 0
    register_many(server, 1)
    plan = site.json("plan-pairings")
    assert plan["pairings"] == 0 and plan["messages"] == 0 and plan["leftOut"] == 1


def test_opted_out_and_inactive_people_are_left_alone(site):
    server = site.serve("--only", "api")
    users = make_users(server, *["user"] * 4)
    out, inactive = make_users(server, "out", "inactive")
    out.patch("/api/auth/me", {"autoMessages": False})
    site.run("user", "deactivate", inactive.username)
    site.settings.update(window(3600))
    assert site.json("plan-pairings")["users"] == 4
    assert_everybody_in_one_pairing(site, users)


def test_direct_conversations_are_used_again(site):
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    site.settings.update(window(3600))
    site.json("plan-pairings")
    assert {row["conversationId"] for row in automessages(site).values()} == {conversation}


def test_within_a_second_of_delivery(site):
    """By a process of its own, to both kinds of socket."""
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    chats = [Chat(server, alice.access, POLLING), Chat(server, bob.access, WEBSOCKET)]
    site.settings.update(window(3))
    planned = site.json("plan-pairings")["messages"]
    enqueue_all(site, planned)
    began = time.time()
    assert site.json("dispatch-worker", "--drain")["delivered"] == planned
    ended = time.time()
    for chat in chats:
        for _ in range(planned):
            _, arrived = chat.expect_with_time("message_received", messageType="auto")
            assert began <= arrived <= ended + 1.0
    assert alice.history(alice.direct(bob)["id"])[0]["messageType"] == "auto"


def test_a_worker_that_keeps_running(site):
    """Started before there is anything to do; delivers when there is, and stops when told."""
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    chat = Chat(server, alice.access)
    worker = site.start("dispatch-worker")
    site.settings.update(window(5))
    planned = site.json("plan-pairings")["messages"]
    enqueue_all(site, planned)
    for _ in range(planned):
        chat.expect("message_received", within=10, messageType="auto")
    assert worker.is_running
    assert worker.terminate() == 0
    assert_delivered_once(site)
    assert bob.conversations()[0]["lastMessage"]["content"]


def test_several_workers_and_planners_at_once(site):
    """Whoever holds the lease plans; the others wait for it, say 'already', and nothing is doubled."""
    server = site.serve("--only", "api")
    users = register_many(server, 100)
    site.settings.update(window(6))
    planners = [site.start("plan-pairings", "--output", "json") for _ in range(4)]
    codes = [planner.wait(30) for planner in planners]
    assert codes == [0, 0, 0, 0]
    assert_everybody_in_one_pairing(site, users)
    planned = len(automessages(site))
    enqueue_all(site, planned)
    workers = [site.start("dispatch-worker", "--drain") for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert_delivered_once(site)


def test_dead_letters_when_there_are_none(site):
    site.serve("--only", "api")
    assert site.json("dispatch-worker", "dead-letters", "list") == {"deadLetters": [], "total": 0}
    site.run("dispatch-worker", "dead-letters", "show", "0123456789abcdef01234567", code=1)
    text = site.run("dispatch-worker", "dead-letters", "replay", "0123456789abcdef01234567", code=1)
    assert "Error: There is no dead letter" in text.stderr and "0123456789abcdef01234567" in text.stderr


def test_replaying_what_was_replayed_before_is_safe(site):
    """A message that is no dead letter any more is left alone, and that is no error."""
    server = site.serve("--only", "api")
    register_many(server, 2)
    site.settings.update(window(3))
    enqueue_all(site, site.json("plan-pairings")["messages"])
    site.json("dispatch-worker", "--drain")
    message = next(iter(automessages(site)))
    for _ in range(2):
        done = site.run("dispatch-worker", "dead-letters", "replay", message)
        assert done.stdout == "replayed: 0\n" and message in done.stderr
    assert site.json("dispatch-worker", "--drain")["delivered"] == 0
