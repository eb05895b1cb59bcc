"""What the measurements on the distributed engines share: the engines, and msgctl's commands on them."""

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

from engines import ENGINES  # noqa: E402

DATABASE = "messaging_system"


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


class Distributed:
    """All four engines in a directory of their own, and commands on them; a context that ends them."""

    def __init__(self, binary):
        self.binary = binary
        self.directory = Path(tempfile.mkdtemp(prefix="msgctl-bench-"))
        self.engines = {}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MSGCTL_")}

    def __enter__(self):
        say("starting the engines")
        for name in ("mongodb", "redis", "rabbitmq", "elasticsearch"):
            self.engines[name] = ENGINES[name](self.directory / name).start()
        for engine in self.engines.values():
            engine.wait_ready()
        self.environment.update(
            MONGODB_URI=self.engines["mongodb"].url,
            REDIS_URL=self.engines["redis"].url,
            RABBITMQ_URL=self.engines["rabbitmq"].url,
            ELASTICSEARCH_URL=self.engines["elasticsearch"].url,
            JWT_SECRET=secrets.token_hex(32),
            LOG_LEVEL="warning",
        )
        return self

    def __exit__(self, *_):
        for engine in self.engines.values():
            engine.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def database(self):
        import pymongo

        return pymongo.MongoClient(self.engines["mongodb"].url)[DATABASE]

    def run(self, *arguments, **settings):
        done = subprocess.run(
            [self.binary, *map(str, arguments), "--output", "json"],
            env={**self.environment, **settings},
            cwd=self.directory,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise SystemExit(f"{arguments}: exit {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)
