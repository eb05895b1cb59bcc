"""How many automatic messages one worker delivers per second on RabbitMQ, MongoDB and Redis."""

import argparse
import resource
import time
from pathlib import Path

from distributed import Distributed, say
from pipeline import window
from records import MongoRecords

USERS = 20_000
CONCURRENCIES = (8, 32, 128)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench delivery")
    parser.add_argument("--binary", type=lambda path: Path(path).absolute(), required=True)
    options = parser.parse_args()
    print("| deliveries at a time | messages | delivered/s | worker CPU µs/message |")
    print("|---|---|---|---|")
    for concurrency in CONCURRENCIES:
        with Distributed(options.binary) as system:
            say(f"planning for {USERS} users")
            system.run("migrate")
            MongoRecords(system.database).add_users(USERS)
            system.run("migrate")
            settings = window(10)
            system.run("plan-pairings", **settings)
            time.sleep(10.5)
            queued = system.run("enqueue-due", **settings)["queued"]
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            worker = ["dispatch-worker", "--drain", "--concurrency", concurrency]
            delivered = system.run(*worker, MSGCTL_WORKER_PREFETCH="1000", **settings)["delivered"]
            seconds = time.monotonic() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            assert delivered == queued, (delivered, queued)
            print(
                f"| {concurrency} | {delivered:,} | {delivered / seconds:,.0f} | {processor / delivered * 1e6:.0f} |",
                flush=True,
            )


main()
