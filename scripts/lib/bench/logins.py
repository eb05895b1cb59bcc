"""How long sending takes while many log in at once, and how long they take."""

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "Tests/e2e")]

from measured_server import Server, say  # noqa: E402
from steady import percentile  # noqa: E402


class Sender(threading.Thread):
    """Sends one message after the other, each when the one before is stored."""

    def __init__(self, server, token, conversation):
        super().__init__(daemon=True)
        self.server, self.token, self.conversation = server, token, conversation
        self.took = []
        self.failures = 0
        self.ends = threading.Event()

    def run(self):
        while not self.ends.is_set():
            began = time.monotonic()
            try:
                self.server.call(
                    "/api/messages/send", {"conversationId": self.conversation, "content": "beside log-ins"}, self.token
                )
                self.took.append((began, time.monotonic() - began))
            except OSError:
                self.failures += 1
            self.ends.wait(0.01)


def log_in(server, email, until):
    """(status, seconds) of each try of one who wants in again and again."""
    answers = []
    body = json.dumps({"email": email, "password": "password"}).encode()
    while time.monotonic() < until:
        request = urllib.request.Request(
            server.url + "/api/auth/login", body, {"content-type": "application/json"}, method="POST"
        )
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                status = answer.status
                answer.read()
        except urllib.error.HTTPError as error:
            status = error.code
            assert status != 503 or error.headers["Retry-After"], "a 503 without Retry-After"
            error.close()
        answers.append((status, time.monotonic() - began))
        if status != 200:
            time.sleep(1)
    return answers


def row(what, sent, logins):
    counts = Counter(status for status, _ in logins)
    took = [seconds for status, seconds in logins if status == 200]
    told = f"{percentile(took, 0.5):,.0f} | {percentile(took, 0.99):,.0f}" if took else "– | –"
    print(
        f"| {what} | {len(sent):,} | {percentile(sent, 0.5):.1f} | {percentile(sent, 0.99):.1f} | {max(sent) * 1000:.1f} "
        f"| {counts.get(200, 0):,} | {told} | {sum(counts.values()) - counts.get(200, 0):,} |",
        flush=True,
    )


def measure(server, options):
    pairs = server.pairs(options.senders)
    senders = [Sender(server, token, conversation) for token, _, conversation in pairs]
    account = {"username": "bench_login", "email": "bench_login@example.org", "password": "password"}
    server.call("/api/auth/register", account)
    for sender in senders:
        sender.start()
    began = time.monotonic()
    time.sleep(options.seconds)
    row("(none)", since(senders, began), [])
    for count in options.logins:
        say(f"{count} log in at a time")
        began = time.monotonic()
        with ThreadPoolExecutor(count) as pool:
            until = began + options.seconds
            tries = list(pool.map(lambda _: log_in(server, account["email"], until), range(count)))
        row(count, since(senders, began, until), [answer for answers in tries for answer in answers])
    for sender in senders:
        sender.ends.set()
    for sender in senders:
        sender.join()
    print(f"\n{sum(sender.failures for sender in senders)} of the messages were not stored.")


def since(senders, began, until=None):
    return [took for sender in senders for at, took in list(sender.took) if began <= at < (until or time.monotonic())]


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench logins")
    parser.add_argument("--binary", type=lambda path: Path(path).absolute(), required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--cost", type=int, default=10, help="bcrypt's cost")
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--logins", type=int, nargs="+", default=[200, 400], help="how many at a time")
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="msgctl-bench-"))
    try:
        with Server(options.binary, {}, directory, cost=options.cost) as server:
            print(f"{options.senders} senders; bcrypt cost {options.cost}; {os.cpu_count()} cores.\n")
            print("| log-ins at a time | messages | p50 ms | p99 ms | max ms | log-ins | p50 ms | p99 ms | 503 |")
            print("|---|---|---|---|---|---|---|---|---|")
            measure(server, options)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


main()
