"""What an operator who set something up wrongly is told: the key, the host, the cause; and by which exit code."""

import re

import pika
import pytest

import engine_sets
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


def test_a_queue_that_was_made_otherwise(on, broker):
    site = on()
    name = f"{site.engines.name}message_sending_queue"
    broker.channel().queue_declare(name, durable=True, arguments={"x-max-priority": 3})
    text = complaint(site, "dispatch-worker", "--drain", code=CONFIGURATION)
    assert text.count(name) == 1 and "queue.rabbitmq_" in text and "delete it once it is empty" in text, text
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
