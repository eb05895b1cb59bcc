"""What happens to engines at night, done to engines of one's own."""

import subprocess
import threading
import time

import httpx

# No answer may take longer, whatever has become of an engine.
ANSWER_DEADLINE = 12.0


def cut(engine):
    """Every TCP connection of an engine is reset, as a firewall or a failing network does it."""
    chosen = f"( dport = :{engine.port} or sport = :{engine.port} )"
    subprocess.run(["ss", "-K", "-t", "state", "established", chosen], check=True, capture_output=True)


class Traffic:
    """People who go on sending, each with one message at a time, and repeat with the same clientMessageId what was not
    acknowledged, as a good client does."""

    def __init__(self, users, conversation):
        self.users = users
        self.conversation = conversation
        self.acknowledged = {}
        self.statuses = []
        self.slowest = 0.0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(number,)) for number in range(len(users))]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a sender is stuck"

    def _run(self, number):
        user, count = self.users[number], 0
        with httpx.Client(base_url=user.server.url, timeout=60, trust_env=False) as client:
            while not self.stopping.is_set():
                key = f"{number}-{count}"
                if self._try(client, user, key):
                    count += 1
                    time.sleep(0.01)
                else:
                    time.sleep(0.2)

    def _try(self, client, user, key):
        body = {"conversationId": self.conversation, "content": f"needle {key}", "clientMessageId": key}
        began = time.monotonic()
        try:
            answer = client.post(
                "/api/messages/send", json=body, headers={"authorization": f"Bearer {user.access}"}
            )
        except httpx.TransportError as error:
            self.statuses.append((time.monotonic(), repr(error)))
            return False
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses.append((time.monotonic(), answer.status_code))
        if answer.status_code != 200:
            return False
        self.acknowledged[key] = answer.json()["data"]["id"]
        return True

    def statuses_between(self, begin, end):
        return [status for instant, status in self.statuses if begin <= instant <= end]


def resident_bytes(server):
    with open(f"/proc/{server.popen.pid}/statm") as file:
        return int(file.read().split()[1]) * 4096
