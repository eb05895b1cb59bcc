"""A msgctl serve, and what it takes of the machine."""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def processor_seconds(pid):
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# Its generators put the load of many connections on a few.
AS_FAST_AS_IT_CAN = {"MSGCTL_REALTIME_MAX_EVENTS_PER_SECOND": "0"}


class Server:
    """msgctl serve with the API only, on the engines of its settings; a context that ends it."""

    def __init__(self, binary, settings, directory, cost=4):
        directory.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MSGCTL_")}
        environment.update(
            JWT_SECRET=secrets.token_hex(32),
            MSGCTL_AUTH_BCRYPT_COST=str(cost),
            MSGCTL_LIMITS_REQUESTS="off",
            MSGCTL_LIMITS_LOGINS="off",
            MSGCTL_LIMITS_MESSAGES="off",
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
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def call(self, path, body, token=None):
        headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def person(self):
        """The id and the token of a new user."""
        name = f"bench_{secrets.token_hex(6)}"
        account = {"username": name, "email": f"{name}@example.org", "password": "password"}
        user = self.call("/api/auth/register", account)["user"]["id"]
        login = self.call("/api/auth/login", {"email": account["email"], "password": account["password"]})
        return user, login["accessToken"]

    def pairs(self, count):
        """[(token, token, conversation)] of pairs of people who share a direct conversation."""

        def make(_):
            (_, one), (partner, other) = self.person(), self.person()
            return one, other, self.call("/api/conversations", {"participantId": partner}, one)["data"]["id"]

        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(make, range(count)))

    def processor_seconds(self):
        return processor_seconds(self.process.pid)

    def memory(self):
        return resident_bytes(self.process.pid)

    def close(self):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()
