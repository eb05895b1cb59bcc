"""Bytes that no well-meaning client sends. Each gets a clear error, and the server goes on."""

import json
import socket
import threading
from urllib.parse import urlsplit

import pytest

from api import PASSWORD, call, http_of, unique
from checks import assert_failure

JSON = {"content-type": "application/json"}


def raw(server, request, within=15):
    """Sends bytes while it listens, and returns what comes back until the server closes or has answered whole."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=within) as connection:

        def send():
            try:
                connection.sendall(request)
            except OSError:
                pass  # the server may answer and close before it has read everything

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
                head, separator, body = answer.partition(b"\r\n\r\n")
                length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                if separator and length and len(body) >= int(length[0].split(b":")[1]):
                    break
        except ConnectionResetError:
            pass
        connection.close()
        sender.join(5)
    return answer


def failure_of(answer, method, path):
    head, _, body = answer.partition(b"\r\n\r\n")
    assert_failure(json.loads(body), method, path)
    return int(head.split()[1])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"}",
        b'{"email":',
        b"[",
        b"nonsense",
        b"{'email': 'x'}",
        b'{"a":1,}',
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b'{"email":"\xc3\x28","password":"xxxxxx"}',
        b"NaN",
        b'{"email":"a\tb"}',
        b'{"email":"\\x"}',
        b"{} {}",
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
        b"[" * 100_000,
        b"null",
        b"true",
        b"7",
        b'"text"',
        b"[]",
        b'{"email":1e999999,"password":-0}',
        b"\x00",
        b'{"email":"\\ud800","password":"xxxxxx"}',
        b'{"email":"\\udc00\\ud800","password":"xxxxxx"}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_malformed_json(server, body):
    call(server, "POST", "/api/auth/login", 400, content=body, headers=JSON)


def test_lone_surrogates_in_content(people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    for content in (b"\\ud83d", b"\\ude00", b"\\ude00\\ud83d", b"a\\udfffb"):
        body = b'{"conversationId":"' + conversation.encode() + b'","content":"' + content + b'"}'
        alice.call("POST", "/api/messages/send", 400, content=body, headers=JSON)
    assert alice.history(conversation) == []
    pair = b'{"conversationId":"' + conversation.encode() + b'","content":"\\ud83d\\ude00"}'
    alice.call("POST", "/api/messages/send", content=pair, headers=JSON)
    assert bob.history(conversation)[0]["content"] == "😀"


@pytest.mark.parametrize(
    "character", ["\u0000", "\u0001", "\u001b", "\u007f", "\u0085", "\u2028", "\ufeff", "\uffff", "\U0010ffff"]
)
def test_control_characters_are_kept_or_refused_never_changed(people, character):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    content = f"be{character}fore"
    body = alice.post("/api/messages/send", {"conversationId": conversation, "content": content}, {200, 400})
    assert [m["content"] for m in bob.history(conversation)] == ([content] if body["success"] else [])


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml", ""]
)
def test_other_content_types(server, content_type):
    body = json.dumps({"email": "a@example.org", "password": PASSWORD}).encode()
    call(server, "POST", "/api/auth/login", 415, content=body, headers={"content-type": content_type})


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_the_right_content_type_in_its_spellings(people, content_type):
    (alice,) = people("alice")
    body = json.dumps({"email": alice.email, "password": alice.password}).encode()
    call(alice.server, "POST", "/api/auth/login", content=body, headers={"content-type": content_type})


def test_a_body_over_the_limit_with_its_length(server):
    size = 16 * 1024 * 1024
    head = (
        f"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    )
    answer = raw(server, head.encode() + b'{"email":"' + b"x" * size)
    assert failure_of(answer, "POST", "/api/auth/login") == 413


def test_a_body_over_the_limit_in_chunks(server):
    head = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = raw(server, head + chunk * 256 + b"0\r\n\r\n")
    assert failure_of(answer, "POST", "/api/auth/login") == 413


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda request: repr(request[:32]),
)
def test_what_is_hardly_http(server, request_bytes):
    """Answered with a 4xx or a 5xx or closed, never with success, and never fatal."""
    answer = raw(server, request_bytes)
    assert answer == b"" or int(answer.split()[1]) >= 400, answer[:200]
    call(server, "GET", "/api/health/live")


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/chat/",
        "/api",
        "/api/nothing",
        "/api/auth",
        "/api/auth/login/x",
        "/api/messages/send/x/y",
        "/..%2f..%2fetc/passwd",
        "/api/%ff%fe",
        "/api/" + "x" * 2000,
    ],
)
def test_unknown_routes(server, path):
    reply = http_of(server).get(path)
    assert reply.status_code in (400, 404), reply.text
    body = reply.json()
    assert body["success"] is False and body["code"] and body["method"] == "GET"


@pytest.mark.parametrize(
    "method,path,allowed",
    [
        ("GET", "/api/auth/login", {"POST"}),
        ("DELETE", "/api/auth/register", {"POST"}),
        ("POST", "/api/auth/me", {"GET", "PATCH"}),
        ("PUT", "/api/conversations", {"GET", "POST"}),
        ("POST", "/api/health", {"GET"}),
    ],
)
def test_wrong_methods_say_which_are_right(people, method, path, allowed):
    (alice,) = people("alice")
    reply = http_of(alice.server).request(method, path, headers={"authorization": f"Bearer {alice.access}"}, json={})
    assert reply.status_code == 405, reply.text
    assert_failure(reply.json(), method, path)
    named = {name.strip() for name in reply.headers["allow"].split(",")}
    assert allowed <= named <= allowed | {"HEAD", "OPTIONS"}


def test_deep_and_wide_bodies(people):
    (alice,) = people("alice")
    alice.post("/api/conversations", {"participantIds": ["x"] * 5000, "name": "wide"}, 400)
    alice.post("/api/conversations", {"participantId": {"a": {"b": {"c": {}}}}}, 400)
    alice.call(
        "POST",
        "/api/auth/register",
        {201, 400},
        json={
            "username": unique("wide"),
            "email": f"{unique('w')}@example.org",
            "password": PASSWORD,
            **{f"field{i}": i for i in range(2000)},
        },
    )
    twice = b'{"email":"a@example.org","email":7,"password":"xxxxxx"}'
    alice.call("POST", "/api/auth/login", {400, 401}, content=twice, headers=JSON)
