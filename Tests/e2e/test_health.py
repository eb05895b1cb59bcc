"""Health, by real probes."""

import subprocess
import time

import pytest

from api import call
from records import make_newer


def test_health(server):
    body = call(server, "GET", "/api/health")
    assert body["status"] in ("ok", "healthy", "up", "pass")
    assert {"store", "cache", "queue", "search"} <= set(body["checks"])
    for check in body["checks"].values():
        assert isinstance(check["status"], str) and check["latencyMs"] >= 0, check


def test_live_and_ready(server):
    assert call(server, "GET", "/api/health/live")["status"]
    assert call(server, "GET", "/api/health/ready")["status"]


def test_health_needs_no_token_and_minds_none(server):
    call(server, "GET", "/api/health", headers={"authorization": "Bearer nonsense"})


def test_health_command(site):
    server = site.serve()
    body = site.json("health")
    assert body["status"] and {"store", "queue", "search"} <= set(body["checks"])
    site.run("health", "--wait", "5")
    assert server.is_running


@pytest.mark.embedded
def test_health_command_makes_nothing(site):
    site.data.mkdir()
    checks = site.json("health")["checks"]
    assert {name: check["status"] for name, check in checks.items()} == dict.fromkeys(
        ("store", "cache", "queue", "search", "delivery"), "unprepared"
    )
    assert "msgctl migrate" in checks["store"]["reason"]
    assert list(site.data.iterdir()) == []
    site.run("migrate")
    assert {check["status"] for check in site.json("health")["checks"].values()} == {"up"}


PARTS = {"store", "cache", "queue", "search", "delivery"}


@pytest.mark.embedded
def test_health_command_tells_of_a_data_directory_that_is_not_there(site):
    body = site.json("health", code=69)
    assert body["status"] == "unavailable"
    assert {name: check["status"] for name, check in body["checks"].items()} == dict.fromkeys(PARTS, "down")
    assert all(str(site.data) in check["reason"] for check in body["checks"].values())
    assert not site.data.exists()


@pytest.mark.embedded
def test_health_command_tells_of_a_data_directory_that_cannot_be_used(site):
    site.run("migrate")
    make_newer(site)
    body = site.json("health", code=78)
    assert body["status"] == "unavailable" and set(body["checks"]) == PARTS
    assert all("newer" in check["reason"] for check in body["checks"].values())


@pytest.mark.embedded
def test_health_command_waits_for_what_is_not_there_yet(site):
    waiting = site.start("health", "--wait", "60", "--output", "json", "--log-level", "debug")
    # A second look, to be sure that the first one has found nothing.
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.popen.wait(2)
    site.run("migrate")
    assert waiting.wait(60) == 0
    assert waiting.lines.get(timeout=5).startswith('{"')


@pytest.mark.embedded
def test_health_command_does_not_wait_longer_than_told(site):
    began = time.monotonic()
    site.run("health", "--wait", "1", code=69)
    assert time.monotonic() - began >= 1


def test_health_tells_whether_indexing_goes_on(server):
    assert call(server, "GET", "/api/health")["checks"]["indexing"]["status"] == "up"
