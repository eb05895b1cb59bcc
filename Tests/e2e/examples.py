"""Starts the example servers and finds out where they listen."""

import os
import queue
import re
import signal
import subprocess
import threading
import time

from msgctl import BINARY, REPOSITORY, START_DEADLINE, STOP_DEADLINE


def path_of(name):
    """Beside the msgctl under test, or where `swift build` puts it."""
    for directory in (BINARY.parent, REPOSITORY / ".build/debug"):
        if (directory / name).exists():
            return directory / name
    raise AssertionError(f"the example {name} is not built; scripts/test builds it")


class Example:
    """One running example. `url` is where it listens."""

    def __init__(self, name):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MSGCTL_")}
        self.popen = subprocess.Popen(
            [path_of(name), "0"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = queue.Queue()
        self.log = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        try:
            self.url = self._wait_for(r"listening at (http://127\.0\.0\.1:\d+)").group(1)
        except BaseException:
            self.close()
            raise

    def _read(self):
        for line in self.popen.stdout:
            self.log.append(line)
            self.lines.put(line)
        self.lines.put(None)

    def _wait_for(self, pattern):
        deadline = time.monotonic() + START_DEADLINE
        while True:
            line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            assert line is not None, f"it ended: {''.join(self.log)}"
            if found := re.search(pattern, line):
                return found

    def terminate(self, by=signal.SIGTERM):
        """Asks it to end and answers with its exit code."""
        self.popen.send_signal(by)
        return self.popen.wait(STOP_DEADLINE)

    def close(self):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        self.reader.join(5)
        self.popen.stdout.close()
