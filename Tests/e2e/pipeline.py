"""The three phases as an operator runs them, in a send window that is open now."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from api import User
from records import automessages, messages
from msgctl import eventually


def window(seconds):
    """Settings for a window from now on, in a time zone where it is about noon now, so that midnight is far off."""
    now = datetime.now(timezone.utc)
    west = now.hour - 12
    zone = f"Etc/GMT{'+' if west >= 0 else '-'}{abs(west)}"
    local = now - timedelta(hours=west)
    return {
        "MSGCTL_SCHEDULE_TIME_ZONE": zone,
        "MSGCTL_SCHEDULE_WINDOW_START": (local - timedelta(seconds=1)).strftime("%H:%M:%S"),
        "MSGCTL_SCHEDULE_WINDOW_END": (local + timedelta(seconds=seconds)).strftime("%H:%M:%S"),
    }


def register_many(server, count):
    users = [User(server, "many") for _ in range(count)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda user: user.register(), users))
    return users


def enqueue_all(site, count, within=30):
    """Runs enqueue-due again and again, as a crontab does, until `count` messages have been queued."""
    queued = 0

    def run():
        nonlocal queued
        queued += site.json("enqueue-due")["queued"]
        return queued >= count

    eventually(run, within, f"{count} messages are not queued", every=0.2)
    assert queued == count, f"{queued} queued of {count}"


def drain_all(site, within=90):
    """Queues again what a dead worker had in hand and drains, until everything planned is sent."""

    def run():
        site.json("enqueue-due")
        site.json("dispatch-worker", "--drain")
        return all(row["isSent"] for row in automessages(site).values())

    eventually(run, within, "not everything is sent", every=0.2)


def groups(rows):
    """The connected groups of people in planned messages: pairs, and one trio when the number is odd."""
    member_of = {}
    for row in rows:
        one = member_of.setdefault(row["senderId"], {row["senderId"]})
        other = member_of.setdefault(row["receiverId"], {row["receiverId"]})
        if one is not other:
            one |= other
            for person in other:
                member_of[person] = one
    return list({id(group): group for group in member_of.values()}.values())


def assert_everybody_in_one_pairing(site, users):
    """`users` are people, or their ids."""
    rows = automessages(site).values()
    found = groups(rows)
    assert set().union(*found) == {getattr(user, "id", user) for user in users}
    sizes = Counter(len(group) for group in found)
    assert sizes == (
        Counter({2: len(users) // 2}) if len(users) % 2 == 0 else Counter({2: len(users) // 2 - 1, 3: 1})
    ), sizes
    for row in rows:
        assert row["senderId"] != row["receiverId"]


def assert_delivered_once(site):
    """Every planned message is stored exactly once, under its own id, and says it is sent."""
    planned = automessages(site)
    stored = messages(site, "auto")
    assert Counter(row["id"] for row in stored) == Counter(planned.keys())
    for row in stored:
        plan = planned[row["id"]]
        assert plan["isSent"]
        assert row["content"] == plan["content"] and row["sender"] == plan["senderId"]
        assert row["conversation"] == plan["conversationId"]
