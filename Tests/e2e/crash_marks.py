"""Counts how often each automatic message went from not sent to sent, by the database's own means."""

from collections import Counter

import engine_sets
from records import as_id


class TriggerMarks:
    """A trigger of SQLite's, which writes each change into a table of its own."""

    def __init__(self, records):
        self.records = records
        records.execute("CREATE TABLE marks_of_the_test (message TEXT NOT NULL)")
        records.execute(
            "CREATE TRIGGER marks_of_the_test AFTER UPDATE OF isSent ON automessages"
            " WHEN OLD.isSent = 0 AND NEW.isSent = 1"
            " BEGIN INSERT INTO marks_of_the_test VALUES (NEW.id); END"
        )

    def counts(self):
        return Counter(as_id(row["message"]) for row in self.records.rows("SELECT message FROM marks_of_the_test"))


class StreamMarks:
    """MongoDB's change stream, which tells the fields that an update really changed."""

    END = "marks_of_the_test"
    CHANGES = [
        {
            "$match": {
                "$or": [
                    {"ns.coll": "automessages", "updateDescription.updatedFields.isSent": True},
                    {"ns.coll": END},
                ]
            }
        },
        {"$project": {"ns": 1, "documentKey": 1}},
    ]

    def __init__(self, database):
        self.database = database
        self.begin = database.command("ping")["operationTime"]

    def counts(self):
        self.database[self.END].insert_one({})
        found = Counter()
        with self.database.watch(self.CHANGES, start_at_operation_time=self.begin) as stream:
            for change in stream:
                if change["ns"]["coll"] == self.END:
                    return found
                found[as_id(change["documentKey"]["_id"])] += 1


def marks_of(site):
    """From now on; to be made before anything is sent."""
    if site.engines.kind == engine_sets.EMBEDDED:
        return TriggerMarks(site.records)
    return StreamMarks(site.engines.database)
