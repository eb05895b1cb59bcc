"""What the tests run on: the embedded engines of a data directory, or a part of the distributed ones of one's own."""

import json
import os
import secrets
import urllib.request

from records import MongoRecords, SQLiteRecords

EMBEDDED, DISTRIBUTED = "embedded", "distributed"
KINDS = (EMBEDDED, DISTRIBUTED)


def url_of(engine):
    """Where a server for tests is; scripts/services starts one and prints the variable."""
    variable = f"MSGCTL_TEST_{engine.upper()}_URL"
    url = os.environ.get(variable)
    assert url, f"{variable} is not set: eval \"$(scripts/services env)\" after scripts/services up, or use scripts/test"
    return url


def with_database(uri, name):
    """A MongoDB URI with the database in it."""
    address, _, query = uri.partition("?")
    scheme, _, rest = address.partition("://")
    hosts = rest.split("/")[0]
    return f"{scheme}://{hosts}/{name}" + (f"?{query}" if query else "")


class Embedded:
    kind = EMBEDDED
    settings = {}

    def records(self, site):
        return SQLiteRecords(site.data / "msgctl.sqlite3")

    def dead_letters(self, site):
        """How many there are, by the engine's own count."""
        return self.records(site).count("dead_letters")

    def close(self):
        pass


class Distributed:
    """A database, key prefixes, queues and indexes with a name that nobody else has; removed in the end."""

    kind = DISTRIBUTED

    def __init__(self, mongodb=None, redis=None, rabbitmq=None, elasticsearch=None):
        self.name = f"e2e-{secrets.token_hex(5)}"
        self.mongodb = mongodb or url_of("mongodb")
        self.redis = redis or url_of("redis")
        self.rabbitmq = rabbitmq or url_of("rabbitmq")
        self.elasticsearch = elasticsearch or url_of("elasticsearch")
        self.client = None

    @property
    def settings(self):
        return {
            "MONGODB_URI": with_database(self.mongodb, self.name),
            "REDIS_URL": self.redis,
            "RABBITMQ_URL": self.rabbitmq,
            "ELASTICSEARCH_URL": self.elasticsearch,
            "MSGCTL_CACHE_REDIS_PREFIX": self.name,
            "MSGCTL_CACHE_REDIS_EVENT_KEY": self.name,
            "MSGCTL_QUEUE_RABBITMQ_PREFIX": self.name,
            "MSGCTL_SEARCH_ELASTICSEARCH_PREFIX": self.name,
        }

    @property
    def database(self):
        import pymongo

        if self.client is None:
            self.client = pymongo.MongoClient(self.mongodb, serverSelectionTimeoutMS=20_000)
        return self.client[self.name]

    def records(self, site):
        return MongoRecords(self.database)

    def dead_letters(self, site):
        import pika

        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq))
        try:
            queue = next(name for name in self.queues() if "dlq" in name)
            return connection.channel().queue_declare(queue, passive=True).method.message_count
        finally:
            connection.close()

    def close(self):
        """Best effort: a test may have ended an engine for good."""
        for clean in (self._drop_database, self._delete_keys, self._delete_queues, self._delete_indexes):
            try:
                clean()
            except Exception as error:  # whatever the clients of four engines throw
                print(f"{clean.__name__} of {self.name}: {error!r}")

    def _drop_database(self):
        self.database.client.drop_database(self.name)
        self.client.close()
        self.client = None

    def _delete_keys(self):
        import redis

        with redis.Redis.from_url(self.redis, socket_timeout=5) as client:
            for key in client.scan_iter(f"{self.name}*", count=1000):
                client.delete(key)

    def _delete_queues(self):
        import pika

        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq))
        try:
            for name in self.queues():
                connection.channel().queue_delete(name)
        finally:
            connection.close()

    def queues(self):
        """The queues' names; those of retries end with their delay."""
        delays = [5_000, 30_000, 300_000]
        names = ["message_sending_queue", "message_dlq_queue", *(f"message_retry_queue.{delay}" for delay in delays)]
        return [self.name + name for name in names]

    def _delete_indexes(self):
        with urllib.request.urlopen(f"{self.elasticsearch}/_cat/indices/{self.name}*?format=json", timeout=5) as answer:
            names = [row["index"] for row in json.load(answer)]
        for name in names:
            request = urllib.request.Request(f"{self.elasticsearch}/{name}", method="DELETE")
            urllib.request.urlopen(request, timeout=5).close()


def make(kind):
    return Embedded() if kind == EMBEDDED else Distributed()
