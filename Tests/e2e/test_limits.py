"""Rate limits: the defaults, what they count together, and that no client gets around them."""

import pytest

import engine_sets
from api import User, http_of, make_users
from chat import Chat
from engines import ENGINES
from msgctl import Site, eventually

# The tests' own configuration turns the limits off; without it the defaults hold.
DEFAULTS = {f"MSGCTL_LIMITS_{name}": None for name in ("REQUESTS", "LOGINS", "MESSAGES")}
TRUSTED = {"MSGCTL_SERVER_TRUSTED_PROXIES": "127.0.0.0/8,10.0.0.0/8"}
PROFILE = "/api/auth/me"


def ask(server, path=PROFILE, **headers):
    return http_of(server).get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def statuses(server, count, **headers):
    return [ask(server, **headers).status_code for _ in range(count)]


def log_in(server, email, headers=None):
    body = {"email": email, "password": "a wrong horse"}
    return http_of(server).post("/api/auth/login", json=body, headers=headers).status_code


def test_a_hundred_requests_by_default(site):
    server = site.serve("--only", "api", **DEFAULTS)
    first = ask(server)
    assert first.headers["ratelimit-limit"] == "100"
    assert first.headers["ratelimit-remaining"] == "99"
    assert first.headers["ratelimit-policy"] == "100;w=900"
    assert 0 < int(first.headers["ratelimit-reset"]) <= 957
    assert statuses(server, 99) == [401] * 99
    refused = ask(server)
    assert refused.status_code == 429 and refused.json()["code"] == "rate_limited"
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    for path in ("/api/health", "/api/health/live", "/api/health/ready"):
        answer = ask(server, path)
        assert answer.status_code == 200 and "ratelimit-limit" not in answer.headers


def test_nothing_that_a_client_sends_turns_a_limit_off(site):
    server = site.serve("--only", "api", MSGCTL_LIMITS_REQUESTS="2/1h")
    assert statuses(server, 3) == [401, 401, 429]
    for field in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "X-RateLimit-Bypass"):
        for value in ("10.1.2.3", "127.0.0.1", "for=10.1.2.3", "true"):
            assert ask(server, **{field: value}).status_code == 429, (field, value)
    for path in (f"{PROFILE}?test=1", f"/{PROFILE}", "/api//auth/me", "/api/./auth/me", f"{PROFILE}/", f"{PROFILE}#x"):
        assert ask(server, path).status_code in (404, 429), path
    body = {"username": "somebody", "email": "a@example.org", "password": "correct horse", "skipRateLimit": True}
    assert http_of(server).post("/api/auth/register", json=body).status_code == 429
    assert http_of(server).head(PROFILE).status_code == 429


def test_five_log_ins_by_default_whatever_the_password(site):
    server = site.serve("--only", "api", **DEFAULTS)
    user = User(server, "alice")
    user.register()
    for _ in range(3):
        assert log_in(server, user.email) == 401
    for _ in range(2):
        user.login()
    answer = http_of(server).post("/api/auth/login", json={"email": user.email, "password": user.password})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["ratelimit-limit"] == "5"
    assert log_in(server, f"  {user.email.upper()} ") == 429
    assert log_in(server, "somebody-else@example.org") == 401


def test_ten_messages_by_default_by_rest_and_sockets_together(site):
    nodes = [site.serve("--only", "api", **DEFAULTS)]
    # Where the engine is shared, so are the limits.
    nodes.append(site.serve("--only", "api", **DEFAULTS) if site.engines.kind == engine_sets.DISTRIBUTED else nodes[0])
    alice, bob = make_users(nodes[0], "alice", "bob")
    conversation = alice.direct(bob)["id"]
    chat, polling = Chat(nodes[1], alice.access, ["websocket"]), Chat(nodes[0], alice.access, ["polling"])
    for number in range(4):
        assert alice.send(conversation, f"by REST {number}")
    for number in range(3):
        assert alice.at(nodes[1]).send(conversation, f"by REST elsewhere {number}")
        assert chat.send(conversation, f"by socket {number}")["success"]
    refusal = polling.send(conversation, "one too many")
    assert refusal["success"] is False and refusal["code"] == "rate_limited"
    assert 0 < refusal["retryAfter"] <= 64
    chat.emit("send_message", {"conversationId": conversation, "content": "without an ack"})
    error = chat.expect("error", code="rate_limited")
    assert 0 < error["retryAfter"] <= 64
    answer = alice.post("/api/messages/send", {"conversationId": conversation, "content": "too many"}, 429)
    assert answer["code"] == "rate_limited"
    # Others, and what is no message, are not held up.
    assert bob.send(conversation, "hello")
    assert chat.call("join_room", conversation)["success"]
    assert len(bob.history(conversation, limit=100)) == 11
    chat.close()
    polling.close()


def test_nodes_on_one_engine_count_together(site):
    nodes = [site.serve("--only", "api", MSGCTL_LIMITS_REQUESTS="4/1h") for _ in range(2)]
    each = [statuses(node, 3) for node in nodes]
    if site.engines.kind == engine_sets.DISTRIBUTED:
        assert each == [[401, 401, 401], [401, 429, 429]]
    else:
        assert each == [[401, 401, 401], [401, 401, 401]], "embedded engines count by process"


@pytest.mark.embedded
def test_clients_behind_a_trusted_proxy_have_a_limit_each(site):
    server = site.serve("--only", "api", MSGCTL_LIMITS_REQUESTS="2/1h", **TRUSTED)
    for client in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"):
        assert statuses(server, 3, X_Forwarded_For=client) == [401, 401, 429], client
    # What a client writes itself stands before what the proxy writes.
    assert ask(server, X_Forwarded_For="198.51.100.7, 192.0.2.1").status_code == 429
    assert ask(server, X_Forwarded_For="198.51.100.7, 192.0.2.1, 10.0.0.2").status_code == 429
    assert ask(server, X_Forwarded_For="2001:db8::2").status_code == 429, "one household"
    assert ask(server, X_Forwarded_For="192.0.2.3:4711").status_code == 401


@pytest.mark.embedded
def test_log_ins_go_by_the_client_behind_the_proxy(site):
    server = site.serve("--only", "api", MSGCTL_LIMITS_LOGINS="1/1h", **TRUSTED)
    assert [log_in(server, "a@example.org", {"X-Forwarded-For": "192.0.2.1"}) for _ in range(2)] == [401, 429]
    assert log_in(server, "a@example.org", {"X-Forwarded-For": "192.0.2.2"}) == 401
    site_of_ten = [f"2001:db8:1:{network}::1" for network in range(11)]
    statuses = [log_in(server, "a@example.org", {"X-Forwarded-For": client}) for client in site_of_ten]
    assert statuses == [401] * 10 + [429], "networks of 64 bits count by that of 48 bits too"


@pytest.mark.embedded
def test_a_forgotten_proxy_is_told_of_once(site):
    server = site.serve("--only", "api")
    for _ in range(3):
        ask(server, X_Forwarded_For="192.0.2.1")
    log = server.log_path.read_text()
    assert log.count("server.trusted_proxies") == 1


def test_limits_go_on_without_their_engine(tmp_path):
    """While Redis is away each process counts by itself, from what it has counted already."""
    redis = ENGINES["redis"](tmp_path / "redis").start()
    try:
        redis.wait_ready()
        site = Site(tmp_path / "site", engine_sets.Distributed(redis=redis.url))
        try:
            server = site.serve("--only", "api", MSGCTL_LIMITS_REQUESTS="6/1h")
            assert statuses(server, 2) == [401] * 2
            redis.stop()
            assert statuses(server, 5) == [401] * 4 + [429]
            assert "counted by this process alone" in server.log_path.read_text()
            redis.start().wait_ready()
            eventually(lambda: ask(server).status_code == 401, 20, "Redis has counted two")
        finally:
            if not redis.is_running:
                redis.start().wait_ready()
            site.close()
    finally:
        redis.stop()


@pytest.mark.embedded
def test_what_is_configured_wrongly_is_said(site):
    done = site.run("health", code=78, MSGCTL_LIMITS_LOGINS="5 per 15m")
    assert 'MSGCTL_LIMITS_LOGINS: "5 per 15m"' in done.stderr and "such as 100/15m, or off" in done.stderr
