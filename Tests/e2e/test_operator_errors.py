"""What an operator who set something up wrongly is told: the key, the host, the cause; and by which exit code."""

import re

import pika
import pytest

import engine_sets
import strangers
from api import call, make_users
from engine_sets import url_of
from engines import ENGINES
from msgctl import Site, eventually

CONFIGURATION = 78
AWAY = 69
SWIFT_NAMES = re.compile(r"RedisFailure|AMQPFailure|NIO\w+Error|MsgError|BrokerFault|\w+\(\w+: ")

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def on(tmp_path):
    """A site on the shared engines but for the URLs given."""
    sites = []

    def make(**urls):
        right = engine_sets.Distributed()
        site = Site(tmp_path / f"site-{len(sites)}", right)
        site.settings.update(urls)
        sites.append(site)
        return site

    yield make
    for site in sites:
        site.close()


def complaint(site, *arguments, code):
    """The Error lines of a command that must end with this code."""
    done = site.run(*arguments, code=code)
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert errors, done.stderr
    assert "wr0ng" not in done.stderr and not SWIFT_NAMES.search(done.stderr), done.stderr
    assert len(done.stderr) < 2000, done.stderr
    return "\n".join(errors)


def test_a_wrong_password_of_redis(on, tmp_path):
    engine = ENGINES["redis"](tmp_path / "redis").start().wait_ready()
    host = f"127.0.0.1:{engine.port}"
    try:
        site = on(REDIS_URL=f"redis://:wr0ng@{host}")
        for command in (["enqueue-due"], ["health"], ["dispatch-worker"], ["serve", "--port", "0"]):
            text = complaint(site, *command, code=CONFIGURATION)
            assert "cache.redis_url" in text and host in text and "password; leave it out" in text, text
        site = on(REDIS_URL=f"redis://{host}/4000")
        assert "no database" in complaint(site, "enqueue-due", code=CONFIGURATION)
    finally:
        engine.stop()


def test_redis_is_away(on):
    site = on(REDIS_URL="redis://:wr0ng@127.0.0.1:1")
    for command in (["enqueue-due"], ["health"]):
        text = complaint(site, *command, code=AWAY)
        assert "127.0.0.1:1" in text and "connection refused" in text, text


def broker_host():
    return url_of("rabbitmq").rpartition("@")[2].partition("/")[0].removeprefix("amqp://")


def test_a_wrong_password_or_virtual_host_of_rabbitmq(on):
    host = broker_host()
    wrong = {
        f"amqp://guest:wr0ng@{host}": "user name or the password",
        f"amqp://guest:guest@{host}/nowhere": 'no virtual host "nowhere"',
    }
    for url, cause in wrong.items():
        site = on(RABBITMQ_URL=url)
        for command in (["dispatch-worker", "dead-letters"], ["dispatch-worker", "--drain"], ["health"]):
            text = complaint(site, *command, code=CONFIGURATION)
            assert "queue.rabbitmq_url" in text and host in text and cause in text, text
    complaint(site, "serve", "--port", "0", code=CONFIGURATION)


def test_rabbitmq_is_away(on):
    text = complaint(on(RABBITMQ_URL="amqp://guest:wr0ng@127.0.0.1:1"), "dispatch-worker", "dead-letters", code=AWAY)
    assert "127.0.0.1:1" in text and "refused" in text, text


@pytest.fixture
def broker():
    connection = pika.BlockingConnection(pika.URLParameters(url_of("rabbitmq")))
    yield connection
    connection.close()


def host_of(engine):
    return url_of(engine).partition("://")[2].rpartition("@")[2].partition("/")[0]


# Which setting, its URL with TLS and without, a command that needs the engine, and what to add and to leave out.
SCHEMES = {
    "mongodb": (
        "MONGODB_URI", "mongodb://{}/chat?tls=true", "mongodb://{}/chat", ["user", "list"], "add tls=true",
        "leave out tls=true",
    ),
    "rabbitmq": (
        "RABBITMQ_URL", "amqps://guest:wr0ng@{}", "amqp://guest:wr0ng@{}", ["dispatch-worker", "dead-letters"],
        "write amqps://", "write amqp://",
    ),
    "redis": (
        "REDIS_URL", "rediss://:wr0ng@{}", "redis://:wr0ng@{}", ["enqueue-due"], "write rediss://", "write redis://"
    ),
    "elasticsearch": (
        "ELASTICSEARCH_URL", "https://a:wr0ng@{}", "http://a:wr0ng@{}", ["reindex"], "write https://", "write http://"
    ),
}
KEYS = {
    "MONGODB_URI": "store.mongodb_uri",
    "REDIS_URL": "cache.redis_url",
    "RABBITMQ_URL": "queue.rabbitmq_url",
    "ELASTICSEARCH_URL": "search.elasticsearch_url",
}


@pytest.mark.parametrize("engine", SCHEMES)
def test_tls_on_one_side_only(on, tmp_path, engine):
    setting, secured, plain, command, to_add, to_leave = SCHEMES[engine]
    with strangers.speaking_tls(tmp_path) as stranger:
        cases = [
            (secured, host_of(engine), "does not speak TLS", to_leave),
            (plain, stranger.host, "speaks TLS", to_add),
        ]
        for url, host, cause, remedy in cases:
            site = on(**{setting: url.format(host)})
            for arguments in (command, ["health"]):
                text = complaint(site, *arguments, code=CONFIGURATION)
                assert KEYS[setting] in text and host in text and cause in text and remedy in text, text
                assert text.count(cause) == 1, text


KINDS = {
    "redis": "a Redis server",
    "mongodb": "a MongoDB server",
    "rabbitmq": "an AMQP broker",
    "elasticsearch": "a web server (HTTP)",
    "http": "a web server (HTTP)",
}


@pytest.mark.parametrize(
    "engine, other",
    [
        ("mongodb", "redis"), ("mongodb", "http"), ("rabbitmq", "redis"), ("rabbitmq", "http"),
        ("elasticsearch", "redis"), ("elasticsearch", "mongodb"), ("redis", "http"), ("redis", "mongodb"),
        ("redis", "elasticsearch"), ("redis", "rabbitmq"),
    ],
)
def test_a_server_of_another_kind(on, engine, other):
    setting, _, plain, command, *_ = SCHEMES[engine]
    with strangers.speaking_http() as stranger:
        host = stranger.host if other == "http" else host_of(other)
        site = on(**{setting: plain.format(host)})
        for arguments in (command, ["health"]):
            text = complaint(site, *arguments, code=CONFIGURATION)
            assert KEYS[setting] in text and host in text, text
            assert KINDS[other] in text, text


@pytest.mark.parametrize("engine", SCHEMES)
def test_a_certificate_that_is_not_trusted(on, tmp_path, engine):
    setting, secured, _, command, *_ = SCHEMES[engine]
    with strangers.speaking_tls(tmp_path) as stranger:
        site = on(**{setting: secured.format(stranger.host)})
        for arguments in (command, ["health"]):
            text = complaint(site, *arguments, code=CONFIGURATION)
            assert KEYS[setting] in text and stranger.host in text, text
            assert "certificate" in text and "correct the host, or " in text, text


def test_a_command_says_once_what_keeps_it_from_an_engine(on):
    cases = {
        "MONGODB_URI": ("mongodb://127.0.0.1:1/chat", ["user", "list"]),
        "REDIS_URL": ("redis://127.0.0.1:1", ["enqueue-due"]),
        "RABBITMQ_URL": ("amqp://127.0.0.1:1", ["dispatch-worker", "dead-letters"]),
        "ELASTICSEARCH_URL": ("http://127.0.0.1:1", ["reindex"]),
    }
    for setting, (url, command) in cases.items():
        done = on(**{setting: url}).run(*command, code=AWAY)
        lines = [line for line in done.stderr.splitlines() if "127.0.0.1:1" in line]
        assert len(lines) == 1 and lines[0].startswith("Error: "), done.stderr


def test_a_result_that_cannot_be_written(tmp_path):
    """No engine is at fault."""
    site = Site(tmp_path / "site", engine_sets.Embedded())
    try:
        site.run("migrate")
        done = site.run("health", "--wait", "20", prefix=("sh", "-c", 'exec "$@" > /dev/full', "sh"), code=1)
        assert done.stderr == "Error: Standard output can't be written: No space left on device.\n", done.stderr
    finally:
        site.close()


def test_another_replica_set(on):
    host = host_of("mongodb")
    site = on(MONGODB_URI=f"mongodb://{host}/chat?replicaSet=elsewhere")
    for arguments in (["user", "list"], ["migrate"], ["health"]):
        text = complaint(site, *arguments, code=CONFIGURATION)
        assert "store.mongodb_uri" in text and host in text and '"rs0"' in text and '"elsewhere"' in text, text


@pytest.mark.parametrize("concern", ["fish", "40"])
def test_a_write_concern_that_the_set_does_not_have(on, concern):
    """Told before anything is written: who is told of a failure must not find it done."""
    site = on()
    right = engine_sets.with_database(site.engines.mongodb, site.engines.name)
    site.settings["MONGODB_URI"] = right + ("&" if "?" in right else "?") + f"w={concern}"
    create = ["user", "create", "--username", "alice", "--email", "alice@example.org"]
    for arguments in (["migrate"], ["migrate", "--status"], ["health"], create):
        done = site.run(*arguments, input="Passw0rd!Passw0rd\n", code=CONFIGURATION)
        assert "w in store.mongodb_uri" in done.stderr, done.stderr
    assert site.engines.database.list_collection_names() == []


def test_health_fails_for_search_that_is_set_up_wrongly_and_says_so_once(on):
    """Although the API goes on without it."""
    site = on(ELASTICSEARCH_URL=f"https://{host_of('elasticsearch')}")
    server = site.serve("--only", "api")
    assert call(server, "GET", "/api/health/ready", 200)["status"] == "degraded"
    done = site.run("health", code=CONFIGURATION)
    assert (done.stdout + done.stderr).count("does not speak TLS") == 1, done.stdout + done.stderr
    assert "search: down" in done.stdout
    checks = site.json("health", code=CONFIGURATION)["checks"]
    assert "does not speak TLS" in checks["search"]["reason"]


def test_a_failure_is_logged_once_for_all_whose_work_it_stops(on):
    site = on(MONGODB_URI=f"mongodb://ada:wr0ng@{host_of('mongodb')}/chat")
    server = site.serve("--log-level", "debug", MSGCTL_SCHEDULE_ENABLED="true")

    def lines():
        return [line for line in server.log_tail(5000).splitlines() if "Authentication failed" in line]

    # Those whose work it stops tell of it to whoever looks for details.
    for victim in ("changes could not be indexed", "ended sessions could not be forgotten", "a phase failed"):
        eventually(lambda: any(victim in line for line in lines()), 20, f"{victim!r} is not there")
    assert server.terminate() == 0
    loud = [line for line in lines() if " debug " not in line]
    assert len(loud) == 1 and "MongoDB can't be used" in loud[0], loud


def test_an_outage_of_search_is_logged_once_and_its_end_once(on, tmp_path):
    engine = ENGINES["elasticsearch"](tmp_path / "elasticsearch")
    site = on(ELASTICSEARCH_URL=engine.url)
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    alice.send(conversation, "needle")

    def told(text):
        return len([line for line in server.log_tail(5000).splitlines() if text in line])

    try:
        eventually(lambda: told("search falls behind") and told("Elasticsearch can't be used"), 20, "nothing is said")
        assert call(server, "GET", "/api/messages/search", 503, alice.access, params={"q": "needle"})
        engine.start().wait_ready()
        eventually(lambda: told("search keeps up again"), 60, "its end is not told")
        assert alice.search("needle")["total"] >= 0
    finally:
        engine.stop()
    # Each once, however often it was tried meanwhile.
    for text in ("search falls behind", "Elasticsearch can't be used", "Elasticsearch is back", "search keeps up again"):
        assert told(text) == 1, (text, server.log_tail(200))


@pytest.mark.parametrize(
    "difference",
    [{"durable": True, "arguments": {"x-max-priority": 3}}, {"durable": False}],
    ids=["priority", "durability"],
)
def test_a_queue_that_was_made_otherwise(on, broker, difference):
    site = on()
    name = f"{site.engines.name}message_sending_queue"
    broker.channel().queue_declare(name, **difference)
    text = complaint(site, "dispatch-worker", "--drain", code=CONFIGURATION)
    assert text.count(name) == 1 and "delete it once it is empty, or set another queue.rabbitmq_prefix" in text, text
    assert len(text) < 400, text


def test_garbage_among_the_dead_letters(on, broker):
    """Shown for what it is, not replayed, and purged."""
    site = on()
    name = f"{site.engines.name}message_dlq_queue"
    channel = broker.channel()
    channel.confirm_delivery()
    channel.queue_declare(name, durable=True)
    channel.basic_publish(
        "", name, b"\x00garb\xffage", pika.BasicProperties(content_type="text/plain", headers={"origin": "a script"})
    )
    listed = site.json("dispatch-worker", "dead-letters", "list")
    assert listed["total"] == 1
    letter = listed["deadLetters"][0]
    assert letter["unreadable"]["beginning"] == r"\x00garb\xffage" and letter["unreadable"]["bytes"] == 9
    assert letter["unreadable"]["properties"] == {"content_type": "text/plain", "header origin": "a script"}
    assert "failedAt" not in letter and "senderId" not in letter
    for command in (["list"], ["show", letter["id"]]):
        text = site.run("dispatch-worker", "dead-letters", *command).stdout
        assert "no job" in text and r"\x00garb\xffage" in text and "1970" not in text and "0" * 24 not in text, text
    refused = complaint(site, "dispatch-worker", "dead-letters", "replay", letter["id"], code=1)
    assert "can't be replayed" in refused and "purge" in refused
    everything = site.run("dispatch-worker", "dead-letters", "replay", "--all")
    assert "replayed: 0" in everything.stdout and "can't be replayed" in everything.stderr
    assert site.json("dispatch-worker", "dead-letters", "purge", letter["id"]) == {"purged": 1}
    assert site.json("dispatch-worker", "dead-letters", "list")["total"] == 0


def test_garbage_on_the_bus_is_warned_of_once(on):
    import redis

    site = on()
    server = site.serve("--only", "api")
    with redis.Redis.from_url(url_of("redis")) as client:
        channel = f"{site.engines.name}-request#/#"
        eventually(lambda: client.pubsub_numsub(channel)[0][1] == 1, 10, "nobody listens")
        for number in range(500):
            client.publish(channel, f"garbage {number}")
        eventually(lambda: "not readable" in server.log_tail(1000), 10, "nothing is said")
    assert server.terminate() == 0
    assert len([line for line in server.log_tail(5000).splitlines() if "not readable" in line]) == 1
    assert not SWIFT_NAMES.search(server.log_tail(5000))


FEW_FILES = ("sh", "-c", 'ulimit -n 600; exec "$@"', "sh")


@pytest.mark.parametrize("chosen", [None, "5000", "300"])
def test_the_limit_of_open_files(tmp_path, chosen):
    """Said when it matters: when somebody asked for more connections than it lets through."""
    site = Site(tmp_path / "site", engine_sets.Embedded(), MSGCTL_REALTIME_MAX_CONNECTIONS=chosen)
    try:
        server = site.serve("--only", "api", prefix=FEW_FILES)
        assert server.terminate() == 0
        lines = [line for line in server.log_tail(1000).splitlines() if "max_connections" in line]
        assert len(lines) == (1 if chosen == "5000" else 0), lines
        assert all("accepted=400" in line and " warning " in line for line in lines)
    finally:
        site.close()
