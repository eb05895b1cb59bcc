"""Coming in: by each transport, by each way to show the token, and being turned away."""

import contextlib
import threading

import pytest
import socketio

from api import make_users
from chat import POLLING, TRANSPORTS, WEBSOCKET, Chat, Refused
from engineio_raw import get, is_closed_by_peer, open_polling, open_websocket
from msgctl import eventually
from test_tokens import forge

every_transport = pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS.keys())


@every_transport
def test_connects(people, open_chat, transports):
    (alice,) = people("alice")
    chat = open_chat(alice, transports)
    chat.settle()
    assert chat.transport == ("polling" if transports == POLLING else "websocket")


@every_transport
def test_the_authorization_header_is_the_other_way_in(people, open_chat, transports):
    (alice,) = people("alice")
    chat = open_chat(alice, transports, token=None, headers={"Authorization": f"Bearer {alice.access}"})
    chat.settle()


@pytest.mark.parametrize("way", ["polling", "websocket"])
def test_the_threaded_client_too(people, way):
    """python-socketio's other client: requests and websocket-client instead of aiohttp."""
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    arrived = threading.Event()
    client = socketio.Client(reconnection=False)
    client.on("message_received", lambda message: arrived.set())
    client.connect(alice.server.url, auth={"token": f"Bearer {alice.access}"}, transports=[way], wait_timeout=10)
    try:
        assert client.transport() == way
        answer = client.call("send_message", {"conversationId": conversation, "content": "hello"}, timeout=10)
        assert answer["success"] is True
        bob.send(conversation, "hello to you")
        assert arrived.wait(5)
    finally:
        client.disconnect()


def refused(user, auth=None, transports=WEBSOCKET, headers=None):
    with pytest.raises(Refused) as refusal:
        Chat(user.server, transports=transports, auth=auth, headers=headers)
    data = refusal.value.data
    assert isinstance(data, dict), data
    assert data["message"].startswith("Authentication error:"), data
    assert user.access not in str(data)


@every_transport
def test_without_a_token(people, transports):
    (alice,) = people("alice")
    refused(alice, transports=transports)


@pytest.mark.parametrize(
    "auth",
    [
        {},
        {"token": None},
        {"token": ""},
        {"token": "Bearer"},
        {"token": "Bearer "},
        {"token": "Bearer nonsense"},
        {"token": 7},
        {"token": ["x"]},
        {"token": {"a": "b"}},
        {"token": "x" * 50_000},
        {"other": "x"},
    ],
    ids=lambda auth: str(auth)[:30],
)
def test_with_something_else_for_a_token(people, auth):
    (alice,) = people("alice")
    refused(alice, auth)


@pytest.mark.parametrize("auth", ['["x"]', '"Bearer x"', "7", "{"])
def test_an_auth_that_is_no_object_ends_the_connection(server, auth):
    """As with the reference: it is no Socket.IO packet."""
    with contextlib.closing(open_websocket(server)) as connection:
        connection.send("40" + auth)
        assert is_closed_by_peer(connection)


@every_transport
def test_with_forged_and_dead_tokens(people, transports):
    alice, gone = people("alice", "gone")
    gone.post("/api/auth/logout")
    for token in (
        forge(alice.access, exp=1_000_000_000),
        forge(alice.access, key="x" * 40),
        forge(alice.access, key=None, algorithm="none"),
        alice.access[:-5],
        alice.refresh,
        gone.access,
    ):
        refused(alice, {"token": f"Bearer {token}"}, transports)


def test_a_bad_token_is_not_saved_by_a_good_header(people):
    """What is in auth decides; the header counts only when auth has no token."""
    (alice,) = people("alice")
    refused(alice, {"token": "Bearer nonsense"}, headers={"Authorization": f"Bearer {alice.access}"})


def test_an_unknown_namespace_is_refused(people):
    (alice,) = people("alice")
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            alice.server.url, namespaces=["/admin"], auth={"token": f"Bearer {alice.access}"}, wait_timeout=5
        )
    client.disconnect()


def test_after_a_refusal_the_same_person_can_come_in(people, open_chat):
    (alice,) = people("alice")
    refused(alice, {"token": "Bearer nonsense"})
    open_chat(alice).settle()


@pytest.mark.embedded
def test_who_does_not_log_in_keeps_nobody_out(site):
    server = site.serve("--only", "api", MSGCTL_REALTIME_MAX_CONNECTIONS="20")
    (alice,) = make_users(server, "alice")
    for _ in range(20):
        open_polling(server)

    def come_in():
        # For a second the place of each is its own.
        with contextlib.suppress(Refused):
            return Chat(server, alice.access, WEBSOCKET)

    chat = eventually(come_in)
    for _ in range(40):
        get(server)
    chat.settle()
    chat.close()
