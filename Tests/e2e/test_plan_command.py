"""What plan-pairings prints, as docs/cli-json.md has it, and what it tells a person."""

import re
from datetime import datetime, timedelta, timezone

import pytest

from api import make_users
from pipeline import window

COUNTS = {"users", "pairings", "messages", "leftOut"}
ALWAYS = COUNTS | {"status", "dryRun", "date", "pool", "seed"}
DRAWN = ALWAYS | {"exchanged", "repeated", "late", "nextDay", "causes"}
DRY = DRAWN | {"pairs", "left"}
CAUSES = {"deactivated", "opted_out", "paused", "rest", "excluded", "alone"}


def instant(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text), text
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def assert_shape(plan, keys):
    assert set(plan) == keys
    assert all(isinstance(plan[key], int) for key in COUNTS | {"seed"})
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", plan["date"]) and plan["pool"] == "default"
    assert isinstance(plan["dryRun"], bool)
    if "causes" in keys:
        assert set(plan["causes"]) <= CAUSES and all(count > 0 for count in plan["causes"].values())
        assert all(isinstance(plan[key], int) for key in ("exchanged", "repeated", "late", "nextDay"))
    if "pairs" not in keys:
        return
    assert [pair["number"] for pair in plan["pairs"]] == list(range(plan["pairings"]))
    for pair in plan["pairs"]:
        assert set(pair) == {"number", "reason", "members", "messages"}
        assert pair["reason"] in {"drawn", "exchanged", "repeated"}
        assert all(set(member) == {"id", "username"} for member in pair["members"])
        assert len(pair["messages"]) == len(pair["members"]) - 1
        ids = {member["id"] for member in pair["members"]}
        for message in pair["messages"]:
            assert set(message) == {"senderId", "receiverId", "sendDate", "content"}
            assert {message["senderId"], message["receiverId"]} <= ids
            instant(message["sendDate"])
    assert all(set(left) == {"id", "username", "cause"} and left["cause"] in CAUSES for left in plan["left"])
    assert [left["id"] for left in plan["left"]] == sorted(left["id"] for left in plan["left"])
    assert sum(len(pair["messages"]) for pair in plan["pairs"]) == plan["messages"]


def test_every_shape(site):
    server = site.serve("--only", "api")
    users = make_users(server, *["user"] * 5)
    out, gone = make_users(server, "out", "gone")
    out.patch("/api/auth/me", {"autoMessages": False})
    site.run("user", "deactivate", gone.username)
    site.settings.update(window(3600))

    dry = site.json("plan-pairings", "--dry-run", "--seed", "42")
    assert_shape(dry, DRY)
    assert dry["status"] == "planned" and dry["dryRun"] is True and dry["seed"] == 42
    assert (dry["users"], dry["pairings"], dry["messages"], dry["leftOut"]) == (5, 2, 3, 0)
    assert {member["id"] for pair in dry["pairs"] for member in pair["members"]} == {user.id for user in users}
    assert {left["username"]: left["cause"] for left in dry["left"]} == {
        out.username: "opted_out",
        gone.username: "deactivated",
    }
    assert dry["causes"] == {"opted_out": 1, "deactivated": 1}
    # The window has been open for a second.
    assert dry["late"] == 3 and dry["nextDay"] == dry["repeated"] == 0
    for message in (message for pair in dry["pairs"] for message in pair["messages"]):
        assert instant(message["sendDate"]) < datetime.now(timezone.utc) + timedelta(seconds=3600)

    real = site.json("plan-pairings", "--seed", "42")
    assert_shape(real, DRAWN)
    assert real["dryRun"] is False
    assert {key: real[key] for key in COUNTS | {"causes"}} == {key: dry[key] for key in COUNTS | {"causes"}}
    again = site.json("plan-pairings")
    assert_shape(again, ALWAYS)
    assert again["status"] == "already_planned" and again["seed"] == 42


def test_nothing_to_plan_says_who_is_there(site):
    server = site.serve("--only", "api")
    (user,) = make_users(server, "user")
    site.settings.update(window(3600))
    dry = site.json("plan-pairings", "--dry-run")
    assert_shape(dry, DRY)
    assert dry["status"] == "nothing_to_plan" and dry["pairs"] == [] and dry["leftOut"] == 1
    assert dry["left"] == [{"id": user.id, "username": user.username, "cause": "alone"}]
    real = site.json("plan-pairings")
    assert_shape(real, DRAWN)
    assert real["status"] == "nothing_to_plan" and real["causes"] == {"alone": 1}


@pytest.mark.parametrize("odd", ["trio", "double", "skip"])
def test_an_odd_number(site, odd):
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 7)
    site.settings.update(window(3600))
    site.settings["MSGCTL_SCHEDULE_ODD_USER"] = odd
    plan = site.json("plan-pairings", "--dry-run")
    assert_shape(plan, DRY)
    threes = [pair for pair in plan["pairs"] if len(pair["members"]) == 3]
    if odd == "skip":
        assert not threes and plan["messages"] == 3 and [left["cause"] for left in plan["left"]] == ["rest"]
        return
    assert len(threes) == 1 and plan["messages"] == 4 and plan["left"] == []
    first, second, third = (member["id"] for member in threes[0]["members"])
    turns = [(message["senderId"], message["receiverId"]) for message in threes[0]["messages"]]
    assert turns == [(first, second), (second, third) if odd == "trio" else (first, third)]


def test_whose_window_is_over_is_written_to_on_the_next_day(site):
    """It is noon in the configured zone, and evening nine hours further east."""
    server = site.serve("--only", "api")
    users = make_users(server, *["user"] * 6)
    settings = window(3600)
    west = int(settings["MSGCTL_SCHEDULE_TIME_ZONE"].removeprefix("Etc/GMT"))
    east = west - 9
    if east < -14:
        # There is no zone so far east; westwards the window is still to come.
        east = west + 9
    zone = f"Etc/GMT{'+' if east >= 0 else '-'}{abs(east)}"
    if not -14 <= east <= 12:
        pytest.skip(f"no zone {zone}")
    for user in users:
        user.patch("/api/auth/me", {"timezone": zone})
    site.settings.update(settings)
    now = datetime.now(timezone.utc)
    plan = site.json("plan-pairings", "--dry-run")
    assert plan["late"] == 0
    assert plan["nextDay"] == (3 if east < west else 0)
    for message in (message for pair in plan["pairs"] for message in pair["messages"]):
        wait = instant(message["sendDate"]) - now
        begin = timedelta(hours=15 if east < west else 9) - timedelta(seconds=2)
        assert begin <= wait <= begin + timedelta(seconds=3610)


def test_what_a_person_reads(site):
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    (out,) = make_users(server, "out")
    out.patch("/api/auth/me", {"autoMessages": False})
    site.settings.update(window(3600))
    lines = site.run("plan-pairings", "--dry-run", "--seed", "7").stdout.splitlines()
    assert re.fullmatch(r"\S+ would be planned: 2 users, 1 pairings, 1 messages, seed 7\.", lines[0])
    late = r"Planned late: 1 of 1 messages are drawn from what is left of the window, from 1[123]:\d\d\."
    assert re.fullmatch(late, lines[1])
    assert lines[2] in (
        f"{alice.username} → {bob.username}: drawn",
        f"{bob.username} → {alice.username}: drawn",
    )
    assert lines[3:] == [f"{out.username}: left out, takes no part"]
    real = site.run("plan-pairings", "--seed", "7").stdout.splitlines()
    assert re.fullmatch(r"\S+ is planned: 2 users, 1 pairings, 1 messages, seed 7\.", real[0])
    assert re.fullmatch(late, real[1]) and len(real) == 2
    again = site.run("plan-pairings").stdout
    assert re.fullmatch(r"\S+ is planned already: .* seed 7\. Nothing changed\.\n", again)


def test_texts_in_turkish(site):
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 8)
    site.settings.update(window(3600))
    site.settings["MSGCTL_SCHEDULE_LANGUAGE"] = "tr"
    plan = site.json("plan-pairings", "--dry-run")
    texts = [message["content"] for pair in plan["pairs"] for message in pair["messages"]]
    assert all(re.match(r"(Merhaba|Selam|Tanıştığımıza)\b", text) and "{" not in text for text in texts), texts
