"""How long `reindex` takes for many messages, beside the plain bulk rate of the same engine with the same documents."""

import argparse
import json
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

from distributed import Distributed, say

BATCH = 1_000
WORDS = (
    "tea coffee morning evening weather train station garden music book film weekend holiday mountain river city friend "
    "dinner recipe lemon bread window letter story answer question plan ticket market colour summer winter"
).split()


def fill(database, count):
    """Messages as msgctl stores them, of 100 conversations."""
    from bson import ObjectId, Timestamp

    conversations = [ObjectId() for _ in range(100)]
    people = [ObjectId() for _ in range(200)]
    start = datetime(2026, 1, 1)
    for first in range(0, count, 10_000):
        documents = []
        for number in range(first, min(count, first + 10_000)):
            at = start + timedelta(seconds=number)
            pair = number % 100
            content = " ".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 5, 7, 11, 13, 17, 19))
            documents.append(
                {
                    "_id": ObjectId(f"{number + 1:024x}"),
                    "content": f"{content} {number}",
                    "sender": people[2 * pair],
                    "conversation": conversations[pair],
                    "readBy": [],
                    "unreadBy": [people[2 * pair + 1]],
                    "messageType": "user",
                    "isDeleted": False,
                    "createdAt": at,
                    "updatedAt": at,
                    "changedAt": Timestamp(0, 0),
                }
            )
        database["messages"].insert_many(documents, ordered=False)


def plain_bulk(url, database, mapping):
    """Reads the documents in the same order and sends them in the same batches, and nothing else."""
    index = f"{url}/plain"
    call(index, "PUT", json.dumps(mapping))
    began = time.monotonic()
    count, lines = 0, []
    for document in database["messages"].find().sort("_id", 1):
        lines.append(json.dumps({"index": {"_id": str(document["_id"])}}))
        lines.append(
            json.dumps(
                {
                    "id": str(document["_id"]),
                    "content": document["content"],
                    "conversation": str(document["conversation"]),
                    "sender": str(document["sender"]),
                    "messageType": document["messageType"],
                    "createdAt": int(document["createdAt"].timestamp() * 1000),
                    "updatedAt": int(document["updatedAt"].timestamp() * 1000),
                }
            )
        )
        count += 1
        if count % BATCH == 0:
            call(f"{index}/_bulk", "POST", "\n".join(lines) + "\n", "application/x-ndjson")
            lines = []
    return count / (time.monotonic() - began)


def call(url, method, body, kind="application/json"):
    request = urllib.request.Request(url, body.encode(), {"content-type": kind}, method=method)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench reindex")
    parser.add_argument("--binary", type=lambda path: Path(path).absolute(), required=True)
    parser.add_argument("--messages", type=int, default=1_000_000)
    options = parser.parse_args()
    with Distributed(options.binary) as system:
        system.run("migrate")
        say(f"storing {options.messages:,} messages")
        fill(system.database, options.messages)
        say("reindexing")
        began = time.monotonic()
        indexed = system.run("reindex")["indexed"]
        seconds = time.monotonic() - began
        assert indexed == options.messages, indexed
        url = system.engines["elasticsearch"].url
        with urllib.request.urlopen(f"{url}/msgctl-messages") as answer:
            live = next(iter(json.load(answer).values()))
        settings = live["settings"]["index"]
        mapping = {"mappings": live["mappings"]}
        if "analysis" in settings:
            mapping["settings"] = {"analysis": settings["analysis"]}
        say("plain bulk, with the same mapping, documents and batches")
        plain = plain_bulk(url, system.database, mapping)
        print("| what | messages/s | seconds for all |")
        print("|---|---|---|")
        print(f"| msgctl reindex | {indexed / seconds:,.0f} | {seconds:,.0f} |")
        print(f"| a script: find, then _bulk | {plain:,.0f} | {options.messages / plain:,.0f} |")
        print(f"\nreindex / script: {indexed / seconds / plain:.2f}")


main()
