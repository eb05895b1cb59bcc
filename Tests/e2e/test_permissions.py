"""Every cell of the tables of docs/security.md, asked of a running server."""

import re
from itertools import count

import pytest

from api import call, http_of, make_users, unique
from chat import Chat, Refused
from msgctl import REPOSITORY

PAGE = (REPOSITORY / "docs/security.md").read_text()
NOBODY = "nobody"
ROLES = ["user", "member", "owner", "moderator", "admin"]
COLUMNS = [NOBODY, *ROLES]
PASSWORD = "correct horse"


def table(name):
    """{(`what`, remark): {column: cell}} of the table behind a mark."""
    lines = PAGE.split(f"<!-- {name} -->\n\n")[1].split("\n\n")[0].splitlines()
    assert [cell.strip() for cell in lines[0].split("|")[2:-1]] == COLUMNS
    rows = {}
    for line in lines[2:]:
        first, *cells = [cell.strip() for cell in line.split("|")[1:-1]]
        what, remark = re.fullmatch(r"`([^`]+)`(?: \((.+)\))?", first).groups()
        assert (what, remark) not in rows and len(cells) == len(COLUMNS), line
        rows[what, remark] = dict(zip(COLUMNS, cells, strict=True))
    return rows


class Stage:
    """Somebody in each part, and a conversation and a message made anew for each cell."""

    def __init__(self, site, server):
        self.server = server
        self.people = dict(zip(ROLES, make_users(server, *ROLES), strict=True))
        self.other, self.writer = make_users(server, "other", "writer")
        for role in ("moderator", "admin"):
            site.run("user", "set-role", self.people[role].username, role)
        self.numbers = count()

    def group(self):
        return self.people["owner"].group(f"Group {next(self.numbers)}", self.people["member"], self.other)["id"]

    def message(self):
        return self.people["owner"].send(self.group(), "written by the owner")["id"]

    def fresh(self, who):
        """Another session of somebody, which may be ended."""
        return (self.people[who] if who != NOBODY else self.other).another_session()


def json_of(body):
    return {"json": body}


def registration(stage, who):
    name = unique("new")
    return json_of({"username": name, "email": f"{name}@example.org", "password": PASSWORD})


def log_in(stage, who):
    return json_of({"email": stage.other.email, "password": PASSWORD})


def refreshing(stage, who):
    return {"token": stage.fresh(who).refresh if who != NOBODY else None, "json": {}}


def ending(stage, who):
    return {"token": stage.fresh(who).access if who != NOBODY else None}


def new_password(stage, who):
    """The same one again, by a session that then stays alone."""
    return {**ending(stage, who), **json_of({"currentPassword": PASSWORD, "newPassword": PASSWORD})}


def session_of(stage, user):
    return user.get("/api/auth/sessions")["data"]["sessions"][0]["id"]


def own_session(stage, who):
    return {"id": session_of(stage, stage.fresh(who))}


def another_session(stage, who):
    return {"id": session_of(stage, stage.other)}


def group(stage, who):
    return {"id": stage.group()}


def message(stage, who):
    return {"id": stage.message()}


def other(stage, who):
    return {"userId": stage.other.id}


def nothing(stage, who):
    return {}


def oneself(stage, who):
    return stage.other.id if who == NOBODY else stage.people[who].id


# What is sent: `id`, `userId` and `file` go into the path, the rest are options of the request.
REQUESTS = {
    ("POST /api/auth/register", None): registration,
    ("POST /api/auth/login", None): log_in,
    ("POST /api/auth/exchange", "no outside issuer"): nothing,
    ("POST /api/auth/refresh", None): refreshing,
    ("POST /api/auth/logout", None): ending,
    ("GET /api/auth/me", None): nothing,
    ("PATCH /api/auth/me", None): lambda stage, who: json_of({"autoMessages": True}),
    ("POST /api/auth/password", None): new_password,
    ("GET /api/auth/sessions", None): nothing,
    ("DELETE /api/auth/sessions", None): ending,
    ("DELETE /api/auth/sessions/:id", "one's own"): own_session,
    ("DELETE /api/auth/sessions/:id", "another's"): another_session,
    ("GET /api/auth/me/exclusions", None): nothing,
    ("PUT /api/auth/me/exclusions/:userId", None): other,
    ("DELETE /api/auth/me/exclusions/:userId", None): other,
    ("GET /api/user/list", None): nothing,
    ("GET /api/conversations", None): nothing,
    ("POST /api/conversations", None): lambda stage, who: json_of({"participantId": stage.other.id}),
    ("GET /api/conversations/search", None): lambda stage, who: {"params": {"q": "group"}},
    ("GET /api/conversations/:id", None): group,
    ("PATCH /api/conversations/:id", None): lambda stage, who: {**group(stage, who), **json_of({"name": "Renamed"})},
    ("POST /api/conversations/:id/participants", None): lambda stage, who: {
        **group(stage, who), **json_of({"participantId": stage.writer.id})
    },
    ("DELETE /api/conversations/:id/participants/:userId", "another"): lambda stage, who: {
        **group(stage, who), **other(stage, who)
    },
    ("DELETE /api/conversations/:id/participants/:userId", "oneself"): lambda stage, who: {
        **group(stage, who), "userId": oneself(stage, who)
    },
    ("POST /api/messages/send", None): lambda stage, who: json_of(
        {"conversationId": stage.group(), "content": "sent"}
    ),
    ("GET /api/messages/search", None): lambda stage, who: {"params": {"q": "written", "conversationId": stage.group()}},
    ("GET /api/messages/:id", None): group,
    ("PUT /api/messages/:id/read", None): message,
    ("DELETE /api/messages/:id", None): message,
    ("GET /api/analytics/summary", None): nothing,
    ("GET /api/analytics/messages", None): nothing,
    ("GET /api/analytics/top", None): nothing,
    ("GET /api/admin/users", None): nothing,
    ("PATCH /api/admin/users/:id", "another"): lambda stage, who: {
        "id": stage.writer.id, **json_of({"isActive": True})
    },
    ("PATCH /api/admin/users/:id", "oneself"): lambda stage, who: {
        "id": oneself(stage, who), **json_of({"role": "admin", "isActive": True})
    },
    ("GET /api/admin/dead-letters", None): nothing,
    ("POST /api/admin/dead-letters/replay", None): lambda stage, who: json_of({"all": True}),
    ("GET /api/health", None): nothing,
    ("GET /api/health/live", None): nothing,
    ("GET /api/health/ready", None): nothing,
    ("GET /metrics", "from this machine"): nothing,
    ("GET /metrics", "through a proxy"): lambda stage, who: {"headers": {"X-Forwarded-For": "192.0.2.1"}},
    ("GET /api-docs", None): nothing,
    ("GET /api-docs/openapi.json", None): nothing,
    ("GET /api-docs/asyncapi.json", None): nothing,
    ("GET /api-docs/:file", None): lambda stage, who: {"file": "page.css"},
    ("GET /", None): nothing,
    ("GET /chat/:file", None): lambda stage, who: {"file": "main.js"},
}  # fmt: skip


def in_group(stage, who):
    return {"conversationId": stage.group()}


def token_of(user):
    return {"token": f"Bearer {user.access}"}


PAYLOADS = {
    ("join_room", None): lambda stage, who: stage.group(),
    ("leave_room", None): lambda stage, who: stage.group(),
    ("send_message", None): lambda stage, who: {**in_group(stage, who), "content": "sent"},
    ("typing_start", None): in_group,
    ("typing_stop", None): in_group,
    ("message_read", None): lambda stage, who: {"messageId": stage.message()},
    ("get_online_users", None): lambda stage, who: None,
    ("auth_refresh", "one's own token"): lambda stage, who: token_of(stage.people[who]),
    ("auth_refresh", "another's token"): lambda stage, who: token_of(stage.other),
}


def test_each_row_has_its_request():
    assert set(table("routes")) == set(REQUESTS)
    assert set(table("events")) == set(PAYLOADS)


@pytest.fixture(scope="module")
def stage(shared_site):
    running = [process for process in shared_site.processes if process.is_running]
    stage = Stage(shared_site, running[0] if running else shared_site.serve())
    # Search answers 503 until there is an index, whoever asks.
    stage.message()
    stage.people["owner"].search("written")
    return stage


@pytest.mark.parametrize("who", COLUMNS)
def test_every_route(stage, server, who):
    told, found = {}, {}
    for (route, remark), cells in table("routes").items():
        options = REQUESTS[route, remark](stage, who)
        method, path = route.split(" ")
        for name in ("userId", "id", "file"):
            if f":{name}" in path:
                path = path.replace(f":{name}", options.pop(name))
        token = options.pop("token", None if who == NOBODY else stage.people[who].access)
        reply = answer(server, method, path, token, options)
        told[route, remark], found[route, remark] = cells[who], str(reply)
        if route == "POST /api/auth/password" or route == "DELETE /api/auth/sessions":
            if who != NOBODY:
                # The session that it was done with is the one that is left.
                stage.people[who].login()
    assert found == told


def answer(server, method, path, token, options):
    headers = {**options.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    return http_of(server).request(method, path, headers=headers, **options).status_code


@pytest.mark.parametrize("who", ROLES)
def test_every_event(stage, server, who):
    told, found = {}, {}
    chat = Chat(server, stage.people[who].access)
    try:
        for (event, remark), cells in table("events").items():
            payload = PAYLOADS[event, remark](stage, who)
            reply = chat.call(event, *([] if payload is None else [payload]))
            told[event, remark] = cells[who]
            found[event, remark] = "ok" if reply.get("success", True) else reply["code"]
    finally:
        chat.close()
    assert found == told


@pytest.mark.parametrize("auth", [None, {}, {"token": "Bearer x.y.z"}])
def test_nobody_is_let_in(server, auth):
    assert {cells[NOBODY] for cells in table("events").values()} == {"refused"}
    with pytest.raises(Refused):
        Chat(server, auth=auth)


def test_an_event_that_there_is_not(stage, server):
    """Or else the rows above would prove nothing."""
    chat = Chat(server, stage.people["admin"].access)
    assert chat.call("no_such_event", {})["code"] == "not_found"
    chat.close()


def test_what_is_refused_changes_nothing(stage, server):
    """A look at some of the refused calls' traces, as a status alone proves little."""
    people = stage.people
    group_id = stage.group()
    written = people["owner"].send(group_id, "it stays")["id"]
    people["user"].patch(f"/api/conversations/{group_id}", {"name": "Stolen"}, 404)
    people["member"].patch(f"/api/conversations/{group_id}", {"name": "Stolen"}, 403)
    people["member"].delete(f"/api/messages/{written}", 403)
    people["user"].delete(f"/api/messages/{written}", 404)
    people["member"].remove(group_id, stage.other, status=403)
    people["moderator"].patch(f"/api/admin/users/{people['moderator'].id}", {"role": "admin"}, 403)
    people["user"].patch("/api/auth/me", {"role": "admin"}, 400)
    shown = people["owner"].conversation(group_id)
    assert shown["name"] != "Stolen" and len(shown["participants"]) == 3
    assert [each["id"] for each in people["owner"].history(group_id)] == [written]
    assert people["moderator"].me()["role"] == "moderator" and people["user"].me()["role"] == "user"
    call(server, "PATCH", f"/api/admin/users/{people['user'].id}", 401, json={"role": "admin"})
