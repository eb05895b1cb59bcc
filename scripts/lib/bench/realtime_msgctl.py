"""Messages through msgctl itself, on the embedded engines: stored in SQLite, acknowledged and broadcast."""

import json
import os
import secrets
import subprocess
import urllib.request
from pathlib import Path

from realtime_processes import OURS, Load, processor_seconds, say

IN_FLIGHT = 64


class Msgctl:
    """msgctl serve in a directory of its own; a context that ends it."""

    kind = OURS

    def __init__(self, binary, directory):
        directory.mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MSGCTL_")}
        environment.update(
            JWT_SECRET=secrets.token_hex(32),
            MSGCTL_AUTH_BCRYPT_COST="4",
            MSGCTL_REALTIME_MAX_EVENTS_PER_SECOND="0",
            MSGCTL_SCHEDULE_ENABLED="false",
            LOG_LEVEL="warning",
        )
        self.log = open(directory / "msgctl.log", "ab")
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--only", "api", "--output", "json", "--data-directory", directory / "data"],
            env=environment,
            cwd=directory,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()

    def call(self, path, body, token=None):
        headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def person(self, number):
        """(id, token)"""
        name = f"bench_{number}_{secrets.token_hex(3)}"
        account = {"username": name, "email": f"{name}@example.org", "password": "password"}
        user = self.call("/api/auth/register", account)["user"]["id"]
        login = self.call("/api/auth/login", {"email": account["email"], "password": account["password"]})
        return user, login["accessToken"]


def measure_messages(binary, places, seconds):
    """Every message is stored, acknowledged, and delivered to every other socket of its conversation: the one other of a
    pair, or all other sockets of one conversation."""
    shapes = {
        "64 sockets in 32 conversations of two": (64, people_in_pairs),
        "32 sockets of one conversation": (32, one_conversation),
    }
    results = {}
    for name, (sockets, make) in shapes.items():
        say(f"messages through msgctl, {name}")
        with Msgctl(binary, places / f"msgctl-{sockets}") as server:
            tokens, conversations = make(server, sockets)
            auth = places / "auth"
            auth.write_text("".join(f'{{"token":"Bearer {token}"}}\n' for token in tokens))
            named = [argument for id in conversations for argument in ("--conversation", id)]
            with Load(server, places, sockets, "--auth-file", auth, *named) as load:
                # One after the other, so that the first of a pair is the first of the file.
                load.command(f"open {sockets} 1")
                load.command(f"messages 1 {IN_FLIGHT}")
                before = processor_seconds(server.process.pid)
                done = load.command(f"messages {seconds} {IN_FLIGHT}")
                processor = processor_seconds(server.process.pid) - before
        assert done["refused"] == 0, done
        results[f"{IN_FLIGHT} in flight over {name}"] = {
            "rate": done["acknowledged"] / done["seconds"],
            "deliveries": done["delivered"] / done["seconds"],
            "us": processor / done["sent"] * 1e6,
            "p50": done["p50"],
            "p99": done["p99"],
        }
    return results


def people_in_pairs(server, sockets):
    """The tokens of the sockets, two who talk with each other after the other, and their conversations."""
    people = [server.person(number) for number in range(sockets)]
    conversations = [
        server.call("/api/conversations", {"participantId": people[first + 1][0]}, people[first][1])["data"]["id"]
        for first in range(0, sockets, 2)
    ]
    return [token for _, token in people], conversations


def one_conversation(server, sockets):
    """As many sockets of one person, in one conversation."""
    (_, ada), (grace, _) = server.person(1), server.person(2)
    conversation = server.call("/api/conversations", {"participantId": grace}, ada)["data"]["id"]
    return [ada] * sockets, [conversation]
