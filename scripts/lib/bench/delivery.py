"""How many automatic messages one worker delivers per second: on RabbitMQ, MongoDB and Redis by how many at a time, on the
embedded engines by how many are queued."""

import argparse
import resource
import subprocess
import time
from pathlib import Path

from distributed import Distributed, say
from embedded import Embedded
from pipeline import window
from records import MongoRecords

USERS = 20_000
CONCURRENCIES = (8, 32, 128)
EMBEDDED_CONCURRENCIES = (8, 64)
QUEUED = (1_000, 10_000, 100_000)


def queue_everything(system, add_users, users):
    """Plans for so many users and queues it all; answers how many messages that are."""
    say(f"planning for {users:,} users")
    system.run("migrate")
    add_users(users)
    system.run("migrate")
    settings = window(10)
    began = time.monotonic()
    system.run("plan-pairings", **settings)
    time.sleep(max(0.0, began + 10.5 - time.monotonic()))
    say("queueing")
    return system.run("enqueue-due", **settings)["queued"]


def drain(system, queued, *options, **arguments):
    """The worker's seconds, and its processor's."""
    say(f"delivering {queued:,} messages")
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    delivered = system.run("dispatch-worker", "--drain", *options, **arguments)["delivered"]
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert delivered == queued, (delivered, queued)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def distributed(binary):
    print("| deliveries at a time | messages | delivered/s | worker CPU µs/message |")
    print("|---|---|---|---|")
    for concurrency in CONCURRENCIES:
        with Distributed(binary) as system:
            queued = queue_everything(system, MongoRecords(system.database).add_users, USERS)
            seconds, processor = drain(system, queued, "--concurrency", concurrency, MSGCTL_WORKER_PREFETCH="1000")
            print(f"| {concurrency} | {queued:,} | {queued / seconds:,.0f} | {processor / queued * 1e6:.0f} |", flush=True)


def embedded(binary, counts, profile):
    print("| messages queued | deliveries at a time | delivered/s | worker CPU µs/message | beside the shortest queue |")
    print("|---|---|---|---|---|")
    first = {}
    for count in counts:
        for concurrency in EMBEDDED_CONCURRENCIES[:1] if profile else EMBEDDED_CONCURRENCIES:
            with Embedded(binary) as system:
                queued = queue_everything(system, lambda users: system.records.add_users(users), 2 * count)
                prefix = ["perf", "record", "--quiet", "-F", "499", "-g", "-o", profile] if profile else ()
                seconds, processor = drain(system, queued, "--concurrency", concurrency, prefix=prefix)
            cost = processor / queued
            growth = cost / first.setdefault(concurrency, cost)
            rate = f"{queued / seconds:,.0f} | {cost * 1e6:.0f} | {growth:.2f} ×"
            print(f"| {queued:,} | {concurrency} | {rate} |", flush=True)
    if profile:
        report = ["perf", "report", "--stdio", "--no-children", "-g", "none", "--percent-limit", "0.7", "-i", profile]
        print(subprocess.run(report, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench delivery")
    parser.add_argument("--binary", type=lambda path: Path(path).absolute(), required=True)
    parser.add_argument("--engines", choices=["distributed", "embedded"], default="distributed")
    parser.add_argument("--queued", type=int, action="append", help="embedded: a length of the queue, in place of all")
    parser.add_argument("--profile", type=lambda path: Path(path).absolute(), help="embedded: perf's data, and a report")
    options = parser.parse_args()
    if options.engines == "distributed":
        distributed(options.binary)
    else:
        embedded(options.binary, options.queued or QUEUED, options.profile)


main()
