"""Broadcasts, connections and messages over websockets: the library beside the least a server can do, and node's ws."""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from realtime_processes import FLOOR, OURS, WS, Load, Server, build, file_limit, has_ws, say
from realtime_report import Others, machine, table, update_docs
from realtime_msgctl import measure_messages

ROOM = 1_000
AUTH = '{"token":"a-token-of-some-length"}'
IN_ROOM = '{"token":"a-token-of-some-length","room":"everybody"}'
IN_PAIRS = '{"token":"a-token-of-some-length","room":"%c"}'


# Files that a process needs besides its connections.
OTHER_FILES = 200


class Scale:
    """How much is measured, with no more connections than a process may have."""

    def __init__(self, quick):
        self.repetitions = 1 if quick else 3
        self.broadcast_seconds = 2 if quick else 5
        self.idle = (2_000, 10_000) if quick else (10_000, 50_000)
        self.connects = 6_000 if quick else 30_000
        most = file_limit(self.idle[-1] + OTHER_FILES) - OTHER_FILES
        if most < self.idle[-1]:
            say(f"only {most:,} connections are opened: ulimit -n may not be raised here beyond that")
            self.idle = tuple(min(count, most) for count in self.idle)
            self.connects = min(self.connects, most)
        self.pair_seconds = 3 if quick else 10
        self.message_seconds = 3 if quick else 10


def broadcasts(kinds, places, scale):
    """{kind: {window: …}}, the medians of the repetitions; the servers take turns, so that each meets the same machine."""
    samples = {kind: {1: [], 16: []} for kind in kinds}
    for _ in range(scale.repetitions):
        for kind in kinds:
            say(f"broadcasts to {ROOM:,} sockets: {kind}")
            with Server(kind, places) as server, Load(server, places, ROOM, auth=IN_ROOM) as load:
                load.command(f"open {ROOM} 64")
                load.command("broadcast 100 1 1")
                for window in (1, 16):
                    before = server.processor_seconds()
                    done = load.command(f"broadcast 1000000 {scale.broadcast_seconds} {window}")
                    done["us"] = (server.processor_seconds() - before) / done["delivered"] * 1e6
                    done["rate"] = done["delivered"] / done["seconds"]
                    samples[kind][window].append(done)
    return {
        kind: {
            window: {name: statistics.median(run[name] for run in runs) for name in ("us", "rate", "p50", "p99")}
            for window, runs in windows.items()
        }
        for kind, windows in samples.items()
    }


def idle(kinds, places, scale):
    """{kind: {connections: bytes of resident memory for each}}"""
    result = {}
    for kind in kinds:
        say(f"idle connections: {kind}")
        with Server(kind, places) as server, Load(server, places, scale.idle[-1], auth=AUTH) as load:
            empty = server.resident_bytes()
            result[kind] = {}
            for count in scale.idle:
                load.command(f"open {count} 64")
                result[kind][count] = (server.resident_bytes() - empty) / count
    return result


def connects(places, scale):
    rates = []
    for _ in range(scale.repetitions):
        say("connects through CONNECT with a middleware")
        with Server(OURS, places) as server, Load(server, places, scale.connects, auth=AUTH) as load:
            load.command("open 500 64")
            before = server.processor_seconds()
            done = load.command(f"open {scale.connects} 64")
            processor = server.processor_seconds() - before
            rates.append({"rate": done["opened"] / done["seconds"], "us": processor / done["opened"] * 1e6})
    return {name: statistics.median(run[name] for run in rates) for name in ("rate", "us")}


def pairs(places, scale):
    runs = []
    for _ in range(scale.repetitions):
        say("events between 100 pairs")
        with Server(OURS, places) as server, Load(server, places, 200, auth=IN_PAIRS) as load:
            load.command("open 200 64")
            load.command("pairs 1000 1")
            runs.append(load.command(f"pairs 1000 {scale.pair_seconds}"))
    return {name: statistics.median(run[name] for run in runs) for name in ("p50", "p99", "max")}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench realtime")
    parser.add_argument("--server", type=lambda path: Path(path).absolute(), required=True)
    parser.add_argument("--msgctl", type=lambda path: Path(path).absolute())
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=lambda text: set(text.split(",")))
    parser.add_argument("--output", type=Path)
    parser.add_argument("--update-docs", action="store_true")
    options = parser.parse_args()
    scale = Scale(options.quick)
    wanted = options.only or {"broadcast", "idle", "connect", "pairs", "messages"}
    others_part = Others()
    places = Path(tempfile.mkdtemp(prefix="msgctl-bench-"))
    try:
        build(places, options.server)
        others = [WS] if has_ws() else []
        results = {"machine": machine()}
        if "broadcast" in wanted:
            results["broadcast"] = broadcasts([FLOOR, *others, OURS], places, scale)
        if "idle" in wanted:
            results["idle"] = idle([*others, OURS], places, scale)
        if "connect" in wanted:
            results["connect"] = connects(places, scale)
        if "pairs" in wanted:
            results["pairs"] = pairs(places, scale)
        if "messages" in wanted and options.msgctl:
            results["messages"] = measure_messages(options.msgctl, places, scale.message_seconds)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} failed")
    finally:
        shutil.rmtree(places, ignore_errors=True)
    results["machine"]["others"] = others_part.part()
    text = table(results)
    print(f"{text}\n\nOther processes used {results['machine']['others']:.0%} of the machine meanwhile.")
    if options.output:
        options.output.write_text(json.dumps(results, indent=2) + "\n")
    if options.update_docs:
        update_docs(text, results["machine"])


main()
