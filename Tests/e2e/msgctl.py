"""Starts, watches and ends the real binary. Nothing here ends a process that it did not start."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("MSGCTL_BIN") or REPOSITORY / ".build/debug/msgctl").absolute()

START_DEADLINE = 30.0
STOP_DEADLINE = 20.0
COMMAND_DEADLINE = 40.0

SECRET = "an-end-to-end-secret-of-more-than-32-bytes"
ORIGINAL_VARIABLES = (
    "PORT",
    "NODE_ENV",
    "MONGODB_URI",
    "REDIS_URL",
    "RABBITMQ_URL",
    "ELASTICSEARCH_URL",
    "JWT_SECRET",
    "CLIENT_URL",
    "LOG_LEVEL",
)
DEFAULTS = {
    "JWT_SECRET": SECRET,
    "MSGCTL_AUTH_BCRYPT_COST": "4",
    "MSGCTL_SCHEDULE_ENABLED": "false",
    # All of them have one address. test_limits.py has the limits.
    "MSGCTL_LIMITS_REQUESTS": "off",
    "MSGCTL_LIMITS_LOGINS": "off",
    "MSGCTL_LIMITS_MESSAGES": "off",
}


def environment(settings):
    """The caller's environment without anything that configures msgctl, plus the defaults of the tests and `settings`.
    A setting of None is left out altogether."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ORIGINAL_VARIABLES and not name.startswith("MSGCTL_")
    }
    env.update({name: str(value) for name, value in {**DEFAULTS, **settings}.items() if value is not None})
    return env


class Process:
    """One running msgctl. Its standard output is read line by line; its log goes to a file."""

    def __init__(self, arguments, env, directory, log, **options):
        self.log_path = log
        self.arguments = [str(argument) for argument in arguments]
        with open(log, "ab") as stderr:
            self.popen = subprocess.Popen(
                self.arguments,
                env=env,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                **options,
            )
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.popen.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def event(self, name, within):
        """The next JSON line of standard output whose `event` is `name`."""
        deadline = time.monotonic() + within
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {name!r} line within {within} s\n{self.log_tail()}") from None
            if line is None:
                code = self.popen.wait(STOP_DEADLINE)
                raise AssertionError(f"msgctl ended with {code} before {name!r}\n{self.log_tail()}")
            try:
                value = json.loads(line)
            except ValueError:
                raise AssertionError(f"--output json printed a line that is not JSON: {line!r}") from None
            if value.get("event") == name:
                return value

    @property
    def is_running(self):
        return self.popen.poll() is None

    def wait(self, within=STOP_DEADLINE):
        try:
            return self.popen.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {within} s: {self.arguments}\n{self.log_tail()}") from None

    def terminate(self, within=STOP_DEADLINE, by=signal.SIGTERM):
        """Asks it to end and answers with its exit code."""
        self.popen.send_signal(by)
        return self.wait(within)

    def open_files(self):
        """How many files and sockets it holds."""
        return len(list(Path(f"/proc/{self.popen.pid}/fd").iterdir()))

    def kill(self):
        """kill -9."""
        if self.is_running:
            self.popen.kill()
        self.popen.wait()

    def end(self):
        """For cleaning up: politely, then not."""
        if self.is_running:
            self.popen.terminate()
            try:
                self.popen.wait(STOP_DEADLINE)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        self.reader.join(5)
        self.popen.stdout.close()

    def log_tail(self, lines=40):
        text = Path(self.log_path).read_text(errors="replace") if Path(self.log_path).exists() else ""
        return "\n".join(["--- last lines of its log ---", *text.splitlines()[-lines:]])


class Server(Process):
    """`msgctl serve` that listens."""

    def __init__(self, arguments, env, directory, log, **options):
        super().__init__(arguments, env, directory, log, **options)
        self.http = None
        try:
            self.ready = self.event("listening", START_DEADLINE)
            self.url = self.ready["url"]
        except BaseException:
            self.end()
            raise

    def end(self):
        if self.http is not None:
            self.http.close()
        super().end()


class Site:
    """A data directory, and engines when it is on distributed ones, with the settings that every command on it shares."""

    def __init__(self, directory, engines, **settings):
        self.engines = engines
        self.directory = Path(directory)
        self.work = self.directory / "work"
        self.work.mkdir(parents=True)
        self.data = self.directory / "data"
        self.settings = {**engines.settings, **settings}
        self.processes = []

    def arguments(self, arguments, prefix=()):
        assert BINARY.exists(), f"{BINARY} is not built; scripts/test builds it, MSGCTL_BIN names another"
        return [*prefix, str(BINARY), *map(str, arguments)]

    def _start(self, kind, arguments, prefix=(), settings=None, **options):
        process = kind(
            self.arguments(arguments, prefix),
            environment({**self.settings, **(settings or {})}),
            self.work,
            self.directory / f"{len(self.processes)}-{arguments[0]}.log",
            **options,
        )
        self.processes.append(process)
        return process

    def serve(self, *arguments, prefix=(), **settings):
        return self._start(
            Server,
            ["serve", "--port", "0", "--output", "json", "--data-directory", self.data, *arguments],
            prefix,
            settings,
        )

    def start(self, verb, *arguments, **settings):
        """A command left running, such as a worker that does not drain."""
        return self._start(Process, [verb, "--data-directory", self.data, *arguments], (), settings)

    def run(self, *arguments, input="", code=0, data=True, prefix=(), cwd=None, **settings):
        """A command run to its end. `code` is the exit code it must have; None takes any."""
        if data:
            arguments = (*arguments, "--data-directory", self.data)
        done = subprocess.run(
            self.arguments(arguments, prefix),
            env=environment({**self.settings, **settings}),
            cwd=cwd or self.work,
            input=input,
            capture_output=True,
            text=True,
            timeout=COMMAND_DEADLINE,
        )
        if code is not None:
            assert done.returncode == code, (
                f"{' '.join(map(str, arguments))}: exit {done.returncode}, expected {code}\n"
                f"{done.stdout}\n{done.stderr}"
            )
        return done

    def json(self, *arguments, **options):
        """What a command printed with --output json: one value, nothing else."""
        done = self.run(*arguments, "--output", "json", **options)
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise AssertionError(f"{arguments}: not one JSON value: {done.stdout!r}\n{done.stderr}") from None

    def logs(self):
        return [(process.arguments[1:4], process.log_tail()) for process in self.processes]

    def close(self):
        for process in reversed(self.processes):
            process.end()
        self.engines.close()

    @property
    def records(self):
        """What is really stored."""
        return self.engines.records(self)


def eventually(condition, within=10.0, message="it did not become true", every=0.02):
    """Waits for a state that no event announces, asking again until the deadline; the first true answer is returned."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{message} within {within} s"
        time.sleep(every)
