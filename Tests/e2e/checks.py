"""The shapes of contract.md, checked on every answer."""

import re
from datetime import datetime

ID = re.compile(r"^[0-9a-f]{24}$")
DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
CODE = re.compile(r"^[a-z][a-z0-9_]*$")
LOCATIONS = {"body", "query", "params"}


def is_id(value):
    return isinstance(value, str) and ID.match(value) is not None


def is_date(value):
    return isinstance(value, str) and DATE.match(value) is not None


def seconds(date):
    """An ISO-8601 date as seconds since 1970."""
    return datetime.fromisoformat(date.replace("Z", "+00:00")).timestamp()


def assert_success(body):
    assert isinstance(body, dict), body
    assert body.get("success") is True, body
    assert isinstance(body.get("message"), str), body


def assert_failure(body, method, path):
    """The whole form of a failed answer."""
    assert isinstance(body, dict), body
    assert body.get("success") is False, body
    for name in ("error", "message"):
        assert isinstance(body.get(name), str) and body[name], (name, body)
    assert CODE.match(body.get("code") or ""), body
    assert is_date(body.get("timestamp")), body
    assert body.get("path") == path.split("?")[0], body
    assert body.get("method") == method, body
    for error in body.get("errors", []):
        assert error.get("type") == "field", error
        assert error.get("location") in LOCATIONS, error
        assert isinstance(error.get("path"), str) and error["path"], error
        assert isinstance(error.get("msg"), str) and error["msg"], error


def bad_fields(body):
    """The names of the fields that a failed validation complains of."""
    assert body.get("errors"), body
    return {error["path"] for error in body["errors"]}


def ids(people):
    return sorted(person["id"] for person in people)


def assert_person(person, *extra):
    for name in ("id", "username", "avatar", *extra):
        assert name in person, (name, person)
    assert is_id(person["id"]), person


def assert_message(message, sender=None, conversation=None, content=None):
    """`data` of a send, payload of `message_received`, `message` of an ack."""
    assert is_id(message["id"]), message
    assert_person(message["sender"])
    assert is_id(message["conversationId"]), message
    assert message["messageType"] in ("user", "auto"), message
    assert is_date(message["createdAt"]), message
    assert isinstance(message["content"], str), message
    if sender is not None:
        assert message["sender"]["id"] == sender.id and message["sender"]["username"] == sender.username
    if conversation is not None:
        assert message["conversationId"] == conversation
    if content is not None:
        assert message["content"] == content


def assert_listed_message(message):
    """One of `data` of the message list."""
    assert message["_id"] == message["id"] and is_id(message["id"]), message
    assert is_id(message["sender"]["_id"]) and "username" in message["sender"] and "avatar" in message["sender"]
    assert is_id(message["conversation"]), message
    assert isinstance(message["readBy"], list), message
    for mark in message["readBy"]:
        assert is_id(mark["user"]) and is_date(mark["readAt"]), mark
    assert message["messageType"] in ("user", "auto"), message
    assert message["isDeleted"] is False, message
    assert is_date(message["createdAt"]) and is_date(message["updatedAt"]), message


def assert_socket_failure(answer):
    """A negative ack."""
    assert isinstance(answer, dict) and answer.get("success") is False, answer
    assert isinstance(answer.get("error"), str) and answer["error"], answer
    assert CODE.match(answer.get("code") or ""), answer
