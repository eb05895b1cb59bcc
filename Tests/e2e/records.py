"""What is really stored, read beside the product: from the SQLite file, or from MongoDB."""

import sqlite3
from contextlib import closing


def as_id(value):
    """An id as 24 hex digits, whether it is stored as bytes, as text or as an ObjectId."""
    if value is None:
        return None
    return value.hex() if isinstance(value, (bytes, bytearray)) else str(value).lower()


class SQLiteRecords:
    def __init__(self, path):
        self.path = path

    def connect(self):
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def rows(self, query, *parameters):
        with closing(self.connect()) as connection:
            return [dict(row) for row in connection.execute(query, parameters)]

    def execute(self, statement, *parameters):
        with closing(self.connect()) as connection:
            return connection.execute(statement, parameters).rowcount

    def automessages(self):
        return self.rows("SELECT * FROM automessages")

    def messages(self):
        return self.rows("SELECT * FROM messages")

    def count(self, kind):
        return self.rows(f"SELECT count(*) AS n FROM {kind}")[0]["n"]

    def complete_plans(self):
        return self.rows("SELECT count(*) AS n FROM plans WHERE completedAt IS NOT NULL")[0]["n"]

    def password(self, username=None):
        where, parameters = ("WHERE username = ?", [username]) if username else ("", [])
        return self.rows(f"SELECT password FROM users {where}", *parameters)[0]["password"]

    def set_password(self, username, hashed):
        return self.execute("UPDATE users SET password = ? WHERE username = ?", hashed, username)

    def add_users(self, count):
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.executemany(
                "INSERT INTO users (id, username, email, password, role, isActive, autoMessages, createdAt, updatedAt)"
                " VALUES (?, ?, ?, '', 'user', 1, 1, 0, 0)",
                ((f"{i:024x}", f"user{i}", f"user{i}@example.org") for i in range(count)),
            )

    def note_run(self, phase, occurrence, outcome):
        """As a process notes that a scheduled phase was run when it was due."""
        milliseconds = int(occurrence.timestamp() * 1000)
        self.execute(
            "INSERT INTO phase_runs (phase, occurrence, outcome, fencingToken, startedAt, finishedAt, node)"
            " VALUES (?, ?, ?, 1, ?, ?, 'elsewhere')",
            *(phase, milliseconds, outcome, milliseconds, milliseconds),
        )

    def integrity(self):
        return self.rows("PRAGMA integrity_check")[0]["integrity_check"]

    def participants(self):
        return [(row["conversation"], row["user"]) for row in self.rows("SELECT * FROM conversation_members")]

    def delivered(self):
        return self.rows("SELECT count(*) AS n FROM messages WHERE messageType = 'auto'")[0]["n"]

    def damage_chunks(self):
        """Makes unreadable what plans keep of their users; how many parts that were."""
        return self.execute("UPDATE plan_chunks SET users = x'00'")

    def unsent(self):
        return self.rows("SELECT count(*) AS n FROM automessages WHERE NOT isSent")[0]["n"]


class MongoRecords:
    def __init__(self, database):
        self.database = database

    def _all(self, name):
        found = []
        for document in self.database[name].find():
            document["id"] = document.pop("_id")
            found.append(document)
        return found

    def automessages(self):
        return self._all("automessages")

    def messages(self):
        return self._all("messages")

    def count(self, kind):
        return self.database[kind].count_documents({})

    def complete_plans(self):
        return self.database["plans"].count_documents({"completedAt": {"$ne": None}})

    def password(self, username=None):
        return self.database["users"].find_one({"username": username} if username else {})["password"]

    def set_password(self, username, hashed):
        return self.database["users"].update_one({"username": username}, {"$set": {"password": hashed}}).matched_count

    def add_users(self, count):
        """As the original writes them: nothing beside its own fields."""
        from datetime import datetime

        from bson import ObjectId

        now = datetime(2020, 1, 1)
        fields = {"password": "", "role": "user", "isActive": True, "isOnline": False, "createdAt": now, "updatedAt": now}
        for start in range(0, count, 10_000):
            self.database["users"].insert_many(
                {"_id": ObjectId(f"{i:024x}"), "username": f"user{i}", "email": f"user{i}@example.org", "__v": 0, **fields}
                for i in range(start, min(count, start + 10_000))
            )

    def note_run(self, phase, occurrence, outcome):
        """As a process notes that a scheduled phase was run when it was due."""
        from bson import Int64

        times = {name: occurrence for name in ("occurrence", "startedAt", "finishedAt")}
        self.database["phaseruns"].insert_one(
            {"_id": phase, "outcome": outcome, "fencingToken": Int64(1), "node": "elsewhere", "note": None, **times}
        )

    def integrity(self):
        """MongoDB's own check of every collection."""
        for name in self.database.list_collection_names():
            if not self.database.command("validate", name)["valid"]:
                return f"{name} is not valid"
        return "ok"

    def participants(self):
        return [(found["_id"], user) for found in self.database["conversations"].find() for user in found["participants"]]

    def delivered(self):
        return self.database["messages"].count_documents({"messageType": "auto"})

    def damage_chunks(self):
        """Makes unreadable what plans keep of their users; how many parts that were."""
        return self.database["planchunks"].update_many({}, {"$set": {"users": b"\0"}}).modified_count

    def unsent(self):
        return self.database["automessages"].count_documents({"isSent": {"$ne": True}})


def automessages(site):
    """{id: row}, with ids as hex."""
    found = {}
    for row in site.records.automessages():
        for name in ("id", "senderId", "receiverId", "conversationId"):
            row[name] = as_id(row[name])
        found[row["id"]] = row
    return found


def messages(site, kind=None):
    """[row], with ids as hex; `kind` is user or auto."""
    found = site.records.messages()
    for row in found:
        for name in ("id", "sender", "conversation"):
            row[name] = as_id(row[name])
    return [row for row in found if kind is None or row["messageType"] == kind]


def participants(site):
    """{conversation: people}, with ids as hex."""
    found = {}
    for conversation, user in site.records.participants():
        found.setdefault(as_id(conversation), set()).add(as_id(user))
    return found


def make_newer(site):
    """Marks the embedded database as written by a later msgctl, with a step that this one does not know."""
    site.records.execute(
        "INSERT INTO schema_migrations (version, name, appliedAt)"
        " SELECT max(version) + 1000, 'of-a-later-msgctl', max(appliedAt) FROM schema_migrations",
    )


def schema(site):
    """All of the embedded database that a refused start must leave as it is."""
    return site.records.rows("SELECT * FROM schema_migrations"), site.records.rows(
        "SELECT name, sql FROM sqlite_master ORDER BY name"
    )
