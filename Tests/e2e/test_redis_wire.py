"""Beside servers and emitters of another make: the wire protocol of Socket.IO's Redis adapter, with an independent
MessagePack as the judge. What they do here is written after @socket.io/redis-adapter 8 and @socket.io/redis-emitter 5."""

import datetime
import json
import queue
import secrets
import threading

import msgpack
import pytest
import redis

import engine_sets
from api import make_users
from chat import Chat
from engines import ENGINES
from msgctl import Site, eventually


class WithRedis:
    """Embedded records and queue; events go over Redis."""

    kind = engine_sets.EMBEDDED

    def __init__(self, url=None):
        self.name = f"e2e-{secrets.token_hex(5)}"
        self.url = url or engine_sets.url_of("redis")
        self.settings = {
            "REDIS_URL": self.url,
            "MSGCTL_CACHE_REDIS_PREFIX": self.name,
            "MSGCTL_CACHE_REDIS_EVENT_KEY": self.name,
        }

    def close(self):
        with redis.Redis.from_url(self.url) as client:
            for key in client.scan_iter(f"{self.name}*", count=1000):
                client.delete(key)


class Peer:
    """Another server of the fleet, and an emitter."""

    def __init__(self, engines):
        self.key = engines.name
        self.client = redis.Redis.from_url(engines.url)
        self.listening = self.client.pubsub(ignore_subscribe_messages=True)
        self.broadcasts, self.requests, self.responses = queue.Queue(), queue.Queue(), queue.Queue()
        ready = threading.Event()
        self.listening.psubscribe(
            **{f"{self.key}#/#*": lambda message: self.broadcasts.put((message["channel"].decode(), message["data"]))}
        )
        self.listening.subscribe(
            **{
                f"{self.key}-request#/#": lambda message: self.requests.put(message["data"]),
                f"{self.key}-response#/#": lambda message: self.responses.put(message["data"]),
                f"{self.key}-ready": lambda _: ready.set(),
            }
        )
        self.thread = self.listening.run_in_thread(sleep_time=0.05, daemon=True)
        eventually(lambda: self.client.publish(f"{self.key}-ready", "") and ready.is_set(), 10, "the peer does not listen")

    def emit(self, rooms, event, *arguments, excepted=()):
        channel = f"{self.key}#/#" + (f"{rooms[0]}#" if len(rooms) == 1 else "")
        packet = {"type": 2, "data": [event, *arguments], "nsp": "/"}
        options = {"rooms": list(rooms), "flags": {}, "except": list(excepted)}
        self.client.publish(channel, msgpack.packb(["emitter", packet, options], datetime=True))

    def request(self, **fields):
        """As a server asks the others: they are all to answer."""
        count = self.client.pubsub_numsub(f"{self.key}-request#/#")[0][1]
        self.client.publish(f"{self.key}-request#/#", json.dumps({"uid": "peer01", **fields}))
        return count

    def response(self):
        return self.responses.get(timeout=10)

    def close(self):
        self.thread.stop()
        self.thread.join(5)
        self.listening.close()
        self.client.close()


@pytest.fixture
def engines():
    return WithRedis()


@pytest.fixture
def nodes(engines, tmp_path):
    site = Site(tmp_path / "site", engines)
    yield [site.serve("--only", "api"), site.serve("--only", "api")]
    site.close()


@pytest.fixture
def peer(engines):
    peer = Peer(engines)
    yield peer
    peer.close()


@pytest.fixture
def pair(nodes):
    """Alice on the first node, bob on the second."""
    alice, bob = make_users(nodes[0], "alice", "bob")
    bob = bob.at(nodes[1])
    return alice, bob, Chat(nodes[0], alice.access), Chat(nodes[1], bob.access)


def broadcast_of(peer, event):
    """The next broadcast of an event: its channel and what it says, which must be in the shortest form."""
    while True:
        channel, payload = peer.broadcasts.get(timeout=10)
        value = msgpack.unpackb(payload, strict_map_key=True, raw=False)
        assert msgpack.packb(value) == payload
        if value[1]["data"][0] == event:
            return channel, value


def test_what_other_servers_hear(peer, pair):
    alice, bob, _, at_bob = pair
    conversation = alice.direct(bob)["id"]
    content = "Ünï 🫖 \"quoted\" \\ \n\t/" + "x" * 300
    sent = alice.send(conversation, content)
    channel, (uid, packet, options) = broadcast_of(peer, "message_received")
    assert channel == f"{peer.key}#/#conversation:{conversation}#"
    assert isinstance(uid, str) and uid
    assert packet["type"] == 2 and packet["nsp"] == "/"
    assert options == {"rooms": [f"conversation:{conversation}"], "flags": {}, "except": options["except"]}
    event, message = packet["data"]
    assert message["id"] == sent["id"] and message["content"] == content
    assert message == at_bob.expect("message_received", id=sent["id"])


def test_what_ends_a_session_is_a_request(peer, pair):
    alice, _, at_alice, _ = pair
    alice.post("/api/auth/logout")
    at_alice.expect_close()
    while True:
        request = json.loads(peer.requests.get(timeout=10))
        if request["type"] == 4:
            break
    assert request["close"] is True and request["uid"]
    (room,) = request["opts"]["rooms"]
    assert room.startswith("session:") and request["opts"]["except"] == []


def test_an_emitter_reaches_clients_of_every_node(peer, pair):
    alice, bob, at_alice, at_bob = pair
    heard = queue.Queue()
    for name, chat in (("alice", at_alice), ("bob", at_bob)):
        chat.client.on("news", lambda *arguments, name=name: heard.put((name, arguments)))
    when = datetime.datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=datetime.timezone.utc)
    arguments = (1, -200, 2.5, None, True, "Ünï", [{"a": [b"\x00\xff", "b"]}], b"", when, 2**53)
    expected = (*arguments[:-2], "2026-01-31T12:00:00.250Z", 2**53)
    peer.emit([f"user:{alice.id}"], "news", *arguments)
    assert heard.get(timeout=10) == ("alice", expected)
    peer.emit([], "news", excepted=[f"user:{alice.id}"])
    assert heard.get(timeout=10) == ("bob", ())
    peer.emit([f"user:{alice.id}", f"user:{bob.id}", "nowhere"], "news", "both")
    assert sorted([heard.get(timeout=10), heard.get(timeout=10)]) == [("alice", ("both",)), ("bob", ("both",))]
    peer.emit([f"user:{bob.id}"], "news", "end")
    assert heard.get(timeout=10) == ("bob", ("end",)), "nobody heard anything twice"


def test_an_emitter_moves_sockets(peer, pair):
    alice, bob, at_alice, at_bob = pair
    heard = queue.Queue()
    at_alice.client.on("here", lambda *arguments: heard.put(("alice", *arguments)))
    at_bob.client.on("here", lambda *arguments: heard.put(("bob", *arguments)))

    def request(**fields):
        peer.client.publish(f"{peer.key}-request#/#", json.dumps(fields))

    request(type=2, opts={"rooms": [f"user:{alice.id}"], "except": []}, rooms=["fans", 7])
    peer.emit(["fans"], "here", "fans")
    assert heard.get(timeout=10) == ("alice", "fans")
    peer.emit(["7"], "here", "seven")
    assert heard.get(timeout=10) == ("alice", "seven")
    request(type=3, opts={"rooms": [], "except": []}, rooms=["fans"])
    peer.emit(["fans"], "here", "nobody")
    peer.emit([], "here", "everybody")
    assert {heard.get(timeout=10) for _ in range(2)} == {("alice", "everybody"), ("bob", "everybody")}
    request(type=4, opts={"rooms": [f"user:{bob.id}"], "except": []}, close=True)
    at_bob.expect_close()
    assert not at_alice.is_closed


def test_every_node_answers_what_servers_ask(peer, pair):
    alice, bob, at_alice, at_bob = pair
    ids = {alice.id: at_alice.client.get_sid(), bob.id: at_bob.client.get_sid()}
    # The two nodes, and the peer itself.
    assert peer.request(type=0, requestId="r0", rooms=[f"user:{alice.id}"]) == 3
    answers = [json.loads(peer.response()) for _ in range(2)]
    assert all(answer["requestId"] == "r0" for answer in answers)
    assert sorted(sum((answer["sockets"] for answer in answers), [])) == [ids[alice.id]]

    peer.request(type=1, requestId="r1")
    rooms = set(sum((json.loads(peer.response())["rooms"] for _ in range(2)), []))
    assert {f"user:{alice.id}", f"user:{bob.id}", *ids.values()} <= rooms

    peer.request(type=5, requestId="r5", opts={"rooms": [], "except": []})
    sockets = sum((json.loads(peer.response())["sockets"] for _ in range(2)), [])
    assert {socket["id"]: socket["data"]["userId"] for socket in sockets} == {ids[user]: user for user in ids}
    for socket in sockets:
        assert socket["id"] in socket["rooms"]
        assert socket["handshake"]["auth"] == {}
        assert alice.access not in json.dumps(socket) and bob.access not in json.dumps(socket)

    peer.request(type=6, requestId="r6", data=["hello"])
    assert [json.loads(peer.response()) for _ in range(2)] == [{"type": 6, "requestId": "r6", "data": None}] * 2


def test_acknowledgements_of_a_servers_event(peer, pair):
    alice, bob, at_alice, at_bob = pair
    at_alice.client.on("how", lambda *arguments: {"heard": list(arguments), "bytes": b"\x01"})
    at_bob.client.on("how", lambda *arguments: "bob")
    request = {
        "uid": "peer01",
        "requestId": "r7",
        "type": 7,
        "packet": {"type": 2, "data": ["how", "many", b"\x00"], "nsp": "/"},
        "opts": {"rooms": [], "except": [], "flags": {"timeout": 5000}},
    }
    peer.client.publish(f"{peer.key}-request#/#", msgpack.packb(request))
    answers = [peer.response() for _ in range(4)]
    counts = [json.loads(answer) for answer in answers if answer[:1] == b"{"]
    assert counts == [{"type": 8, "requestId": "r7", "clientCount": 1}] * 2
    acks = [msgpack.unpackb(answer) for answer in answers if answer[:1] != b"{"]
    assert all(ack["type"] == 9 and ack["requestId"] == "r7" for ack in acks)
    assert [ack["packet"] for ack in sorted(acks, key=lambda ack: ack["packet"] != "bob")] == [
        "bob",
        {"heard": ["many", b"\x00"], "bytes": b"\x01"},
    ]


def test_what_is_garbled_harms_nobody(peer, pair):
    alice, bob, at_alice, at_bob = pair
    good = msgpack.packb(["x", {"type": 2, "data": ["e", {"a": 1}], "nsp": "/"}, {"rooms": [], "except": [], "flags": {}}])
    for cut in range(len(good)):
        peer.client.publish(f"{peer.key}#/#", good[:cut])
    for garbled in (b"", b"\xc1", b"\xdd\xff\xff\xff\xff", b"\x93\xdf\xff\xff\xff\xff", b"\x91" * 100_000, b"[1,2]"):
        peer.client.publish(f"{peer.key}#/#", garbled)
        peer.client.publish(f"{peer.key}-request#/#", garbled)
    for request in ({"type": 2}, {"type": "2"}, {"type": 5, "requestId": 1}, {"type": 2, "opts": {"rooms": [{}]}}):
        peer.client.publish(f"{peer.key}-request#/#", json.dumps(request))
    peer.emit([f"user:{alice.id}"], "end")
    peer.emit([f"user:{bob.id}"], "end")
    at_alice.expect("end")
    at_bob.expect("end")


def test_what_a_node_did_not_hear_is_made_up(tmp_path):
    """A log-out and a removal while Redis is away: the other node's sockets hear of neither."""
    engine = ENGINES["redis"](tmp_path / "redis").start().wait_ready()
    engines = WithRedis(engine.url)
    site = Site(tmp_path / "site", engines)
    try:
        here, there = site.serve("--only", "api"), site.serve("--only", "api")
        alice, bob, carol = make_users(here, "alice", "bob", "carol")
        group = alice.group("A group", bob, carol)["id"]
        at_bob, at_carol = Chat(there, bob.access), Chat(there, carol.access)
        engine.stop()
        # Both are stored; that everybody knows can't be promised.
        alice.remove(group, bob, status={200, 503})
        carol.post("/api/auth/logout", status={200, 503})
        engine.start().wait_ready()
        at_carol.expect_close(30)
        peer = Peer(engines)

        def rooms_of_bob():
            peer.request(type=5, requestId="r", opts={"rooms": [f"user:{bob.id}"], "except": []})
            sockets = sum((json.loads(peer.response())["sockets"] for _ in range(2)), [])
            return sum((socket["rooms"] for socket in sockets), [])

        eventually(lambda: peer.client.pubsub_numsub(f"{peer.key}-request#/#")[0][1] == 3, 20, "not both nodes listen")
        eventually(lambda: f"conversation:{group}" not in rooms_of_bob(), 20, "bob still hears the group")
        assert f"user:{bob.id}" in rooms_of_bob() and not at_bob.is_closed
        peer.close()
    finally:
        if not engine.is_running:
            engine.start().wait_ready()
        site.close()
        engine.stop()
