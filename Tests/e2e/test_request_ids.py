"""One id joins what is logged of a request, from its answer over the queue to sockets; and the log file."""

import json
import os
import re
import signal

import httpx
import pytest

from api import http_of, make_users, call
from chat import Chat, Refused
from msgctl import eventually
from pipeline import window


def entries(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def of_request(path, request):
    return [entry for entry in entries(path) if entry["metadata"].get("request") == request]


def test_answers_have_an_id_of_their_own(server):
    ids = [http_of(server).get(path).headers["x-request-id"] for path in ("/api/health/live", "/nothing", "/api/auth/me")]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]{6,16}", one) for one in ids)


@pytest.mark.parametrize("given", ["11111111", "a" * 64, "0af7651916cd43dd-8448.eb_211C"])
def test_a_well_formed_id_is_taken_over(server, given):
    reply = http_of(server).get("/nothing", headers={"X-Request-Id": given})
    assert reply.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["short", "a" * 65, "a" * 4000, "with space", "<script>alert", "é" * 8, ""])
def test_any_other_is_not(server, given):
    reply = http_of(server).get("/nothing", headers={"X-Request-Id": given.encode()})
    assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]{6,16}", reply.headers["x-request-id"])


def test_a_message_has_the_id_of_its_request_on_its_way_to_sockets(site):
    server = site.serve(LOG_LEVEL="debug", MSGCTL_LOG_FORMAT="json")
    ada, bob = make_users(server, "ada", "bob")
    body = {"participantId": bob.id}
    conversation = call(server, "POST", "/api/conversations", token=ada.access, json=body)["data"]["id"]
    chat = Chat(server, bob.access)
    try:
        message = {"conversationId": conversation, "content": "Hello"}
        headers = {"X-Request-Id": "the-message-of-ada"}
        sent = call(server, "POST", "/api/messages/send", token=ada.access, json=message, headers=headers)
        chat.expect("message_received")
    finally:
        chat.close()
    lines = eventually(
        lambda: (found := of_request(server.log_path, "the-message-of-ada")) and len(found) > 1 and found, 10, "no lines"
    )
    messages = {line["message"] for line in lines}
    assert {"an event goes to sockets", "a request is answered"} <= messages
    emitted = next(line for line in lines if line["message"] == "an event goes to sockets")
    assert emitted["metadata"]["message"] == sent["data"]["id"]


@pytest.mark.embedded
def test_another_process_logs_the_same_id(site):
    first = site.serve(LOG_LEVEL="debug", MSGCTL_LOG_FORMAT="json")
    second = site.serve(LOG_LEVEL="debug", MSGCTL_LOG_FORMAT="json")
    ada, bob = make_users(first, "ada", "bob")
    body = {"participantId": bob.id}
    conversation = call(first, "POST", "/api/conversations", token=ada.access, json=body)["data"]["id"]
    message = {"conversationId": conversation, "content": "Hello"}
    headers = {"X-Request-Id": "from-one-to-the-other"}
    call(first, "POST", "/api/messages/send", token=ada.access, json=message, headers=headers)
    lines = eventually(lambda: of_request(second.log_path, "from-one-to-the-other"), 20, "the other says nothing")
    assert lines[0]["message"] == "an event goes to sockets"


def test_a_delivery_has_the_id_of_the_run_that_queued_it(site):
    site.run("migrate")
    site.serve("--only", "api")
    site.records.add_users(2)
    site.settings.update(window(10))
    assert site.json("plan-pairings")["messages"] == 1
    logged = []

    def enqueue():
        done = site.run("enqueue-due", "--output", "json", LOG_LEVEL="info", MSGCTL_LOG_FORMAT="json")
        logged.append(done.stderr)
        return json.loads(done.stdout)["queued"]

    eventually(enqueue, 60, "nothing is queued", every=0.2)
    line = next(
        json.loads(line) for line in logged[-1].splitlines() if '"messages were queued"' in line
    )
    request = line["metadata"]["request"]
    worker = site.start("dispatch-worker", LOG_LEVEL="debug", MSGCTL_LOG_FORMAT="json")
    found = eventually(lambda: of_request(worker.log_path, request), 30, "no delivery has the id")
    assert "a delivery is settled" in {line["message"] for line in found}


@pytest.mark.embedded
def test_the_log_goes_to_a_file_that_is_opened_anew(site, tmp_path):
    path = tmp_path / "msgctl.log"
    server = site.serve(MSGCTL_LOG_FILE=path, LOG_LEVEL="debug")
    http_of(server).get("/api/health/live")
    eventually(lambda: "a request is answered" in path.read_text(), 10, "the file has no line")
    assert server.log_path.read_text() == ""
    assert path.stat().st_mode & 0o777 == 0o640 & ~os.umask(os.umask(0o022))
    rotated = tmp_path / "msgctl.log.1"
    path.rename(rotated)
    server.popen.send_signal(signal.SIGHUP)
    eventually(lambda: path.exists() and "opened anew" in path.read_text(), 10, "it is not opened anew")
    before = rotated.read_text()
    reply = httpx.get(f"{server.url}/nothing", headers={"X-Request-Id": "after-rotation"}, trust_env=False)
    assert reply.status_code == 404
    eventually(lambda: "request=after-rotation" in path.read_text(), 10, "the new file has no line")
    assert rotated.read_text() == before
    # What can't be opened anew goes on where it was.
    path.rename(tmp_path / "msgctl.log.2")
    path.mkdir()
    server.popen.send_signal(signal.SIGHUP)
    eventually(lambda: "could not be opened anew" in (tmp_path / "msgctl.log.2").read_text(), 10, "nothing is said")
    assert server.terminate() == 0


@pytest.mark.embedded
def test_a_log_file_that_cannot_be_stops_nothing(site, tmp_path):
    """As when root has run a command first, and the file is root's."""
    path = tmp_path / "missing" / "msgctl.log"
    site.settings["MSGCTL_LOG_FILE"] = path
    site.run("migrate")
    assert site.run("health").stderr == ""
    server = site.serve("--only", "api")
    told = [line for line in server.log_path.read_text().splitlines() if "log.file" in line]
    assert len(told) == 1 and "error msgctl:" in told[0] and "No such file or directory" in told[0] and str(path) in told[0]
    path.parent.mkdir()
    server.popen.send_signal(signal.SIGHUP)
    eventually(lambda: path.exists() and "opened anew" in path.read_text(), 10, "it does not log to its file")
    assert server.is_running and server.terminate() == 0


@pytest.mark.embedded
def test_what_sockets_and_plans_log_has_an_id(site):
    """Nobody asked for it with a request of HTTP."""
    settings = {"LOG_LEVEL": "debug", "MSGCTL_LOG_FORMAT": "json"}
    server = site.serve("--only", "api", **settings)
    ada, bob = make_users(server, "ada", "bob")
    with pytest.raises(Refused):
        Chat(server, "none")
    wanted = {"an event failed", "a socket was refused", "user_online"}

    def logged():
        """By what is said, or by the event that goes to sockets."""
        lines = entries(server.log_path)
        found = {
            line["metadata"]["event"] if line["message"] == "an event goes to sockets" else line["message"]: line
            for line in lines
        }
        return [found[name] for name in wanted] if wanted <= found.keys() else None

    # That people come and go is an event for those they share a conversation with.
    call(server, "POST", "/api/conversations", token=ada.access, json={"participantId": bob.id})
    first = Chat(server, ada.access)
    first.call("no_such_event", {})
    second = Chat(server, bob.access)
    found = eventually(logged, 20, "something is not logged")
    for tab in (first, second):
        tab.close()
    assert all("request" in line["metadata"] for line in found), found
    site.settings.update(window(10))
    done = site.run("plan-pairings", LOG_LEVEL="info", MSGCTL_LOG_FORMAT="json")
    planned = [json.loads(line) for line in done.stderr.splitlines() if '"the day is planned"' in line]
    assert planned and "request" in planned[0]["metadata"]
