"""Registering, logging in, one's own account."""

import pytest

from api import PASSWORD, User, call, http_of, unique
from checks import bad_fields, is_id


def test_register_answers_with_the_user_and_nothing_secret(server):
    user = User(server, "alice")
    body = user.register()
    assert is_id(body["user"]["id"])
    assert body["user"]["username"] == user.username
    assert body["user"]["email"] == user.email
    assert "password" not in body["user"]
    assert PASSWORD not in str(body)


def test_login_answers_with_tokens(server):
    user = User(server, "alice")
    registered = user.register()["user"]["id"]
    body = user.login()
    assert body["user"]["id"] == registered
    assert body["user"]["username"] == user.username
    assert body["accessToken"] and body["refreshToken"] and body["accessToken"] != body["refreshToken"]
    assert int(body["expiresIn"]) == 900
    assert user.me()["id"] == registered


def test_email_is_taken_in_any_letter_case_and_logs_in_so(server):
    user = User(server, "alice")
    user.register()
    shouting = User(server, username=user.username, email=user.email.upper())
    assert shouting.login()["user"]["username"] == user.username


def test_unknown_user_and_wrong_password_get_the_same_answer(server):
    user = User(server, "alice")
    user.register()
    answers = [
        call(server, "POST", "/api/auth/login", 401, json={"email": email, "password": "not this one"})
        for email in (user.email, "nobody-" + user.email)
    ]
    for body in answers:
        del body["timestamp"]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("field", ["username", "email"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_taken_names_are_refused_in_any_letter_case(server, field, case):
    first = User(server, "Taken")
    first.register()
    second = User(server, "Other")
    setattr(second, field, case(getattr(first, field)))
    second.register(409)


def test_concurrent_registrations_of_one_name_make_one_user(server):
    from concurrent.futures import ThreadPoolExecutor

    name = unique("race")
    users = [User(server, username=name, email=f"{i}-{name}@example.org".lower()) for i in range(12)]
    with ThreadPoolExecutor(12) as pool:
        bodies = list(pool.map(lambda user: user.register({201, 409}), users))
    assert sum(body["success"] for body in bodies) == 1


def test_validation_names_every_bad_field_at_once(server):
    body = call(
        server,
        "POST",
        "/api/auth/register",
        400,
        json={"username": "a b", "email": "not an address", "password": "short"},
    )
    assert bad_fields(body) == {"username", "email", "password"}
    assert {error["location"] for error in body["errors"]} == {"body"}
    body = call(server, "POST", "/api/auth/register", 400, json={})
    assert bad_fields(body) == {"username", "email", "password"}
    body = call(server, "POST", "/api/auth/login", 400, json={"email": 7, "password": ["x"]})
    assert bad_fields(body) == {"email", "password"}


@pytest.mark.parametrize(
    "username", ["ab", "a" * 31, "with space", "ümlaut", "semi;colon", "new\nline", "nul\u0000l", ""]
)
def test_bad_usernames(server, username):
    body = call(
        server,
        "POST",
        "/api/auth/register",
        400,
        json={"username": username, "email": f"{unique('x')}@example.org", "password": PASSWORD},
    )
    assert bad_fields(body) == {"username"}


@pytest.mark.parametrize(
    "password,ok",
    [("12345", False), ("123456", True), ("x" * 72, True), ("x" * 73, False), ("é" * 36, True), ("é" * 37, False)],
)
def test_password_limits(server, password, ok):
    """Six characters, and the 72 bytes beyond which bcrypt reads nothing."""
    user = User(server, "limits", password=password)
    body = user.register(201 if ok else 400)
    if ok:
        user.login()
        wrong = User(server, username=user.username, email=user.email, password=password[:-1] + "?")
        wrong.login(401)
    else:
        assert bad_fields(body) == {"password"}


def test_an_extra_field_gives_no_rights(server):
    user = User(server, "sneaky")
    body = call(
        server,
        "POST",
        "/api/auth/register",
        {201, 400},
        json={
            "username": user.username,
            "email": user.email,
            "password": user.password,
            "role": "admin",
            "isActive": False,
        },
    )
    if body["success"]:
        user.login()
        assert user.me()["role"] == "user"
        user.patch("/api/auth/me", {"role": "admin", "timezone": "Europe/Berlin"}, {200, 400})
        assert user.me()["role"] == "user"


def test_me_and_its_changes(people):
    (alice,) = people("alice")
    me = alice.me()
    assert me["id"] == alice.id and me["username"] == alice.username and me["email"] == alice.email
    assert me["role"] == "user" and "avatar" in me and "password" not in me
    renamed = unique("renamed")
    alice.patch(
        "/api/auth/me",
        {
            "username": renamed,
            "avatar": "https://example.org/a.png",
            "autoMessages": False,
            "timezone": "Europe/Berlin",
        },
    )
    me = alice.me()
    assert me["username"] == renamed and me["avatar"] == "https://example.org/a.png"
    assert me["autoMessages"] is False and me["timezone"] == "Europe/Berlin"


def test_changes_to_me_are_validated(people):
    alice, bob = people("alice", "bob")
    body = alice.patch("/api/auth/me", {"username": "!", "autoMessages": "maybe", "timezone": "Mars/Olympus"}, 400)
    assert bad_fields(body) == {"username", "autoMessages", "timezone"}
    assert bad_fields(alice.patch("/api/auth/me", {"timezone": "GMT+3"}, 400)) == {"timezone"}
    alice.patch("/api/auth/me", {"username": bob.username.upper()}, 409)
    assert alice.me()["username"] == alice.username


def test_changing_the_password_ends_the_other_sessions(people):
    (alice,) = people("alice")
    other = alice.another_session()
    change = {"currentPassword": PASSWORD, "newPassword": "battery staple"}
    alice.post("/api/auth/password", {**change, "currentPassword": "wrong"}, {400, 401, 403})
    assert other.me()["id"] == alice.id
    alice.post("/api/auth/password", change)
    assert alice.me()["id"] == alice.id
    other.me(401)
    alice.at(alice.server).login(401)
    alice.password = "battery staple"
    alice.login()


@pytest.mark.parametrize("new", ["short", "x" * 73, 12345678, None])
def test_a_bad_new_password_is_refused(people, new):
    (alice,) = people("alice")
    body = alice.post("/api/auth/password", {"currentPassword": PASSWORD, "newPassword": new}, 400)
    assert bad_fields(body) == {"newPassword"}
    alice.login()


@pytest.mark.embedded
def test_registration_can_be_closed(site):
    server = site.serve("--only", "api", MSGCTL_AUTH_REGISTRATION="closed")
    body = {"username": "alice", "email": "alice@example.org", "password": "correct horse"}
    refused = http_of(server).post("/api/auth/register", json=body)
    assert refused.status_code == 403 and refused.json()["code"] == "forbidden"
    assert "Registration is closed" in refused.json()["message"]
    site.run("user", "create", "--username", "alice", "--email", body["email"], input=f"{body['password']}\n")
    made = http_of(server).post("/api/auth/login", json={"email": body["email"], "password": body["password"]})
    assert made.status_code == 200
