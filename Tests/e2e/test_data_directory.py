"""A data directory that cannot be used: a clear word, a right exit code, and nothing lost."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from api import call, make_users
from records import make_newer, schema
from msgctl import eventually

pytestmark = pytest.mark.embedded

REFUSED = {1, 69, 78}
COMMANDS = [
    ["serve", "--port", "0"],
    ["migrate"],
    ["plan-pairings"],
    ["enqueue-due"],
    ["dispatch-worker", "--drain"],
    ["reindex"],
    ["user", "list"],
]
# Root is stopped by no permission, so the capability that lets it pass is taken from it first.
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
# Where nothing can be mounted, a limit on the size of files stands in for a full disk.
LIMITED = ["sh", "-c", 'trap "" XFSZ; exec prlimit --fsize=3145728 "$@"', "sh"]


def refused(site, arguments, **options):
    done = site.run(*arguments, code=None, **options)
    assert done.returncode in REFUSED, (done.returncode, done.stderr)
    assert str(site.data) in done.stderr, "the complaint does not say which directory"
    assert "Fatal error" not in done.stderr and "Stack dump" not in done.stderr
    return done


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_below_a_regular_file(site, arguments):
    blocker = site.directory / "a-file"
    blocker.write_text("not a directory")
    site.data = blocker / "data"
    refused(site, arguments)
    assert blocker.read_text() == "not a directory"


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_read_only(site, arguments):
    site.run("migrate")
    for path in site.data.iterdir():
        path.chmod(0o444)
    site.data.chmod(0o555)
    try:
        refused(site, arguments, prefix=UNPRIVILEGED)
    finally:
        site.data.chmod(0o755)
        for path in site.data.iterdir():
            path.chmod(0o644)
    site.run("migrate")


def test_an_empty_directory_that_is_read_only(site):
    site.data.mkdir()
    site.data.chmod(0o555)
    try:
        refused(site, ["serve", "--port", "0"], prefix=UNPRIVILEGED)
    finally:
        site.data.chmod(0o755)
    assert list(site.data.iterdir()) == []


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_newer_schema(site, arguments):
    site.run("migrate")
    make_newer(site)
    before = schema(site)
    done = refused(site, arguments)
    assert "newer" in done.stderr.lower()
    assert schema(site) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a database at all, but long enough to be read as a header" * 50,
        b"SQLite format 3\x00" + b"\xff" * 4096,
    ],
)
def test_a_file_that_is_no_database(site, content):
    site.data.mkdir()
    (site.data / "msgctl.sqlite3").write_bytes(content)
    if content:
        refused(site, ["migrate"])
        assert (site.data / "msgctl.sqlite3").read_bytes() == content
    else:
        site.run("migrate")


@pytest.mark.parametrize(
    "arguments",
    [*COMMANDS[1:], ["health"], ["migrate", "--status"], ["schedule"], ["backup", "copy"]],
    ids=lambda arguments: "-".join(arguments[:2]),
)
def test_one_that_this_user_may_not_look_into(site, arguments):
    """It has a database: nobody is told that there is none."""
    site.run("migrate")
    if os.geteuid() == 0:
        os.chown(site.data, 65534, 65534)
    site.data.chmod(0o700 if os.geteuid() == 0 else 0)
    try:
        done = site.run(*arguments, code=78, prefix=UNPRIVILEGED)
    finally:
        site.data.chmod(0o700)
    assert f"{site.data} can't be read by this user" in done.stderr
    assert "unprepared" not in done.stdout
    assert not (site.work / "copy").exists()


SERVICE = 65534


@pytest.fixture
def service_directory(site):
    """A data directory of another user, whom the service runs as, where that user can get at it; of one's own for who is
    not root."""
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        os.chmod(home, 0o755)
        site.data = Path(home) / "data"
        site.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(site.data, SERVICE, SERVICE)
        yield site.data


def test_what_root_makes_does_not_keep_the_service_out(site, service_directory):
    """Its owner's are all files that commands have made as root: also those of a copy that was put back as root."""
    owner = service_directory.stat().st_uid
    as_service = ["setpriv", f"--reuid={SERVICE}", f"--regid={SERVICE}", "--clear-groups"] if os.geteuid() == 0 else []
    site.run("migrate")
    site.run("user", "create", "--username", "ada", "--email", "ada@example.org", input="correct horse\n", JWT_SECRET=None)
    site.run("reindex", "--verify")
    made = [service_directory, *service_directory.rglob("*")]
    assert {"jwt-secret", "processes", "msgctl.lock"} <= {path.name for path in made}
    assert {path.name: path.stat().st_uid for path in made} == {path.name: owner for path in made}
    listed = site.run("user", "list", prefix=as_service, cwd="/", JWT_SECRET=None)
    assert "ada@example.org" in listed.stdout


def test_from_a_directory_that_its_user_may_not_enter(site, service_directory, tmp_path):
    """As `sudo -u msgctl` runs in root's own: what is looked for there without being asked for is not there."""
    as_service = ["setpriv", f"--reuid={SERVICE}", f"--regid={SERVICE}", "--clear-groups"] if os.geteuid() == 0 else []
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    site.run("migrate")
    site.run("user", "list", prefix=as_service, cwd=closed)


@pytest.fixture
def small_disk(site):
    """A file system of 24 MiB below the data directory."""
    site.data.mkdir()
    if os.geteuid() == 0:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", site.data], capture_output=True)
        if mounted.returncode == 0:
            yield site
            site.close()
            subprocess.run(["umount", site.data], check=True)
            return
    yield None


def fill(path):
    """Takes what room is left, to the last byte."""
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


def test_a_full_disk(small_disk, site):
    """Writes fail with 503, nothing acknowledged is lost, and with room again it goes on by itself."""
    prefix = () if small_disk else LIMITED
    server = site.serve(prefix=prefix)
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    sent = [alice.send(conversation, "before")["id"]]
    if small_disk:
        fill(site.data / "filler")
    for number in range(8000):
        body = alice.post(
            "/api/messages/send", {"conversationId": conversation, "content": f"{number} " + "x" * 900}, {200, 503}
        )
        if not body["success"]:
            break
        sent.append(body["data"]["id"])
    else:
        pytest.fail("the disk is never full")
    assert server.is_running
    assert alice.me()["id"] == alice.id, "reading goes on"
    call(server, "GET", "/api/health/live")
    if small_disk:
        (site.data / "filler").unlink()
        sent.append(
            eventually(
                lambda: alice.send(conversation, "room again", {200, 503}), 10, "it does not recover", every=0.2
            )["id"]
        )
    server.kill()
    server = site.serve()
    assert [m["id"] for m in alice.at(server).whole_history(conversation, 200) if m["id"] in set(sent)] == sent
    assert site.records.integrity() == "ok"


def test_two_servers_on_one_directory(site):
    """What is said at one is heard at the other within a second; sessions end on both."""
    from chat import Chat

    one, two = site.serve(), site.serve()
    alice, bob = make_users(one, "alice", "bob")
    b = Chat(two, bob.access)
    conversation = alice.direct(bob)["id"]
    assert b.expect("conversation_created", within=2)["conversation"]["id"] == conversation
    sent = alice.send(conversation, "across processes")
    assert b.expect("message_received", within=2) == sent
    a = Chat(one, alice.access)
    b.expect("user_online", within=2, userId=alice.id)
    b.emit("typing_start", {"conversationId": conversation})
    a.expect("user_typing", within=2, userId=bob.id)
    assert b.call("message_read", {"messageId": sent["id"]})["success"] is True
    a.expect("message_read_by", within=2, messageId=sent["id"])
    bob.post("/api/auth/logout")
    b.expect_close(2)
    eventually(lambda: not bob.at(two).get("/api/auth/me", {200, 401})["success"], 2)


def test_both_servers_write_at_once(site):
    from concurrent.futures import ThreadPoolExecutor

    servers = [site.serve(), site.serve()]
    alice, bob = make_users(servers[0], "alice", "bob")
    conversation = alice.direct(bob)["id"]
    nodes = [alice.at(servers[0]), bob.at(servers[1])]
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda i: nodes[i % 2].send(conversation, f"{i}")["id"], range(200)))
    assert sorted(m["id"] for m in nodes[1].whole_history(conversation, 200)) == sorted(ids)
    assert [server.terminate() for server in servers] == [0, 0]


def test_a_copy_taken_while_stopped_is_whole(site):
    server = site.serve()
    (alice,) = make_users(server, "alice")
    assert server.terminate() == 0
    shutil.copytree(site.data, site.directory / "copy")
    site.data = site.directory / "copy"
    assert alice.at(site.serve()).me()["id"] == alice.id
