"""The command behind scripts/services: starts the engines, remembers them, tells where they are and ends them."""

import argparse
import json
import shlex
import sys
import time
from pathlib import Path

from engines import ENGINES, EngineError


class Services:
    """The engines of one directory, as the file in it remembers them."""

    def __init__(self, directory):
        self.directory = Path(directory).resolve()
        self.path = self.directory / "services.json"
        self.engines = {}
        if self.path.exists():
            for name, entry in json.loads(self.path.read_text()).items():
                engine = ENGINES[name](self.directory / name, entry["ports"])
                engine.pid = entry["pid"]
                self.engines[name] = engine

    def save(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        entries = {name: {"pid": engine.pid, "ports": engine.ports} for name, engine in self.engines.items()}
        self.path.write_text(json.dumps(entries, indent=1))

    def up(self, names):
        started = []
        for name in names:
            engine = self.engines.setdefault(name, ENGINES[name](self.directory / name))
            if not engine.is_running:
                started.append(engine.start())
                self.save()
        begin = time.monotonic()
        for engine in started:
            engine.wait_ready()
            print(f"==> {engine.name} answers after {time.monotonic() - begin:.1f} s", file=sys.stderr)

    def down(self, names):
        for name in names:
            if name in self.engines:
                self.engines[name].stop()
                self.engines[name].pid = None
        self.save()

    def status(self):
        for name in ENGINES:
            engine = self.engines.get(name)
            running = engine is not None and engine.is_running
            print(f"{name:20} {'up' if running else 'down':5} {engine.url if running else ''}".rstrip())
        return all(name in self.engines and self.engines[name].is_running for name in ENGINES)

    def env(self):
        for name, engine in self.engines.items():
            if engine.is_running:
                print(f"export MSGCTL_TEST_{name.upper()}_URL={shlex.quote(engine.url)}")


def names(text):
    chosen = text.split(",")
    for name in chosen:
        if name not in ENGINES:
            raise argparse.ArgumentTypeError(f"'{name}' is no engine; there are {', '.join(ENGINES)}")
    return chosen


def main():
    parser = argparse.ArgumentParser(prog="scripts/services", add_help=False)
    parser.add_argument("verb", choices=["up", "down", "status", "env"])
    parser.add_argument("--directory", required=True)
    parser.add_argument("--only", type=names, default=list(ENGINES))
    arguments = parser.parse_args()
    services = Services(arguments.directory)
    try:
        if arguments.verb == "up":
            services.up(arguments.only)
        elif arguments.verb == "down":
            services.down(arguments.only)
        elif arguments.verb == "status":
            return 0 if services.status() else 1
        else:
            services.env()
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
