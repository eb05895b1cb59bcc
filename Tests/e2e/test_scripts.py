"""What scripts say before they build anything: where the data will lie, and which argument is wrong."""

import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from msgctl import REPOSITORY, environment

pytestmark = pytest.mark.embedded

# `scripts/serve` reads it, too.
ELSEWHERE = Path("/etc/msgctl/config.yaml")


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def tree(tmp_path):
    """A repository with the scripts, whose msgctl is built already and only says how it was called."""
    root = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "scripts", root / "scripts")
    (root / "Sources").mkdir()
    (root / "Package.swift").write_text("")
    (root / "Fuzz/Corpus/query").mkdir(parents=True)
    program(root / ".build-release/release/msgctl", 'echo "$PWD: $*"')
    # What would build or install says so, and fails.
    program(tmp_path / "bin/swift", '[ "$1" = --version ] && echo "Swift version 6.3.1 (test)" || { echo BUILT >&2; exit 1; }')
    program(tmp_path / "bin/dpkg-query", "printf installed")
    program(tmp_path / "bin/python3", "echo INSTALLED >&2; exit 1")
    stamp = root / ".build-release/msgctl.stamp"
    stamp.write_text("6.3.1")
    os.utime(stamp, (time.time() + 60,) * 2)
    return root


def run(tree, script, *arguments, cwd=None, **settings):
    env = environment(settings)
    env["PATH"] = f"{tree.parent / 'bin'}:{env['PATH']}"
    return subprocess.run(
        [tree / "scripts" / script, *map(str, arguments)], env=env, cwd=cwd or tree, capture_output=True, text=True,
        timeout=60, stdin=subprocess.DEVNULL,
    )


def first_admin(done):
    """The command that scripts/serve tells to make the first admin by, and what it said of the data."""
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    place = next(line for line in lines if line.startswith("==> data lies"))
    return lines[next(n for n, line in enumerate(lines) if "the first admin" in line) + 1].strip(), place


@pytest.mark.skipif(ELSEWHERE.exists(), reason="this machine has a configuration of msgctl")
@pytest.mark.parametrize(
    ("arguments", "files", "variable", "place"),
    [
        ([], [], None, "{}/data"),
        ([], [], "other", "{}/other"),
        ([], ["config.yaml"], "other", "{}/other"),
        ([], [".env"], "/srv/chat", "/srv/chat"),
        (["--data-directory", "here"], ["config.yaml"], "other", "{}/here"),
        (["--data-directory=here"], [], "other", "{}/here"),
        (["--config", "mine.yaml"], [], None, None),
        (["--env-file=mine.env"], [], None, None),
        ([], ["config.yaml"], None, None),
        ([], [".env"], None, None),
    ],
)
def test_serve_names_the_data_directory_of_the_server(tree, tmp_path, arguments, files, variable, place):
    work = tmp_path / "a place"
    work.mkdir()
    for file in files:
        (work / file).write_text("")
    done = run(tree, "serve", *arguments, cwd=work, MSGCTL_STORE_DATA_DIRECTORY=variable)
    command, told = first_admin(done)
    assert done.stdout == f"{work}: {' '.join(['serve', *arguments])}\n"
    words = shlex.split(command)
    if place is None:
        # What the files say is not guessed; the command is run where the server was started.
        assert words[:3] == ["cd", str(work), "&&"] and "--data-directory" not in words
        assert "may say" in told
    else:
        assert words[words.index("--data-directory") + 1] == place.format(work)
        assert told == f"==> data lies in {place.format(work)}"


def test_serve_tells_a_command_that_works_in_any_directory(tree, tmp_path):
    work = tmp_path / "a place"
    work.mkdir()
    for file in ("config.yaml", ".env"):
        (work / file).write_text("")
    command, _ = first_admin(run(tree, "serve", cwd=work))
    done = subprocess.run(["bash", "-c", command], cwd="/", capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith(f"{work}: user create "), done
    assert done.stdout.endswith(f"--config {work}/config.yaml --env-file {work}/.env\n")


@pytest.mark.parametrize(
    ("script", "arguments", "complaint"),
    [
        ("crash", ["--sed", "7"], "--sed"),
        ("crash", ["stray"], "stray"),
        ("crash", ["--seeds"], "--seeds takes a value"),
        ("crash", ["--kills=many"], "--kills takes a number"),
        ("crash", ["--engines", "mysql"], "embedded or distributed"),
        ("fuzz", ["nothing"], "no target nothing"),
        ("fuzz", ["--input"], "--input takes a value"),
        ("fuzz", ["query", "--inputs", "many"], "--inputs takes a number"),
        ("fuzz", ["query", "--input", "absent"], "no file absent"),
        ("fuzz", ["query", "--nothing", "1"], "--nothing"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_built(tree, script, arguments, complaint):
    done = run(tree, script, *arguments)
    assert done.returncode == 1 and done.stderr.startswith("error: ") and complaint in done.stderr, done.stderr
    assert "BUILT" not in done.stderr and "INSTALLED" not in done.stderr


@pytest.mark.parametrize(("script", "arguments"), [("crash", ["--seeds=2", "--seed", "7"]), ("fuzz", ["--seed", "7"])])
def test_right_arguments_go_on_to_the_building(tree, script, arguments):
    done = run(tree, script, *arguments)
    assert "BUILT" in done.stderr or "INSTALLED" in done.stderr, done.stderr
