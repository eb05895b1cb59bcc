"""Tokens as another implementation (PyJWT) reads and forges them."""

import stat
import time

import jwt
import pytest

from api import User, call, make_users
from msgctl import SECRET


def claims_of(token, key=SECRET):
    """Verified with the secret; the audience is whatever the token says, as it is configurable."""
    audience = jwt.decode(token, options={"verify_signature": False})["aud"]
    return jwt.decode(token, key, algorithms=["HS256"], audience=audience)


def forge(token, key=SECRET, algorithm="HS256", **changes):
    claims = {**jwt.decode(token, options={"verify_signature": False}), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    header = {name: value for name, value in jwt.get_unverified_header(token).items() if name != "alg"}
    return jwt.encode(claims, key, algorithm=algorithm, headers=header)


def refused(server, token, path="/api/auth/me", method="GET"):
    call(server, method, path, 401, token=token)


def test_claims(people):
    (alice,) = people("alice")
    claims = claims_of(alice.access)
    assert claims["userId"] == alice.id and claims["sub"] == alice.id
    assert claims["sid"] and claims["jti"] and claims["iss"] and claims["aud"]
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["iat"] - time.time()) < 60
    assert jwt.get_unverified_header(alice.access).get("kid") or claims.get("kid")
    other = alice.another_session()
    assert claims_of(other.access)["sid"] != claims["sid"]
    assert claims_of(other.access)["jti"] != claims["jti"]


def test_a_copy_made_with_the_secret_is_accepted(people):
    """Proves that the forgeries below are refused for what they change, not for how they are made."""
    (alice,) = people("alice")
    call(alice.server, "GET", "/api/auth/me", token=forge(alice.access))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iss": "somebody-else"},
        {"aud": "somebody-else"},
        {"sid": "00000000000000000000000000000000"},
        {"sub": "0" * 24, "userId": "0" * 24},
        {"sub": None, "userId": None},
    ],
    ids=["expired", "no exp", "exp is text", "issuer", "audience", "session", "unknown user", "no user"],
)
def test_changed_claims_are_refused(people, changes):
    (alice,) = people("alice")
    refused(alice.server, forge(alice.access, **changes))


def test_somebody_elses_session_is_refused(people):
    """Signed rightly, yet the session belongs to another user."""
    alice, bob = people("alice", "bob")
    refused(alice.server, forge(alice.access, userId=bob.id, sub=bob.id))


def test_wrong_secret_and_algorithm_none_are_refused(people):
    (alice,) = people("alice")
    refused(alice.server, forge(alice.access, key="another-secret-that-is-longer-than-32-bytes"))
    refused(alice.server, forge(alice.access, key=None, algorithm="none"))
    head, body, _ = alice.access.split(".")
    none = jwt.encode({}, None, algorithm="none").split(".")[0]
    refused(alice.server, f"{none}.{body}.{alice.access.split('.')[2]}")
    refused(alice.server, f"{head}.{body}.")
    refused(alice.server, f"{head}.{body}")


def test_truncated_and_garbled_tokens_are_refused(people):
    (alice,) = people("alice")
    token = alice.access
    for cut in (1, 10, len(token) // 2, len(token) - 1):
        refused(alice.server, token[:cut])
    for garbled in ("....", "a.b.c", token + "x", token * 20, token.replace(".", "..", 1), "{}.{}.{}"):
        refused(alice.server, garbled)


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(people):
    (alice,) = people("alice")
    refused(alice.server, alice.refresh)
    call(alice.server, "POST", "/api/auth/refresh", 401, token=alice.access)
    call(alice.server, "POST", "/api/auth/refresh", 401, json={"refreshToken": alice.access})
    assert alice.me()["id"] == alice.id


@pytest.mark.embedded
def test_the_embedded_default_makes_its_own_secret(site):
    site.settings["JWT_SECRET"] = None
    server = site.serve()
    (alice,) = make_users(server, "alice")
    path = site.data / "jwt-secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_text().strip()
    assert len(secret) >= 32
    assert claims_of(alice.access, secret)["userId"] == alice.id
    assert server.terminate() == 0
    assert secret not in server.log_path.read_text()
    assert alice.at(site.serve()).me()["id"] == alice.id, "the secret was made anew"


def test_another_secret_ends_every_token(site):
    first = site.serve()
    (alice,) = make_users(first, "alice")
    assert first.terminate() == 0
    second = site.serve(JWT_SECRET="another-secret-that-is-longer-than-32-bytes")
    alice.at(second).me(401)
    again = User(second, username=alice.username, email=alice.email)
    again.login()
    assert again.me()["id"] == alice.id
