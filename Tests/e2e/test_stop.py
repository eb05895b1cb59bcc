"""SIGTERM and SIGINT end everything gracefully, also under traffic."""

import json
import signal
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from api import make_users
from chat import TRANSPORTS, Chat
from msgctl import eventually
from pipeline import enqueue_all, window
from test_tls import make_certificate


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_an_idle_server(site, by):
    server = site.serve()
    began = time.monotonic()
    assert server.terminate(by=by) == 0
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_under_traffic(site, by):
    """Exit 0 within the deadline; whoever was answered with success finds the message afterwards."""
    server = site.serve()
    users = make_users(server, *["sender"] * 8)
    conversation = users[0].group("Busy", *users[1:])["id"]
    chats = [Chat(server, user.access, transports) for user, transports in zip(users, TRANSPORTS.values())]
    acknowledged, enough = [], threading.Event()

    def send(user):
        try:
            for number in range(10_000):
                body = user.post(
                    "/api/messages/send",
                    {"conversationId": conversation, "content": f"{user.username} {number}"},
                    {200, 503},
                )
                if not body["success"]:
                    return
                acknowledged.append(body["data"]["id"])
                if len(acknowledged) > 100:
                    enough.set()
        except httpx.TransportError:
            return

    with ThreadPoolExecutor(8) as pool:
        sending = [pool.submit(send, user) for user in users]
        assert enough.wait(30)
        assert server.terminate(by=by) == 0
        for sender in sending:
            sender.result(60)
    for chat in chats:
        chat.expect_close()
    stored = {m["id"] for m in users[0].at(site.serve()).whole_history(conversation, 200)}
    assert set(acknowledged) <= stored


def test_a_second_signal_is_not_needed_with_open_polls(site):
    """A poll that waits for events does not hold the stop."""
    from engineio_raw import enter, get, open_polling

    server = site.serve()
    (alice,) = make_users(server, "alice")
    sid = open_polling(server)["sid"]
    enter(server, sid, alice.access)
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(get, server, sid=sid)
        assert server.terminate() == 0
        try:
            poll.result(10)
        except httpx.TransportError:
            pass


@pytest.mark.embedded
def test_a_client_that_does_not_end_its_connection_is_dropped(site):
    """Over TLS the server waits for the other side's leave; no longer than a stop may take."""
    certificate, key = make_certificate(site.directory, "server")
    server = site.serve(
        "--only",
        "api",
        MSGCTL_SERVER_TLS_CERTIFICATE=certificate,
        MSGCTL_SERVER_TLS_KEY=key,
        MSGCTL_SERVER_SHUTDOWN_DEADLINE="1s",
    )
    address = urlsplit(server.url)
    context = ssl.create_default_context(cafile=str(certificate))
    with context.wrap_socket(
        socket.create_connection((address.hostname, address.port), timeout=10), server_hostname=address.hostname
    ) as client:
        client.sendall(b"GET /api/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
        assert server.terminate() == 0
    assert "have not ended in time are dropped" in server.log_path.read_text()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_a_worker(site, by):
    site.run("migrate")
    worker = site.start("dispatch-worker", "--log-level", "info")
    eventually(lambda: worker.log_path.stat().st_size > 0, 15, "the worker says nothing")
    assert worker.terminate(by=by) == 0


@pytest.mark.embedded
def test_nothing_is_left_behind(site):
    """A graceful stop folds the write-ahead log into the database."""
    server = site.serve()
    make_users(server, "alice")
    assert server.terminate() == 0
    wal = site.data / "msgctl.sqlite3-wal"
    assert not wal.exists() or wal.stat().st_size == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_planning_is_stopped_between_two_steps_and_made_anew(site, by):
    """Exit 75: it is not done, and the same call finishes it."""
    count = 40_000
    site.run("migrate")
    site.records.add_users(count)
    site.settings.update(window(3600))
    planner = site.start("plan-pairings")
    eventually(lambda: site.records.count("automessages") > 0, 30, "nothing is planned")
    assert planner.terminate(by=by) == 75
    assert site.records.complete_plans() == 0
    assert site.json("plan-pairings")["messages"] == count // 2
    assert site.records.count("automessages") == count // 2


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_a_drain_is_stopped_before_the_queue_is_empty(site, by):
    """Exit 75: it says what is done, and the same call finishes it."""
    count = 2_000
    site.run("migrate")
    site.records.add_users(2 * count)
    site.settings.update(window(6))
    assert site.json("plan-pairings")["messages"] == count
    enqueue_all(site, count, within=60)
    worker = site.start("dispatch-worker", "--drain", "--concurrency", "1", "--output", "json")
    eventually(lambda: site.records.delivered() > 0, 30, "nothing is delivered")
    assert worker.terminate(by=by) == 75
    done = json.loads(worker.lines.get(timeout=10))
    assert 0 < done["delivered"] < count
    assert "Stopped before it was done" in worker.log_tail()
    rest = site.json("dispatch-worker", "--drain")
    assert done["delivered"] + rest["delivered"] == count
    assert site.records.delivered() == count and site.records.unsent() == 0
