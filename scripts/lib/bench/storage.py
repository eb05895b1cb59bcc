"""Messages stored and broadcast per second, beside a script that does what the original does for each message."""

import argparse
import json
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts/lib"))

from engines import ENGINES  # noqa: E402
from measured_server import AS_FAST_AS_IT_CAN, Server, say  # noqa: E402

PAIRS = 256
IN_FLIGHT = (1, 32, 256)
CONTENT = "the quick brown fox jumps over the lazy dog, and the dog does not mind it at all, for it is a warm day"


def generator(directory):
    binary = directory / "senders"
    source = Path(__file__).with_name("senders.c")
    subprocess.run(["cc", "-O2", "-o", binary, source], check=True)
    return binary


def measure(server, senders, pairs, in_flight, seconds):
    """Everybody is connected; so many of them send, each after the acknowledgement of the one before."""
    host, port = server.url.removeprefix("http://").split(":")
    # The senders first, each with another partner.
    lines = [f"{one} {conversation}" for one, _, conversation in pairs]
    lines += [f"{other} {conversation}" for _, other, conversation in pairs]
    before = server.processor_seconds()
    done = subprocess.run(
        [senders, host, port, str(in_flight), str(seconds)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    result["processor"] = server.processor_seconds() - before
    assert result["refused"] == 0, result
    return result


def as_the_original(url, in_flight, seconds):
    """Find the conversation, insert the message, update the conversation: one after the other, in so many threads."""
    import pymongo
    from bson import ObjectId

    client = pymongo.MongoClient(url, maxPoolSize=in_flight)
    database = client[f"bench_original_{secrets.token_hex(3)}"]
    database.messages.create_index([("conversation", 1), ("createdAt", -1)])
    database.conversations.create_index([("participants", 1)])
    people = [ObjectId() for _ in range(2 * in_flight)]
    conversations = [
        database.conversations.insert_one({"participants": people[2 * n : 2 * n + 2], "isDirect": True}).inserted_id
        for n in range(in_flight)
    ]
    latencies, lock = [], threading.Lock()
    begin = time.monotonic() + 1
    end = begin + seconds

    def run(number):
        sender, mine = people[2 * number], []
        while (started := time.monotonic()) < end:
            found = database.conversations.find_one({"_id": conversations[number], "participants": sender})
            now = datetime.now(timezone.utc)
            message = {
                "content": CONTENT,
                "sender": sender,
                "conversation": found["_id"],
                "readBy": [],
                "messageType": "user",
                "isDeleted": False,
                "createdAt": now,
                "updatedAt": now,
            }
            stored = database.messages.insert_one(message).inserted_id
            database.conversations.update_one(
                {"_id": found["_id"]}, {"$set": {"lastMessage": stored, "lastMessageAt": now, "updatedAt": now}}
            )
            if started >= begin:
                mine.append(time.monotonic() - started)
        with lock:
            latencies.extend(mine)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(in_flight)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.drop_database(database.name)
    client.close()
    cuts = statistics.quantiles(latencies, n=100)
    return {"acknowledged": len(latencies), "seconds": seconds, "p50": cuts[49] * 1e6, "p99": cuts[98] * 1e6}


def row(who, in_flight, result, reference=None):
    rate = result["acknowledged"] / result["seconds"]
    times = f"{rate / reference:.1f} ×" if reference else ""
    broadcast = f"{result['delivered'] / result['seconds']:,.0f}" if "delivered" in result else "–"
    processor = f"{result['processor'] / result['acknowledged'] * 1e6:.0f}" if "processor" in result else "–"
    print(
        f"| {who} | {in_flight} | {rate:,.0f} | {broadcast} | {result['p50'] / 1000:.2f} | {result['p99'] / 1000:.2f} "
        f"| {processor} | {times} |",
        flush=True,
    )
    return rate


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench storage")
    parser.add_argument("--binary", type=lambda path: Path(path).absolute(), required=True)
    parser.add_argument("--engines", choices=["distributed", "embedded"], default="distributed")
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="msgctl-bench-"))
    engines, settings, server = [], {}, None
    try:
        if options.engines == "distributed":
            say("starting the engines")
            for name in ("mongodb", "redis", "rabbitmq", "elasticsearch"):
                engines.append(ENGINES[name](directory / name).start())
            for engine in engines:
                engine.wait_ready()
            mongodb, redis, rabbitmq, elasticsearch = (engine.url for engine in engines)
            settings = {
                "MONGODB_URI": mongodb,
                "REDIS_URL": redis,
                "RABBITMQ_URL": rabbitmq,
                "ELASTICSEARCH_URL": elasticsearch,
            }
        senders = generator(directory)
        server = Server(options.binary, settings | AS_FAST_AS_IT_CAN, directory)
        say(f"making {2 * PAIRS} users")
        pairs = server.pairs(PAIRS)
        print("| who | in flight | stored/s | broadcast/s | p50 ms | p99 ms | server CPU µs/message | beside the original |")
        print("|---|---|---|---|---|---|---|---|")
        for in_flight in IN_FLIGHT:
            reference = None
            if options.engines == "distributed":
                reference = row("as the original", in_flight, as_the_original(mongodb, in_flight, options.seconds))
            row("msgctl", in_flight, measure(server, senders, pairs, in_flight, options.seconds), reference)
    finally:
        if server:
            server.close()
        for engine in engines:
            engine.stop()
        shutil.rmtree(directory, ignore_errors=True)


main()
