"""Reads the SQLite file beside the product, to see what is really stored."""

import sqlite3
from contextlib import closing

FILE = "msgctl.sqlite3"


def as_id(value):
    """An id as 24 hex digits, whether it is stored as bytes or as text."""
    if value is None:
        return None
    return value.hex() if isinstance(value, (bytes, bytearray)) else value.lower()


def connect(site):
    connection = sqlite3.connect(site.data / FILE, timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def rows(site, query, *parameters):
    with closing(connect(site)) as connection:
        return [dict(row) for row in connection.execute(query, parameters)]


def execute(site, statement, *parameters):
    with closing(connect(site)) as connection:
        return connection.execute(statement, parameters).rowcount


def automessages(site):
    """{id: row}, with ids as hex."""
    found = {}
    for row in rows(site, "SELECT * FROM automessages"):
        for name in ("id", "senderId", "receiverId", "conversationId"):
            row[name] = as_id(row[name])
        found[row["id"]] = row
    return found


def messages(site, kind=None):
    """[row], with ids as hex; `kind` is user or auto."""
    found = rows(site, "SELECT * FROM messages")
    for row in found:
        for name in ("id", "sender", "conversation"):
            row[name] = as_id(row[name])
    return [row for row in found if kind is None or row["messageType"] == kind]


def integrity(site):
    return rows(site, "PRAGMA integrity_check")[0]["integrity_check"]


class Watcher:
    """One open connection that counts messages quickly while another process writes them."""

    def __init__(self, site):
        self.connection = connect(site)

    def delivered(self):
        return self.connection.execute("SELECT count(*) FROM messages WHERE messageType = 'auto'").fetchone()[0]

    def unsent(self):
        return self.connection.execute("SELECT count(*) FROM automessages WHERE NOT isSent").fetchone()[0]

    def close(self):
        self.connection.close()


def make_newer(site):
    """Marks the database as written by a later msgctl, with a step that this one does not know."""
    execute(
        site,
        "INSERT INTO schema_migrations (version, name, appliedAt)"
        " SELECT max(version) + 1000, 'of-a-later-msgctl', max(appliedAt) FROM schema_migrations",
    )


def schema(site):
    """All that a refused start must leave as it is."""
    return rows(site, "SELECT * FROM schema_migrations"), rows(
        site, "SELECT name, sql FROM sqlite_master ORDER BY name"
    )
