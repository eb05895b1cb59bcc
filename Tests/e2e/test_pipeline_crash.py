"""kill -9 of who plans, and of a server that does everything. Many kills of all who deliver: test_crash_hundred."""

import subprocess
import time

from records import automessages
from msgctl import eventually
from pipeline import assert_delivered_once, assert_everybody_in_one_pairing, register_many, window

# What a dead worker had in hand comes back soon, so that the tests need not wait a minute.
SOON = {"MSGCTL_WORKER_VISIBILITY_TIMEOUT": "2s", "MSGCTL_SCHEDULE_REQUEUE_AFTER": "3s"}


def kill_in_the_middle(process, watcher, within=30):
    """kill -9 as soon as another message is delivered; answers how many were by then."""
    before = watcher.delivered()
    deadline = time.monotonic() + within
    while process.is_running and watcher.delivered() == before:
        assert time.monotonic() < deadline, f"nothing is delivered\n{process.log_tail()}"
    process.kill()
    return watcher.delivered()


def test_the_planner(site):
    """Killed at any moment of planning, the next run plans everybody once."""
    server = site.serve("--only", "api")
    users = register_many(server, 400)
    site.settings.update(window(3600))
    for delay in (0.02, 0.05, 0.1, 0.2):
        planner = site.start("plan-pairings")
        try:
            planner.popen.wait(delay)
        except subprocess.TimeoutExpired:
            planner.kill()

    def plan():
        done = site.run("plan-pairings", code=None)
        assert done.returncode in (0, 75), done.stderr
        return done.returncode == 0

    eventually(plan, 60, "the lease of a dead planner does not end", every=0.5)
    assert_everybody_in_one_pairing(site, users)


def test_serve_with_everything_in_it(site):
    server = site.serve("--only", "api")
    users = register_many(server, 300)
    assert server.terminate() == 0
    schedule = {
        **window(6),
        **SOON,
        "MSGCTL_SCHEDULE_ENABLED": "true",
        "MSGCTL_SCHEDULE_ENQUEUE_INTERVAL": "1s",
    }
    server = site.serve(**schedule)
    eventually(lambda: automessages(site), 20, "the missed plan is not made up")
    watcher = site.records
    delivered = kill_in_the_middle(server, watcher)
    assert 0 < delivered < len(automessages(site))
    site.serve(**schedule)
    eventually(lambda: watcher.unsent() == 0, 60, "not everything is sent after the restart")
    assert_delivered_once(site)
    assert_everybody_in_one_pairing(site, users)
