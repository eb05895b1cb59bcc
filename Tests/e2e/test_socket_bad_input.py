"""Events that no well-meaning client sends: an error, and the socket and the server go on."""

import pytest

from chat import TRANSPORTS
from checks import CODE, assert_socket_failure

NOBODY = "0123456789abcdef01234567"
every_transport = pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS.keys())


@pytest.fixture
def scene(people, open_chat):
    alice, bob = people("alice", "bob")
    return alice, alice.direct(bob)["id"], open_chat(alice)


@pytest.mark.parametrize("content", ["", "  ", "x" * 1001, None, 7, ["x"], {"a": 1}], ids=lambda c: repr(c)[:12])
def test_bad_content(scene, content):
    alice, conversation, chat = scene
    assert_socket_failure(chat.send(conversation, content))
    assert alice.history(conversation) == []


BAD_PAYLOADS = [
    None,
    "text",
    7,
    [],
    {},
    {"conversationId": 7},
    {"conversationId": NOBODY},
    {"messageId": NOBODY},
    {"messageId": ["x"]},
    {"conversationId": "x" * 10_000},
    {"conversationId": {"$gt": ""}},
]


@pytest.mark.parametrize("event", ["send_message", "message_read", "join_room", "leave_room"])
@pytest.mark.parametrize("payload", BAD_PAYLOADS, ids=lambda p: repr(p)[:24])
def test_bad_payloads_get_a_negative_ack(scene, event, payload):
    _, _, chat = scene
    answer = chat.call(event, payload)
    if event != "leave_room" or answer.get("success") is not True:
        assert_socket_failure(answer)
    assert chat.settle()


def test_no_payload_and_too_many(scene):
    alice, conversation, chat = scene
    for event in ("send_message", "message_read", "join_room"):
        assert_socket_failure(chat.call(event))
    answer = chat.call(
        "send_message", {"conversationId": conversation, "content": "extra"}, "and", {"more": [1, 2]}, None
    )
    assert answer["success"] in (True, False)
    assert len(alice.history(conversation)) == (1 if answer["success"] else 0)


@pytest.mark.parametrize(
    "event,payload",
    [
        ("send_message", {"conversationId": NOBODY, "content": "x"}),
        ("send_message", {}),
        ("message_read", {"messageId": "x"}),
        ("typing_start", {}),
        ("typing_start", {"conversationId": NOBODY}),
        ("join_room", NOBODY),
    ],
)
def test_without_an_ack_the_error_is_an_event(scene, event, payload):
    _, _, chat = scene
    chat.emit(event, payload)
    error = chat.expect("error")
    assert isinstance(error["message"], str) and error["message"] and CODE.match(error["code"])


def test_an_unknown_event_harms_nothing(scene):
    _, _, chat = scene
    chat.emit("no_such_event", {"a": 1})
    chat.emit("", {})
    chat.emit("message_received", {"forged": True})
    chat.emit("user_online", {"userId": NOBODY})
    assert chat.settle()
    assert chat.seen("message_received") == []


@every_transport
def test_binary_attachments(people, open_chat, transports):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    chat = open_chat(alice, transports)
    assert_socket_failure(chat.call("send_message", {"conversationId": conversation, "content": b"\x00\xff" * 100}))
    assert_socket_failure(chat.call("send_message", {"conversationId": b"x", "content": b"y", "clientMessageId": b"z"}))
    assert_socket_failure(chat.call("join_room", b"\x00" * 12))
    assert_socket_failure(chat.call("message_read", {"messageId": [b"a", {"b": b"c"}]}))
    assert chat.send(conversation, "and text goes on")["success"] is True
    assert [m["content"] for m in bob.history(conversation)] == ["and text goes on"]


@every_transport
def test_control_characters(people, open_chat, transports):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    a, b = open_chat(alice, transports), open_chat(bob, transports)
    for content in ("a\u0000b", "a\u001eb", "a\u007fb", "b64-like bAAAA", "two\nlines"):
        answer = a.send(conversation, content)
        if answer["success"]:
            assert b.expect("message_received")["content"] == content
        else:
            assert_socket_failure(answer)
    assert a.send(conversation, "after")["success"] is True
    b.expect("message_received", content="after")
