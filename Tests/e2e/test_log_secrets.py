"""What the log must not say, and what nobody must be able to write into it. At trace level, and for both formats."""

import json
import re
import secrets
import socket
from urllib.parse import urlsplit

import pytest

from api import User, http_of, make_users
from chat import Chat, Refused
from engineio_raw import open_polling
from msgctl import SECRET

# A line as the log writes it, with a text behind it that nobody else writes.
FORGED = "2026-01-01T00:00:00.000Z critical msgctl: forged-entry admin=true"
LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (trace|debug|info|notice|warning|error|critical) [\w.]+: ")
# Line ends, terminals' controls, and marks that turn text around.
BREAKS = ["\r\n", "\n", "\r", "\x1b[2J", "\x9b2J", "\u2028", "\u2029", "\x85", "\u202e", "\x00", "\x7f", "\u200f"]


def entries(server, log_format):
    """The log's entries as text; each line must be one."""
    text = server.log_path.read_bytes().decode("utf-8")
    lines = text.split("\n")
    assert lines.pop() == ""
    for line in lines:
        if log_format == "json":
            assert set(json.loads(line)) >= {"time", "level", "message"}
        else:
            assert LINE.match(line), line
    return lines


@pytest.fixture(params=["text", "json"])
def chatty(request, site):
    return site.serve("--only", "api", LOG_LEVEL="trace", MSGCTL_LOG_FORMAT=request.param), request.param


def test_nobody_writes_lines_of_their_own(chatty):
    server, log_format = chatty
    http = http_of(server)
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    with open(server.log_path, "rb") as log:
        log.seek(0, 2)
        begin = log.tell()
    chat = Chat(server, alice.access, ["websocket"])
    for number, mark in enumerate(BREAKS):
        text = f"{mark}{FORGED}{mark}"
        http.get(f"/api/{secrets.token_hex(2)}", params={"q": text})
        http.request("GET", "/api/" + "".join(f"%{byte:02x}" for byte in text.encode()))
        http.post("/api/auth/login", json={"email": text, "password": text, text: text})
        http.post("/api/auth/login", content=text.encode(), headers={"content-type": "application/json"})
        http.post("/api/auth/register", json={"username": text, "email": text, "password": text})
        http.get("/api/auth/me", headers={"authorization": b"Bearer " + FORGED.encode(), "user-agent": FORGED})
        alice.post("/api/messages/send", {"conversationId": conversation, "content": text}, {200, 400})
        alice.post("/api/conversations", {"name": text, "participantIds": [bob.id]}, {200, 400})
        chat.call(f"event-{number}{text}", text)
        chat.call("send_message", {"conversationId": text, "content": text, "clientMessageId": text})
        chat.call("join_room", text)
        with pytest.raises(Refused):
            Chat(server, auth={"token": text})
    chat.close()
    lines = entries(server, log_format)
    assert len(server.log_path.read_bytes()) > begin, "nothing of it was logged at all"
    for line in lines:
        assert not line.startswith(FORGED[:40])
        for mark in BREAKS:
            assert mark not in line, (mark, line)


def test_a_request_line_is_no_line_of_the_log(chatty):
    server, log_format = chatty
    address = urlsplit(server.url)
    for path in (b"/api/x\rforged", b"/api/\x1b[2J", b"/api/\xe2\x80\xa8forged", b"/api/\xff\xfe", b"/\x9b2J"):
        with socket.create_connection((address.hostname, address.port), timeout=10) as raw:
            raw.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            while raw.recv(65536):
                pass
    for line in entries(server, log_format):
        assert all(mark not in line for mark in BREAKS), line


def test_nobody_writes_fields_of_their_own(chatty):
    server, log_format = chatty
    (alice,) = make_users(server, "alice")
    chat = Chat(server, alice.access, ["websocket"])
    name = 'x" by=forged a\\'
    chat.call(name, {})
    chat.close()
    lines = [line for line in entries(server, log_format) if "forged" in line]
    assert lines, "the name of an unknown event is not logged at all"
    for line in lines:
        if log_format == "json":
            assert json.loads(line)["metadata"]["event"] == name
        else:
            assert r'event="x\" by=forged a\\"' in line


def test_secrets_are_in_no_line(chatty, site):
    server, log_format = chatty
    http = http_of(server)
    password, wrong, changed = (f"{name}-{secrets.token_hex(8)}" for name in ("right", "wrong", "changed"))
    user = User(server, "alice", password=password)
    user.register()
    user.login()
    tokens = {user.access, user.refresh}
    http.post("/api/auth/login", json={"email": user.email, "password": wrong})
    http.post("/api/auth/login", json={"email": user.email, "password": [wrong]})
    http.post("/api/auth/login", content=f'{{"password":"{wrong}"', headers={"content-type": "application/json"})
    http.post("/api/auth/register", json={"username": "x", "email": "x", "password": wrong})
    http.get("/api/auth/me", headers={"authorization": f"Bearer {user.access}x"})
    http.get("/api/auth/me", params={"token": user.access})
    chat = Chat(server, user.access)
    chat.call("auth_refresh", {"token": wrong + user.access})
    chat.close()
    with pytest.raises(Refused):
        Chat(server, user.refresh)
    session = open_polling(server)["sid"]
    user.post("/api/auth/password", {"currentPassword": wrong, "newPassword": changed}, 400)
    user.post("/api/auth/password", {"currentPassword": password, "newPassword": changed})
    answer = http.post("/api/auth/refresh", json={"refreshToken": user.refresh})
    if answer.status_code == 200:
        tokens |= {answer.json()["accessToken"], answer.json()["refreshToken"]}
    http.post("/api/auth/refresh", json={"refreshToken": user.refresh + "x"})
    hidden = {password, wrong, changed, SECRET, session, *(token.split(".")[2] for token in tokens)}
    settings = [value for value in site.settings.values() if isinstance(value, str) and "://" in value]
    hidden |= {match[1] for url in settings if (match := re.search(r"://[^:/@]*:([^@]+)@", url))}
    text = "\n".join(entries(server, log_format))
    assert text, "nothing was logged at all"
    for secret in hidden:
        assert secret not in text
    assert "$2b$" not in text
