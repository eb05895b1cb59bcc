"""What plan-pairings prints, as docs/cli-json.md has it, and what it tells a person."""

import fcntl
import json
import os
import re
import struct
import subprocess
import termios
from datetime import datetime, timedelta, timezone

import pytest

from api import make_users
from msgctl import environment
from pipeline import enqueue_all, window

COUNTS = {"users", "pairings", "messages", "leftOut"}
NOTES = {"exchanged", "repeated", "late", "nextDay"}
PLAN = COUNTS | NOTES | {"status", "date", "pool", "seed", "settings", "causes"}
DRAWN = PLAN | {"dryRun"}
DRY = DRAWN | {"pairs", "left"}
STORED = PLAN | {"createdAt", "completedAt"}
MADE = STORED | {"dryRun"}
SHOWN = STORED | {"progress", "pairs", "left"}
SETTINGS = {
    "windowStart": str,
    "windowEnd": str,
    "timeZone": str,
    "oddUser": str,
    "avoidRounds": int,
    "avoidDays": int,
    "weeklyLimit": int,
    "templates": list,
}
CAUSES = {
    "deactivated",
    "opted_out",
    "paused",
    "weekly_limit",
    "planned_in_another_pool",
    "rest",
    "excluded",
    "alone",
}


def instant(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text), text
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def assert_shape(plan, keys, pool="default"):
    assert set(plan) - {"rested"} == keys
    assert all(isinstance(plan[key], int) for key in COUNTS | NOTES | {"seed"})
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", plan["date"]) and plan["pool"] == pool
    assert {key: type(value) for key, value in plan["settings"].items()} == SETTINGS
    assert set(plan["causes"]) <= CAUSES and all(count > 0 for count in plan["causes"].values())
    assert ("rested" in plan) == ("rest" in plan["causes"])
    for key in {"createdAt", "completedAt"} & keys:
        instant(plan[key])
    if "dryRun" in keys:
        assert isinstance(plan["dryRun"], bool)
    if "progress" in keys:
        assert set(plan["progress"]) == {"planned", "queued", "sent", "failed"}
        assert sum(plan["progress"].values()) == plan["messages"]
    if "pairs" not in keys:
        return
    assert [pair["number"] for pair in plan["pairs"]] == list(range(plan["pairings"]))
    for pair in plan["pairs"]:
        expected = {"number", "reason", "members"} | ({"messages"} if "dryRun" in keys else set())
        assert set(pair) - {"lastMet"} == expected
        assert pair["reason"] in {"drawn", "exchanged", "repeated"}
        assert ("lastMet" in pair) == (pair["reason"] == "repeated" and "dryRun" in keys)
        assert all(set(member) == {"id", "username"} for member in pair["members"])
        if "messages" not in pair:
            continue
        assert len(pair["messages"]) == len(pair["members"]) - 1
        ids = {member["id"] for member in pair["members"]}
        for message in pair["messages"]:
            assert set(message) == {"senderId", "receiverId", "sendDate", "content"}
            assert {message["senderId"], message["receiverId"]} <= ids
            instant(message["sendDate"])
    for left in plan["left"]:
        assert set(left) - {"until"} == {"id", "username", "cause"} and left["cause"] in CAUSES
        assert ("until" in left) == (left["cause"] == "paused" and "dryRun" in keys)
    assert [left["id"] for left in plan["left"]] == sorted(left["id"] for left in plan["left"])
    assert sum(len(pair["members"]) - 1 for pair in plan["pairs"]) == plan["messages"]


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
    assert_shape(real, MADE)
    assert real["dryRun"] is False
    assert {key: real[key] for key in COUNTS | {"causes"}} == {key: dry[key] for key in COUNTS | {"causes"}}
    again = site.json("plan-pairings")
    assert_shape(again, MADE)
    assert again["status"] == "already_planned" and again["seed"] == 42
    assert {**again, "status": "planned"} == real
    unexplained = site.json("plan-pairings", "--dry-run")
    assert_shape(unexplained, MADE)
    assert unexplained["status"] == "already_planned"
    explained = site.json("plan-pairings", "--dry-run", "--seed", "42")
    assert_shape(explained, DRY)
    assert explained["status"] == "planned"
    assert [pair["members"] for pair in explained["pairs"]] == [pair["members"] for pair in dry["pairs"]]


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
        assert plan["rested"] == plan["left"][0]["id"]
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


def test_stored_plans_are_listed_and_shown(site):
    server = site.serve("--only", "api")
    users = make_users(server, *["user"] * 5)
    (out,) = make_users(server, "out")
    out.patch("/api/auth/me", {"autoMessages": False})
    site.settings.update(window(20))
    assert site.json("plan-pairings", "--list") == {"plans": [], "total": 0}
    first = site.json("plan-pairings")
    tomorrow = str(datetime.fromisoformat(first["date"]).date() + timedelta(days=1))
    site.settings["MSGCTL_SCHEDULE_ODD_USER"] = "skip"
    second = site.json("plan-pairings", "--date", tomorrow)
    listed = site.json("plan-pairings", "--list")
    assert listed["total"] == 2 and [plan["date"] for plan in listed["plans"]] == [tomorrow, first["date"]]
    for plan, made in zip(listed["plans"], [second, first]):
        assert_shape(plan, STORED)
        assert plan == {key: value for key, value in made.items() if key != "dryRun"}
    page = site.json("plan-pairings", "--list", "--limit", "1", "--page", "2")
    assert page["total"] == 2 and page["plans"] == listed["plans"][1:]

    shown = site.json("plan-pairings", "--show", first["date"])
    assert_shape(shown, SHOWN)
    assert {key: shown[key] for key in STORED} == listed["plans"][1]
    assert {member["id"] for pair in shown["pairs"] for member in pair["members"]} == {user.id for user in users}
    assert shown["left"] == [{"id": out.id, "username": out.username, "cause": "opted_out"}]
    assert shown["progress"] == {"planned": 3, "queued": 0, "sent": 0, "failed": 0}
    enqueue_all(site, 3)
    site.json("dispatch-worker", "--drain")
    assert site.json("plan-pairings", "--show", first["date"])["progress"]["sent"] == 3
    rest = site.json("plan-pairings", "--show", tomorrow)
    assert_shape(rest, SHOWN)
    assert [left["cause"] for left in rest["left"] if left["id"] == rest["rested"]] == ["rest"]

    lines = site.run("plan-pairings", "--show", first["date"]).stdout.splitlines()
    assert re.fullmatch(r"\S+ default: 5 users, 2 pairings, 3 messages, seed \d+, 0 left out, planned \S+", lines[0])
    assert "Messages: 0 planned, 0 queued, 3 sent, 0 given up." in lines
    assert sum("→" in line for line in lines) == 2 and lines[-1] == f"{out.username}: left out, takes no part"
    lines = site.run("plan-pairings", "--list").stdout.splitlines()
    assert len(lines) == 3 and lines[-1] == "2 in all"
    done = site.run("plan-pairings", "--show", "2020-01-01", code=1)
    assert "There is no plan of 2020-01-01 in the pool default" in done.stderr and not done.stdout


def test_who_meets_again_is_told_when_they_met(site):
    """Three people have no other choice on the second day."""
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 3)
    site.settings.update(window(3600))
    first = site.json("plan-pairings")
    tomorrow = datetime.fromisoformat(first["date"]).date() + timedelta(days=1)
    again = site.json("plan-pairings", "--dry-run", "--date", tomorrow)
    assert_shape(again, DRY)
    assert again["repeated"] == 1 and again["pairs"][0]["lastMet"] == first["date"]
    text = site.run("plan-pairings", "--dry-run", "--date", tomorrow).stdout
    assert f"they met on {first['date']}, there was no other choice" in text


def test_pools(site):
    server = site.serve("--only", "api")
    users = make_users(server, *["user"] * 4)
    hours = {key.removeprefix("MSGCTL_SCHEDULE_").lower(): value for key, value in window(3600).items()}
    schedule = "".join(f'  {key}: "{value}"\n' for key, value in hours.items())
    config = site.work / "config.yaml"
    config.write_text(f"schedule:\n{schedule}pools:\n  night:\n    odd_user: skip\n")
    night = site.json("plan-pairings", "--pool", "night")
    assert_shape(night, DRAWN, pool="night")
    assert night["status"] == "nothing_to_plan" and night["users"] == 0
    both = site.json("plan-pairings", "--all-pools")
    assert set(both) == {"plans"}
    assert_shape(both["plans"][0], MADE)
    assert_shape(both["plans"][1], DRAWN, pool="night")
    assert [plan["users"] for plan in both["plans"]] == [len(users), 0]
    assert site.json("plan-pairings", "--list", "--pool", "night")["total"] == 0
    done = site.run("plan-pairings", "--pool", "noon", code=78)
    assert "The pool noon is not configured" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--list", "--show", "2026-01-31"],
        ["--list", "--dry-run"],
        ["--show", "2026-01-31", "--seed", "1"],
        ["--all-pools", "--pool", "x"],
        ["--wait", "3601"],
        ["--show", "soon"],
        ["--list", "--limit", "0"],
        ["--limit", "5"],
        ["--page", "3"],
        ["--show", "2026-01-31", "--page", "2"],
    ],
)
def test_what_does_not_go_together_is_a_mistake_of_usage(site, arguments):
    assert site.run("plan-pairings", *arguments, code=64).stderr


def test_the_zone_is_told_as_it_is_configured(site):
    site.run("migrate")
    tomorrow = datetime.now(timezone.utc).date() + timedelta(days=1)
    plan = site.json("plan-pairings", "--dry-run", "--date", tomorrow, MSGCTL_SCHEDULE_TIME_ZONE="UTC")
    assert plan["settings"]["timeZone"] == "UTC"


def test_an_offset_is_no_zone(site):
    site.run("migrate")
    done = site.run("plan-pairings", "--dry-run", MSGCTL_SCHEDULE_TIME_ZONE="GMT+3", code=78)
    assert '"GMT+3" is no time zone' in done.stderr


@pytest.mark.parametrize("flags", [[], ["--dry-run"]], ids=["real", "dry"])
def test_a_day_far_off_is_refused(site, flags):
    site.run("migrate")
    done = site.run("plan-pairings", "--date", "9999-12-31", *flags, code=1)
    assert "9999-12-31 is more than 366 days ahead; plan a day up to " in done.stderr and not done.stdout
    assert site.records.count("plans") == 0


def test_each_pool_that_fails_is_named(site):
    """The window of both is over."""
    site.run("migrate")
    zone = window(3600)["MSGCTL_SCHEDULE_TIME_ZONE"]
    hours = f'  time_zone: "{zone}"\n  window_start: "00:00:00"\n  window_end: "00:00:01"\n'
    (site.work / "config.yaml").write_text(f"schedule:\n{hours}pools:\n  night:\n    odd_user: skip\n")
    done = site.run("plan-pairings", "--all-pools", code=1)
    lines = sorted(line for line in done.stderr.splitlines() if line.startswith("Error: "))
    assert [line.split(": ")[1] for line in lines] == ["default", "night"], lines
    assert lines[0].endswith("or widen schedule.window_end.")
    assert lines[1].endswith("or widen pools.night.window_end.")


def test_who_is_in_a_pool_that_is_not_configured(site):
    server = site.serve("--only", "api")
    lost, *others = make_users(server, *["user"] * 3)
    site.settings.update(window(3600))
    moved = site.run("user", "pool", lost.username, "night")
    assert f"The pool night is not configured, and {lost.username} is not planned" in moved.stderr
    assert "pool night" in moved.stdout
    warning = "a pool is not configured, and its users are not planned"
    dry = site.run("plan-pairings", "--dry-run", "--output", "json")
    assert warning in dry.stderr and "pool=night " in dry.stderr and " users=1\n" in dry.stderr
    site.run("user", "pool", others[0].username, "night")
    nothing = site.run("plan-pairings")
    assert "is not planned" in nothing.stdout and warning in nothing.stderr and "users=2" in nothing.stderr
    back = site.run("user", "pool", others[0].username, "default")
    assert "not configured" not in back.stderr
    real = site.run("plan-pairings")
    assert "is planned: 2 users" in real.stdout and warning in real.stderr


def test_a_damaged_plan_is_warned_of_and_the_next_day_is_planned(site):
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 4)
    site.settings.update(window(3600))
    first = site.json("plan-pairings")
    assert site.records.damage_chunks() == 1
    tomorrow = datetime.fromisoformat(first["date"]).date() + timedelta(days=1)
    done = site.run("plan-pairings", "--date", tomorrow, "--output", "json")
    assert "a stored plan is damaged; who met by it is not known" in done.stderr
    assert f"date={first['date']}" in done.stderr
    second = json.loads(done.stdout)
    assert second["status"] == "planned" and (second["users"], second["messages"]) == (4, 2)


def test_of_two_at_once_one_finds_it_planned(site):
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 4)
    site.settings.update(window(3600))
    command = site.arguments(["plan-pairings", "--output", "json", "--data-directory", site.data])
    started = [
        subprocess.Popen(
            command, env=environment(site.settings), cwd=site.work, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], outputs
    assert sorted('"status":"planned"' in out for out, _ in outputs) == [False, False, True]
    assert sum('"status":"already_planned"' in out for out, _ in outputs) == 2


def test_progress_on_a_terminal_alone(site):
    """A bar on a terminal, which is gone at the end; on a pipe nothing."""
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 4)
    site.settings.update(window(3600))
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = site.arguments(["plan-pairings", "--data-directory", site.data])
    done = subprocess.run(
        command, env=environment(site.settings), cwd=site.work, stdout=subprocess.PIPE, stderr=theirs, timeout=60
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        # What Linux says when the other end is closed.
        pass
    os.close(ours)
    assert done.returncode == 0 and b"\x1b" not in done.stdout
    lines = shown.decode().split("\r\x1b[K")
    bars = [line for line in lines if line.startswith("[")]
    # What is logged at the end stands on a line of its own.
    assert bars and len(lines) == len(bars) + 2 and lines[0] == "" and not lines[-1].startswith("[")
    for bar in bars:
        assert re.fullmatch(r"\[#* *\] \d+ %  \d+ of \d+ records  [\d,]+/s(  \d+ s left)?", bar), bar
        assert len(bar) < 100
    tomorrow = str(datetime.now(timezone.utc).date() + timedelta(days=3))
    quiet = site.run("plan-pairings", "--date", tomorrow)
    assert quiet.stderr == "" or "\x1b" not in quiet.stderr
