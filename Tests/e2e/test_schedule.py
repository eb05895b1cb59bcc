"""The pipeline inside serve, by its own clock."""

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
                "schedule": "30 2 * * *",
                "timeZone": "Europe/Berlin",
                # The first of these nights skips 02:00 to 03:00.
                "next": ["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
            },
            {
                "phase": "enqueue-due",
                "schedule": "@every 1m",
                "timeZone": "Europe/Berlin",
                "next": ["2026-03-28T12:01:00.000Z", "2026-03-28T12:02:00.000Z"],
            },
        ],
    }
    text = site.run("schedule", "--from", FROM, "--next", "1", **settings).stdout
    assert text == (
        "plan-pairings: 30 2 * * * (Europe/Berlin)\n  2026-03-29T03:00:00+02:00\n"
        "enqueue-due: @every 1m (Europe/Berlin)\n  2026-03-28T13:01:00+01:00\n"
    )
    off = {**settings, "MSGCTL_SCHEDULE_ENABLED": "false"}
    assert "schedule.enabled is false" in site.run("schedule", **off).stdout
    assert site.json("schedule", **off)["enabled"] is False
    assert len(site.json("schedule", **settings)["jobs"][0]["next"]) == 3
    assert not site.data.exists()


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
