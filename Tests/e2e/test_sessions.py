"""Refreshing, logging out, running out."""

import pytest

from api import call, make_users
from msgctl import eventually


def refresh(user, token, status=200, in_body=False):
    if in_body:
        return call(user.server, "POST", "/api/auth/refresh", status, json={"refreshToken": token})
    return call(user.server, "POST", "/api/auth/refresh", status, token=token)


@pytest.mark.parametrize("in_body", [False, True], ids=["bearer", "body"])
def test_refresh_gives_a_new_pair(people, in_body):
    (alice,) = people("alice")
    body = refresh(alice, alice.refresh, in_body=in_body)
    assert body["accessToken"] != alice.access and body["refreshToken"] != alice.refresh
    alice.access = body["accessToken"]
    assert alice.me()["id"] == alice.id
    again = refresh(alice, body["refreshToken"])
    assert again["refreshToken"] != body["refreshToken"]


def test_spent_twice_within_the_grace_gives_the_same_successor(people):
    (alice,) = people("alice")
    first, second = refresh(alice, alice.refresh), refresh(alice, alice.refresh)
    assert first["refreshToken"] == second["refreshToken"]
    third = refresh(alice, second["refreshToken"])
    assert third["refreshToken"] != second["refreshToken"]


def test_concurrent_refreshes_agree_on_one_successor(people):
    from concurrent.futures import ThreadPoolExecutor

    (alice,) = people("alice")
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: refresh(alice, alice.refresh), range(8)))
    assert len({body["refreshToken"] for body in bodies}) == 1


def test_spent_again_after_the_grace_revokes_the_family(site):
    server = site.serve(MSGCTL_AUTH_REFRESH_GRACE="0s")
    alice, bystander = make_users(server, "alice", "bystander")
    other = alice.another_session()
    successor = refresh(alice, alice.refresh)
    alice.access = successor["accessToken"]
    assert alice.me()["id"] == alice.id
    refresh(alice, alice.refresh, 401)
    refresh(alice, successor["refreshToken"], 401)
    alice.me(401)
    assert other.me()["id"] == alice.id, "another login is another family"
    assert bystander.me()["id"] == bystander.id


def test_grace_runs_out(site):
    server = site.serve(MSGCTL_AUTH_REFRESH_GRACE="1s")
    (alice,) = make_users(server, "alice")
    successor = refresh(alice, alice.refresh)
    assert refresh(alice, alice.refresh)["refreshToken"] == successor["refreshToken"]
    eventually(
        lambda: not refresh(alice, alice.refresh, {200, 401})["success"], 8, "the grace did not run out", every=0.3
    )
    refresh(alice, successor["refreshToken"], 401)


def test_logout_ends_this_session_at_once_and_only_this_one(people):
    (alice,) = people("alice")
    other = alice.another_session()
    alice.post("/api/auth/logout")
    alice.me(401)
    refresh(alice, alice.refresh, 401)
    alice.post("/api/auth/logout", status=401)
    assert other.me()["id"] == alice.id
    refresh(other, other.refresh)


def test_an_access_token_runs_out_and_refresh_goes_on(site):
    server = site.serve(MSGCTL_AUTH_ACCESS_TOKEN_LIFETIME="2s")
    (alice,) = make_users(server, "alice")
    assert int(alice.login()["expiresIn"]) == 2
    assert alice.me()["id"] == alice.id
    eventually(lambda: not alice.get("/api/auth/me", {200, 401})["success"], 8, "the token did not run out", every=0.1)
    alice.access = refresh(alice, alice.refresh)["accessToken"]
    assert alice.me()["id"] == alice.id


def test_sessions_survive_a_restart(site):
    first = site.serve()
    alice, bob = make_users(first, "alice", "bob")
    bob.post("/api/auth/logout")
    assert first.terminate() == 0
    second = site.serve()
    assert alice.at(second).me()["id"] == alice.id
    bob.at(second).me(401)
    refresh(alice.at(second), alice.refresh)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic YTpi", "bearer-ish x", "Bearer a b c", "Bearer ü"])
def test_an_authorization_header_that_is_none(server, header):
    headers = {} if header is None else {"Authorization": header.encode()}
    call(server, "GET", "/api/auth/me", 401, headers=headers)
    call(server, "POST", "/api/auth/refresh", {400, 401}, headers=headers)
