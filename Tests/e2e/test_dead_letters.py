"""What operators do with what was given up: list, show, replay and purge, by ids and by conditions."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from api import make_users
from checks import is_date, is_id, seconds
from engine_sets import EMBEDDED
from msgctl import eventually
from pipeline import assert_delivered_once, enqueue_all, window
from records import automessages

VERB = ["dispatch-worker", "dead-letters"]
NOBODY = "0123456789abcdef01234567"
JOB_KEYS = {"id", "senderId", "receiverId", "content", "conversationId", "sendDate", "retryCount", "timestamp"}


def an_id():
    return secrets.token_hex(12)


def letter(minute=0, reason="It failed.", content="Hello", **fields):
    """A dead letter of nobody's; the minute says when it was given up."""
    return {
        "id": an_id(), "senderId": an_id(), "receiverId": an_id(), "conversationId": an_id(), "content": content,
        "sendDate": "2026-01-31T09:00:00.000Z", "retryCount": 3, "timestamp": "2026-01-31T09:00:01.000Z",
        "failedAt": f"2026-01-31T{10 + minute // 60}:{minute % 60:02}:00.000Z", "reason": reason, **fields,
    }  # fmt: skip


def publish(site, queue, bodies):
    """Puts bodies into a queue of RabbitMQ, as another program would."""
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(site.engines.rabbitmq))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(site.engines.name + queue, durable=True)
        for body in bodies:
            properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
            channel.basic_publish("", site.engines.name + queue, body, properties)
    finally:
        connection.close()


def put(site, letters):
    """Puts letters where the engine has them."""
    if site.engines.kind != EMBEDDED:
        publish(site, "message_dlq_queue", [json.dumps(each).encode() for each in letters])
        return
    rows = []
    for each in letters:
        job = {key: value for key, value in each.items() if key in JOB_KEYS}
        rows.append((each["id"], json.dumps(job), each["retryCount"], round(seconds(each["failedAt"]) * 1000), each["reason"]))
    with closing(site.records.connect()) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO dead_letters (id, body, retryCount, failedAt, reason) VALUES (?, ?, ?, ?, ?)", rows
        )
        connection.execute("COMMIT")


def put_garbage(site, body):
    """Puts into the queue what is no job, and has a worker meet it."""
    if site.engines.kind == EMBEDDED:
        site.records.execute(
            "INSERT INTO queue_jobs (id, body, retryCount, publishedAt, availableAt) VALUES (?, ?, 0, 0, 0)", an_id(), body
        )
    else:
        publish(site, "message_sending_queue", [body.encode()])

    def is_dead():
        site.run("dispatch-worker", "--drain")
        return site.json(*VERB, "list", "--unreadable")["total"] == 1

    eventually(is_dead, 20, "what is no job is no dead letter", every=0.2)


def ids(site, *arguments, verb="list", **options):
    listed = site.json(*VERB, verb, *arguments, **options)
    return [each["id"] for each in listed["deadLetters"]]


@pytest.fixture
def ready(site):
    """A place for data with the schema made."""
    site.run("migrate")
    return site


@pytest.fixture
def filled(ready):
    """Five letters, a minute apart."""
    reasons = [
        "The receiver has opted out.", "Given up after 3 retries: Gönderilemedi.", "GÖNDERİLEMEDİ", "The store is away.",
        "Given up after 3 retries: The store is away.",
    ]  # fmt: skip
    letters = [letter(minute, reason) for minute, reason in enumerate(reasons)]
    put(ready, letters)
    return ready, letters


def test_each_condition(filled):
    site, letters = filled
    cases = [
        ([], [0, 1, 2, 3, 4]),
        ([letters[3]["id"], letters[1]["id"].upper()], [1, 3]),
        (["--reason", "gonderilemedi"], [1, 2]),
        (["--reason", "AWAY"], [3, 4]),
        (["--reason", "%"], []),
        (["--since", "2026-01-31T10:02:00Z"], [2, 3, 4]),
        (["--since", "2026-01-31T12:02:00+02:00", "--before", "2026-01-31T10:04:00.000Z"], [2, 3]),
        (["--sender", letters[2]["senderId"]], [2]),
        (["--receiver", letters[2]["receiverId"]], [2]),
        (["--receiver", letters[2]["senderId"]], []),
        (["--conversation", letters[4]["conversationId"]], [4]),
        (["--reason", "away", "--before", "2026-01-31T10:04:00Z"], [3]),
        (["--unreadable"], []),
    ]
    for arguments, places in cases:
        listed = site.json(*VERB, "list", *arguments)
        assert [each["id"] for each in listed["deadLetters"]] == [letters[place]["id"] for place in places], arguments
        assert listed["total"] == len(places)
        text = site.run(*VERB, "list", *arguments).stdout
        assert text.endswith(f"{len(places)} in all\n")
    assert ids(site, "--reason", "given up", "--page", "2", "--limit", "1") == [letters[4]["id"]]


def test_the_form_of_the_json(filled):
    """docs/cli-json.md has it."""
    site, letters = filled
    listed = site.json(*VERB, "list")
    assert set(listed) == {"deadLetters", "total"} and listed["total"] == 5
    assert {key: listed["deadLetters"][0][key] for key in letters[0]} == letters[0]
    assert site.json(*VERB, "show", letters[0]["id"]) == listed["deadLetters"][0]
    away = ["--reason", "away"]
    for verb, key in (("replay", "wouldReplay"), ("purge", "wouldPurge")):
        assert site.json(*VERB, verb, *away, "--dry-run") == {key: 2, "deadLetters": listed["deadLetters"][3:]}
        assert f"would be {verb}{'ed' if verb == 'replay' else 'd'}: 2" in site.run(*VERB, verb, *away, "--dry-run").stdout
    assert ids(site) == [each["id"] for each in letters], "a dry run has changed something"
    assert site.json(*VERB, "replay", *away) == {"replayed": 2}
    assert site.json(*VERB, "replay", *away) == {"replayed": 0}
    assert site.json(*VERB, "purge", "--reason", "gönder") == {"purged": 2}
    assert site.json(*VERB, "purge", "--reason", "gönder") == {"purged": 0}
    assert ids(site) == [letters[0]["id"]]


@pytest.mark.parametrize("verb", ["list", "replay", "purge"])
def test_an_id_that_is_not_there(filled, verb):
    """The others are dealt with, it is told, and the exit code says so."""
    site, letters = filled
    for dry_run in [["--dry-run"], []] if verb != "list" else [[]]:
        done = site.run(*VERB, verb, NOBODY, letters[1]["id"], *dry_run, "--output", "json", code=1)
        errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
        assert len(errors) == 1 and NOBODY in errors[0] and "no dead letter" in errors[0], done.stderr
        answer = json.loads(done.stdout)
        key = {"list": "total", "replay": "replayed", "purge": "purged"}[verb]
        assert answer[f"would{verb.capitalize()}" if dry_run else key] == 1
    assert (letters[1]["id"] in ids(site)) == (verb == "list")
    assert len(ids(site)) == (5 if verb == "list" else 4)


@pytest.mark.parametrize("verb", ["list", "replay", "purge"])
def test_an_id_that_does_not_meet_the_other_conditions(filled, verb):
    site, letters = filled
    done = site.run(*VERB, verb, letters[0]["id"], letters[3]["id"], "--reason", "away", "--output", "json")
    assert letters[0]["id"] in done.stderr and "other conditions" in done.stderr and letters[3]["id"] not in done.stderr
    assert (letters[0]["id"] in ids(site)) and (letters[3]["id"] in ids(site)) == (verb == "list")


def test_show_needs_one_that_is_there(filled):
    site, letters = filled
    done = site.run(*VERB, "show", NOBODY, code=1)
    assert done.stdout == "" and f"There is no dead letter {NOBODY}." in done.stderr
    text = site.run(*VERB, "show", letters[2]["id"]).stdout
    assert "GÖNDERİLEMEDİ" in text and letters[2]["senderId"] in text


@pytest.mark.embedded
@pytest.mark.parametrize(
    "arguments",
    [
        ["replay"],
        ["purge"],
        ["purge", "--dry-run"],
        ["replay", "--all", NOBODY],
        ["purge", "--all", "--reason", "x"],
        ["purge", "--reason", ""],
        ["purge", "--reason", "  \n"],
        ["replay", "--unreadable"],
        ["replay", "xyz"],
        ["purge", NOBODY + "0"],
        ["purge", ""],
        ["list", "０１２３４５６７８９abcdef01234567"],
        ["list", "--sender", "ada"],
        ["list", "--receiver", "\x1b[31m"],
        ["list", "--conversation", "-1"],
        ["list", "--since", "yesterday"],
        ["list", "--since", "2026-02-30T10:00:00Z"],
        ["list", "--before", "2026-01-31"],
        ["list", "--before", "99999999999999999999"],
        ["list", "--since", "2026-01-31T10:00:00Z", "--before", "2026-01-31T10:00:00Z"],
        ["list", "--limit", "0"],
        ["list", "--page", "0"],
        ["list", *["%024x" % number for number in range(1001)]],
        ["list", "--dry-run"],
        ["show"],
        ["show", NOBODY, NOBODY],
    ],
    ids=lambda arguments: " ".join(arguments)[:40].encode("ascii", "backslashreplace").decode(),
)
def test_usage_errors(site, arguments):
    done = site.run(*VERB, *arguments, data=False, code=64)
    assert done.stdout == "" and done.stderr.strip()
    assert len(done.stderr) < 4000


def test_what_is_no_job(filled):
    """It is a dead letter with the reason, on every engine; shown and purged, not replayed."""
    site, letters = filled
    body = '{"id": "x", "content": "\x1b[31mred"}'
    put_garbage(site, body)
    listed = site.json(*VERB, "list", "--unreadable")
    assert listed["total"] == 1
    found = listed["deadLetters"][0]
    assert is_id(found["id"]) and is_date(found["failedAt"]) and found["reason"]
    assert set(found) == {"id", "failedAt", "reason", "unreadable"}
    assert set(found["unreadable"]) == {"bytes", "beginning", "properties"}
    assert found["unreadable"]["bytes"] == len(body) and "red" in found["unreadable"]["beginning"]
    text = site.run(*VERB, "list", "--unreadable").stdout
    assert "no job" in text and "\x1b" not in text
    refused = site.run(*VERB, "replay", found["id"], code=1)
    assert "can't be replayed" in refused.stderr and refused.stdout == "replayed: 0\n"
    dry = site.run(*VERB, "replay", "--all", "--dry-run", "--output", "json")
    assert json.loads(dry.stdout)["wouldReplay"] == 5 and found["id"] in dry.stderr
    done = site.run(*VERB, "replay", "--all")
    assert done.stdout == "replayed: 5\n" and found["id"] in done.stderr
    assert ids(site) == [found["id"]]
    assert site.json(*VERB, "purge", "--unreadable") == {"purged": 1}
    assert site.json(*VERB, "list") == {"deadLetters": [], "total": 0}


def test_from_giving_up_to_delivery(site):
    """By conditions, after the cause is mended; replaying again delivers nothing again."""
    server = site.serve("--only", "api")
    make_users(server, *["user"] * 6)
    site.settings.update(window(1))
    planned = site.json("plan-pairings")["messages"]
    enqueue_all(site, planned)
    rows = automessages(site)
    receiver = next(iter(rows.values()))["receiverId"]
    name = next(row["username"] for row in site.json("user", "list")["users"] if row["id"] == receiver)
    site.run("user", "deactivate", name)
    drained = site.json("dispatch-worker", "--drain")
    dead = {row["id"] for row in rows.values() if receiver in (row["senderId"], row["receiverId"])}
    assert drained["deadLettered"] == len(dead) > 0
    assert set(ids(site, "--reason", "DEACTIVATED")) == dead
    chosen = ["--receiver", receiver, "--reason", "deactivated"]
    assert site.json(*VERB, "replay", *chosen, "--dry-run")["wouldReplay"] == len(ids(site, *chosen)) > 0
    # While it lasts they come back.
    assert site.json(*VERB, "replay", *chosen)["replayed"] > 0
    site.run("dispatch-worker", "--drain")
    assert set(ids(site)) == dead
    site.run("user", "activate", name)
    assert site.json(*VERB, "replay", "--all")["replayed"] == len(dead)
    assert site.json(*VERB, "replay", "--all")["replayed"] == 0
    again = site.run(*VERB, "replay", *dead)
    assert again.stdout == "replayed: 0\n" and again.stderr.count("no dead letter") == len(dead)
    assert site.json("dispatch-worker", "--drain")["delivered"] == len(dead)
    assert_delivered_once(site)


def test_ten_thousand(ready):
    """Listed, counted by a dry run, replayed and purged in bounded memory, each call within the time of a command."""
    site = ready
    everything = [letter(number % 600, "Late" if number % 2 else "Away") for number in range(10_000)]
    put(site, everything)
    listed = site.json(*VERB, "list", "--limit", "1000", "--page", "10")
    assert listed["total"] == 10_000 and len(listed["deadLetters"]) == 1000
    dry = site.json(*VERB, "replay", "--reason", "late", "--dry-run")
    assert dry["wouldReplay"] == 5000 and len(dry["deadLetters"]) == 100
    assert "and 4900 more" in site.run(*VERB, "purge", "--reason", "late", "--dry-run").stdout
    assert site.json(*VERB, "replay", "--reason", "late") == {"replayed": 5000}
    assert site.json(*VERB, "list", everything[0]["id"])["total"] == 1
    assert site.json(*VERB, "purge", "--reason", "away") == {"purged": 5000}
    assert site.json(*VERB, "list")["total"] == 0


def test_large_letters(ready):
    """Longer than a message can be, as another program may have made them."""
    site = ready
    put(site, [letter(number, content="x" * 65_536) for number in range(200)])
    assert len(ids(site, "--limit", "1000")) == 200
    assert len(site.run(*VERB, "list").stdout) < 40_000, "a line is not made of the whole content"
    assert site.json(*VERB, "replay", "--before", "2026-01-31T11:40:00Z") == {"replayed": 100}
    assert site.json(*VERB, "purge", "--all") == {"purged": 100}


def test_letters_of_others_move_no_cursor(ready):
    """Whatever stands in them, text is for a terminal."""
    evil = "\x1b]0;pwned\x07\u202e\r\n" + "x" * 5000
    mine = letter(0, reason=evil, content=evil)
    put(ready, [mine])
    for command in (["list"], ["show", mine["id"]], ["purge", "--all", "--dry-run"]):
        text = ready.run(*VERB, *command).stdout
        assert not {"\x1b", "\x07", "\r", "\u202e"} & set(text) and len(text) < 5000, command
    assert ready.json(*VERB, "show", mine["id"])["content"] == evil


def test_several_operators_at_once(filled):
    """Each letter is dealt with by one of them."""
    site, letters = filled
    calls = [["replay", "--all"], ["purge", "--reason", "away"], ["replay", "--reason", "e"], ["purge", "--all"]]
    with ThreadPoolExecutor(len(calls)) as pool:
        counts = [sum(answer.values()) for answer in pool.map(lambda call: site.json(*VERB, *call), calls)]
    assert sum(counts) == len(letters), counts
    assert site.json(*VERB, "list")["total"] == 0
