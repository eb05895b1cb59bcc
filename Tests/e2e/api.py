"""People who use the REST API. Every answer's form is checked on the way."""

import itertools
import secrets

import httpx

from checks import assert_failure, assert_success
from msgctl import eventually

PASSWORD = "correct horse"
_numbers = itertools.count(1)


def unique(stem):
    """A username that no other test has, within the 30 characters allowed."""
    return f"{stem[:14]}_{next(_numbers)}_{secrets.token_hex(3)}"


def http_of(server):
    if server.http is None:
        server.http = httpx.Client(
            base_url=server.url,
            timeout=30,
            trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
        )
    return server.http


def call(server, method, path, status=200, token=None, headers=None, **options):
    """One request. `status` is the one expected, or a set of them; the JSON body is returned."""
    headers = dict(headers or {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    reply = http_of(server).request(method, path, headers=headers, **options)
    expected = status if isinstance(status, (set, frozenset, tuple)) else {status}
    assert reply.status_code in expected, (
        f"{method} {path}: {reply.status_code}, expected {status}: {reply.text[:2000]}"
    )
    assert reply.headers["content-type"].split(";")[0] == "application/json", reply.headers
    body = reply.json()
    if reply.status_code < 300:
        assert_success(body)
    else:
        assert_failure(body, method, path)
    return body


class User:
    """Somebody with an account and, when logged in, tokens."""

    def __init__(self, server, stem="user", password=PASSWORD, username=None, email=None):
        self.server = server
        self.username = username or unique(stem)
        self.email = email or f"{self.username}@example.org".lower()
        self.password = password
        self.id = self.access = self.refresh = None

    def register(self, status=201):
        body = call(
            self.server,
            "POST",
            "/api/auth/register",
            status,
            json={"username": self.username, "email": self.email, "password": self.password},
        )
        if status == 201:
            self.id = body["user"]["id"]
        return body

    def login(self, status=200, server=None):
        body = call(
            server or self.server,
            "POST",
            "/api/auth/login",
            status,
            json={"email": self.email, "password": self.password},
        )
        if status == 200:
            self.id = body["user"]["id"]
            self.access, self.refresh = body["accessToken"], body["refreshToken"]
        return body

    def at(self, server):
        """The same person with the same tokens, at another node or after a restart."""
        other = User(server, username=self.username, email=self.email, password=self.password)
        other.id, other.access, other.refresh = self.id, self.access, self.refresh
        return other

    def another_session(self):
        other = self.at(self.server)
        other.login()
        return other

    def call(self, method, path, status=200, **options):
        return call(self.server, method, path, status, token=self.access, **options)

    def get(self, path, status=200, **options):
        return self.call("GET", path, status, **options)

    def post(self, path, json=None, status=200):
        return self.call("POST", path, status, json={} if json is None else json)

    def patch(self, path, json, status=200):
        return self.call("PATCH", path, status, json=json)

    def put(self, path, status=200):
        return self.call("PUT", path, status)

    def delete(self, path, status=200):
        return self.call("DELETE", path, status)

    def me(self, status=200):
        return self.get("/api/auth/me", status).get("user")

    def direct(self, other, status=200):
        return self.post("/api/conversations", {"participantId": other.id}, status).get("data")

    def group(self, name, *others):
        return self.post("/api/conversations", {"name": name, "participantIds": [other.id for other in others]})["data"]

    def add(self, conversation, *others, status=200):
        return self.post(
            f"/api/conversations/{conversation}/participants",
            {"participantIds": [other.id for other in others]},
            status,
        )

    def remove(self, conversation, other, status=200):
        return self.delete(f"/api/conversations/{conversation}/participants/{other.id}", status)

    def send(self, conversation, content, status=200, **fields):
        return self.post(
            "/api/messages/send", {"conversationId": conversation, "content": content, **fields}, status
        ).get("data")

    def history(self, conversation, status=200, **query):
        return self.get(f"/api/messages/{conversation}", status, params=query).get("data")

    def whole_history(self, conversation, limit=100):
        """Every message, oldest first, by walking back with `before`."""
        page = self.history(conversation, limit=limit)
        messages = list(page)
        while page:
            page = self.history(conversation, limit=limit, before=messages[0]["id"])
            messages = page + messages
        return messages

    def conversations(self, **query):
        return self.get("/api/conversations", params=query)["data"]["conversations"]

    def conversation(self, conversation):
        """This conversation as the list shows it, or None."""
        return next((c for c in self.conversations(limit=100) if c["id"] == conversation), None)

    def search(self, q, **query):
        """What is found, once there is an index: with the first message of all it is only being built."""

        def built():
            answer = self.get("/api/messages/search", {200, 503}, params={"q": q, **query})
            if answer["success"]:
                return answer["data"]
            assert "being built" in answer["message"], answer

        return eventually(built, 20, "the index is not built")


def make_users(server, *stems):
    """Registered and logged in, one for each stem."""
    users = [User(server, stem) for stem in stems]
    for user in users:
        user.register()
        user.login()
    return users
