"""What the program says of itself: its verbs, as its own dump of its help has them."""

import functools
import json
import subprocess

from msgctl import BINARY, environment


@functools.cache
def dump():
    done = subprocess.run(
        [BINARY, "--experimental-dump-help"], env=environment({}), capture_output=True, text=True, timeout=40, check=True
    )
    return json.loads(done.stdout)["command"]


def verbs(command=None, path=()):
    """(words, description) of the program and of each verb below it."""
    command = command or dump()
    yield path, command
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            yield from verbs(child, (*path, child["commandName"]))


def names():
    return [path for path, _ in verbs()]


def options(command):
    """The long options that the help of a verb shows."""
    return [
        f"--{name['name']}"
        for argument in command.get("arguments", [])
        if argument["shouldDisplay"]
        for name in argument.get("names", [])
        if name["kind"] == "long"
    ]
