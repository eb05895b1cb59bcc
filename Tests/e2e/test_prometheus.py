"""A real Prometheus reads a running server, the alert rules and every query of the dashboard."""

import json
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from api import make_users
from metrics import ALERTS, DASHBOARD, panels, rules
from msgctl import eventually

pytestmark = pytest.mark.embedded
# What Grafana fills in.
VARIABLES = {"$__rate_interval": "5m", "$__range": "1h", "$job": "msgctl", "$instance": ".*"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Prometheus:
    def __init__(self, directory, target):
        self.url = f"http://127.0.0.1:{free_port()}"
        configuration = Path(directory) / "prometheus.json"
        # JSON is YAML.
        configuration.write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                    "rule_files": [str(ALERTS)],
                    "scrape_configs": [{"job_name": "msgctl", "static_configs": [{"targets": [target]}]}],
                }
            )
        )
        with open(Path(directory) / "log", "wb") as log:
            self.process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={configuration}",
                    f"--storage.tsdb.path={directory}/data",
                    f"--web.listen-address={urlsplit(self.url).netloc}",
                ],
                stdout=log,
                stderr=log,
            )

    def get(self, path, **query):
        try:
            reply = httpx.get(f"{self.url}/api/v1/{path}", params=query, trust_env=False, timeout=30)
        except httpx.TransportError:
            return None  # It does not listen yet.
        if reply.status_code == 503:
            return None  # It is not ready yet.
        answer = reply.json()
        assert answer["status"] == "success", (query, answer)
        return answer["data"]

    def query(self, expression):
        found = self.get("query", query=expression)
        return found and found["result"]


@pytest.fixture
def watched(site):
    server = site.serve()
    make_users(server, "alice")
    with tempfile.TemporaryDirectory() as directory:
        prometheus = Prometheus(directory, urlsplit(server.url).netloc)
        try:
            yield prometheus
        finally:
            prometheus.process.terminate()
            prometheus.process.wait(30)


def test_rules_and_queries_are_taken(watched):
    up = eventually(lambda: watched.query('up{job="msgctl"}'), 60, "it does not scrape")
    assert eventually(lambda: watched.query('up{job="msgctl"} == 1'), 60) and len(up) == 1

    def evaluated():
        groups = (watched.get("rules") or {}).get("groups", [])
        found = [rule for group in groups for rule in group["rules"]]
        return found if found and all(rule["health"] != "unknown" for rule in found) else None

    found = eventually(evaluated, 60, "it does not evaluate its rules")
    assert {rule["name"] for rule in found} == {rule["alert"] for rule in rules()}
    assert [rule["lastError"] for rule in found if rule.get("lastError")] == []
    assert [rule["name"] for rule in found if rule["state"] == "firing" and rule["labels"]["severity"] == "page"] == []

    # A rate takes two readings.
    eventually(lambda: watched.query("rate(process_cpu_seconds_total[5m])"), 60, "it reads once and no more")
    empty = set()
    for panel in panels():
        for target in panel.get("targets", []):
            expression = target["expr"]
            for name, value in VARIABLES.items():
                expression = expression.replace(name, value)
            assert "$" not in expression, expression
            if watched.query(expression) == []:
                empty.add(panel["title"])
    assert len(empty) < len(panels()) / 3, f"much of the dashboard shows nothing: {empty}"


def test_grafana_can_load_the_dashboard():
    """By Grafana's own types; what they don't know of it is for the import of a file alone."""
    definition = json.loads(DASHBOARD.read_text())
    loaded = json.loads(JSONEncoder().encode(Dashboard.from_json(definition)))
    assert loaded["title"] == definition["title"] and loaded["uid"] == definition["uid"]
    for panel, kept in zip(definition["panels"], loaded["panels"], strict=True):
        for name in ("id", "type", "title", "gridPos", "targets", "fieldConfig", "options"):
            assert kept.get(name) == panel.get(name), (panel["title"], name)
