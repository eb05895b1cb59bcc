#!/usr/bin/env python3
"""Makes an mdoc(7) page on standard output of the help that swift-argument-parser dumps as JSON on standard input."""

import json
import re
import sys

# Said once for all verbs.
EVERYWHERE = ("version", "help")
ENVIRONMENT = (
    ("NO_COLOR", "When set to anything, neither help nor errors are coloured, also on a terminal."),
    ("MSGCTL_SECTION_KEY", "A key of the configuration, such as MSGCTL_SERVER_PORT; each key's variable stands in "
     "config.yaml.example. What the environment says goes before the file, flags before both."),
)
FILES = (
    ("./config.yaml, /etc/msgctl/config.yaml", "The configuration, the first one that is there."),
    ("./.env", "Variables; those of the environment win."),
    ("./data", "The data directory of the embedded engines, unless the configuration names another."),
)


def escaped(text):
    """As roff shows it: no escape, no hyphen that becomes another character, no request at a line's beginning."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.MULTILINE)


def quoted(text):
    """One argument of a macro. What looks like a macro's name is shielded."""
    text = escaped(text).replace('"', "\\(dq")
    return f'"{text}"' if " " in text or not text else f"\\&{text}"


def prose(text):
    """Paragraphs, one sentence a line as mdoc wants it; what is indented is shown as it stands."""
    for paragraph in text.split("\n\n"):
        head, *rest = paragraph.split("\n")
        lines = [head, *rest]
        shown = [line for line in lines if line.startswith("  ")]
        said = " ".join(line for line in lines if line and not line.startswith("  "))
        if said:
            yield ".Pp"
            yield from sentences(said)
        if shown:
            yield ".Bd -literal -offset indent"
            yield from (escaped(line[2:]) for line in shown)
            yield ".Ed"


def sentences(text):
    for sentence in re.split(r"(?<=[.:;]) (?=[A-Z\"])", text):
        if sentence:
            yield escaped(sentence)


def arguments(command):
    """Those of a verb's own and those of every verb, in the order of the help."""
    return [a for a in command.get("arguments", []) if a.get("shouldDisplay") and name(a) not in EVERYWHERE]


def name(argument):
    return argument.get("preferredName", {}).get("name") or argument["valueName"]


def flags(argument):
    short = [f"-{n['name']}" for n in argument.get("names", []) if n["kind"] == "short"]
    return ", ".join(short + [f"--{n['name']}" for n in argument.get("names", []) if n["kind"] == "long"])


def synopsis(path, command, common):
    """How a verb is called."""
    yield ".Nm msgctl"
    yield f".Cm {escaped(' '.join(path[1:]))}"
    options = [a for a in arguments(command) if a["kind"] != "positional" and name(a) not in common]
    if any(name(a) in common for a in arguments(command)):
        yield ".Op Ar common options"
    for argument in options:
        text = f"Fl \\-{escaped(name(argument))}"
        if argument["kind"] == "option":
            text += f" Ar {quoted(argument['valueName'])}"
        yield f".Op {text}" if argument["isOptional"] else f".{text}"
    for argument in arguments(command):
        if argument["kind"] == "positional":
            text = f"Ar {quoted(argument['valueName'])}" + (" ..." if argument["isRepeating"] else "")
            yield f".Op {text}" if argument["isOptional"] else f".{text}"


def option_list(chosen):
    if not chosen:
        return
    yield ".Bl -tag -width indent"
    for argument in chosen:
        if argument["kind"] == "positional":
            yield f".It Ar {quoted(argument['valueName'])}"
        else:
            value = f" Ar {quoted(argument['valueName'])}" if argument["kind"] == "option" else ""
            names = " , ".join(f"Fl {escaped(flag[1:])}" for flag in flags(argument).split(", "))
            yield f".It {names}{value}"
        yield from sentences(argument.get("abstract", ""))
        facts = []
        if argument.get("allValues"):
            facts.append("values: " + ", ".join(argument["allValues"]))
        if argument.get("defaultValue") is not None:
            facts.append(f"default: {argument['defaultValue']}")
        if facts:
            yield escaped(f"({'; '.join(facts)})")
    yield ".El"


def walk(command, path=()):
    path = (*path, command["commandName"])
    if command.get("shouldDisplay", True) and path[-1] != "help":
        yield path, command
        for child in command.get("subcommands", []):
            yield from walk(child, path)


def common_options(commands):
    """What every verb that does something takes."""
    doing = [[name(a) for a in arguments(command)] for _, command in commands if arguments(command)]
    shared = set.intersection(*map(set, doing)) if doing else set()
    return [a for _, c in commands for a in arguments(c) if name(a) in shared][: len(shared)], shared


def page(root, version):
    commands = list(walk(root))
    common, shared = common_options(commands)
    yield ".\\\" Made by scripts/man from the program's own help; change that instead."
    # No date: the page is that of a version, and the same whenever it is made.
    yield ".Dd $Mdocdate$"
    yield ".Dt MSGCTL 1"
    yield f".Os msgctl {version}"
    yield ".Sh NAME"
    yield ".Nm msgctl"
    yield f".Nd {escaped(root['abstract'].rstrip('.')[0].lower() + root['abstract'].rstrip('.')[1:])}"
    yield ".Sh SYNOPSIS"
    for path, command in commands[1:]:
        if not command.get("subcommands") or arguments(command):
            yield from synopsis(path, command, shared)
    yield ".Sh DESCRIPTION"
    text = list(prose(root.get("discussion", "")))
    yield from text[1:] if text[:1] == [".Pp"] else text
    yield ".Pp"
    yield "Each verb answers"
    yield ".Fl \\-help ."
    yield ".Ss Common options"
    yield from option_list(common)
    for path, command in commands[1:]:
        yield f".Ss msgctl {escaped(' '.join(path[1:]))}"
        yield from sentences(command["abstract"])
        yield from prose(command.get("discussion", ""))
        yield from option_list([a for a in arguments(command) if name(a) not in shared])
    yield ".Sh ENVIRONMENT"
    yield ".Bl -tag -width indent"
    for variable, meaning in ENVIRONMENT:
        yield f".It Ev {variable}"
        yield from sentences(meaning)
    yield ".El"
    yield ".Sh FILES"
    yield ".Bl -tag -width indent"
    for path, meaning in FILES:
        yield f".It Pa {quoted(path)}"
        yield from sentences(meaning)
    yield ".El"


def main():
    dumped = json.load(sys.stdin)
    print("\n".join(line for line in page(dumped["command"], sys.argv[1])))


main()
