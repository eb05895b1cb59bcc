"""How serve and its kin begin and end, as an operator sees it: the exit status that systemd goes by, and the log."""

import os
import socket

import pytest

from api import make_users
from msgctl import eventually

pytestmark = pytest.mark.embedded


@pytest.mark.parametrize("host", ["300.1.1.1", "192.0.2.7"])
def test_a_host_that_can_not_be_listened_at_may_come_up(site, host):
    """At boot, for instance: systemd tries again after 1, not after 78."""
    done = site.run("serve", "--host", host, "--port", "0", code=1)
    assert "Error: " in done.stderr and host in done.stderr and "server.host" in done.stderr


def test_a_port_that_is_taken_may_become_free(site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = site.run("serve", "--port", taken.getsockname()[1], code=1)
    assert "in use by another process" in done.stderr
    assert "housekeeping" not in done.stderr


def test_absent_certificates_are_told_once_and_as_they_are(site):
    done = site.run(
        "serve", "--port", "0", code=78, MSGCTL_SERVER_TLS_CERTIFICATE="/absent/chain.pem",
        MSGCTL_SERVER_TLS_KEY="/absent/key.pem",
    )
    assert "can't be read again" not in done.stderr
    assert "/absent/chain.pem" in done.stderr and "check that it is there" in done.stderr


def test_a_stop_in_good_order_is_logged(site):
    server = site.serve()
    assert server.terminate() == 0
    assert server.log_path.read_text().splitlines()[-1].endswith(" info msgctl: stopped")


def test_lines_at_debug_can_be_read(site):
    server = site.serve(MSGCTL_LOG_LEVEL="debug")
    make_users(server, "alice")
    assert server.terminate() == 0
    lines = server.log_path.read_text().splitlines()
    assert any(" debug " in line for line in lines)
    assert max(map(len, lines)) < 4096


@pytest.mark.parametrize("content", [b"", None], ids=["empty", "absent"])
def test_a_database_that_was_lost_is_not_replaced_in_silence(site, content):
    site.serve(JWT_SECRET=None).terminate()
    assert (site.data / "jwt-secret").exists()
    for path in site.data.glob("msgctl.sqlite3*"):
        path.unlink()
    if content is not None:
        (site.data / "msgctl.sqlite3").write_bytes(content)
    server = site.serve(JWT_SECRET=None)
    text = server.log_path.read_text()
    assert "warning msgctl: the data directory has a token secret and no data" in text and str(site.data) in text
    server.terminate()
    again = site.serve(JWT_SECRET=None)
    assert "no data" not in again.log_path.read_text()


def test_the_first_search_of_all_is_answered(site):
    """Nothing is being built where there was nothing: the first message is found a moment later, as any other is."""
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    alice.send(alice.direct(bob)["id"], "the first of all")
    search = lambda: alice.get("/api/messages/search?q=first", 200)["data"]
    search()
    eventually(lambda: search()["hits"], 10, "it is not found")
    server.terminate()
    assert "request failed" not in server.log_path.read_text()
