"""msgctl user: the operator's hand on people who are online."""

import pytest

from api import User, make_users
from chat import Chat
from msgctl import eventually

AT_ONCE = 2.0


def create(site, name, *arguments, password="a first password", code=0):
    return site.run(
        "user",
        "create",
        "--username",
        name,
        "--email",
        f"{name}@example.org",
        *arguments,
        "--output",
        "json",
        input=password + "\n",
        code=code,
    )


def test_the_first_admin(site):
    """Before the server ever ran."""
    create(site, "boss", "--role", "admin")
    server = site.serve()
    boss = User(server, username="boss", email="boss@example.org", password="a first password")
    boss.login()
    assert boss.me()["role"] == "admin"


def test_show_and_list(site):
    create(site, "boss", "--role", "admin")
    create(site, "alice")
    shown = site.json("user", "show", "alice")["user"]
    assert shown["username"] == "alice" and shown["email"] == "alice@example.org"
    assert shown["role"] == "user" and shown["isActive"] is True
    assert site.json("user", "show", "alice@example.org")["user"]["id"] == shown["id"]
    assert site.json("user", "show", shown["id"])["user"]["id"] == shown["id"]
    listed = site.json("user", "list")
    assert listed["total"] == 2 and {user["username"] for user in listed["users"]} == {"boss", "alice"}
    for output in (shown, listed):
        assert "$2b$" not in str(output)


@pytest.mark.parametrize(
    "name,email", [("alice", "other@example.org"), ("ALICE", "other@example.org"), ("other", "Alice@Example.org")]
)
def test_a_duplicate(site, name, email):
    create(site, "alice")
    done = site.run("user", "create", "--username", name, "--email", email, input="a password\n", code=1)
    assert done.stdout == "" and done.stderr.strip()
    assert site.records.count("users") == 1


@pytest.mark.parametrize("password", ["", "short", "x" * 73, "nul\u0000inside"])
def test_bad_passwords(site, password):
    site.run("migrate")
    done = create(site, "alice", password=password, code=None)
    assert done.returncode in (1, 64), done.returncode
    assert done.stdout == "" and "password" in done.stderr.lower()
    site.run("user", "show", "alice", code=1)


def test_bad_names(site):
    for arguments in (
        ["--username", "a b", "--email", "a@example.org"],
        ["--username", "alice", "--email", "nonsense"],
        ["--username", "alice", "--email", "a@example.org", "--role", "emperor"],
    ):
        done = site.run("user", "create", *arguments, input="a password\n", code=None)
        assert done.returncode in (1, 64)


def test_a_password_is_never_an_argument(site):
    site.run("user", "create", "--username", "a_b", "--email", "a@example.org", "--password", "x" * 10, code=64)
    assert "--password " not in site.run("user", "create", "--help", data=False).stdout


@pytest.mark.parametrize("verb", ["show", "set-password", "activate", "deactivate", "sessions", "revoke-sessions"])
def test_unknown_people(site, verb):
    site.run("migrate")
    done = site.run("user", verb, "nobody", input="a password\n", code=1)
    assert "nobody" in done.stderr


@pytest.fixture
def scene(site):
    server = site.serve()
    (alice,) = make_users(server, "alice")
    return site, server, alice, Chat(server, alice.access)


def test_deactivating_ends_everything_at_once(scene):
    site, server, alice, chat = scene
    site.run("user", "deactivate", alice.username)
    chat.expect_close(AT_ONCE)
    eventually(lambda: not alice.get("/api/auth/me", {200, 401, 403})["success"], AT_ONCE)
    alice.login({401, 403})
    site.run("user", "activate", alice.username)
    alice.login()
    assert alice.me()["id"] == alice.id


def test_revoking_sessions_ends_tokens_and_sockets_at_once(scene):
    site, server, alice, chat = scene
    site.run("user", "revoke-sessions", alice.username)
    chat.expect_close(AT_ONCE)
    eventually(lambda: not alice.get("/api/auth/me", {200, 401})["success"], AT_ONCE)
    alice.call("POST", "/api/auth/refresh", 401, json={"refreshToken": alice.refresh})
    alice.login()
    Chat(server, alice.access).settle()


def test_a_role_counts_at_once_for_live_tokens(scene):
    site, server, alice, chat = scene
    bob, carol = make_users(server, "bob", "carol")
    conversation = bob.group("Theirs", carol)["id"]
    alice.patch(f"/api/conversations/{conversation}", {"name": "Moderated"}, {403, 404})
    site.run("user", "set-role", alice.username, "moderator")
    eventually(lambda: alice.me()["role"] == "moderator", AT_ONCE)
    alice.patch(f"/api/conversations/{conversation}", {"name": "Moderated"})
    site.run("user", "set-role", alice.username, "user")
    eventually(lambda: alice.me()["role"] == "user", AT_ONCE)
    alice.patch(f"/api/conversations/{conversation}", {"name": "Again"}, {403, 404})


def test_a_new_role_closes_sockets_that_come_back_with_it(scene):
    site, server, alice, chat = scene
    site.run("user", "set-role", alice.username, "moderator")
    chat.expect_close(AT_ONCE)
    Chat(server, alice.access).settle()


def test_the_sessions_of_a_user(scene):
    site, server, alice, chat = scene
    other = alice.another_session()
    shown = site.json("user", "sessions", alice.username)["sessions"]
    mine = {each["id"]: each for each in alice.get("/api/auth/sessions")["data"]["sessions"]}
    assert [each["id"] for each in shown] == [each["id"] for each in alice.get("/api/auth/sessions")["data"]["sessions"]]
    for each in shown:
        assert {name: mine[each["id"]][name] for name in each} == each
    assert all(each["address"] == "127.0.0.1" and each["userAgent"] for each in shown)
    first = site.run("user", "sessions", alice.username).stdout.splitlines()[0]
    assert first.startswith(shown[0]["id"]) and first.endswith(f"from 127.0.0.1  {shown[0]['userAgent']}")
    other.post("/api/auth/logout")
    assert len(site.json("user", "sessions", alice.username)["sessions"]) == 1
    site.run("user", "revoke-sessions", alice.username)
    assert site.json("user", "sessions", alice.username) == {"sessions": []}
    assert "not logged in" in site.run("user", "sessions", alice.username).stdout


def test_setting_a_password(scene):
    site, _, alice, _ = scene
    site.run("user", "set-password", alice.username, input="set by the operator\n")
    alice.login(401)
    alice.password = "set by the operator"
    alice.login()
