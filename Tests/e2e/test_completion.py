"""The completion scripts, in the shells they are for, and the manual page, in the readers of manuals."""

import os
import shutil
import subprocess

import pytest

import cli_help
from msgctl import BINARY, REPOSITORY, environment

pytestmark = pytest.mark.embedded

# What is typed, and some of what has to be offered for its last word.
CASES = [
    (["ser"], {"serve"}),
    (["dispatch-worker", "dead-l"], {"dead-letters"}),
    (["dispatch-worker", "dead-letters", "re"], {"replay"}),
    (["user", "set-"], {"set-role", "set-password"}),
    (["serve", "--on"], {"--only"}),
    (["user", "create", "--role", "mod"], {"moderator"}),
    (["health", "--output", "js"], {"json"}),
    (["migrate", "--log-level", "de"], {"debug"}),
]

BASH = r"""
set -e
shopt -s extglob
source "$1"
shift
COMP_WORDS=(msgctl "$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE="${COMP_WORDS[*]}"
COMP_POINT=${#COMP_LINE}
COMP_TYPE=9
complete -p msgctl >&2
function=$(complete -p msgctl | sed 's/.*-F \([^ ]*\) .*/\1/')
"$function" msgctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" || true
printf '%s\n' "${COMPREPLY[@]}"
"""

# An interactive zsh that writes down what it would offer.
ZSH = r"""
PROMPT=
stty -echo
fpath=($1 $fpath)
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
finished() { print -r -- done >> $OFFERED }
comppostfuncs=(finished)
compadd() {
    # What only fills arrays is no offer.
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a hits
    builtin compadd -A hits "$@"
    local hit
    for hit in $hits; do print -r -- "offered:$hit" >> $OFFERED; done
    builtin compadd "$@"
}
print -r -- ready >> $OFFERED
"""

# Types into it, in a terminal of zsh's own.
ZSH_DRIVER = r"""
zmodload zsh/zpty
# Until the shell in the terminal has said so, for at most 20 s; what it draws is read away.
await() {
    local line
    repeat 400; do
        while zpty -r -t shell line; do :; done
        grep -q "^$1" $OFFERED && return
        sleep 0.05
    done
    exit 1
}
zpty -b shell zsh -f -i
zpty -w shell "source $2 $1"
await ready
zpty -n -w shell "msgctl $3"$'\t'
await done
zpty -d shell
cat $OFFERED
"""


def script(shell, directory, name):
    done = subprocess.run(
        [BINARY, "--generate-completion-script", shell], env=environment({}), capture_output=True, text=True, check=True,
        timeout=40,
    )
    path = directory / name
    path.write_text(done.stdout)
    return path


def shell(name):
    assert shutil.which(name), f"{name} is not installed; scripts/test installs it"
    return name


def offered(command, **settings):
    path = f"{BINARY.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command, env=environment({"PATH": path, **settings}), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done
    return done.stdout.splitlines()


@pytest.mark.parametrize("words, expected", CASES, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_bash(words, expected, tmp_path):
    source = script("bash", tmp_path, "msgctl.bash")
    found = offered([shell("bash"), "--norc", "-c", BASH, "bash", str(source), *words])
    assert expected <= {word.strip() for word in found}, found


@pytest.mark.parametrize("words, expected", CASES, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_fish(words, expected, tmp_path):
    source = script("fish", tmp_path, "msgctl.fish")
    found = offered(
        [shell("fish"), "--no-config", "-c", f"source {source}; complete -C 'msgctl {' '.join(words)}'"], HOME=tmp_path
    )
    assert expected <= {line.split("\t")[0] for line in found}, found


@pytest.mark.parametrize("words, expected", CASES, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_zsh(words, expected, tmp_path):
    script("zsh", tmp_path, "_msgctl")
    (tmp_path / "setup.zsh").write_text(ZSH)
    marks = tmp_path / "offered"
    marks.touch()
    found = offered(
        [shell("zsh"), "-f", "-c", ZSH_DRIVER, "zsh", str(tmp_path), str(tmp_path / "setup.zsh"), " ".join(words)],
        OFFERED=marks, HOME=tmp_path,
    )
    assert expected <= {line.removeprefix("offered:").strip() for line in found}, found


@pytest.fixture(scope="module")
def manual(tmp_path_factory):
    page = tmp_path_factory.mktemp("man") / "msgctl.1"
    subprocess.run(
        [REPOSITORY / "scripts/man", "--binary", BINARY, "--output", page], env={**os.environ}, check=True, timeout=60,
        capture_output=True,
    )
    return page


def test_the_manual_is_sound(manual):
    done = subprocess.run([shell("mandoc"), "-T", "lint", "-W", "warning", manual], capture_output=True, text=True, timeout=40)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


def test_the_manual_has_every_verb_and_option(manual):
    done = subprocess.run([shell("mandoc"), "-T", "utf8", manual], capture_output=True, text=True, timeout=40, check=True)
    plain = subprocess.run(["col", "-b"], input=done.stdout, capture_output=True, text=True, timeout=40, check=True).stdout
    words = " ".join(plain.split())
    for path, command in cli_help.verbs():
        assert path == () or f"msgctl {' '.join(path)}" in words, path
        assert command["abstract"].rstrip(".").lower() in words.lower(), path
        for option in cli_help.options(command):
            assert option in words or option == "--version", (path, option)


def test_the_manual_can_be_read(manual):
    """By the `man` of Debian as well, without a warning."""
    done = subprocess.run(
        [shell("man"), "--warnings=all", "-l", manual], env={**os.environ, "MANWIDTH": "80", "PAGER": "cat", "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, timeout=40,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert "msgctl serve" in done.stdout
