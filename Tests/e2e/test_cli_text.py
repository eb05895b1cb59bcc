"""Help and errors, to the letter.

The expected texts lie in `snapshots`, a file for each verb. After a change that is meant:

    UPDATE_SNAPSHOTS=1 scripts/test --e2e-only --filter 'test_cli_text'

writes them anew, and the diff shows what people will read.
"""

import json
import os
import pty
import re
import select
import subprocess
from pathlib import Path

import pytest

import cli_help
from msgctl import BINARY, SECRET, environment

pytestmark = pytest.mark.embedded

SNAPSHOTS = Path(__file__).parent / "snapshots"
IS_UPDATING = bool(os.environ.get("UPDATE_SNAPSHOTS"))
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")

# Command lines that are wrong, by the name of their snapshot; the exit status of each is in it.
ERRORS = {
    "unknown-verb": ["no-such-verb"],
    "unknown-verb-of-user": ["user", "no-such-verb"],
    "unknown-option": ["serve", "--no-such-option"],
    "missing-option": ["user", "create"],
    "missing-value": ["serve", "--host"],
    "missing-argument": ["user", "show"],
    "value-of-another-kind": ["plan-pairings", "--seed", "x"],
    "value-not-of-the-list": ["migrate", "--output", "xml"],
    "unknown-verb-of-help": ["help", "user", "no-such-verb"],
    "value-that-a-verb-refuses": ["health", "--wait", "86401"],
    "value-below-zero": ["health", "--wait", "-1"],
    "port-without-the-api": ["serve", "--only", "worker", "--port", "3000"],
    "value-that-the-configuration-refuses": ["serve", "--port", "70000"],
    "part-that-is-none": ["serve", "--only", "everything"],
    "no-data-directory": ["user", "list", "--data-directory", "no where"],
    "no-data-directory-health": ["health"],
    "no-data-directory-health-json": ["health", "--output", "json"],
    "no-data-directory-backup": ["backup", "copy"],
    "file-as-data-directory": ["migrate", "--data-directory", "a-file"],
    "no-configuration-file": ["serve", "--config", "absent.yaml"],
    "wrong-configuration": ["serve", "--config", "wrong.yaml"],
    "mongodb-away": ["user", "list", "--config=away.yaml"],
    "backup-without-a-database": ["backup", "copy", "--data-directory", "."],
    "metrics-of-a-drain": ["dispatch-worker", "--drain", "--metrics-port", "0"],
    "backup-of-mongodb": ["backup", "copy", "--config", "away.yaml"],
}
FILES = {
    "a-file": "",
    "wrong.yaml": "server:\n  port: many\n  prot: 3000\n",
    "away.yaml": "store:\n  mongodb_uri: mongodb://127.0.0.1:1/chat\ncache:\n  redis_url: redis://127.0.0.1:1\n",
}


def run(arguments, directory, **settings):
    return subprocess.run(
        [BINARY, *arguments], env=environment(settings), cwd=directory, capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL,
    )


def assert_snapshot(name, text):
    path = SNAPSHOTS / f"{name}.txt"
    if IS_UPDATING:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return
    assert path.exists(), f"{path} is missing; {__doc__}"
    assert text == path.read_text(), f"{path} differs; {__doc__}"


def verb_id(path):
    return "-".join(("msgctl", *path))


@pytest.mark.parametrize("path", cli_help.names() if BINARY.exists() else [], ids=verb_id)
def test_help(path, tmp_path):
    done = run([*path, "--help"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert_snapshot(f"help/{verb_id(path)}", done.stdout)


def test_no_help_is_left_of_a_verb_that_is_gone():
    assert {path.stem for path in (SNAPSHOTS / "help").iterdir()} == {verb_id(path) for path in cli_help.names()}
    assert {path.stem for path in (SNAPSHOTS / "errors").iterdir()} == set(ERRORS)


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name, tmp_path):
    for file, text in FILES.items():
        (tmp_path / file).write_text(text)
    done = run(ERRORS[name], tmp_path)
    assert done.returncode != 0
    out = done.stdout
    if out.startswith("{"):
        out = json.dumps(json.loads(out), indent=2, sort_keys=True) + "\n"
    # How long a probe took is another each time.
    out = re.sub(r'("latencyMs": |in )[0-9.e-]+', r"\g<1>N", out)
    assert SECRET not in done.stderr
    assert_snapshot(f"errors/{name}", f"exit status {done.returncode}\n--- standard output\n{out}--- standard error\n{done.stderr}")
    errors = done.stderr.splitlines()
    assert errors and all(line.startswith(("Error: ", "Try: ")) for line in errors)
    assert [line for line in errors if line.startswith("Try: ")] in ([], errors[-1:]), "one, at the end"


def test_what_is_to_be_tried_can_be_run(tmp_path):
    """The data directory of the complaint, in a word of the shell."""
    done = run(ERRORS["no-data-directory"], tmp_path)
    command = done.stderr.splitlines()[-1].removeprefix("Try: ")
    again = subprocess.run(
        ["/bin/sh", "-c", command.replace("msgctl", str(BINARY), 1)], env=environment({}), cwd=tmp_path,
        capture_output=True, text=True, timeout=60,
    )
    assert again.returncode == 0, again
    assert (tmp_path / "no where" / "msgctl.sqlite3").exists()
    assert run(ERRORS["no-data-directory"], tmp_path).returncode == 0


def on_a_terminal(arguments, directory, **settings):
    """What a person sees."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [BINARY, *arguments], env=environment({"TERM": "xterm", "NO_COLOR": None, **settings}), cwd=directory,
        stdin=follower, stdout=follower, stderr=follower,
    )
    os.close(follower)
    seen = b""
    try:
        while select.select([leader], [], [], 40)[0]:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
    finally:
        process.wait(10)
        os.close(leader)
    return seen.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("arguments", [["--help"], ["user", "create", "--help"], ["user", "--help"]], ids=" ".join)
def test_help_is_coloured_on_a_terminal_only(arguments, tmp_path):
    plain = run(arguments, tmp_path).stdout
    seen = on_a_terminal(arguments, tmp_path)
    assert ESCAPE.search(seen)
    assert "\x1b[1mOPTIONS:\x1b[0m" in seen
    # Beside the colours it is the same, but for the width of the terminal.
    assert ESCAPE.sub("", seen).split() == plain.split()


def test_errors_are_coloured_on_a_terminal_only(tmp_path):
    seen = on_a_terminal(["serve", "--no-such-option"], tmp_path)
    assert seen.startswith("\x1b[1;31mError:\x1b[0m ") and "\x1b[1mTry:\x1b[0m " in seen
    assert ESCAPE.sub("", seen) == run(["serve", "--no-such-option"], tmp_path).stderr


@pytest.mark.parametrize("settings", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colours_can_be_switched_off(settings, tmp_path):
    assert "\x1b" not in on_a_terminal(["--help"], tmp_path, **settings)
    assert "\x1b" not in on_a_terminal(["serve", "--no-such-option"], tmp_path, **settings)


def test_an_empty_no_color_counts_as_none(tmp_path):
    assert "\x1b[" in on_a_terminal(["--help"], tmp_path, NO_COLOR="")


def test_a_completion_script_has_no_colours(tmp_path):
    assert on_a_terminal(["--generate-completion-script", "fish"], tmp_path) == run(
        ["--generate-completion-script", "fish"], tmp_path
    ).stdout
