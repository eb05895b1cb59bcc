"""A socket lives as long as its session and its token."""

from api import call, make_users
from chat import POLLING, TRANSPORTS, WEBSOCKET, Chat
from checks import assert_socket_failure

import pytest


@pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS.keys())
def test_logout_closes_the_sessions_sockets_and_no_others(people, open_chat, transports):
    (alice,) = people("alice")
    other = alice.another_session()
    closing, staying = open_chat(alice, transports), open_chat(other, transports)
    alice.post("/api/auth/logout")
    closing.expect_close()
    staying.settle()
    assert not staying.is_closed


def test_a_changed_password_closes_the_other_sessions_sockets(people, open_chat):
    (alice,) = people("alice")
    other = alice.another_session()
    staying, closing = open_chat(alice), open_chat(other)
    alice.post("/api/auth/password", {"currentPassword": alice.password, "newPassword": "battery staple"})
    closing.expect_close()
    staying.settle()


def test_a_revoked_family_closes_its_sockets(site):
    server = site.serve(MSGCTL_AUTH_REFRESH_GRACE="0s")
    (alice,) = make_users(server, "alice")
    chat = Chat(server, alice.access)
    call(server, "POST", "/api/auth/refresh", token=alice.refresh)
    chat.settle()
    call(server, "POST", "/api/auth/refresh", 401, token=alice.refresh)
    chat.expect_close()


def test_auth_refresh_keeps_the_socket_and_without_it_it_is_closed(site):
    server = site.serve(MSGCTL_AUTH_ACCESS_TOKEN_LIFETIME="5s")
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    alice.login()
    bob.login()
    keeping, leaving = Chat(server, alice.access, WEBSOCKET), Chat(server, bob.access, POLLING)
    keeping.expect("auth_expiring", within=6)
    leaving.expect("auth_expiring", within=6)
    alice.login()
    new = call(server, "POST", "/api/auth/refresh", token=alice.refresh)["accessToken"]
    answer = keeping.call("auth_refresh", {"token": f"Bearer {new}"})
    assert answer["success"] is True
    leaving.expect_close(within=8)
    assert keeping.send(conversation, "still here")["success"] is True
    keeping.expect("auth_expiring", within=6)
    keeping.expect_close(within=8)


@pytest.mark.parametrize("token", ["", "Bearer nonsense", None, 7])
def test_auth_refresh_with_a_bad_token_is_an_error(people, open_chat, token):
    (alice,) = people("alice")
    chat = open_chat(alice)
    assert_socket_failure(chat.call("auth_refresh", {"token": token}))


def test_auth_refresh_with_another_users_token_is_an_error(people, open_chat):
    alice, mallory = people("alice", "mallory")
    chat = open_chat(mallory)
    assert_socket_failure(chat.call("auth_refresh", {"token": f"Bearer {alice.access}"}))


def test_a_stopping_server_says_goodbye(site):
    server = site.serve()
    (alice,) = make_users(server, "alice")
    chats = [Chat(server, alice.access, transports) for transports in TRANSPORTS.values()]
    assert server.terminate() == 0
    for chat in chats:
        chat.expect_close()
