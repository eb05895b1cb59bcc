"""What administrators do over the API, on two nodes where that matters."""

import json
import re
import subprocess
import time

import jwt
import pytest

from api import User, call, http_of, make_users
from chat import Chat
from checks import assert_person, is_date, is_id
from msgctl import eventually
from test_dead_letters import letter, put, put_garbage

AT_ONCE = 5.0
ISSUER = "https://id.example.org"


@pytest.fixture
def nodes(site):
    return [site.serve("--only", "api"), site.serve("--only", "api")]


@pytest.fixture
def admin(site, nodes):
    (admin,) = make_users(nodes[0], "admin")
    site.run("user", "set-role", admin.username, "admin")
    return admin


def change(admin, user, status=200, **fields):
    return admin.patch(f"/api/admin/users/{user.id}", fields, status)


def test_users_are_listed_with_what_others_do_not_see(admin, nodes):
    alice, bob = make_users(nodes[0], "alice", "bob")
    change(admin, bob, isActive=False)
    found = {row["id"]: row for row in admin.get("/api/admin/users")["data"]["users"]}
    assert set(found) == {admin.id, alice.id, bob.id}
    for row in found.values():
        assert_person(row, "email", "role", "isActive", "isOnline", "pool", "lastSeen", "weeklyLimit", "pausedUntil")
        assert is_date(row["createdAt"]) and "password" not in json.dumps(row).lower()
    assert found[bob.id]["isActive"] is False and found[admin.id]["role"] == "admin"

    def ids(**query):
        answer = admin.get("/api/admin/users", params=query)["data"]
        assert answer["pagination"]["total"] == len(answer["users"])
        return {row["id"] for row in answer["users"]}

    assert ids(isActive="false") == {bob.id}
    assert ids(isActive="true") == {admin.id, alice.id}
    assert ids(q=alice.username.upper()) == {alice.id}
    chat = Chat(nodes[1], alice.access)
    chat.settle()
    assert ids(online="true") == {alice.id}
    chat.close()
    admin.get("/api/admin/users", 400, params={"isActive": "perhaps", "role": "x"})


def test_a_deactivation_acts_on_every_node_at_once(admin, nodes):
    (alice,) = make_users(nodes[0], "alice")
    chats = [Chat(node, alice.access) for node in nodes]
    assert change(admin, alice, isActive=False)["user"]["isActive"] is False
    for chat in chats:
        chat.expect_close(AT_ONCE)
    for node in nodes:
        alice.at(node).me(401)
        call(node, "POST", "/api/auth/refresh", 401, token=alice.refresh)
    alice.login(401)
    change(admin, alice, isActive=True)
    alice.me(401)
    alice.login()
    assert alice.at(nodes[1]).me()["id"] == alice.id


def test_a_role_acts_on_every_node_at_once(admin, nodes):
    (alice,) = make_users(nodes[0], "alice")
    chats = [Chat(node, alice.access) for node in nodes]
    for node in nodes:
        alice.at(node).get("/api/admin/users", 403)
    assert change(admin, alice, role="admin")["user"]["role"] == "admin"
    for chat in chats:
        chat.expect_close(AT_ONCE)
    for node in nodes:
        alice.at(node).get("/api/admin/users")
    change(admin, alice, role="user")
    for node in nodes:
        alice.at(node).get("/api/admin/users", 403)
        Chat(node, alice.access).settle()


def test_what_can_not_be_changed(admin, nodes):
    (alice,) = make_users(nodes[0], "alice")
    for fields in ({}, {"role": "owner"}, {"isActive": "no"}, {"role": None}, {"email": "x@example.org"}, {"role": 7}):
        change(admin, alice, 400, **fields)
    change(admin, admin, 403, role="user")
    change(admin, admin, 403, isActive=False)
    admin.patch("/api/admin/users/0123456789abcdef01234567", {"role": "admin"}, 404)
    admin.patch("/api/admin/users/nobody", {"role": "admin"}, 400)
    assert admin.me()["role"] == "admin" and alice.me()["role"] == "user"


def test_ones_sessions_end_on_every_node(nodes):
    (alice,) = make_users(nodes[0], "alice")
    other, third = alice.another_session(), alice.another_session()
    at_other = Chat(nodes[1], other.access)
    listed = alice.get("/api/auth/sessions")["data"]["sessions"]
    assert [row["isCurrent"] for row in listed] == [False, False, True], "the latest first"
    assert all(is_id(row["id"]) and is_date(row["createdAt"]) and is_date(row["expiresAt"]) for row in listed)
    assert {row["address"] for row in listed} == {"127.0.0.1"}
    assert all(row["userAgent"].startswith("python-") for row in listed), listed
    mine = next(row["id"] for row in other.get("/api/auth/sessions")["data"]["sessions"] if row["isCurrent"])
    alice.delete(f"/api/auth/sessions/{mine}")
    at_other.expect_close(AT_ONCE)
    for node in nodes:
        other.at(node).me(401)
    alice.delete(f"/api/auth/sessions/{mine}", 404)
    at_third = Chat(nodes[1], third.access)
    assert alice.delete("/api/auth/sessions")["data"] == {"ended": 1}
    at_third.expect_close(AT_ONCE)
    third.at(nodes[1]).me(401)
    assert len(alice.at(nodes[1]).get("/api/auth/sessions")["data"]["sessions"]) == 1


def test_dead_letters(admin, site):
    admin.get("/api/admin/dead-letters")
    put_garbage(site, "no job at all")
    letters = [letter(minute, f"Reason {minute % 2}.") for minute in range(6)]
    put(site, letters)

    def listed(**query):
        answer = admin.get("/api/admin/dead-letters", params=query)["data"]
        return [row["id"] for row in answer["deadLetters"]], answer

    eventually(lambda: len(listed()[0]) == 7, 10, "not all are there")
    rows = {row["id"]: row for row in listed()[1]["deadLetters"]}
    for each in letters:
        row = rows[each["id"]]
        assert row["reason"] == each["reason"] and row["failedAt"] == each["failedAt"] and row["unreadable"] is None
        assert row["job"]["content"] == each["content"]
    wanted = [each["id"] for each in letters]
    assert listed(unreadable="false")[0] == wanted
    assert len(listed(unreadable="true")[0]) == 1
    assert listed(reason="reason 1")[0] == wanted[1::2]
    assert listed(since=letters[2]["failedAt"], before=letters[4]["failedAt"])[0] == wanted[2:4]
    assert listed(sender=letters[5]["senderId"])[0] == wanted[5:]
    assert listed(unreadable="false", page=2, limit=4)[0] == wanted[4:]

    def replay(status=200, **body):
        return admin.post("/api/admin/dead-letters/replay", body, status).get("data")

    for body in ({}, {"all": False}, {"all": True, "reason": "x"}, {"ids": []}, {"reason": "  "}, {"ids": ["x"]}):
        replay(400, **body)
    assert len(listed()[0]) == 7
    answer = replay(ids=[wanted[0], "0123456789abcdef01234567"])
    assert answer["replayed"] == 1 and answer["unknown"] == ["0123456789abcdef01234567"]
    assert replay(reason="reason 1")["replayed"] == 3
    assert replay(all=True)["replayed"] == 2
    assert replay(all=True)["replayed"] == 0
    left = listed()[1]["deadLetters"]
    assert [row["job"] for row in left] == [None], "what is no job stays"
    assert left[0]["unreadable"]["bytes"] == len("no job at all")


def test_the_audit_log(admin, nodes, site):
    (alice,) = make_users(nodes[0], "alice")
    change(admin, alice, role="moderator")
    User(nodes[0], username="x", email="secret-typed-here@example.org").login(401)
    alice.at(nodes[1]).get("/api/admin/users", 403)
    logs = [node.log_path.read_text() for node in nodes]
    audit = [line for log in logs for line in log.splitlines() if " msgctl.audit: " in line]
    assert any(re.search(rf"role.changed .*by={admin.id} .*from=user .*to=moderator user={alice.id}", line) for line in audit)
    assert any("login.failed" in line and "address=127.0.0.1" in line for line in audit)
    assert any("access.denied" in line and f"by={alice.id}" in line for line in audit)
    for secret in ("secret-typed-here", alice.access, alice.refresh, alice.password, alice.email):
        assert secret not in "".join(audit)
    quiet = site.run("user", "set-role", alice.username, "user", LOG_LEVEL="critical")
    assert "role.changed" in quiet.stderr and "by=command" in quiet.stderr


@pytest.mark.embedded
def test_the_audit_log_has_the_address_of_who_is_behind_a_proxy(site):
    server = site.serve("--only", "api", MSGCTL_SERVER_TRUSTED_PROXIES="127.0.0.0/8")
    body = {"email": "nobody@example.org", "password": "a wrong horse"}
    http_of(server).post("/api/auth/login", json=body, headers={"X-Forwarded-For": "203.0.113.9"})
    log = eventually(lambda: re.search(r"msgctl\.audit: login\.failed .*", server.log_path.read_text()), AT_ONCE)
    assert "address=203.0.113.9" in log[0]


def key_file(path, *algorithm):
    subprocess.run(["openssl", "genpkey", *algorithm, "-out", path], check=True, capture_output=True)
    path.chmod(0o600)
    return path


KEYS = {
    "EdDSA": ["-algorithm", "ed25519"],
    "ES256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "RS256": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
}


def header(user):
    return jwt.get_unverified_header(user.access)


def test_keys_change_and_nobody_is_logged_out(site, tmp_path):
    server = site.serve("--only", "api")
    (alice,) = make_users(server, "alice")
    assert header(alice)["alg"] == "HS256"
    accepted = []
    for algorithm, arguments in KEYS.items():
        path = key_file(tmp_path / f"{algorithm}.pem", *arguments)
        assert server.terminate() == 0
        server = site.serve(
            "--only", "api", MSGCTL_AUTH_JWT_KEY_FILE=path, MSGCTL_AUTH_ACCEPTED_KEY_FILES=",".join(map(str, accepted))
        )
        alice = alice.at(server)
        assert alice.me()["id"] == alice.id, "the access token of the former key"
        kid = header(alice)["kid"]
        body = call(server, "POST", "/api/auth/refresh", token=alice.refresh)
        alice.access, alice.refresh = body["accessToken"], body["refreshToken"]
        assert header(alice)["alg"] == algorithm and header(alice)["kid"] != kid
        assert alice.me()["id"] == alice.id
        Chat(server, alice.access).settle()
        accepted.append(path)
    assert server.terminate() == 0
    stranger = key_file(tmp_path / "stranger.pem", *KEYS["EdDSA"])
    alice.at(site.serve("--only", "api", MSGCTL_AUTH_JWT_KEY_FILE=stranger)).me(401)


@pytest.mark.embedded
@pytest.mark.parametrize("what", ["missing", "open", "public", "text", "directory"])
def test_a_key_file_that_can_not_be_used_stops_the_start(site, tmp_path, what):
    path = tmp_path / "key.pem"
    if what == "open":
        key_file(path, *KEYS["EdDSA"]).chmod(0o644)
    elif what == "public":
        private = key_file(tmp_path / "private.pem", *KEYS["EdDSA"])
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", path], check=True)
    elif what == "text":
        path.write_text("a secret of more than thirty-two bytes")
        path.chmod(0o600)
    elif what == "directory":
        path.mkdir()
    site.run("migrate")
    done = site.run("user", "list", code=78, MSGCTL_AUTH_JWT_KEY_FILE=path)
    assert str(path) in done.stderr and "auth.jwt_key_file" in done.stderr, done.stderr


@pytest.mark.embedded
def test_a_key_is_judged_by_the_file_that_links_lead_to(site, tmp_path):
    real, link = tmp_path / "real.pem", tmp_path / "link.pem"
    key_file(real, *KEYS["EdDSA"]).chmod(0o640)
    link.symlink_to(real)
    site.run("migrate")
    site.run("user", "list", MSGCTL_AUTH_JWT_KEY_FILE=link)
    real.chmod(0o644)
    done = site.run("user", "list", code=78, MSGCTL_AUTH_JWT_KEY_FILE=link)
    assert "every user of this machine may read it" in done.stderr
    secret = tmp_path / "secret"
    secret.write_text("x" * 64)
    (site.data / "jwt-secret").unlink(missing_ok=True)
    (site.data / "jwt-secret").symlink_to(secret)
    for mode, code in [(0o600, 0), (0o640, 78)]:
        secret.chmod(mode)
        site.run("user", "list", code=code, JWT_SECRET=None)


@pytest.mark.embedded
@pytest.mark.parametrize("form", ["openssh", "jwks", "lines"])
def test_a_public_key_that_is_no_pem_is_no_secret(site, tmp_path, form):
    private, path = key_file(tmp_path / "private.pem", *KEYS["RS256"]), tmp_path / "public"
    if form == "openssh":
        path.write_text("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm8rOZqf0lQ5m5mC0GdQ9mGfW3Ck3mY1rXn0Yb6TzVx ada@example.org\n")
    elif form == "jwks":
        path.write_text(json.dumps(key_set(private, "first")))
    else:
        done = subprocess.run(["openssl", "pkey", "-in", private, "-pubout"], check=True, capture_output=True, text=True)
        path.write_text("".join(done.stdout.splitlines()[1:-1]))
    path.chmod(0o600)
    site.run("migrate")
    done = site.run("user", "list", code=78, MSGCTL_AUTH_ACCEPTED_KEY_FILES=path)
    assert str(path) in done.stderr and "public key that is no PEM" in done.stderr, done.stderr


def sign(path, kid, claims):
    """RS256 by openssl, another implementation."""
    from jwt.utils import base64url_encode

    parts = [json.dumps({"alg": "RS256", "kid": kid, "typ": "JWT"}), json.dumps(claims)]
    text = b".".join(base64url_encode(part.encode()) for part in parts)
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", path], input=text, capture_output=True, check=True)
    return (text + b"." + base64url_encode(done.stdout)).decode()


def key_set(path, kid):
    """The JWKS of a private RSA key."""
    from jwt.utils import base64url_encode

    done = subprocess.run(["openssl", "rsa", "-in", path, "-noout", "-modulus"], capture_output=True, check=True, text=True)
    modulus = bytes.fromhex(done.stdout.strip().removeprefix("Modulus="))
    n, e = (base64url_encode(number).decode() for number in (modulus, b"\x01\x00\x01"))
    return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e}]}


def test_another_issuers_token_opens_a_session(site, tmp_path):
    key = key_file(tmp_path / "outside.pem", *KEYS["RS256"])
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(key_set(key, "first")))
    server = site.serve(
        "--only", "api", MSGCTL_AUTH_OUTSIDE_ISSUER=ISSUER, MSGCTL_AUTH_OUTSIDE_JWKS_FILE=jwks,
        MSGCTL_AUTH_OUTSIDE_AUDIENCE="chat",
    )  # fmt: skip
    (alice,) = make_users(server, "alice")
    claims = {
        "iss": ISSUER, "aud": ["chat", "mail"], "exp": time.time() + 600, "email": alice.email, "email_verified": True,
    }  # fmt: skip

    def exchange(token, status=200):
        return call(server, "POST", "/api/auth/exchange", status, json={"token": token})

    token = sign(key, "first", claims)
    opened = exchange(token)
    assert opened["user"]["id"] == alice.id
    alice.access = opened["accessToken"]
    Chat(server, alice.access).settle()
    assert call(server, "POST", "/api/auth/exchange", token=token)["user"]["id"] == alice.id, "as Bearer too"
    call(server, "GET", "/api/auth/me", 401, token=token)
    for wrong in ({"aud": "mail"}, {"iss": "x"}, {"email_verified": False}, {"exp": time.time() - 1}):
        exchange(sign(key, "first", {**claims, **wrong}), 401)
    exchange(sign(key, "first", {**claims, "email": "nobody@example.org"}), 401)
    exchange(sign(key, "second", claims), 401)
    # The other's key changes while the server runs.
    new = tmp_path / "jwks.json.new"
    new.write_text(json.dumps(key_set(key, "second")))
    new.rename(jwks)
    exchange(sign(key, "second", claims))
    exchange(token, 401)
    # As Kubernetes does it: the file is a link through a directory that is a link.
    for version in ("third", "fourth"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "jwks.json").write_text(json.dumps(key_set(key, version)))
    for version in ("third", "fourth"):
        (tmp_path / "..new").symlink_to(version)
        (tmp_path / "..new").rename(tmp_path / "..data")
        if not jwks.is_symlink():
            jwks.unlink()
            jwks.symlink_to("..data/jwks.json")
        exchange(sign(key, version, claims))
    exchange(sign(key, "third", claims), 401)
    token = sign(key, "fourth", claims)
    site.run("user", "deactivate", alice.username)
    exchange(token, 401)
