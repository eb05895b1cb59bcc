"""Health tells when queued messages do not get delivered, although every engine answers."""

import random
import re
import signal
import time

import pytest

from api import call, http_of
from msgctl import eventually
from pipeline import assert_delivered_once, enqueue_all, window

pytestmark = pytest.mark.timeout(240)


def delivery(server):
    return call(server, "GET", "/api/health")["checks"]["delivery"]


def stop_outside_a_write(site, worker):
    """SIGSTOP, and not in the midst of a transaction, which would keep the embedded database from all others."""
    for _ in range(20):
        worker.popen.send_signal(signal.SIGSTOP)
        if site.run("health", code=None).returncode == 0:
            return
        worker.popen.send_signal(signal.SIGCONT)
        # Stopped at once it would be caught in the very same write.
        time.sleep(random.uniform(0, 0.05))
    raise AssertionError("it was always writing")


def test_a_worker_that_stands_still_while_it_has_jobs(site):
    site.settings["MSGCTL_WORKER_STALL_AFTER"] = "10s"
    server = site.serve("--only", "api")
    assert delivery(server)["status"] == "up"
    site.records.add_users(4000)
    site.settings.update(window(2))
    enqueue_all(site, site.json("plan-pairings")["messages"])
    worker = site.start("dispatch-worker", "--concurrency", "1")
    eventually(lambda: site.records.delivered() > 0, 30, "nothing is delivered")
    stop_outside_a_write(site, worker)
    try:
        assert site.records.unsent() > 0, "it had nothing left to do"
        eventually(lambda: delivery(server)["status"] == "down", 60, "health does not say so", every=0.5)
        reason = re.compile(
            r"No worker delivers; the message that waits longest was queued (\d+) s ago\. "
            r"Worker [0-9a-f]{16} has been silent for (\d+) s, with \d+ jobs in hand\."
        )
        queued, silent = map(int, reason.fullmatch(delivery(server)["reason"]).groups())
        assert queued >= 10 and silent >= 30
        assert call(server, "GET", "/api/health")["status"] == "degraded"
        assert http_of(server).get("/api/health/ready").status_code == 200
        done = site.run("health")
        assert "delivery: down" in done.stdout and "Error: delivery: No worker delivers" in done.stderr
    finally:
        worker.popen.send_signal(signal.SIGCONT)
    eventually(lambda: delivery(server)["status"] == "up", 60, "health still says so", every=0.5)
    eventually(lambda: site.records.unsent() == 0, 120, "not everything is delivered", every=0.5)
    assert_delivered_once(site)
    assert worker.terminate() == 0
    assert site.json("health")["checks"]["delivery"]["status"] == "up"


def test_messages_without_any_worker(site):
    site.settings["MSGCTL_WORKER_STALL_AFTER"] = "10s"
    server = site.serve("--only", "api")
    site.records.add_users(2)
    site.settings.update(window(2))
    enqueue_all(site, site.json("plan-pairings")["messages"])
    eventually(lambda: delivery(server)["status"] == "down", 40, "health does not say so", every=0.5)
    assert re.fullmatch(
        r"No worker delivers; the message that waits longest was queued \d+ s ago\.", delivery(server)["reason"]
    )
    assert site.json("dispatch-worker", "--drain")["delivered"] == 1
    eventually(lambda: delivery(server)["status"] == "up", 20, "health still says so", every=0.5)
