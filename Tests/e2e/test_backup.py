"""A live data directory is copied under load, lost, and put back: what the copy says is what was there."""

import shutil
import signal
import sqlite3
import stat
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

import engine_sets
from api import make_users
from chat import Chat
from msgctl import Site, eventually
from pipeline import drain_all, enqueue_all, window
from records import SQLiteRecords, as_id

pytestmark = pytest.mark.embedded

SENDERS = 6
BEFORE = 300
PLANNED = 400


@pytest.fixture
def kept(tmp_path):
    """A site whose token secret is in the data directory, with what the copy does not have: nothing in the environment."""
    site = Site(tmp_path / "site", engine_sets.Embedded(), JWT_SECRET=None)
    yield site
    site.close()


class Load:
    """People who send without a pause until told otherwise; what was acknowledged, and when."""

    def __init__(self, users, conversation):
        self.users, self.conversation = users, conversation
        self.acknowledged, self.enough, self.stopped = [], threading.Event(), threading.Event()
        self.pool = ThreadPoolExecutor(len(users))
        self.sending = [self.pool.submit(self.send, user) for user in users]

    def send(self, user):
        number = 0
        while not self.stopped.is_set():
            began = time.monotonic()
            sent = user.send(self.conversation, f"{user.username} {number} café")
            self.acknowledged.append((began, time.monotonic(), user.username, number, sent["id"]))
            number += 1
            if len(self.acknowledged) > BEFORE:
                self.enough.set()

    def stop(self):
        """No request has failed: a failed one would have raised."""
        self.stopped.set()
        for sending in self.sending:
            sending.result(60)
        self.pool.shutdown()


def modes(directory):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}


def plan(site):
    """Messages of the pipeline, all queued, so that the copy is taken while they are delivered."""
    site.records.add_users(PLANNED)
    site.settings.update(window(8))
    messages = site.json("plan-pairings")["messages"]
    enqueue_all(site, messages, 60)
    return messages


def test_a_live_backup_is_restored(kept, tmp_path):
    site, copy = kept, tmp_path / "backup" / "monday"
    server = site.serve("--only", "api")
    users = make_users(server, *["sender"] * SENDERS)
    conversation = users[0].group("Busy", *users[1:])["id"]
    planned = plan(site)
    assert planned == (PLANNED + SENDERS) // 2
    listener = Chat(server, users[0].access)
    load = Load(users, conversation)
    assert load.enough.wait(60)
    worker = site.start("dispatch-worker")

    began = time.monotonic()
    report = site.json("backup", copy)
    ended = time.monotonic()

    eventually(lambda: load.acknowledged[-1][0] > ended, 20, "nobody sends after the backup")
    load.stop()
    eventually(lambda: site.records.unsent() == 0, 60, "not everything is delivered")
    assert worker.terminate() == 0
    listener.close()
    assert report == {
        "directory": str(copy),
        "bytes": (copy / "msgctl.sqlite3").stat().st_size,
        "schemaVersion": report["schemaVersion"],
        "hasTokenSecret": True,
        "keyFiles": [],
    }
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert modes(copy) == {"msgctl.sqlite3": 0o600, "jwt-secret": 0o600, "msgctl.lock": 0o600}

    history = {m["id"]: m for m in users[0].whole_history(conversation, 200)}
    live = {as_id(row["id"]): row for row in site.records.messages()}
    copied = {as_id(row["id"]): row for row in SQLiteRecords(copy / "msgctl.sqlite3").messages()}
    before = {entry[4] for entry in load.acknowledged if entry[1] < began}
    after = {entry[4] for entry in load.acknowledged if entry[0] > ended}
    found = set(copied)
    assert before and before <= found and after and not after & found
    # One instant: of each sender's messages, which follow one another, a beginning without a gap.
    for user in users:
        own = [entry[4] in found for entry in load.acknowledged if entry[2] == user.username]
        assert own == sorted(own, reverse=True)
    assert all(live[key] == row for key, row in copied.items()), "a copied message differs from the original"

    # The machine burns down.
    server.popen.send_signal(signal.SIGKILL)
    server.wait()
    shutil.rmtree(site.data)
    shutil.move(copy, site.data)

    restored = site.serve("--only", "api")
    for user in users:
        assert user.at(restored).me()["id"] == user.id, "a token of before is not valid any more"
    again = {m["id"]: m for m in users[0].at(restored).whole_history(conversation, 200)}
    assert again.keys() == {key for key in history if key in found}
    assert again == {key: history[key] for key in again}
    reader = users[1].at(restored)
    eventually(lambda: reader.search("café")["total"] == len(again), 20, "not everything that was copied is found")
    drift = site.json("reindex", "--verify")
    assert drift["missing"] == drift["stale"] == drift["extra"] == 0
    # What was queued or in a worker's hands at that instant is delivered once.
    drain_all(site)
    assert site.records.unsent() == 0 and site.records.delivered() == planned
    new = users[2].at(restored).send(conversation, "life goes on")
    assert users[3].at(restored).history(conversation)[-1]["id"] == new["id"]
    assert site.records.integrity() == "ok"


def test_key_files_of_the_data_directory_are_copied(site, tmp_path):
    """Those elsewhere are kept with the configuration."""
    site.run("migrate")
    inside, outside = site.data / "token-key.pem", tmp_path / "former.pem"
    for path in (inside, outside):
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True, capture_output=True)
        path.chmod(0o600)
    settings = {"MSGCTL_AUTH_JWT_KEY_FILE": inside, "MSGCTL_AUTH_ACCEPTED_KEY_FILES": outside}
    assert site.json("backup", tmp_path / "copy", **settings)["keyFiles"] == [inside.name]
    assert (tmp_path / "copy" / inside.name).read_bytes() == inside.read_bytes()
    assert modes(tmp_path / "copy")[inside.name] == 0o600 and outside.name not in modes(tmp_path / "copy")


def test_key_files_are_found_in_a_data_directory_that_is_a_link(site, tmp_path):
    site.run("migrate")
    link, key = tmp_path / "link", site.data / "token-key.pem"
    link.symlink_to(site.data)
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    key.chmod(0o600)
    for number, (directory, path) in enumerate([(link, key), (site.data, link / key.name)]):
        settings = {"MSGCTL_AUTH_JWT_KEY_FILE": path, "MSGCTL_STORE_DATA_DIRECTORY": directory}
        assert site.json("backup", tmp_path / f"copy-{number}", **settings)["keyFiles"] == [key.name]


def test_where_a_copy_is_already(site, tmp_path):
    site.run("migrate")
    site.run("backup", tmp_path / "copy")
    kept = (tmp_path / "copy" / "msgctl.sqlite3").read_bytes()
    done = site.run("backup", tmp_path / "copy", code=1)
    assert "already" in done.stderr and str(tmp_path / "copy") in done.stderr
    assert (tmp_path / "copy" / "msgctl.sqlite3").read_bytes() == kept
    assert "the data directory itself" in site.run("backup", site.data, code=1).stderr
    assert "name is empty" in site.run("backup", "", code=64).stderr


def test_what_cannot_be_copied(site, tmp_path):
    missing = site.run("backup", tmp_path / "copy", code=69)
    assert str(site.data) in missing.stderr and f"Try: msgctl migrate --data-directory {site.data}" in missing.stderr
    assert not (tmp_path / "copy").exists()
    site.data.mkdir()
    assert "no database" in site.run("backup", tmp_path / "copy", code=69).stderr
    with closing(sqlite3.connect(site.data / "msgctl.sqlite3")) as connection:
        connection.execute("CREATE TABLE things (id INTEGER)")
    assert "no database of msgctl's" in site.run("backup", tmp_path / "copy", code=78).stderr
    assert not (tmp_path / "copy" / "msgctl.sqlite3").exists()


def test_a_damaged_database_makes_no_copy(site, tmp_path):
    site.run("migrate")
    site.records.add_users(20_000)
    with closing(site.records.connect()) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(site.data / "msgctl.sqlite3", "r+b") as file:
        file.seek(200 * 4096)
        file.write(b"\xa5" * 4096 * 50)
    done = site.run("backup", tmp_path / "copy", code=69)
    assert "damaged" in done.stderr
    assert not list((tmp_path / "copy").glob("msgctl.sqlite3*"))


def test_a_disk_without_room(site, tmp_path):
    site.run("migrate")
    site.records.add_users(20_000)
    limited = ("sh", "-c", 'trap "" XFSZ; exec prlimit --fsize=1048576 "$@"', "sh")
    done = site.run("backup", tmp_path / "copy", code=69, prefix=limited)
    assert str(tmp_path / "copy") in done.stderr and "Try:" not in done.stderr, done.stderr
    assert not (tmp_path / "copy").exists(), "what is left of it"
    site.run("backup", tmp_path / "copy")
    assert SQLiteRecords(tmp_path / "copy" / "msgctl.sqlite3").count("users") == 20_000


def test_an_older_schema_is_copied_as_it_is(site, tmp_path):
    """An upgrade begins with this."""
    site.run("migrate")
    newest = site.records.rows("SELECT max(version) AS n FROM schema_migrations")[0]["n"]
    site.records.execute("DELETE FROM schema_migrations WHERE version = ?", newest)
    assert site.json("backup", tmp_path / "copy")["schemaVersion"] == newest - 1
    assert SQLiteRecords(tmp_path / "copy" / "msgctl.sqlite3").rows("SELECT max(version) AS n FROM schema_migrations") == [
        {"n": newest - 1}
    ]


def test_records_in_mongodb_are_for_mongodbs_tools(site, tmp_path):
    settings = {"MONGODB_URI": "mongodb://127.0.0.1:1/chat", "REDIS_URL": "redis://127.0.0.1:1"}
    done = site.run("backup", tmp_path / "copy", code=78, **settings)
    assert "mongodump" in done.stderr and not (tmp_path / "copy").exists()
