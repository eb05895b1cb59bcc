"""Has schemathesis call a server as docs/openapi.json says, and look at every answer.

As a program, for as long as one likes:

    python contract.py --examples 200 --seed 7 --role admin
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from api import make_users
from engine_sets import Embedded
from msgctl import REPOSITORY, Site

HERE = Path(__file__).parent
ROLES = ("user", "moderator", "admin")
MINUTES = 30


class Outcome:
    """What schemathesis printed, how it ended, and which statuses each call was answered with."""

    def __init__(self, done, statuses):
        self.output, self.code, self.statuses = done.stdout, done.returncode, statuses


def scene(site, server, role):
    """Somebody of the role who has something of every kind, for CONTRACT of contract_hooks.py."""
    ada, bob, carol, dave = make_users(server, "ada", "bob", "carol", "dave")
    if role != "user":
        site.run("user", "set-role", ada.username, role)
        ada.login()
    direct = ada.direct(bob)["id"]
    # Several: who leaves one, or is taken out, is out of it for the rest of the run.
    groups = [ada.group(f"Group {number}", bob, carol)["id"] for number in range(6)]
    messages = [
        (ada if number % 2 else bob).send(direct if number % 3 else groups[0], f"message {number}")["id"]
        for number in range(40)
    ]
    ada.search("message")
    # Sessions to be ended one by one; none of them is used.
    others = [ada.another_session() for _ in range(20)]
    sessions = [row["id"] for row in others[0].get("/api/auth/sessions")["data"]["sessions"]]
    own = [row["id"] for row in ada.get("/api/auth/sessions")["data"]["sessions"] if row["isCurrent"]]
    return {
        "url": server.url,
        "own": ada.id,
        "email": ada.email,
        "token": ada.access,
        "users": [bob.id, carol.id],
        "conversations": [direct, *groups],
        "messages": messages,
        "session": own[0],
        "sessions": [session for session in sessions if session not in own],
        "bystanders": [dave.id],
    }


def run(scene, seed, examples, *arguments):
    """One run of all phases against the document that the server itself serves."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.har"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("--config-file", str(HERE / "schemathesis.toml")),
                *("run", scene["url"] + "/api-docs/openapi.json"),
                *("--seed", str(seed), "--max-examples", str(examples), "--continue-on-failure", "--no-color"),
                *("--output-truncate", "false", "--report-har-path", str(report)),
                *arguments,
            ],
            cwd=directory,
            env={
                **os.environ,
                "MSGCTL_CONTRACT": json.dumps(scene),
                "SCHEMATHESIS_HOOKS": "contract_hooks",
                "PYTHONPATH": str(HERE),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60 * MINUTES,
        )
        entries = json.loads(report.read_text())["log"]["entries"] if report.exists() else []
    return Outcome(done, _statuses(entries))


def calls():
    """Every call of the document with a pattern of its path, those with the fewest parameters first."""
    document = json.loads((REPOSITORY / "docs/openapi.json").read_text())
    patterns = [
        (method.upper(), path, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))))
        for path, methods in document["paths"].items()
        for method in methods
    ]
    return sorted(patterns, key=lambda call: call[1].count("{"))


def _statuses(entries):
    statuses, known = {}, calls()
    for entry in entries:
        path = re.sub(r"^\w+://[^/]*", "", entry["request"]["url"]).split("?")[0]
        for method, template, pattern in known:
            if method == entry["request"]["method"] and pattern.fullmatch(path):
                counts = statuses.setdefault(f"{method} {template}", {})
                status = entry["response"]["status"]
                counts[status] = counts.get(status, 0) + 1
                break
    return statuses


def main():
    parser = argparse.ArgumentParser(description="Calls a server of its own as docs/openapi.json says.")
    parser.add_argument("--examples", type=int, default=100, help="test cases for each call and phase")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--role", choices=ROLES, action="append", help="once or more often; all when left out")
    options, more = parser.parse_known_args()
    code = 0
    for role in options.role or ROLES:
        with tempfile.TemporaryDirectory() as directory:
            site = Site(Path(directory) / "site", Embedded())
            try:
                outcome = run(scene(site, site.serve(), role), options.seed, options.examples, *more)
            finally:
                site.close()
        print(f"===== as {role} =====\n{outcome.output}")
        for call, statuses in sorted(outcome.statuses.items()):
            print(f"{call}: {dict(sorted(statuses.items()))}")
        code = code or outcome.code
    return code


if __name__ == "__main__":
    sys.exit(main())
