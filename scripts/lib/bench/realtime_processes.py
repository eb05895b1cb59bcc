"""The servers that are measured, and the load generator."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from measured_server import processor_seconds, resident_bytes, say

SOURCES = Path(__file__).with_name("realtime")
FLOOR, WS, OURS = "floor", "node ws", "ours"
# Where Debian keeps the modules of its packages.
NODE_PATH = "/usr/share/nodejs"


def file_limit(wanted):
    """How many files this process and those it starts may have open: so many if that is allowed, or fewer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        return wanted
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard


def has_ws():
    """Says so when it is not there."""
    found = (Path(NODE_PATH) / "ws").exists() and subprocess.run(["which", "node"], capture_output=True).returncode == 0
    if not found:
        say("node's ws is left out: the Debian package node-ws is not installed")
    return found


def build(places, server):
    flags = ["cc", "-O2", "-Wall", "-Wextra"]
    load = [SOURCES / f"{name}.c" for name in ("load", "client", "broadcast", "pairs", "messages")]
    subprocess.run([*flags, "-o", places / "load", *load], check=True)
    subprocess.run([*flags, "-o", places / "floor", SOURCES / "floor.c"], check=True)
    (places / "ours").symlink_to(server)


class Server:
    """A server that prints its port; a context that ends it."""

    def __init__(self, kind, places):
        self.kind = kind
        command = {FLOOR: [places / "floor"], WS: ["node", SOURCES / "node-ws.js"], OURS: [places / "ours"]}[kind]
        self.log = open(places / "server.log", "ab")
        environment = {**os.environ, "NODE_PATH": NODE_PATH}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{kind} did not start: {(places / 'server.log').read_text()}")
        self.port = int(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def processor_seconds(self):
        return processor_seconds(self.process.pid)

    def resident_bytes(self):
        return resident_bytes(self.process.pid)


class Load:
    """The load generator, connected to a server; a context that ends it."""

    def __init__(self, server, places, clients, *arguments, auth=None):
        protocol = "socketio" if server.kind == OURS else "raw"
        command = [places / "load", "--port", str(server.port), "--clients", str(clients), "--protocol", protocol]
        if auth:
            command += ["--auth", auth]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(60)

    def command(self, line):
        """What the generator prints when it is done."""
        self.process.stdin.write(line + "\n")
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"the load generator ended at: {line}")
        return json.loads(answer)
