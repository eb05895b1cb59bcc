"""The pipeline inside serve, by its own clock."""

from datetime import datetime, timedelta, timezone

from api import make_users
from chat import POLLING, WEBSOCKET, Chat
from records import automessages
from msgctl import eventually
from pipeline import assert_delivered_once, enqueue_all, window

ON = {"MSGCTL_SCHEDULE_ENABLED": "true", "MSGCTL_SCHEDULE_ENQUEUE_INTERVAL": "1s"}


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
