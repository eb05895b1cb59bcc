"""What people wish of automatic messages: pauses, weekly limits, pools and whom they are never paired with."""

from datetime import date, timedelta

import pytest

from api import call, make_users
from pipeline import enqueue_all, window
from records import automessages, messages

EXCLUSIONS = "/api/auth/me/exclusions"


def excluded(user):
    return [person["id"] for person in user.get(EXCLUSIONS)["data"]["exclusions"]]


def test_exclusions_are_ones_own(people):
    alice, bob, carol = people("alice", "bob", "carol")
    assert excluded(alice) == []
    for other in (carol, bob, carol):
        answer = alice.put(f"{EXCLUSIONS}/{other.id}")
    assert answer["data"]["exclusions"] == [
        {"id": user.id, "username": user.username, "avatar": None} for user in (carol, bob)
    ]
    assert excluded(alice) == [carol.id, bob.id]
    assert excluded(bob) == excluded(carol) == []
    for _ in range(2):
        alice.delete(f"{EXCLUSIONS}/{carol.id}")
    assert excluded(alice) == [bob.id]


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
def test_who_can_not_be_excluded(people, verb):
    (alice,) = people("alice")
    assert alice.call(verb, f"{EXCLUSIONS}/0123456789abcdef01234567", 404)["code"] == "user_not_found"
    assert alice.call(verb, f"{EXCLUSIONS}/{alice.id}", 400)["code"] == "bad_request"
    assert alice.call(verb, f"{EXCLUSIONS}/nobody", 400)["code"] == "validation_failed"
    call(alice.server, verb, f"{EXCLUSIONS}/{alice.id}", 401)
    assert excluded(alice) == []


def test_nobody_learns_by_whom_they_are_excluded(people):
    """The other's answers are what they were."""
    alice, bob = people("alice", "bob")
    conversation = bob.direct(alice)["id"]

    def answers():
        return [
            bob.get(path)
            for path in (
                "/api/auth/me",
                EXCLUSIONS,
                f"/api/user/list?q={alice.username}",
                "/api/conversations",
                f"/api/conversations/{conversation}",
                f"/api/messages/{conversation}",
            )
        ]

    before = answers()
    alice.put(f"{EXCLUSIONS}/{bob.id}")
    alice.patch("/api/auth/me", {"pausedUntil": "2100-01-01", "weeklyLimit": 1})
    assert answers() == before
    bob.send(conversation, "Talking goes on")
    assert alice.history(conversation)[0]["content"] == "Talking goes on"


def test_pauses_and_limits_by_the_api(people):
    (alice,) = people("alice")
    assert (alice.me()["pausedUntil"], alice.me()["weeklyLimit"]) == (None, None)
    alice.patch("/api/auth/me", {"pausedUntil": "2026-12-24", "weeklyLimit": 0})
    assert (alice.me()["pausedUntil"], alice.me()["weeklyLimit"]) == ("2026-12-24", 0)
    alice.patch("/api/auth/me", {"pausedUntil": None, "weeklyLimit": None})
    assert (alice.me()["pausedUntil"], alice.me()["weeklyLimit"]) == (None, None)
    for wrong in ({"pausedUntil": "2026-02-30"}, {"weeklyLimit": 8}, {"weeklyLimit": "2"}, {"pool": "night"}):
        errors = alice.patch("/api/auth/me", wrong, 400)["errors"]
        assert [error["path"] for error in errors] == list(wrong)


def test_what_operators_do(site):
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")

    def user(*arguments):
        return site.json("user", arguments[0], alice.username, *arguments[1:])["user"]

    later = (date.today() + timedelta(days=9)).isoformat()
    plain = user("show")
    assert plain["pool"] == "default" and "pausedUntil" not in plain and "weeklyLimit" not in plain
    assert user("pause", "--until", later)["pausedUntil"] == later
    assert user("limit", "0")["weeklyLimit"] == 0
    assert user("pool", "night")["pool"] == "night"
    assert alice.me()["pausedUntil"] == later and alice.me()["weeklyLimit"] == 0
    assert "pool" not in alice.me()
    line = site.run("user", "show", alice.username).stdout
    assert line.endswith(f"pool night  paused until {later}  at most 0 a week\n")
    over = site.run("user", "pause", alice.username, "--until", "2020-01-31")
    assert f"{alice.username} does not pause: 2020-01-31 has come" in over.stderr
    assert "paused" not in over.stdout
    assert "does not pause" not in site.run("user", "pause", alice.username, "--until", later).stderr
    user("pause", "--clear")
    user("limit", "--clear")
    user("pool", "default")
    assert user("show") == plain

    exclusions = site.json("user", "exclude", alice.username, bob.email)
    assert exclusions == {
        "user": {"id": alice.id, "username": alice.username},
        "exclusions": [{"id": bob.id, "username": bob.username}],
    }
    assert excluded(alice) == [bob.id]
    assert site.json("user", "exclusions", alice.id) == exclusions
    assert site.run("user", "exclusions", alice.id).stdout == f"{bob.id}  {bob.username}\n"
    assert site.json("user", "exclusions", bob.id)["exclusions"] == []
    assert site.json("user", "exclude", alice.username, bob.id, "--remove")["exclusions"] == []
    assert site.run("user", "exclusions", alice.id).stdout == f"{alice.username} has excluded nobody\n"


@pytest.mark.embedded
@pytest.mark.parametrize(
    "arguments,code",
    [
        (["pause", "alice"], 64),
        (["pause", "alice", "--until", "2026-12-24", "--clear"], 64),
        (["pause", "alice", "--until", "tomorrow"], 64),
        (["limit", "alice"], 64),
        (["limit", "alice", "8"], 64),
        (["limit", "alice", "2", "--clear"], 64),
        (["pool", "alice", "Night"], 1),
        (["pool", "alice", ""], 1),
        (["pool", "nobody", "night"], 1),
        (["exclude", "alice", "nobody"], 1),
        (["exclude", "alice", "alice"], 1),
        (["exclude", "alice", "alice", "--remove"], 1),
    ],
)
def test_what_operators_can_not_do(site, arguments, code):
    site.run("user", "create", "--username", "alice", "--email", "a@example.org", input="a password\n")
    before = site.json("user", "show", "alice")
    done = site.run("user", *arguments, code=code)
    assert done.stdout == "" and done.stderr.strip()
    assert site.json("user", "show", "alice") == before


def test_who_pauses_is_not_planned_and_what_was_planned_is_not_sent(site):
    """Planned while everybody took part; then one receiver pauses and one sender excludes their partner."""
    server = site.serve("--only", "api")
    users = make_users(server, *["user"] * 7)
    by_id = {user.id: user for user in users}
    away, *others = users
    away.patch("/api/auth/me", {"pausedUntil": (date.today() + timedelta(days=9)).isoformat()})
    site.settings.update(window(3))
    dry = site.json("plan-pairings", "--dry-run")
    assert [(left["username"], left["cause"]) for left in dry["left"]] == [(away.username, "paused")]
    plan = site.json("plan-pairings")
    assert (plan["users"], plan["messages"], plan["causes"]) == (7, 3, {"paused": 1})
    planned = list(automessages(site).values())
    assert away.id not in {row[name] for row in planned for name in ("senderId", "receiverId")}

    paused, kept, sent = planned
    until = (date.today() + timedelta(days=9)).isoformat()
    by_id[paused["receiverId"]].patch("/api/auth/me", {"pausedUntil": until})
    by_id[kept["senderId"]].put(f"{EXCLUSIONS}/{kept['receiverId']}")
    enqueue_all(site, 3)
    tally = site.json("dispatch-worker", "--drain")
    assert (tally["delivered"], tally["deadLettered"]) == (1, 2)
    assert [row["id"] for row in messages(site, "auto")] == [sent["id"]]
    letters = {letter["id"]: letter["reason"] for letter in site.json("dispatch-worker", "dead-letters")["deadLetters"]}
    assert letters == {
        paused["id"]: f"The receiver pauses until {until}.",
        kept["id"]: "One of the two has excluded the other.",
    }
    # Neither of the two is told by anything that they can ask for.
    for row in (paused, kept):
        for person in (row["senderId"], row["receiverId"]):
            shown = str([by_id[person].get(path) for path in ("/api/auth/me", "/api/conversations", "/api/user/list")])
            assert "excluded" not in shown and until not in shown.replace(until, "", person == paused["receiverId"])
