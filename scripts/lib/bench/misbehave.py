"""Latency of 100 well-behaved clients alone, and beside 24 that misbehave in each of the known ways."""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "Tests/e2e")]

from measured_server import Server, say  # noqa: E402
from misbehaving import PATIENCE, WAYS  # noqa: E402
from rawsocket import connections_of  # noqa: E402
from steady import percentile, steady_clients  # noqa: E402

# Short, so that what the server ends by a limit of time ends within the measurement.
SETTINGS = {
    "MSGCTL_REALTIME_PING_INTERVAL": "2s",
    "MSGCTL_REALTIME_PING_TIMEOUT": "4s",
    "MSGCTL_REALTIME_CONNECT_TIMEOUT": "5s",
}


async def run_all(server, good, bad, options):
    clients = await steady_clients(server.url, good, options.good)
    done = asyncio.Event()
    running = [asyncio.ensure_future(client.run(done)) for client in clients]
    await asyncio.sleep(2)
    row("(none)", *await measured(clients, asyncio.sleep(options.seconds, {})), 0, connections_of(server.url) - options.good)
    for way in WAYS:
        if options.way and options.way not in way:
            continue
        memory, sockets = server.memory(), connections_of(server.url)
        say(way)
        p50, p99, count, endings = await measured(clients, others(server.url, bad, way, options))
        left = await settled(server, sockets)
        row(way, p50, p99, count, endings, server.memory() - memory, left)
    done.set()
    await asyncio.gather(*running)
    failures = [client.failure for client in clients if client.failure]
    print(f"\n{len(failures)} of the good clients missed an answer or its order.", *failures[:3])


async def measured(clients, doing):
    """p50, p99 and number of the good clients' questions answered while something is done, and its result."""
    began = time.monotonic()
    result = await doing
    latencies = [took for client in clients for when, took in client.latencies if when >= began]
    return percentile(latencies, 0.5), percentile(latencies, 0.99), len(latencies), result


async def others(url, token, way, options):
    """The bad ones, in a process of their own, until the last has ended."""
    program = [sys.executable, ROOT / "Tests/e2e/misbehaving.py", url, token, way, str(options.bad), str(options.seconds)]
    process = await asyncio.create_subprocess_exec(*map(str, program), stdout=subprocess.PIPE)
    output, _ = await asyncio.wait_for(process.communicate(), options.seconds + PATIENCE + 30)
    return json.loads(output)


async def settled(server, sockets, within=20):
    """How many more sockets than before there are, once it stops falling."""
    deadline = time.monotonic() + within
    while connections_of(server.url) > sockets and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    return connections_of(server.url) - sockets


def row(way, p50, p99, count, endings, memory, left):
    told = ", ".join(f"{number} {how}" for how, number in sorted(endings.items()))
    print(
        f"| {way} | {told or '–'} | {count:,} | {p50:.1f} | {p99:.1f} | {memory / 1024 / 1024:+.1f} | {left} |", flush=True
    )


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench misbehave")
    parser.add_argument("--binary", type=lambda path: Path(path).absolute(), required=True)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--good", type=int, default=100)
    parser.add_argument("--bad", type=int, default=24)
    parser.add_argument("--way", help="only the ways with this in their name")
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="msgctl-bench-"))
    server = None
    try:
        server = Server(options.binary, SETTINGS, directory)
        good, bad = server.person()[1], server.person()[1]
        print(f"{options.good} good clients, {options.bad} bad ones for {options.seconds:g} s; {os.cpu_count()} cores.\n")
        print("| the bad ones | how they ended | answers | p50 ms | p99 ms | RSS MiB | sockets left |")
        print("|---|---|---|---|---|---|---|")
        asyncio.run(run_all(server, good, bad, options))
    finally:
        if server:
            server.close()
        shutil.rmtree(directory, ignore_errors=True)


main()
