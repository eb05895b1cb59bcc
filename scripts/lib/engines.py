"""Real MongoDB, Redis, RabbitMQ and Elasticsearch servers on private ports of 127.0.0.1, each with its data in a
directory of its own. Nothing here ends a process that it did not start."""

import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
import urllib.request
from pathlib import Path

READY_DEADLINE = 90.0
STOP_DEADLINE = 30.0
RABBITMQ_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class EngineError(Exception):
    """An engine that can't be started, in a sentence for a person."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def found(name, *elsewhere):
    """The path of a program, from PATH or from where its package keeps it."""
    path = shutil.which(name)
    if path:
        return path
    for candidate in map(Path, elsewhere):
        if candidate.is_file():
            return str(candidate)
    raise EngineError(f"{name} is not installed; scripts/services up installs it")


class Engine:
    """One server. Its ports stay the same over restarts."""

    name = ""
    port_count = 1

    def __init__(self, directory, ports=None):
        self.directory = Path(directory)
        self.ports = ports or [free_port() for _ in range(self.port_count)]
        self.pid = None

    @property
    def port(self):
        return self.ports[0]

    @property
    def url(self):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {**os.environ, "HOME": str(self.directory)}

    def answers(self):
        """Whether it serves; an exception is a no."""
        raise NotImplementedError

    def prepare(self):
        """Makes what it needs before its first start."""

    def start(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        self.prepare()
        with open(self.directory / "log", "ab") as log:
            process = subprocess.Popen(
                self.command(),
                env=self.environment(),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.pid = process.pid
        self.process = process
        return self

    def wait_ready(self, within=READY_DEADLINE):
        deadline = time.monotonic() + within
        last = None
        while time.monotonic() < deadline:
            if not self.is_running:
                raise EngineError(f"{self.name} ended at its start; its log is {self.directory / 'log'}")
            try:
                if self.answers():
                    return self
            except Exception as error:  # whatever a server that is not there yet makes its client throw
                last = error
            time.sleep(0.1)
        raise EngineError(f"{self.name} did not answer within {within:.0f} s ({last}); its log is {self.directory / 'log'}")

    @property
    def is_running(self):
        if self.pid is None:
            return False
        process = getattr(self, "process", None)
        if process is not None:
            return process.poll() is None
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
            # Started by another run of this program: the number alone could be somebody else's by now.
            return fields[0] != "Z" and Path(f"/proc/{self.pid}/cwd").resolve() == self.directory.resolve()
        except OSError:
            return False

    def signal(self, number):
        if self.is_running:
            os.killpg(self.pid, number)

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def stop(self):
        """Politely, then not."""
        self._end(signal.SIGTERM)

    def kill(self):
        """kill -9."""
        self._end(signal.SIGKILL)

    def _end(self, number):
        self.signal(signal.SIGCONT)
        self.signal(number)
        deadline = time.monotonic() + STOP_DEADLINE
        while self.is_running:
            if time.monotonic() > deadline:
                self.signal(signal.SIGKILL)
            time.sleep(0.05)


class MongoDB(Engine):
    name = "mongodb"
    replica_set = "rs0"

    @property
    def url(self):
        query = f"?replicaSet={self.replica_set}" if self.replica_set else ""
        return f"mongodb://127.0.0.1:{self.port}/{query}"

    def command(self):
        wheel = Path(sysconfig.get_paths()["purelib"]) / "fiftyone/db/bin/mongod"
        mongod = found("mongod", wheel)
        if not os.access(mongod, os.X_OK):
            os.chmod(mongod, 0o755)
        data = self.directory / "data"
        data.mkdir(exist_ok=True)
        arguments = ["--bind_ip", "127.0.0.1", "--port", self.port, "--dbpath", data, "--unixSocketPrefix", self.directory]
        arguments += ["--wiredTigerCacheSizeGB", "0.5", "--setParameter", "diagnosticDataCollectionEnabled=false"]
        # Fail points, for the tests of what the server holds up.
        arguments += ["--setParameter", "enableTestCommands=1"]
        if self.replica_set:
            arguments += ["--replSet", self.replica_set, "--oplogSize", "256"]
        return [mongod, *map(str, arguments)]

    def answers(self):
        import pymongo

        address = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
        with pymongo.MongoClient(address, serverSelectionTimeoutMS=500) as client:
            if not self.replica_set:
                return client.admin.command("ping")["ok"] == 1
            try:
                client.admin.command("replSetGetStatus")
            except pymongo.errors.OperationFailure:
                members = [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]
                client.admin.command("replSetInitiate", {"_id": self.replica_set, "members": members})
            return client.admin.command("hello").get("isWritablePrimary", False)


class StandaloneMongoDB(MongoDB):
    name = "mongodb_standalone"
    replica_set = None


class Redis(Engine):
    name = "redis"

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self):
        arguments = ["--bind", "127.0.0.1", "--port", self.port, "--dir", self.directory, "--save", "", "--appendonly"]
        # Tests take a database each.
        return [found("redis-server"), *map(str, [*arguments, "no", "--databases", 1024])]

    def answers(self):
        with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")


class RabbitMQ(Engine):
    name = "rabbitmq"
    port_count = 3

    @property
    def url(self):
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def command(self):
        # Its package's own script: the wrapper on PATH changes the user.
        if not RABBITMQ_SERVER.is_file():
            raise EngineError(f"{RABBITMQ_SERVER} is not there; scripts/services up installs rabbitmq-server")
        return [str(RABBITMQ_SERVER)]

    def environment(self):
        return {
            **super().environment(),
            "RABBITMQ_NODENAME": f"msgctl{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.ports[0]),
            "RABBITMQ_DIST_PORT": str(self.ports[1]),
            "ERL_EPMD_PORT": str(self.ports[2]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(self.directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.directory / "logs"),
            "RABBITMQ_PID_FILE": str(self.directory / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "rabbitmq-env.conf"),
        }

    def prepare(self):
        (self.directory / "enabled_plugins").write_text("[].\n")
        # Its own alarms look at the whole machine's disk, which says nothing about a test's server.
        (self.directory / "rabbitmq.conf").write_text("disk_free_limit.absolute = 50MB\n")
        (self.directory / "rabbitmq-env.conf").write_text("")

    def answers(self):
        with socket.create_connection(("127.0.0.1", self.port), 2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(8)[:1] == b"\x01"

    def _end(self, number):
        super()._end(number)
        epmd = shutil.which("epmd")
        if epmd:
            environment = {**os.environ, "ERL_EPMD_PORT": str(self.ports[2])}
            # It refuses while a node that was killed is still listed; it ends by itself then at the next stop.
            subprocess.run([epmd, "-kill"], env=environment, capture_output=True, check=False)


class Elasticsearch(Engine):
    name = "elasticsearch"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def command(self):
        program = found("noida-db", Path(sysconfig.get_paths()["scripts"]) / "noida-db")
        arguments = ["start", "--only", "elasticsearch", "--elasticsearch-port", self.port]
        return [program, *map(str, arguments), "--data-dir", str(self.directory / "data")]

    def answers(self):
        with urllib.request.urlopen(self.url, timeout=2) as answer:
            return answer.status == 200


ENGINES = {kind.name: kind for kind in (MongoDB, StandaloneMongoDB, Redis, RabbitMQ, Elasticsearch)}
