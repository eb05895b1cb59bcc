"""The reference client in Node, as a tab of one user that can lose its connection and come back."""

import json
import os
import queue
import subprocess
import threading
from pathlib import Path

BUNDLE = os.environ.get("MSGCTL_TEST_SOCKET_IO_JS", str(Path(__file__).parents[2] / ".build/test-tools/socket.io.min.js"))
WEBSOCKET = "/usr/share/nodejs/ws"


class JSClient:
    def __init__(self, user, **auth):
        self.auth = {"token": f"Bearer {user.access}", **auth}
        self.server = user.server
        self.happened = queue.Queue()
        self.popen = subprocess.Popen(
            ["node", str(Path(__file__).with_suffix(".js")), BUNDLE, WEBSOCKET, user.server.url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.popen.stdout:
            self.happened.put(json.loads(line))

    def _do(self, what, **fields):
        self.popen.stdin.write(json.dumps({"do": what, **fields}) + "\n")
        self.popen.stdin.flush()

    def next(self, kind, within=20):
        """The next thing that happens, which must be of this kind."""
        what = self.happened.get(timeout=within)
        assert what["kind"] == kind, what
        return what

    def until(self, kind, within=20):
        """The next thing of this kind, and the events before it."""
        events = []
        while (what := self.happened.get(timeout=within))["kind"] != kind:
            assert what["kind"] == "event", what
            events.append(what)
        return what, events

    def connect(self, server=None, **auth):
        """Connects; returns what the client says of it, and the events that came before it was told."""
        self.try_connect(server, **auth)
        return self.until("connect")

    def try_connect(self, server=None, **auth):
        self.server = server or self.server
        self._do("connect", url=self.server.url, auth={**self.auth, **auth})

    def lose(self):
        """The connection is gone."""
        self._do("lose")
        self.until("disconnect")

    def event(self, name, within=20):
        """The next event of this name; others are passed over."""
        while (what := self.next("event", within))["event"] != name:
            pass
        return what["args"]

    def close(self):
        self.popen.stdin.close()
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
