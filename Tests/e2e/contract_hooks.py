"""What schemathesis has to know of this server: hooks, loaded by it through SCHEMATHESIS_HOOKS.

The scene that it plays in is in MSGCTL_CONTRACT: who is logged in, and ids that exist. Data that schemathesis draws is
left as it is but for ids: every other one is put in the place of one that exists, or no call would find anything.
"""

import datetime
import json
import os
import re
import secrets

import requests
import schemathesis
from hypothesis import strategies as st

SCENE = json.loads(os.environ.get("MSGCTL_CONTRACT", "{}"))
PASSWORD = "correct horse"
# Those with whom a session ends: each gets one of its own.
ENDING = {"logOut", "changePassword", "refresh", "endOtherSessions"}
# Those that end, or could end, all sessions of an account: each gets an account of its own.
ENDING_ALL = {"changePassword", "endOtherSessions"}
# Of what kind `id` in the path is, where it is not a conversation's.
PATH_IDS = {
    "markRead": "messages",
    "deleteMessage": "messages",
    "endSession": "sessions",
    # Who may be deactivated, and is in no scene.
    "changeAccountOf": "bystanders",
}
IDS = {
    "conversationId": "conversations",
    "participantId": "users",
    "userId": "users",
    "sender": "users",
    "receiver": "users",
    "before": "messages",
    "after": "messages",
}

ZONES = [datetime.timezone(datetime.timedelta(minutes=minutes)) for minutes in (0, 0, 330, 765, -210, -600)]
# RFC 3339 knows offsets of a day, which no clock has.
schemathesis.openapi.format(
    "date-time", st.datetimes(timezones=st.sampled_from(ZONES)).map(lambda instant: instant.isoformat())
)
schemathesis.openapi.format(
    "time-zone", st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"])
)
# At most 72 bytes, which JSON Schema can't say.
schemathesis.openapi.format("password", st.text(st.characters(min_codepoint=1, codec="utf-8"), min_size=6, max_size=18))


def is_id(value):
    return isinstance(value, str) and len(value) == 24 and all(digit in "0123456789abcdefABCDEF" for digit in value)


def existing(value, kind):
    """The same value every time for the same draw, so that a run can be repeated by its seed."""
    known = SCENE.get(kind)
    if not known or not is_id(value) or int(value[-1], 16) % 2:
        return value
    return known[int(value[:8], 16) % len(known)]


def with_existing(fields, kinds):
    if not isinstance(fields, dict):
        return
    for name, kind in kinds.items():
        if name in fields:
            fields[name] = existing(fields[name], kind)
    if isinstance(fields.get("participantIds"), list):
        fields["participantIds"] = [existing(value, "users") for value in fields["participantIds"]]


def ask(path, body):
    answer = requests.post(SCENE["url"] + path, json=body, timeout=10)
    answer.raise_for_status()
    return answer.json()


def tokens(of_somebody_new=False):
    """Of one more session, of the scene's user or of an account of its own, whose password may then be changed."""
    email = SCENE["email"]
    if of_somebody_new:
        name = f"x{secrets.token_hex(8)}"
        email = f"{name}@example.org"
        ask("/api/auth/register", {"username": name, "email": email, "password": PASSWORD})
    return ask("/api/auth/login", {"email": email, "password": PASSWORD})


def is_instant(value):
    return (
        isinstance(value, str)
        and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value, re.I) is not None
    )


def with_a_span(fields, first, last):
    """Two instants that a span may have; drawn ones are centuries apart, or the wrong way round."""
    given = [name for name in (first, last) if isinstance(fields, dict) and fields.get(name) is not None]
    if given and all(is_instant(fields[name]) for name in given):
        today = datetime.datetime.now(datetime.timezone.utc)
        for name, days in ((first, 20), (last, 10)):
            if name in given:
                fields[name] = (today - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_another(fields, name):
    """What nobody can do with themselves, which no schema can say."""
    if isinstance(fields, dict) and fields.get(name) == SCENE.get("own"):
        fields[name] = SCENE["users"][0]


def spare(fields, kept, kind):
    """Another of the kind in the place of what has to stay as it is."""
    if isinstance(fields, dict) and fields.get("id") in (kept or []):
        fields["id"] = SCENE[kind][0]


@schemathesis.hook
def before_call(context, case, kwargs):
    name = case.operation.definition.raw.get("operationId")
    with_existing(case.path_parameters, {**IDS, "id": PATH_IDS.get(name, "conversations")})
    # What an earlier answer named may be what the scene itself needs.
    if name == "endSession":
        spare(case.path_parameters, [SCENE.get("session")], "sessions")
    if name == "changeAccountOf":
        spare(case.path_parameters, SCENE.get("users"), "bystanders")
    with_existing(case.query, IDS)
    with_existing(case.body, IDS)
    if name in ("exclude", "include"):
        with_another(case.path_parameters, "userId")
    if name == "createConversation":
        with_another(case.body, "participantId")
    if name == "listMessages" and case.query and is_id(case.query.get("before")) and is_id(case.query.get("after")):
        # One or the other, which no schema can say of a query.
        del case.query["after"]
    if "/api/analytics/" in case.path:
        with_a_span(case.query, "from", "to")
    if "/api/admin/dead-letters" in case.path:
        with_a_span(case.query, "since", "before")
        with_a_span(case.body, "since", "before")
    if name == "changePassword" and isinstance(case.body, dict) and isinstance(case.body.get("currentPassword"), str):
        case.body["currentPassword"] = PASSWORD


@schemathesis.auth(refresh_interval=None)
class Login:
    def get(self, case, context):
        name = case.operation.definition.raw.get("operationId")
        if name not in ENDING:
            return SCENE["token"]
        return tokens(of_somebody_new=name in ENDING_ALL)["refreshToken" if name == "refresh" else "accessToken"]

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"
