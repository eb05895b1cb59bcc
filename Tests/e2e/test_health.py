"""Health, by real probes."""

import pytest

from api import call


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


def test_health_tells_whether_indexing_goes_on(server):
    assert call(server, "GET", "/api/health")["checks"]["indexing"]["status"] == "up"
