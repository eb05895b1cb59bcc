"""/metrics: what it says, who may read it, and that dashboard, alerts and page name nothing that is not there."""

import json
import re
import shutil
import socket
import subprocess

import pytest

from api import call, make_users
from metrics import ALERTS, OPENMETRICS, Scrape, get, names_of, page_names, panels, parse_openmetrics, rules, scrape
from chat import Chat, POLLING, WEBSOCKET
from msgctl import REPOSITORY, eventually
from pipeline import window


def port_of(process):
    """Where a process without the API answers metrics, by its log."""

    def look():
        return re.search(r"metrics are answered port=(\d+)", process.log_path.read_text())

    return int(eventually(look, 30, "it does not say where").group(1))


@pytest.fixture
def used(site):
    """A server that people have used."""
    yield from use(site)


@pytest.fixture
def scheduled(site):
    """Likewise with a scheduler that plans every minute."""
    site.settings.update({**window(3600), "MSGCTL_SCHEDULE_ENABLED": "true", "MSGCTL_SCHEDULE_PLAN": "* * * * *"})
    yield from use(site)


def use(site):
    server = site.serve()
    ada, bob = make_users(server, "ada", "bob")
    body = {"participantId": bob.id}
    conversation = call(server, "POST", "/api/conversations", token=ada.access, json=body)["data"]["id"]
    tab, other = Chat(server, ada.access, POLLING), Chat(server, bob.access, WEBSOCKET)
    message = {"conversationId": conversation, "content": "Hello"}
    call(server, "POST", "/api/messages/send", token=ada.access, json=message)
    other.expect("message_received")
    tab.expect("message_received")
    tab.call("send_message", message)
    other.expect("message_received")
    yield server
    tab.close()
    other.close()


@pytest.mark.embedded
def test_what_people_do_is_counted(used):
    found = scrape(used.url)
    sent = {"method": "POST", "route": "/api/messages/send"}
    assert found.value("msgctl_http_requests_total", status="200", **sent) == 1
    assert found.value("msgctl_http_request_seconds_count", **sent) == 1
    assert found.value("msgctl_socket_connections", transport="polling") == 1
    assert found.value("msgctl_socket_connections", transport="websocket") == 1
    assert found.value("msgctl_socket_events_total", event="send_message") == 1
    assert found.value("msgctl_messages_stored_total", type="user") == 2
    assert found.value("msgctl_message_store_seconds_count", via="rest") == 1
    assert found.value("msgctl_message_store_seconds_count", via="socket") == 1
    # The first to both, the second to all but the tab that sent it.
    assert found.value("msgctl_socket_emits_total", event="message_received") == 2
    assert found.value("msgctl_socket_deliveries_total", event="message_received") == 3
    assert found.value("process_resident_memory_bytes") > 1_000_000
    assert found.value("process_open_fds") > 3
    call_missing(used)
    assert scrape(used.url).value("msgctl_http_requests_total", route="unmatched", status="404") == 1


def call_missing(server):
    call(server, "GET", "/api/nothing-of-the-kind/7", status=404)


def test_every_metric_that_is_named_is_there(scheduled):
    eventually(
        lambda: scrape(scheduled.url).value("msgctl_schedule_last_run_timestamp_seconds"), 30, "no phase has run", every=0.5
    )
    names = scrape(scheduled.url).names
    documented = page_names()
    assert len(documented) > 40
    histograms = {name for name in documented if f"{name}_bucket" in names}
    assert documented - histograms <= names, documented - histograms - names
    for rule in rules():
        # Prometheus itself makes `up`.
        assert names_of(rule["expr"]) or rule["expr"].startswith("up{"), rule
        assert names_of(rule["expr"]) <= names, rule
    for panel in panels():
        for target in panel.get("targets", []):
            assert names_of(target["expr"]) and names_of(target["expr"]) <= names, target
    # And nothing is there that the page does not tell of.
    for name in names:
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        assert name in documented or family in documented, name


def test_every_named_label_is_there(scheduled):
    """A rule for an outcome or a state that nothing has would never fire."""
    found = scrape(scheduled.url)
    labels = {}
    for sample in found.samples:
        for label, value in sample.labels.items():
            labels.setdefault((sample.name, label), set()).add(value)
    wanted = re.compile(r'((?:msgctl|process)_[a-z_]+)\{([^}]*)\}')
    open_ended = {"status", "job", "instance", "phase"}
    seen = 0
    for expression in [rule["expr"] for rule in rules()]:
        for name, matchers in wanted.findall(expression):
            for label, operator, value in re.findall(r'([a-z_]+)(=~|=)"([^"]*)"', matchers):
                if label in open_ended or name == "msgctl_schedule_last_run_timestamp_seconds":
                    continue
                seen += 1
                for one in value.split("|"):
                    assert one in labels.get((name, label), set()), (name, label, one)
    assert seen >= 5


@pytest.mark.embedded
def test_both_forms_can_be_parsed(used):
    text = get(used.url)
    assert {family.name for family in Scrape(text.text).families} >= {"msgctl_http_requests", "msgctl_build_info"}
    reply = get(used.url, accept=OPENMETRICS)
    assert reply.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    found = Scrape(reply.text, parse_openmetrics)
    assert found.value("msgctl_messages_stored_total", type="user") == 2
    assert found.value("msgctl_message_store_seconds_bucket", via="rest", le="+Inf") == 1


@pytest.mark.embedded
def test_histograms_are_whole(used):
    found = scrape(used.url)
    buckets = {}
    for sample in found.samples:
        if sample.name.endswith("_bucket"):
            key = (sample.name, tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le")))
            buckets.setdefault(key, []).append((float(sample.labels["le"]), sample.value))
    assert buckets
    for (name, labels), values in buckets.items():
        values.sort()
        assert values[-1][0] == float("inf")
        assert [count for _, count in values] == sorted(count for _, count in values)
        assert found.value(name.replace("_bucket", "_count"), **dict(labels)) == values[-1][1]


def test_access(site):
    server = site.serve()
    assert get(server.url).status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto"):
        reply = get(server.url, **{header: "for=203.0.113.9"})
        assert reply.status_code == 403 and reply.json()["code"] == "forbidden", header
    server.terminate()
    token = "metrics-token-of-the-tests"
    server = site.serve(MSGCTL_METRICS_ACCESS="token", MSGCTL_METRICS_TOKEN=token)
    assert get(server.url).status_code == 401
    assert get(server.url, authorization=f"Bearer {token[:-1]}x").status_code == 401
    assert get(server.url, authorization=f"Bearer {token}").status_code == 200
    assert token not in server.log_path.read_text()
    server.terminate()
    server = site.serve(MSGCTL_METRICS_ACCESS="off")
    assert get(server.url).status_code == 404
    server.terminate()
    server = site.serve(MSGCTL_METRICS_ACCESS="anyone")
    assert get(server.url, **{"X-Forwarded-For": "203.0.113.9"}).status_code == 200


@pytest.mark.embedded
def test_a_token_must_be_there_to_be_shown(site):
    done = site.run("serve", "--port", "0", code=78, MSGCTL_METRICS_ACCESS="token")
    assert "metrics.token" in done.stderr


def test_a_worker_answers_on_a_port_of_its_own(site):
    site.run("migrate")
    worker = site.start("dispatch-worker", "--metrics-port", "0")
    url = f"http://127.0.0.1:{port_of(worker)}"
    found = scrape(url)
    assert found.value("msgctl_queue_jobs", state="ready") == 0
    assert found.value("msgctl_deliveries_total", outcome="delivered") == 0
    assert found.value("msgctl_engine_up", engine="store") == 1
    assert get(url).status_code == 200
    taken = site.run("dispatch-worker", "--metrics-port", url.rsplit(":", 1)[1], code=1)
    assert "is in use by another process" in taken.stderr
    elsewhere = site.run("dispatch-worker", "--metrics-port", "0", code=1, MSGCTL_METRICS_HOST="192.0.2.1")
    assert "the address is not this machine's; choose another with metrics.host" in elsewhere.stderr
    assert worker.terminate() == 0


@pytest.mark.embedded
def test_its_own_port_holds_few_connections(site):
    site.run("migrate")
    worker = site.start("dispatch-worker", "--metrics-port", "0")
    port = port_of(worker)
    scrape(f"http://127.0.0.1:{port}")
    before = worker.open_files()
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    idle[0].sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    assert idle[0].recv(8) == b"HTTP/1.1", "who was first is let in"
    eventually(lambda: worker.open_files() >= before + 30)
    assert worker.open_files() < before + 64, "the others wait; a few are let in at a time"
    for connection in idle:
        connection.close()
    assert scrape(f"http://127.0.0.1:{port}").value("msgctl_engine_up", engine="store") == 1


def test_deliveries_and_the_queue(site):
    server = site.serve("--only", "api")
    site.records.add_users(40)
    site.settings.update(window(10))
    planned = site.json("plan-pairings")["messages"]
    queued = 0

    def enqueue():
        nonlocal queued
        queued += site.json("enqueue-due")["queued"]
        return queued == planned

    eventually(enqueue, 60, "not everything is queued", every=0.5)
    waiting = scrape(server.url)
    assert waiting.value("msgctl_queue_jobs", state="ready") == planned
    assert waiting.value("msgctl_queue_oldest_seconds") >= 0
    worker = site.start("dispatch-worker", "--metrics-port", "0")
    url = f"http://127.0.0.1:{port_of(worker)}"
    eventually(
        lambda: scrape(url).value("msgctl_deliveries_total", outcome="delivered") == planned, 60, "not delivered", 0.3
    )
    found = scrape(url)
    assert found.value("msgctl_delivery_delay_seconds_count") == planned
    assert found.value("msgctl_messages_stored_total", type="auto") == planned
    eventually(
        lambda: scrape(server.url).value("msgctl_queue_jobs", state="ready") == 0, 20, "the gauge stays", every=0.5
    )


def test_the_alerts_are_rules_with_a_row_each():
    operations = (REPOSITORY / "docs/operations.md").read_text()
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) >= 15
    for rule in rules():
        assert f"| `{rule['alert']}` |" in operations, f"{rule['alert']} has no row"
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"] and rule["annotations"]["runbook"] == "docs/operations.md#alerts"
    told = set(re.findall(r"^\| `(Msgctl\w+)` \|", operations, re.MULTILINE))
    assert told == set(names)
    assert "\n## Alerts\n" in operations
    if promtool := shutil.which("promtool"):
        subprocess.run([promtool, "check", "rules", ALERTS], check=True)


def test_the_dashboard_is_one():
    found = panels()
    assert len({panel["id"] for panel in found}) == len(found) > 20
    places = set()
    for panel in found:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (place["x"] + column, place["y"] + line) for column in range(place["w"]) for line in range(place["h"])
        }
        assert not cells & places, panel["title"]
        places |= cells
        if panel["type"] == "row":
            continue
        assert panel["type"] in ("timeseries", "stat") and panel["title"] and panel["targets"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        for target in panel["targets"]:
            assert target["expr"].count("(") == target["expr"].count(")")
            assert target["expr"].count("{") == target["expr"].count("}")
    assert json.loads((REPOSITORY / "docs/grafana/msgctl.json").read_text())["templating"]["list"]
