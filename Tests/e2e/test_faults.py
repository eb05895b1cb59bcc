"""Each engine stopped, killed, paused, cut off and late: what needs it answers 503 in time, what does not goes on,
health names it, nothing acknowledged is lost or doubled, and all comes back without a restart."""

import time
from contextlib import contextmanager

import pytest

import engine_sets
from api import http_of, make_users
from chat import Chat
from crash import Crash, seed_of_environment
from engines import ENGINES
from faults import ANSWER_DEADLINE, Traffic, cut, resident_bytes
from msgctl import Site, eventually
from pipeline import assert_delivered_once, enqueue_all, register_many, window

CHECKS = {"mongodb": "store", "redis": "cache", "rabbitmq": "queue", "elasticsearch": "search"}
FAULTS = ("stopped", "killed", "paused", "cut", "late")
# What an idle service may grow by while it waits for an engine under traffic.
MEMORY = 150 << 20

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def own(request, tmp_path):
    """An engine that only this test has, and a site on it and the shared others."""

    @contextmanager
    def start(name, is_up=True):
        engine = ENGINES[name](tmp_path / name)
        if is_up:
            engine.start().wait_ready()
        site = Site(tmp_path / "site", engine_sets.Distributed(**{name: engine.url}))
        try:
            yield engine, site
        finally:
            if not engine.is_running:
                engine.start().wait_ready()
            site.close()
            engine.stop()

    return start


def health(server):
    return http_of(server).get("/api/health").json()


def is_down(server, name):
    return health(server)["checks"][CHECKS[name]]["status"] == "down"


def is_whole(server):
    return all(check["status"] == "up" for check in health(server)["checks"].values())


def suffer(engine, fault, during):
    """Does it, calls `during` in the middle where there is one, and mends it."""
    if fault == "stopped":
        engine.stop()
        began = time.monotonic()
        during()
        time.sleep(max(0.0, 10 - (time.monotonic() - began)))
        engine.start()
    elif fault == "killed":
        engine.kill()
        engine.start()
    elif fault == "paused":
        engine.pause()
        began = time.monotonic()
        try:
            during()
            time.sleep(max(0.0, 20 - (time.monotonic() - began)))
        finally:
            engine.resume()
    else:
        for _ in range(5):
            cut(engine)
            time.sleep(0.3)
    engine.wait_ready()


def in_time(server, method, path, status, token, **options):
    """A request that must be answered so, and soon enough."""
    began = time.monotonic()
    answer = http_of(server).request(
        method, path, headers={"authorization": f"Bearer {token}"}, timeout=60, **options
    )
    took = time.monotonic() - began
    assert answer.status_code == status, f"{method} {path}: {answer.status_code} after {took:.1f} s: {answer.text[:300]}"
    assert took < ANSWER_DEADLINE, f"{method} {path} took {took:.1f} s"
    return answer.json()


def stored_once(traffic, user):
    """Nothing acknowledged is lost, nothing is there twice."""
    listed = user.whole_history(traffic.conversation, 200)
    contents = [message["content"] for message in listed]
    assert len(contents) == len(set(contents)), "something is stored twice"
    stored = {message["content"]: message["id"] for message in listed}
    for key, message in traffic.acknowledged.items():
        assert stored.get(f"needle {key}") == message, f"{key} was acknowledged"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CHECKS)
def test_chat_under_a_fault(own, name, fault):
    if fault == "late":
        return late(own, name)
    with own(name) as (engine, site):
        server = site.serve("--only", "api")
        users = make_users(server, *["sender"] * 4)
        conversation = users[0].group("Everybody", *users[1:])["id"]
        listener = Chat(server, users[3].access)
        users[0].send(conversation, "before")
        listener.expect("message_received", content="before")
        eventually(lambda: is_whole(server), 20, "not everything is up")
        eventually(lambda: users[0].search("before")["total"] == 1, 20, "there is no index yet")
        memory = resident_bytes(server)
        with Traffic(users[:3], conversation) as traffic:
            time.sleep(1)
            began = time.monotonic()
            suffer(engine, fault, lambda: during(server, name, users[0], conversation))
            ended = time.monotonic()
            eventually(lambda: is_whole(server), 40, "it does not come back", every=0.2)
            known = len(traffic.acknowledged)
            eventually(lambda: len(traffic.acknowledged) > known + 20, 20, "nobody can send any more")
        assert traffic.slowest < ANSWER_DEADLINE, f"an answer took {traffic.slowest:.1f} s"
        assert set(status for _, status in traffic.statuses) <= {200, 503}
        if name != "mongodb":
            answers = traffic.statuses_between(began, ended)
            assert set(answers) == {200}, "sending does not need it"
        assert resident_bytes(server) - memory < MEMORY
        stored_once(traffic, users[0])
        assert not listener.is_closed, "sockets stay"
        users[1].send(conversation, "afterwards")
        listener.expect("message_received", content="afterwards")
        afterwards(server, name, users, conversation, traffic)
        assert server.is_running


def during(server, name, user, conversation):
    """While the engine is away."""
    eventually(lambda: is_down(server, name), 10, "health does not say so")
    checks = health(server)["checks"]
    assert {key for key, check in checks.items() if check["status"] == "down"} == {CHECKS[name]}
    ready = http_of(server).get("/api/health/ready").status_code
    assert ready == (503 if name == "mongodb" else 200)
    http_of(server).get("/api/health/live").raise_for_status()
    history = f"/api/messages/{conversation}"
    body = {"conversationId": conversation, "content": "during"}
    away = {"mongodb"}
    in_time(server, "GET", history, 503 if name in away else 200, user.access)
    in_time(server, "GET", "/api/conversations", 503 if name in away else 200, user.access)
    in_time(server, "POST", "/api/messages/send", 503 if name in away else 200, user.access, json=body)
    search = {"params": {"q": "before"}}
    in_time(
        server, "GET", "/api/messages/search", 503 if name in {"mongodb", "elasticsearch"} else 200, user.access, **search
    )


def afterwards(server, name, users, conversation, traffic):
    """What the engine is for works again."""
    if name == "redis":
        eventually(
            lambda: users[3].id in {person["id"] for person in online(users[0])},
            30,
            "who is connected is not online",
        )
    if name in ("elasticsearch", "mongodb"):
        wanted = len(traffic.acknowledged)

        def found():
            return users[0].search("needle", limit=1)["total"] >= wanted

        eventually(found, 40, f"not all of {wanted} messages can be found", every=0.5)


def online(user):
    return user.get("/api/user/list", params={"online": "true", "limit": 100})["users"]


def late(own, name):
    """msgctl is there first."""
    with own(name, is_up=False) as (engine, site):
        server = site.serve("--only", "api")
        eventually(lambda: is_down(server, name), 10, "health does not say so")
        began = time.monotonic()
        answer = http_of(server).post(
            "/api/auth/login", json={"email": "nobody@example.org", "password": "password"}, timeout=60
        )
        assert time.monotonic() - began < ANSWER_DEADLINE
        assert answer.status_code == (503 if name == "mongodb" else 401), answer.text
        engine.start().wait_ready()
        eventually(lambda: is_whole(server), 40, "it does not come", every=0.2)
        alice, bob = make_users(server, "alice", "bob")
        conversation = alice.direct(bob)["id"]
        chat = Chat(server, bob.access)
        alice.send(conversation, "needle")
        chat.expect("message_received", content="needle")
        eventually(lambda: alice.search("needle")["total"] == 1, 20, "it is not found")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["mongodb", "redis", "rabbitmq"])
def test_the_pipeline_under_a_fault(own, name, fault):
    """Planned, queued and delivered exactly once, with a worker that lives through it."""
    with own(name) as (engine, site):
        server = site.serve("--only", "api")
        register_many(server, 200)
        site.settings.update(
            window(3),
            MSGCTL_SCHEDULE_REQUEUE_AFTER="5s",
            MSGCTL_WORKER_RETRY_DELAYS="500ms,1s,2s,5s",
            MSGCTL_WORKER_VISIBILITY_TIMEOUT="3s",
        )
        planned = site.json("plan-pairings")["messages"]
        if fault == "late":
            engine.stop()
            worker = site.start("dispatch-worker", "--concurrency", "2")
            time.sleep(3)
            assert worker.is_running, worker.log_tail()
            engine.start().wait_ready()
            enqueue_all(site, planned)
        else:
            enqueue_all(site, planned)
            worker = site.start("dispatch-worker", "--concurrency", "2")
            suffer(engine, fault, lambda: away(site, name))
        eventually(lambda: site.records.unsent() == 0 or requeue(site), 90, "not everything is sent", every=1.0)
        assert worker.is_running, worker.log_tail()
        assert worker.terminate() == 0
        assert_delivered_once(site)
        assert site.json("dispatch-worker", "dead-letters", "list")["total"] == 0


def requeue(site):
    """What a crontab does each minute; an engine that is not back yet is tried again."""
    site.run("enqueue-due", code=None)
    return False


def away(site, name):
    """A command that needs the engine says so in its exit code, and soon."""
    began = time.monotonic()
    # Nothing is due any more, so queueing asks the queue for nothing.
    command = ["dispatch-worker", "dead-letters", "list"] if name == "rabbitmq" else ["enqueue-due"]
    done = site.run(*command, code=None)
    assert done.returncode == 69, done.stderr
    assert time.monotonic() - began < 30
    assert "Error:" in done.stderr


@pytest.mark.timeout(600)
def test_five_thousand_messages_while_everything_is_killed(tmp_path):
    """The pipeline's processes and each engine killed with SIGKILL at random moments; every message is stored once."""
    seed = seed_of_environment()
    print(f"MSGCTL_TEST_SEED={seed}")
    engines = {name: ENGINES[name](tmp_path / name).start() for name in ("mongodb", "redis", "rabbitmq")}
    for engine in engines.values():
        engine.wait_ready()
    site = Site(tmp_path / "site", engine_sets.Distributed(**{name: engine.url for name, engine in engines.items()}))
    try:
        crash = Crash(site, seed, messages=5_000, kills=40, engines=engines)
        crash.run()
        print(f"killed: {dict(crash.killed)}")
    finally:
        for engine in engines.values():
            if not engine.is_running:
                engine.start().wait_ready()
        site.close()
        for engine in engines.values():
            engine.stop()
