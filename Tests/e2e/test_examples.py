"""The examples of the library, driven by a client that somebody else wrote."""

import signal

import pytest

from chat import TRANSPORTS, Chat, Refused
from examples import Example


@pytest.fixture
def run():
    """run("Echo") starts an example that ends with the test."""
    running = []

    def start(name):
        running.append(Example(name))
        return running[-1]

    yield start
    for example in running:
        example.close()


@pytest.fixture
def connect():
    """connect(example, nickname, transports) connects a socket that is closed when the test ends."""
    opened = []

    def open(example, nickname=None, transports=None):
        chat = Chat(example, auth={"nickname": nickname} if nickname else {}, transports=transports)
        opened.append(chat)
        return chat

    yield open
    for chat in opened:
        chat.close()


@pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)
def test_echo(run, connect, transports):
    chat = connect(run("Echo"), transports=transports)
    value = {"text": "héllo", "numbers": [1, 2.5, None], "bytes": b"\0\1\xff"}
    assert chat.call("echo", value) == value
    chat.emit("echo", value)
    assert chat.expect("echo") == value


@pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)
def test_a_chat(run, connect, transports):
    server = run("ChatRoom")
    ada, grace = connect(server, "ada", transports), connect(server, "grace", transports)
    assert ada.call("join", "tea") == {"members": ["ada"]}
    assert grace.call("join", "tea") == {"members": ["ada", "grace"]}
    assert ada.expect("joined") == {"room": "tea", "nickname": "grace"}
    grace.emit("typing", "tea")
    assert ada.expect("typing") == {"room": "tea", "nickname": "grace"}
    assert grace.call("message", {"room": "tea", "text": "Is the café open?"}) == {}
    assert ada.expect("message") == {"room": "tea", "from": "grace", "text": "Is the café open?"}
    assert ada.call("leave", "tea") == {}
    assert grace.expect("left") == {"room": "tea", "nickname": "ada"}
    assert ada.call("join", "tea") == {"members": ["grace", "ada"]}
    grace.close()
    assert ada.expect("left") == {"room": "tea", "nickname": "grace"}


def test_a_chat_says_what_is_wrong(run, connect):
    server = run("ChatRoom")
    for nickname in (None, "n" * 21):
        with pytest.raises(Refused) as refused:
            connect(server, nickname)
        assert refused.value.data == {"message": "a nickname of 1 to 20 characters is needed"}
    ada = connect(server, "ada")
    assert ada.call("message", {"room": "tea", "text": "hello"}) == {"error": "you are not in this room"}
    assert ada.call("join", "t" * 65) == {"error": "a room's name has 1 to 64 characters"}
    assert ada.call("join", 7) == {"error": "that is not what join needs"}
    for number in range(20):
        assert ada.call("join", f"room {number}") == {"members": ["ada"]}
    assert ada.call("join", "one more") == {"error": "you are in 20 rooms already"}


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_chat_ends_politely(run, connect, by):
    server = run("ChatRoom")
    ada = connect(server, "ada", TRANSPORTS["websocket"])
    assert server.terminate(by) == 0
    ada.expect_close()
