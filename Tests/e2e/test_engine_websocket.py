"""Engine.IO over websocket, by hand."""

import json

import pytest
import websocket

from api import call
from engineio_raw import enter, get, is_closed_by_peer, open_polling, open_websocket, post, receive


@pytest.fixture(autouse=True)
def healthy_afterwards(server):
    yield
    call(server, "GET", "/api/health/ready")


@pytest.fixture
def connection(people):
    """A websocket with its CONNECT done."""
    (alice,) = people("alice")
    connection = open_websocket(alice.server)
    fields = json.loads(receive(connection, "0"))
    assert fields["sid"] and fields["upgrades"] == []
    connection.send("40" + json.dumps({"token": f"Bearer {alice.access}"}))
    assert json.loads(receive(connection, "40"))["sid"]
    yield connection
    connection.close()


@pytest.mark.parametrize("query", [{"EIO": 3}, {"sid": "unknown"}, {"transport": "pigeon"}])
def test_refused(server, query):
    """Either the upgrade itself fails or the socket is closed without a handshake."""
    try:
        connection = open_websocket(server, **query)
    except websocket.WebSocketBadStatusException as error:
        assert error.status_code == 400
        return
    try:
        assert is_closed_by_peer(connection)
    finally:
        connection.close()


def test_an_event_and_its_ack(connection):
    connection.send('4212["get_online_users"]')
    assert json.loads(receive(connection, "4312"))[0]["users"] is not None


def test_a_fragmented_message(connection):
    text = '4213["get_online_users"]'.encode()
    frames = [text[i : i + 3] for i in range(0, len(text), 3)]
    for i, frame in enumerate(frames):
        opcode = websocket.ABNF.OPCODE_TEXT if i == 0 else websocket.ABNF.OPCODE_CONT
        connection.send_frame(websocket.ABNF(int(i == len(frames) - 1), 0, 0, 0, opcode, 1, frame))
    receive(connection, "4313")


def test_a_websocket_ping_is_answered(connection):
    connection.ping("are you there")
    while True:
        opcode, data = connection.recv_data(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_PONG:
            assert data == b"are you there"
            break


def test_upgrade_by_hand(people):
    (alice,) = people("alice")
    sid = open_polling(alice.server)["sid"]
    enter(alice.server, sid, alice.access)
    connection = open_websocket(alice.server, sid=sid)
    connection.send("2probe")
    assert receive(connection, "3") == "probe"
    connection.send("5")
    connection.send('421["get_online_users"]')
    receive(connection, "431")
    assert get(alice.server, sid=sid).status_code == 400, "polling is over"
    connection.close()


def test_an_upgrade_that_goes_wrong_leaves_polling_alone(people):
    (alice,) = people("alice")
    sid = open_polling(alice.server)["sid"]
    enter(alice.server, sid, alice.access)
    connection = open_websocket(alice.server, sid=sid)
    connection.send("2wrong")
    connection.close()
    assert post(alice.server, '421["get_online_users"]', sid=sid).status_code == 200
    while True:
        reply = get(alice.server, sid=sid)
        assert reply.status_code == 200
        if "431" in reply.text:
            break


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "z",
        "9",
        "4",
        "42",
        "42[",
        "42[]",
        "47",
        "451-",
        "4599999999999-[]",
        "0{}",
        "3",
        "6",
        "5",
        "2probe",
        '451-["send_message",{"_placeholder":true,"num":5}]',
        "42" + "[" * 50_000,
        "43[]",
        "\x00",
        "40",
        "41",
    ],
    ids=lambda frame: repr(frame[:24]),
)
def test_garbage_text(connection, frame):
    """The connection may be closed for it; a new one works, and so does the server."""
    connection.send(frame)
    connection.send('4299["get_online_users"]')
    connection.settimeout(1.5)
    try:
        receive(connection, "4399")
    except (websocket.WebSocketException, AssertionError, OSError):
        pass


def test_binary_that_nobody_announced(connection):
    connection.send_binary(b"\x04\xff" * 50)
    connection.send_binary(b"")
    connection.send('451-["send_message",{"content":{"_placeholder":true,"num":0}}]')
    connection.send('421["get_online_users"]')
    connection.settimeout(1.5)
    try:
        receive(connection, "431")
    except (websocket.WebSocketException, AssertionError, OSError):
        pass


def test_invalid_utf8_closes(connection):
    connection.send_frame(websocket.ABNF(1, 0, 0, 0, websocket.ABNF.OPCODE_TEXT, 1, b'42["\xff\xfe"]'))
    assert is_closed_by_peer(connection)


def test_reserved_bits_and_opcodes_close(connection):
    connection.send_frame(websocket.ABNF(1, 1, 1, 1, websocket.ABNF.OPCODE_TEXT, 1, b"2"))
    assert is_closed_by_peer(connection)


def test_unmasked_frames_close(connection):
    connection.send_frame(websocket.ABNF(1, 0, 0, 0, websocket.ABNF.OPCODE_TEXT, 0, b'42["get_online_users"]'))
    assert is_closed_by_peer(connection)


def test_an_oversized_frame_closes(server, people):
    (alice,) = people("alice")
    connection = open_websocket(server)
    limit = json.loads(receive(connection, "0"))["maxPayload"]
    connection.send("40" + json.dumps({"token": f"Bearer {alice.access}"}))
    receive(connection, "40")
    try:
        connection.send("4" + "x" * (limit + 1))
    except OSError:
        pass
    assert is_closed_by_peer(connection)


def test_a_frame_that_only_claims_to_be_huge(connection):
    connection.sock.sendall(b"\x81\xff" + (2**62).to_bytes(8, "big") + b"\x00\x00\x00\x00" + b"42")
    assert is_closed_by_peer(connection)


def test_not_a_websocket_request(server):
    reply = get(server, transport="websocket")
    assert reply.status_code in (400, 426), reply.text
