"""What the measurements on the embedded engines share: a data directory, and msgctl's commands on it."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "scripts/lib"), str(ROOT / "Tests/e2e")]

from records import SQLiteRecords  # noqa: E402


class Embedded:
    """A data directory of its own, and commands on it; a context that removes it."""

    def __init__(self, binary):
        self.binary = binary
        self.directory = Path(tempfile.mkdtemp(prefix="msgctl-bench-"))
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MSGCTL_")}
        self.environment.update(JWT_SECRET=secrets.token_hex(32), LOG_LEVEL="warning")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def data(self):
        return self.directory / "data"

    @property
    def records(self):
        return SQLiteRecords(self.data / "msgctl.sqlite3")

    def run(self, *arguments, prefix=(), **settings):
        """`prefix` is a program that runs msgctl, such as perf."""
        done = subprocess.run(
            [*prefix, self.binary, *map(str, arguments), "--data-directory", self.data, "--output", "json"],
            env={**self.environment, **settings},
            cwd=self.directory,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise SystemExit(f"{arguments}: exit {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)
