"""docs/asyncapi.json against what really passes between two clients and the server."""

import json
import re

import jsonschema
import pytest
import referencing

from api import call, http_of, make_users
from chat import Chat
from msgctl import REPOSITORY

DOCUMENT = json.loads((REPOSITORY / "docs/asyncapi.json").read_text())
MESSAGES = DOCUMENT["components"]["messages"]
NAME = "urn:msgctl:asyncapi"
REGISTRY = referencing.Registry().with_resource(
    NAME, referencing.Resource.from_contents(DOCUMENT, default_specification=referencing.jsonschema.DRAFT7)
)


def resolved(reference):
    """What a reference within the document points at, through references that it finds there."""
    found = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return resolved(found["$ref"]) if "$ref" in found else found


def check(message, payload):
    """The payload is what the document says of the message."""
    assert "payload" in MESSAGES[message], f"{message} has no payload: {payload}"
    schema = {"$ref": f"{NAME}#/components/messages/{message}/payload"}
    jsonschema.Draft7Validator(schema, registry=REGISTRY).validate(payload)


def operations(action):
    return {name for name, operation in DOCUMENT["operations"].items() if operation["action"] == action}


def test_it_is_served_as_it_stands(server):
    answer = http_of(server).get("/api-docs/asyncapi.json")
    assert answer.status_code == 200 and answer.json() == DOCUMENT


def test_every_event_of_the_gateway_is_in_it_and_no_other():
    sources = {path: path.read_text() for path in (REPOSITORY / "Sources").glob("Msg*/**/*.swift")}
    events = [text for text in sources.values() if re.search(r"struct \w+: ServerEvent\b", text)]
    sent = {re.search(r'static let name = "(\w+)"', text)[1] for text in events}
    gateway = next(text for path, text in sources.items() if path.name == "SocketGateway.swift")
    known = next(text for path, text in sources.items() if path.name == "ClientEvent.swift")
    names = dict(re.findall(r'case (\w+) = "(\w+)"', known))
    received = {names[case] for case in re.findall(r"\bon\(\.(\w+)\)", gateway)}
    assert received == set(names.values()), "each has its handler"
    assert len(sent) > 10 and len(received) > 5, "the sources have another form than this test knows"
    assert operations("send") == sent
    assert operations("receive") == received
    # Nothing is sent by a name that is written where it is sent.
    assert not any(re.search(r'\bemit\(\s*"', text) for text in sources.values())


def test_operations_use_every_message_and_its_name():
    used = set()
    for name, operation in DOCUMENT["operations"].items():
        (message,) = operation["messages"]
        assert resolved(message["$ref"])["name"] == name
        used.add(message["$ref"].split("/")[-1])
        if operation["action"] == "receive":
            (answer,) = operation["reply"]["messages"]
            assert resolved(answer["$ref"])["name"] == name
            used.add(answer["$ref"].split("/")[-1])
    assert used == set(MESSAGES) == set(DOCUMENT["channels"]["main"]["messages"])


@pytest.mark.parametrize("message", [name for name in MESSAGES if "examples" in MESSAGES[name]])
def test_examples_are_what_the_schemas_say(message):
    for example in MESSAGES[message]["examples"]:
        check(message, example["payload"])


def test_the_schemas_refuse_what_is_wrong():
    """Not that they take anything."""
    for name, message in MESSAGES.items():
        if "payload" not in message:
            continue
        for wrong in (7, ["x"], {"no": "such field"}):
            with pytest.raises(jsonschema.ValidationError):
                check(name, wrong)


class Session:
    """Two people in a conversation; all that passes is checked, and noted by message."""

    def __init__(self, server):
        self.seen = set()
        self.alice, self.bob, self.carol = make_users(server, "alice", "bob", "carol")
        self.direct = self.alice.direct(self.bob)["id"]
        self.first = Chat(server, self.alice.access)
        self.second = Chat(server, self.bob.access)

    def ask(self, chat, event, *payload, succeeds=True):
        """An event with an ack."""
        for value in payload if succeeds else ():
            check(event, value)
        answer = chat.call(event, *payload)
        check(f"{event}.ack", answer)
        assert answer.get("success", True) is succeeds, answer
        self.seen |= {event, f"{event}.ack"}
        return answer

    def expect(self, chat, event, within=5.0, **fields):
        payload = chat.expect(event, within, **fields)
        check(event, payload)
        self.seen.add(event)
        return payload

    def close(self):
        """Whatever came besides is checked as well."""
        for chat in (self.first, self.second):
            for event, payload, _ in chat.log:
                check(event, payload)
                self.seen.add(event)
            chat.close()


def test_what_is_over_a_limit_is_refused_as_it_says(site):
    session = Session(site.serve(MSGCTL_LIMITS_MESSAGES="1/1h"))
    message = {"conversationId": session.direct, "content": "Hello"}
    session.ask(session.first, "send_message", message)
    refused = session.ask(session.first, "send_message", message, succeeds=False)
    assert refused["code"] == "rate_limited" and 0 < refused["retryAfter"] <= 3600 + 225
    session.first.emit("send_message", message)
    assert "retryAfter" in session.expect(session.first, "error", code="rate_limited")
    session.close()


def test_what_passes_is_what_it_says(site):
    server = site.serve(MSGCTL_AUTH_ACCESS_TOKEN_LIFETIME="8s", MSGCTL_REALTIME_TYPING_TIMEOUT="500ms")
    session = Session(server)
    alice, bob, direct, first, second = session.alice, session.bob, session.direct, session.first, session.second
    for event in ("join_room", "leave_room"):
        session.ask(first, event, direct)
        session.ask(first, event, {"conversationId": direct})
        session.ask(first, event, alice.id, succeeds=False)
    sent = session.ask(first, "send_message", {"conversationId": direct, "content": "Hello", "clientMessageId": "1"})
    session.ask(first, "send_message", {"conversationId": direct}, succeeds=False)
    session.expect(second, "message_received", content="Hello")
    session.ask(second, "message_read", {"messageId": sent["message"]["id"]})
    session.expect(first, "message_read_by")
    session.ask(first, "typing_start", {"conversationId": direct})
    session.expect(second, "user_typing")
    session.ask(first, "typing_stop", {"conversationId": direct})
    session.expect(second, "user_stop_typing")
    session.ask(first, "get_online_users")
    session.expect(first, "online_users_list")
    first.emit("send_message", {})
    session.expect(first, "error")

    group = alice.group("Group", bob)["id"]
    session.expect(second, "conversation_created")
    alice.patch(f"/api/conversations/{group}", {"name": "Other name"})
    session.expect(second, "conversation_updated")
    alice.delete(f"/api/messages/{sent['message']['id']}")
    session.expect(second, "message_deleted")

    session.expect(second, "auth_expiring", within=10)
    alice.login()
    session.ask(first, "auth_refresh", {"token": f"Bearer {alice.access}"})
    session.ask(first, "auth_refresh", alice.access)
    session.ask(first, "auth_refresh", "nonsense", succeeds=False)
    # The other's token ends, and with it its socket.
    session.expect(first, "user_offline", within=15, userId=bob.id)
    bob.login()
    second = session.second = Chat(
        server, auth={"token": f"Bearer {bob.access}", "recovery": True, "pid": "other", "offset": "other.1"}
    )
    session.expect(second, "resync")
    first.close()
    session.expect(second, "user_offline", userId=alice.id)
    alice.login()
    first = session.first = Chat(server, alice.access)
    session.expect(second, "user_online", userId=alice.id)
    session.expect(second, "online_users_update")
    session.close()
    assert set(MESSAGES) - session.seen == set(), "these never passed"
