"""Every verb: help, exit codes, what goes to which stream."""

import json
from datetime import date, timedelta

import pytest

from api import make_users

VERBS = ["serve", "plan-pairings", "enqueue-due", "dispatch-worker", "schedule", "reindex", "user", "migrate", "backup", "health"]
SUBCOMMANDS = [
    *([verb] for verb in VERBS),
    *(["dispatch-worker", "dead-letters", verb] for verb in ("list", "show", "replay", "purge")),
    *(
        ["user", verb]
        for verb in ("create", "list", "show", "set-role", "set-password", "activate", "deactivate", "sessions", "revoke-sessions")
    ),
]


@pytest.mark.embedded
@pytest.mark.parametrize("command", SUBCOMMANDS, ids=" ".join)
def test_help_has_an_example(site, command):
    done = site.run(*command, "--help", data=False)
    assert "example" in done.stdout.lower()
    assert f"msgctl {' '.join(command)}" in done.stdout
    assert done.stderr == ""


@pytest.mark.embedded
@pytest.mark.parametrize(
    "verb", ["serve", "plan-pairings", "enqueue-due", "dispatch-worker", "schedule", "reindex", "migrate", "backup", "health"]
)
def test_help_names_the_common_options(site, verb):
    text = site.run(verb, "--help", data=False).stdout
    for option in ("--config", "--env-file", "--data-directory", "--log-level", "--output"):
        assert option in text, option


@pytest.mark.embedded
def test_help_lists_every_verb(site):
    text = site.run("--help", data=False).stdout
    for verb in VERBS:
        assert verb in text
    assert site.run("--version", data=False).stdout.strip()


# A shared memory of MongoDB's library, as a process that had the same number and was killed leaves it.
LEFT_BEHIND = ("sh", "-c", 'touch "/dev/shm/mongoc-$$"; exec "$@"', "sh")


@pytest.mark.embedded
def test_what_a_killed_process_left_behind_is_no_matter(site):
    done = site.run("dispatch-worker", "dead-letters", "show", "--help", data=False, prefix=LEFT_BEHIND)
    assert "example" in done.stdout.lower() and done.stderr == ""


@pytest.mark.embedded
@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-verb"],
        ["serve", "--no-such-flag"],
        ["serve", "--port", "many"],
        ["serve", "--port", "70000"],
        ["serve", "--only", "everything"],
        ["plan-pairings", "--date", "yesterday-ish"],
        ["plan-pairings", "--date", "2026-02-30"],
        ["plan-pairings", "--seed", "x"],
        ["dispatch-worker", "--concurrency", "0"],
        ["user", "create"],
        ["user", "show"],
        ["health", "--wait", "-1"],
        ["user", "set-role", "somebody", "emperor"],
        ["migrate", "--output", "xml"],
        ["migrate", "--log-level", "loud"],
        ["dispatch-worker", "dead-letters", "show"],
        ["reindex", "--since", "whenever"],
        ["schedule", "--cron", "0 2 * *"],
        ["schedule", "--cron", "0 2 * * *", "--time-zone", "Mars/Olympus"],
        ["schedule", "--time-zone", "UTC"],
        ["schedule", "--from", "tomorrow"],
        ["schedule", "--next", "0"],
        ["schedule", "--next", "1001"],
    ],
    ids=" ".join,
)
def test_usage_errors(site, arguments):
    done = site.run(*arguments, data=False, code=64)
    assert done.stdout == "" and done.stderr.strip()


def test_migrate(site):
    status = site.json("migrate", "--status", code=None)
    assert status["pending"], "nothing is made yet"
    dry = site.json("migrate", "--dry-run")
    assert dry
    assert site.json("migrate", "--status")["pending"] == status["pending"], "--dry-run has made it"
    first = site.json("migrate")
    assert first["applied"] == status["pending"] and first["schemaVersion"]
    second = site.json("migrate")
    assert second["applied"] == [] and second["schemaVersion"] == first["schemaVersion"]
    status = site.json("migrate", "--status")
    assert status == {"schemaVersion": first["schemaVersion"], "pending": []}


@pytest.mark.parametrize(
    "arguments",
    [
        # A day of its own: that of today ends with the send window.
        ["plan-pairings", "--dry-run", "--date", str(date.today() + timedelta(days=30))],
        ["enqueue-due"],
        ["dispatch-worker", "--drain"],
        ["reindex"],
        ["reindex", "--verify"],
        ["migrate"],
        ["migrate", "--status"],
        ["health"],
        ["user", "list"],
        ["dispatch-worker", "dead-letters", "list"],
        ["schedule"],
        ["schedule", "--cron", "@daily"],
    ],
    ids=" ".join,
)
def test_text_and_json(site, arguments):
    """Text is for people and JSON for programs, each on standard output; the rest goes to standard error."""
    site.run("migrate")
    assert isinstance(site.json(*arguments), dict)
    text = site.run(*arguments).stdout
    assert not text.strip().startswith("{")
    assert site.run(*arguments, "--log-level", "trace", "--output", "json").stdout.strip().startswith("{")


@pytest.mark.embedded
def test_serve_says_where_it_listens(site):
    server = site.serve()
    assert server.ready["url"].startswith("http://127.0.0.1:")
    assert server.ready["dataDirectory"] == str(site.data)
    make_users(server, "alice")
    assert server.terminate() == 0
    assert [line for line in iter_lines(server) if json.loads(line).get("event") == "listening"] == [], "once"


def iter_lines(process):
    while not process.lines.empty():
        line = process.lines.get()
        if line:
            yield line


def test_a_port_that_is_taken(site):
    server = site.serve("--only", "api")
    port = server.url.rsplit(":", 1)[1]
    done = site.run("serve", "--port", port, code=1)
    assert port in done.stderr
    assert "CancellationError" not in done.stderr
    assert server.is_running
    # What it had begun by then is nobody's any more.
    site.run("enqueue-due")


@pytest.mark.embedded
def test_a_host_that_is_not_ours(site):
    done = site.run("serve", "--host", "203.0.113.1", "--port", "0", code=1)
    assert "203.0.113.1" in done.stderr
