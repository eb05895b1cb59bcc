"""A msgctl serve on embedded engines, and what it takes of the machine."""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from pathlib import Path


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


class Server:
    def __init__(self, binary, settings, directory):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MSGCTL_")}
        environment.update(
            JWT_SECRET=secrets.token_hex(32),
            MSGCTL_AUTH_BCRYPT_COST="4",
            MSGCTL_REALTIME_MAX_EVENTS_PER_SECOND="0",
            MSGCTL_SCHEDULE_ENABLED="false",
            LOG_LEVEL="warning",
            **settings,
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

    def token(self):
        """Of a new user."""
        name = f"bench_{secrets.token_hex(6)}"
        account = {"username": name, "email": f"{name}@example.org", "password": "password"}
        self._post("/api/auth/register", account)
        return self._post("/api/auth/login", {"email": account["email"], "password": "password"})["accessToken"]

    def _post(self, path, body):
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def memory(self):
        """Resident bytes."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
