"""Engine.IO over HTTP, by hand."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from api import call, http_of
from engineio_raw import PATH, SEPARATOR, enter, get, open_polling, post


@pytest.fixture(autouse=True)
def healthy_afterwards(server):
    yield
    call(server, "GET", "/api/health/ready")


def is_gone(server, sid):
    """The session is closed: it is unknown now, or the poll brings the close or noop that ends it."""
    reply = get(server, sid=sid)
    if reply.status_code == 200 and set(reply.text.split(SEPARATOR)) <= {"1", "6", "41"}:
        reply = get(server, sid=sid)
    return reply.status_code == 400


def test_handshake(server):
    fields = open_polling(server)
    assert isinstance(fields["sid"], str) and len(fields["sid"]) >= 16
    assert fields["upgrades"] == ["websocket"]
    assert fields["pingInterval"] > 0 and fields["pingTimeout"] > 0 and fields["maxPayload"] > 0
    assert open_polling(server)["sid"] != fields["sid"]


@pytest.mark.parametrize(
    "query,code",
    [
        ({"EIO": 3}, 5),
        ({"EIO": 5}, 5),
        ({"EIO": "x"}, 5),
        ({"transport": "carrier-pigeon"}, 0),
        ({"transport": ""}, 0),
        ({"sid": "unknown"}, 1),
        ({"sid": "x" * 5000}, 1),
        ({"sid": "../../etc"}, 1),
        ({"sid": "\x00"}, 1),
    ],
)
def test_refusals_carry_the_protocols_codes(server, query, code):
    reply = get(server, **query)
    assert reply.status_code == 400, reply.text
    assert reply.json()["code"] == code and isinstance(reply.json()["message"], str)


def test_a_handshake_must_be_a_get(server):
    reply = post(server, "40")
    assert reply.status_code == 400 and reply.json()["code"] == 2


def test_other_methods(server):
    sid = open_polling(server)["sid"]
    for method in ("PUT", "DELETE", "PATCH"):
        reply = http_of(server).request(method, PATH, params={"EIO": 4, "transport": "polling", "sid": sid})
        assert 400 <= reply.status_code < 500


def test_unknown_session_for_a_post(server):
    reply = post(server, "40", sid="unknown")
    assert reply.status_code == 400 and reply.json()["code"] == 1


def test_a_whole_conversation_by_hand(people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    sid = open_polling(alice.server)["sid"]
    packets = enter(alice.server, sid, alice.access)
    assert json.loads(next(p for p in packets if p.startswith("40"))[2:])["sid"] != sid
    event = json.dumps(["send_message", {"conversationId": conversation, "content": "by hand"}])
    reply = post(alice.server, f"42{7}{event}{SEPARATOR}42{8}{event}", sid=sid)
    assert reply.status_code == 200 and reply.text == "ok"
    acks = []
    while len(acks) < 2:
        acks += [p for p in get(alice.server, sid=sid).text.split(SEPARATOR) if p.startswith("43")]
    assert [ack[:3] for ack in acks] == ["437", "438"]
    assert len(bob.history(conversation)) == 2
    assert post(alice.server, "1", sid=sid).status_code == 200
    assert is_gone(alice.server, sid)


def test_packets_after_close(people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    sid = open_polling(alice.server)["sid"]
    enter(alice.server, sid, alice.access)
    event = "42" + json.dumps(["send_message", {"conversationId": conversation, "content": "from the grave"}])
    assert post(alice.server, "1" + SEPARATOR + event, sid=sid).status_code in (200, 400)
    assert post(alice.server, event, sid=sid).status_code == 400
    assert is_gone(alice.server, sid)
    assert bob.history(conversation) == []


def test_a_close_ends_the_poll_under_way(people):
    """At once, not when the next ping would have ended it."""
    (alice,) = people("alice")
    sid = open_polling(alice.server)["sid"]
    enter(alice.server, sid, alice.access)
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(get, alice.server, sid=sid)
        post(alice.server, '421["no_such_event"]', sid=sid)
        assert "431" in poll.result(10).text
        poll = pool.submit(get, alice.server, sid=sid)
        assert post(alice.server, "1", sid=sid).status_code == 200
        assert poll.result(5).status_code in (200, 400)
    assert is_gone(alice.server, sid)


@pytest.mark.parametrize(
    "payload",
    [
        "z",
        "9nonsense",
        SEPARATOR,
        "4" + SEPARATOR + SEPARATOR + "4",
        "\x00",
        b"\xff\xfe\xfd",
        "bnot base64!",
        "0{}",
        "47",
        "4x",
        "42",
        "42[",
        "42{}",
        "42[]",
        "42[7]",
        "42[null]",
        "4251-[",
        "451-",
        '4599999999999999999999-["x"]',
        '451-["send_message",{"_placeholder":true,"num":0}]' + SEPARATOR + "4" + '2["x"]',
        '451-["send_message",{"_placeholder":true,"num":7}]' + SEPARATOR + "bAAAA",
        '451-["send_message",{"_placeholder":true,"num":-1}]' + SEPARATOR + "bAAAA",
        "bAAAA",
        "42" + "9" * 400 + '["x"]',
        "42/" + "n" * 10_000 + ',["x"]',
        "43[]",
        "431[]",
        "44{}",
        '40{"token":',
        "42" + "[" * 20_000,
        '42["join_room","\\ud800"]',
    ],
    ids=lambda payload: repr(payload[:28]),
)
def test_garbage_in_a_session(people, payload):
    """Refused or ignored or the session closed; whatever it is, it is answered and the server goes on."""
    (alice,) = people("alice")
    sid = open_polling(alice.server)["sid"]
    enter(alice.server, sid, alice.access)
    assert post(alice.server, payload, sid=sid).status_code in (200, 400)
    assert post(alice.server, "1", sid=sid).status_code in (200, 400)


@pytest.mark.parametrize("payload", ['42["get_online_users"]', "41", "43[]", "2probe", "5", "6", "", "bAAAA"])
def test_before_connect(server, payload):
    sid = open_polling(server)["sid"]
    assert post(server, payload, sid=sid).status_code in (200, 400)


def test_an_unknown_packet_type_closes_the_session(people):
    (alice,) = people("alice")
    sid = open_polling(alice.server)["sid"]
    enter(alice.server, sid, alice.access)
    assert post(alice.server, "z", sid=sid).status_code in (200, 400)
    assert is_gone(alice.server, sid)


def test_an_oversized_payload(server):
    fields = open_polling(server)
    reply = post(server, "4" + "x" * (fields["maxPayload"] + 1), sid=fields["sid"])
    assert reply.status_code == 413


def test_two_polls_at_once_end_the_session_or_one_of_them(people):
    """Never both waiting for ever."""
    (alice,) = people("alice")
    sid = open_polling(alice.server)["sid"]
    enter(alice.server, sid, alice.access)
    with ThreadPoolExecutor(2) as pool:
        polls = [pool.submit(get, alice.server, sid=sid) for _ in range(2)]
        statuses = sorted(poll.result(timeout=60).status_code for poll in polls)
    assert statuses[-1] == 400


def test_many_handshakes_that_go_nowhere(server):
    with ThreadPoolExecutor(16) as pool:
        sids = {fields["sid"] for fields in pool.map(lambda _: open_polling(server), range(300))}
    assert len(sids) == 300
