"""Messages whose time is long over when they are queued, and what was tried with those that were given up."""

import json

import pytest

from pipeline import assert_delivered_once, enqueue_all, register_many, window
from records import MongoRecords, automessages


def make_late(site, milliseconds):
    """As if nothing had run for so long since everything was due."""
    records = site.records
    if isinstance(records, MongoRecords):
        earlier = {"$set": {"sendDate": {"$subtract": ["$sendDate", milliseconds]}}}
        records.database["automessages"].update_many({}, [earlier])
    else:
        records.execute("UPDATE automessages SET sendDate = sendDate - ?", milliseconds)


def test_late_messages_are_skipped_and_sent_when_replayed(site):
    server = site.serve("--only", "api")
    register_many(server, 10)
    site.settings.update(window(3600))
    planned = site.json("plan-pairings")["messages"]
    make_late(site, 3 * 3_600_000)
    site.settings.update(MSGCTL_SCHEDULE_LATE="skip", MSGCTL_SCHEDULE_LATE_AFTER="1h")
    nothing = {"queued": 0, "requeued": 0, "skipped": 0}
    assert site.json("enqueue-due", "--dry-run") == {**nothing, "skipped": planned, "dryRun": True}
    assert site.run("enqueue-due", "--dry-run").stdout.endswith(f"skipped as too late: {planned}\n")
    assert site.json("enqueue-due") == {**nothing, "skipped": planned, "dryRun": False}
    assert site.json("enqueue-due") == {**nothing, "dryRun": False}
    letters = site.json("dispatch-worker", "dead-letters", "list")["deadLetters"]
    assert {letter["id"] for letter in letters} == set(automessages(site))
    assert all(letter["reason"].startswith(f"It was due at {letter['sendDate']} and is late") for letter in letters)
    assert site.json("dispatch-worker", "--drain")["delivered"] == 0
    assert site.json("dispatch-worker", "dead-letters", "replay", "--all") == {"replayed": planned}
    assert site.json("dispatch-worker", "--drain")["delivered"] == planned
    assert_delivered_once(site)


def test_late_messages_are_sent_by_default(site):
    server = site.serve("--only", "api")
    register_many(server, 4)
    site.settings.update(window(3600))
    planned = site.json("plan-pairings")["messages"]
    make_late(site, 3 * 86_400_000)
    assert site.json("enqueue-due")["queued"] == planned
    assert site.json("dispatch-worker", "--drain")["delivered"] == planned


@pytest.mark.embedded
def test_what_was_tried_is_shown_with_a_dead_letter(site):
    server = site.serve("--only", "api")
    users = register_many(server, 2)
    site.settings.update(window(2))
    enqueue_all(site, site.json("plan-pairings")["messages"])
    attempts = [
        {"at": "2026-01-31T12:00:00.000Z", "error": "The store\u001b[2J is away.", "node": "0123456789abcdef"},
        {"at": "2026-01-31T12:00:05.000Z", "error": "It still is.", "node": "0123456789abcdef"},
    ]
    site.records.execute("UPDATE queue_jobs SET body = json_insert(body, '$.attempts', json(?))", json.dumps(attempts))
    site.run("user", "deactivate", users[0].username)
    assert site.json("dispatch-worker", "--drain")["deadLettered"] == 1
    (message,) = automessages(site)
    assert site.json("dispatch-worker", "dead-letters", "show", message)["attempts"] == attempts
    assert site.json("dispatch-worker", "dead-letters")["deadLetters"][0]["attempts"] == attempts
    text = site.run("dispatch-worker", "dead-letters", "show", message).stdout
    assert "2026-01-31T12:00:05.000Z on 0123456789abcdef: It still is." in text and "\u001b" not in text
