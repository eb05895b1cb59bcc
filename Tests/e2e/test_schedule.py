"""The pipeline inside serve, by its own clock."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from api import make_users
from chat import POLLING, WEBSOCKET, Chat
from records import automessages
from msgctl import eventually
from pipeline import assert_delivered_once, enqueue_all, window

ON = {"MSGCTL_SCHEDULE_ENABLED": "true", "MSGCTL_SCHEDULE_ENQUEUE": "@every 1s"}


def test_a_missed_plan_is_made_up_and_delivered(site):
    """02:00 of the zone is past, the window is open: plan, queue and deliver without a command."""
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    assert server.terminate() == 0
    server = site.serve(**ON, **window(6))
    chats = [Chat(server, alice.access, POLLING), Chat(server, bob.access, WEBSOCKET)]
    for chat in chats:
        assert chat.expect("message_received", within=20)["messageType"] == "auto"
    eventually(lambda: all(row["isSent"] for row in automessages(site).values()), 10)
    assert_delivered_once(site)
    planned = automessages(site)
    assert server.terminate() == 0
    assert site.json("plan-pairings", **window(6))["status"] == "already_planned"
    assert automessages(site) == planned


def test_not_after_the_window(site):
    """A window that was over an hour ago: nothing is planned while the server answers, so it has had its chance."""
    server = site.serve()
    alice, _ = make_users(server, "alice", "bob")
    assert server.terminate() == 0
    past = window(0)
    hour_ago = datetime.strptime(past["MSGCTL_SCHEDULE_WINDOW_START"], "%H:%M:%S") - timedelta(hours=1)
    past["MSGCTL_SCHEDULE_WINDOW_START"] = (hour_ago - timedelta(minutes=5)).strftime("%H:%M:%S")
    past["MSGCTL_SCHEDULE_WINDOW_END"] = hour_ago.strftime("%H:%M:%S")
    server = site.serve(**ON, **past)
    began = datetime.now(timezone.utc)
    while datetime.now(timezone.utc) - began < timedelta(seconds=3):
        alice.at(server).me()
        assert automessages(site) == {}


def missed(site, minutes, **settings):
    """Settings by which planning was due so many minutes ago and nobody was there, though there was on the days before;
    and when that was."""
    due = datetime.now(timezone.utc).replace(second=0, microsecond=0) - timedelta(minutes=minutes)
    found = {**ON, **window(8), **settings}
    local = due - timedelta(hours=int(found["MSGCTL_SCHEDULE_TIME_ZONE"].removeprefix("Etc/GMT")))
    found["MSGCTL_SCHEDULE_PLAN"] = f"{local.minute} {local.hour} * * *"
    site.records.note_run("plan-pairings/default", due - timedelta(days=1), "done")
    return found, due.strftime("%Y-%m-%dT%H:%M:00.000Z")


def last_run(site, settings):
    return site.json("schedule", **settings)["jobs"][0]["lastRun"]


def test_a_run_that_was_missed_while_down_is_made_up_once(site):
    server = site.serve()
    make_users(server, *["user"] * 6)
    assert server.terminate() == 0
    settings, due = missed(site, 10)
    assert last_run(site, settings)["node"] == "elsewhere"
    servers = [site.serve(**settings) for _ in range(2)]
    eventually(lambda: last_run(site, settings)["outcome"] == "done" and automessages(site), 20, "nobody makes it up", 0.2)
    eventually(lambda: all(row["isSent"] for row in automessages(site).values()), 40, "not everything is sent")
    assert_delivered_once(site)
    assert [server.terminate() for server in servers] == [0, 0]
    made = last_run(site, settings)
    assert made["occurrence"] == due and "planned, 3 messages" in made["note"]
    planned = automessages(site)
    server = site.serve(**settings)
    began = datetime.now(timezone.utc)
    while datetime.now(timezone.utc) - began < timedelta(seconds=2):
        assert last_run(site, settings) == made
    assert automessages(site) == planned and site.records.complete_plans() == 1
    assert server.terminate() == 0
    text = site.run("schedule", **settings).stdout.splitlines()
    assert text[1].startswith("  last: ") and f" done, {made['note']}" in text[1]


def test_a_run_that_was_missed_for_too_long_is_skipped(site):
    """Each says nothing but one of them: one warning, no plan."""
    server = site.serve()
    make_users(server, "alice", "bob")
    assert server.terminate() == 0
    settings, due = missed(site, 10, MSGCTL_SCHEDULE_GRACE="5m", MSGCTL_LOG_FORMAT="json")
    servers = [site.serve(**settings) for _ in range(2)]
    eventually(lambda: last_run(site, settings)["outcome"] == "skipped", 20, "nobody skips it", 0.2)
    assert [server.terminate() for server in servers] == [0, 0]
    run = last_run(site, settings)
    assert run["occurrence"] == due and run["note"] == "It was missed for longer than the grace."
    said = [line for server in servers for line in server.log_path.read_text().splitlines() if "missed" in line]
    assert len(said) == 1 and json.loads(said[0])["level"] == "warning", said
    assert automessages(site) == {}


def test_commands_from_crontab_beside_two_schedulers(site):
    """Loops of plan-pairings and enqueue-due while two servers do the same: one plan, every message once."""
    server = site.serve()
    make_users(server, *["user"] * 12)
    assert server.terminate() == 0
    settings, _ = missed(site, 1)
    servers = [site.serve(**settings) for _ in range(2)]

    def repeat(verb):
        statuses = []
        while not (rows := automessages(site)) or not all(row["isSent"] for row in rows.values()):
            statuses.append(site.run(verb, code=None, **settings).returncode)
            assert len(statuses) < 500
        return statuses

    with ThreadPoolExecutor(2) as pool:
        loops = list(pool.map(repeat, ["plan-pairings", "enqueue-due"]))
    assert set().union(*loops) <= {0, 75}, loops
    assert [server.terminate() for server in servers] == [0, 0]
    assert len(automessages(site)) == 6 and site.records.complete_plans() == 1
    assert_delivered_once(site)
    assert last_run(site, settings)["outcome"] == "done"


def test_two_servers_plan_once(site):
    """Both run the scheduler on one data directory; the lease decides."""
    server = site.serve()
    make_users(server, *["user"] * 10)
    assert server.terminate() == 0
    schedule = {**ON, **window(8)}
    servers = [site.serve(**schedule) for _ in range(2)]
    eventually(lambda: automessages(site), 20, "nobody plans")
    eventually(lambda: all(row["isSent"] for row in automessages(site).values()), 40, "not everything is sent")
    assert len(automessages(site)) >= 5
    assert_delivered_once(site)
    assert [server.terminate() for server in servers] == [0, 0]


def test_only_api_runs_no_schedule(site):
    """serve --only api plans and delivers nothing; the commands do."""
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    assert server.terminate() == 0
    settings = {**ON, **window(5)}
    server = site.serve("--only", "api", **settings)
    chat = Chat(server, alice.access)
    assert site.json("plan-pairings", **settings)["status"] == "planned"
    enqueue_all(site, len(automessages(site)))
    assert not any(row["isSent"] for row in automessages(site).values())
    site.json("dispatch-worker", "--drain")
    chat.expect("message_received", messageType="auto")
    assert_delivered_once(site)


FROM = "2026-03-28T12:00:00Z"


@pytest.mark.embedded
def test_what_comes_next(site):
    """No engine is asked, nothing is made: there is no data directory."""
    settings = {
        "MSGCTL_SCHEDULE_ENABLED": "true",
        "MSGCTL_SCHEDULE_PLAN": "30 2 * * *",
        "MSGCTL_SCHEDULE_TIME_ZONE": "Europe/Berlin",
    }
    answer = site.json("schedule", "--from", FROM, "--next", "2", **settings)
    assert answer == {
        "enabled": True,
        "jobs": [
            {
                "phase": "plan-pairings",
                "pool": "default",
                "lastRun": None,
                "schedule": "30 2 * * *",
                "timeZone": "Europe/Berlin",
                # The first of these nights skips 02:00 to 03:00.
                "next": ["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
            },
            {
                "phase": "enqueue-due",
                "pool": None,
                "lastRun": None,
                "schedule": "@every 1m",
                "timeZone": "Europe/Berlin",
                "next": ["2026-03-28T12:01:00.000Z", "2026-03-28T12:02:00.000Z"],
            },
        ],
    }
    text = site.run("schedule", "--from", FROM, "--next", "1", **settings).stdout
    assert text == (
        "plan-pairings default: 30 2 * * * (Europe/Berlin)\n  2026-03-29T03:00:00+02:00\n"
        "enqueue-due: @every 1m (Europe/Berlin)\n  2026-03-28T13:01:00+01:00\n"
    )
    off = {**settings, "MSGCTL_SCHEDULE_ENABLED": "false"}
    assert "schedule.enabled is false" in site.run("schedule", **off).stdout
    assert site.json("schedule", **off)["enabled"] is False
    assert len(site.json("schedule", **settings)["jobs"][0]["next"]) == 3
    assert not site.data.exists()


@pytest.mark.embedded
def test_pools_have_schedules_of_their_own(site):
    path = site.directory / "pools.yaml"
    path.write_text(
        "schedule:\n  time_zone: Europe/Berlin\npools:\n"
        "  night:\n    plan: 0 14 * * MON-FRI\n  asia:\n    time_zone: Asia/Tokyo\n"
    )
    jobs = site.json("schedule", "--config", path, "--from", FROM, "--next", "1")["jobs"]
    assert [(job["phase"], job["pool"], job["schedule"], job["timeZone"], job["next"]) for job in jobs] == [
        ("plan-pairings", "default", "0 2 * * *", "Europe/Berlin", ["2026-03-29T01:00:00.000Z"]),
        ("plan-pairings", "asia", "0 2 * * *", "Asia/Tokyo", ["2026-03-28T17:00:00.000Z"]),
        ("plan-pairings", "night", "0 14 * * MON-FRI", "Europe/Berlin", ["2026-03-30T12:00:00.000Z"]),
        ("enqueue-due", None, "@every 1m", "Europe/Berlin", ["2026-03-28T12:01:00.000Z"]),
    ]
    text = site.run("schedule", "--config", path, "--from", FROM, "--next", "1").stdout
    assert "plan-pairings asia: 0 2 * * * (Asia/Tokyo)\n  2026-03-29T02:00:00+09:00\n" in text


@pytest.mark.embedded
def test_what_an_expression_means(site):
    answer = site.json(
        *("schedule", "--cron", "@daily", "--cron", "@every 12h", "--time-zone", "Asia/Kathmandu", "--from", FROM),
        *("--next", "1"),
    )
    assert answer == {
        "schedules": [
            {"cron": "@daily", "timeZone": "Asia/Kathmandu", "next": ["2026-03-28T18:15:00.000Z"]},
            {"cron": "@every 12h", "timeZone": "Asia/Kathmandu", "next": ["2026-03-29T00:00:00.000Z"]},
        ]
    }
    done = site.run("schedule", "--cron", "5/15 * * * *", code=64)
    assert "minute: a step needs a range; write 5-59/15" in done.stderr


@pytest.mark.embedded
def test_the_older_spellings_count(site):
    """plan_at and enqueue_interval as before, and an error beside what took their place."""
    older = {"MSGCTL_SCHEDULE_PLAN_AT": "03:15", "MSGCTL_SCHEDULE_ENQUEUE_INTERVAL": "30s"}
    jobs = site.json("schedule", **older)["jobs"]
    assert [job["schedule"] for job in jobs] == ["15 3 * * *", "@every 30s"]
    done = site.run("schedule", **older, MSGCTL_SCHEDULE_PLAN="@daily", code=78)
    assert "MSGCTL_SCHEDULE_PLAN_AT" in done.stderr and "keep schedule.plan and remove this one" in done.stderr
