"""How long planning takes on the embedded engines, and how much memory: several sizes, several days in a row."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "Tests/e2e")]

from measured_server import say  # noqa: E402
from records import SQLiteRecords  # noqa: E402

# What a million users may take.
SECONDS = 60
MEBIBYTES = 512


class Planner:
    """msgctl on a data directory of its own."""

    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MSGCTL_")}

    def run(self, *arguments):
        """What a command prints, the seconds it took, and the most memory it had, in MiB."""
        command = [self.binary, *arguments, "--data-directory", self.directory / "data", "--output", "json"]
        began = time.monotonic()
        with open(self.directory / "output", "w+") as output:
            process = subprocess.Popen(command, env=self.environment, cwd=self.directory, stdout=output)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0, f"{arguments} ended with {process.returncode}"
            output.seek(0)
            return json.load(output), seconds, usage.ru_maxrss / 1024


def measured(binary, users, days):
    """Seconds and MiB of each day's planning."""
    directory = Path(tempfile.mkdtemp(prefix="msgctl-bench-"))
    try:
        planner = Planner(binary, directory)
        planner.run("migrate")
        say(f"storing {users:,} users")
        SQLiteRecords(directory / "data" / "msgctl.sqlite3").add_users(users)
        # In the future, so that no window has begun.
        first = date.today() + timedelta(days=2)
        for day in range(days):
            say(f"planning day {day + 1} for {users:,} users")
            planned = str(first + timedelta(days=day))
            plan, seconds, memory = planner.run("plan-pairings", "--date", planned, "--seed", str(day))
            assert plan["status"] == "planned", plan
            assert (plan["users"], plan["messages"], plan["leftOut"]) == (users, users // 2, 0), plan
            yield day + 1, plan, seconds, memory
    finally:
        shutil.rmtree(directory)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench planning")
    parser.add_argument("--binary", type=lambda path: Path(path).absolute(), required=True)
    parser.add_argument("--users", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--days", type=int, default=3)
    options = parser.parse_args()
    print("| users | day | seconds | µs a user | MiB | repeated |")
    print("|---|---|---|---|---|---|")
    exceeded = []
    for users in options.users:
        for day, plan, seconds, memory in measured(options.binary, users, options.days):
            row = f"| {users:,} | {day} | {seconds:.1f} | {seconds / users * 1e6:.0f} | {memory:.0f} | {plan['repeated']} |"
            print(row, flush=True)
            if users <= 1_000_000 and (seconds > SECONDS or memory > MEBIBYTES):
                exceeded.append(row)
    if exceeded:
        sys.exit(f"More than {SECONDS} s or {MEBIBYTES} MiB:\n" + "\n".join(exceeded))


main()
