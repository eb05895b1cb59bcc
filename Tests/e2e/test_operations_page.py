"""The crontab of docs/operations.md and the systemd units of packaging/systemd, as they stand there."""

import os
import re
import shlex
import shutil
import subprocess
from datetime import datetime, timezone

import pytest
from croniter import croniter

from msgctl import BINARY, REPOSITORY

PAGE = (REPOSITORY / "docs/operations.md").read_text()
UNITS = REPOSITORY / "packaging/systemd"
PROGRAM = "/usr/local/bin/msgctl"
CONFIG = "/etc/msgctl/config.yaml"
FROM = datetime(2026, 1, 31, 12, 0, 30, tzinfo=timezone.utc)


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def crontab_lines():
    """(schedule, command) of each line."""
    lines = [line for block in blocks("crontab") for line in block.splitlines() if line and not line.startswith("#")]
    return [(" ".join(words[:5]), words[5]) for words in (line.split(None, 5) for line in lines)]


def units():
    """The text of each unit by its file's name."""
    return {path.name: path.read_text() for path in sorted(UNITS.iterdir())}


def values(unit, key):
    return re.findall(rf"^{key}=(.*)$", units()[unit], re.MULTILINE)


def phases():
    """The services that run a phase of the pipeline."""
    return [unit for unit in units() if unit.endswith(".service") and unit not in ("msgctl.service", "msgctl-backup.service")]


def commands():
    started = [value for unit in phases() for value in values(unit, "ExecStart")]
    return [command for _, command in crontab_lines()] + started


def verb(command):
    return shlex.split(command)[1]


@pytest.fixture
def config(site, tmp_path):
    """A file in place of the page's: all day is in the send window, so that a plan can be made whenever this runs."""
    path = tmp_path / "config.yaml"
    path.write_text(
        f'store:\n  data_directory: {site.data}\nschedule:\n  enabled: false\n  window_start: "00:00"\n'
        '  window_end: "23:59:59"\n'
    )
    site.run("migrate")
    return path


def test_each_phase_has_a_line_and_a_unit():
    expected = ["plan-pairings", "enqueue-due", "dispatch-worker"]
    assert [verb(command) for _, command in crontab_lines()] == expected
    assert sorted(verb(values(unit, "ExecStart")[0]) for unit in phases()) == sorted(expected)
    for timer in (unit for unit in units() if unit.endswith(".timer")):
        assert timer.replace(".timer", ".service") in units(), timer


def test_units_say_where_they_belong_and_the_page_names_each():
    for name, text in units().items():
        assert text.startswith(f"# /etc/systemd/system/{name}\n")
        assert name in PAGE, name


@pytest.mark.embedded
def test_the_schedules_of_the_crontab_are_croniters_and_ours(site):
    schedules = [schedule for schedule, _ in crontab_lines()]
    arguments = [argument for schedule in schedules for argument in ("--cron", schedule)]
    answer = site.json(
        *("schedule", *arguments, "--time-zone", "UTC", "--from", FROM.strftime("%Y-%m-%dT%H:%M:%SZ")), data=False
    )
    for schedule, shown in zip(schedules, answer["schedules"], strict=True):
        assert croniter.is_valid(schedule)
        expected = croniter(schedule, FROM)
        theirs = [expected.get_next(datetime).strftime("%Y-%m-%dT%H:%M:%S.000Z") for _ in shown["next"]]
        assert shown["next"] == theirs


@pytest.mark.embedded
@pytest.mark.parametrize("command", commands())
def test_the_commands_run(site, config, command):
    """As cron and systemd run them, with nothing in their environment; a worker that stays is only asked what it takes."""
    assert command.startswith(f"{PROGRAM} ") and CONFIG in command
    line = command.replace(PROGRAM, str(BINARY)).replace(CONFIG, str(config))
    stays = verb(command) == "dispatch-worker" and "--drain" not in command
    if stays:
        # The parser takes the rest before it refuses what is wrong on purpose.
        done = run(f"{line} --concurrency 0")
        assert done.returncode == 64 and "concurrency" in done.stderr and "nknown" not in done.stderr
    else:
        done = run(line)
        # libmongoc says so, used or not, where a killed process of the same number left its counters.
        told = [line for line in done.stderr.splitlines() if "mongoc: Falling back to malloc" not in line]
        assert (done.returncode, told) == (0, []), done
    if ">/dev/null" in command:
        assert done.stdout == ""


def run(line):
    return subprocess.run(["/bin/sh", "-c", line], env={}, cwd="/", capture_output=True, text=True, timeout=60)


@pytest.mark.embedded
def test_the_backup_unit_copies_and_forgets_what_is_old(site, config, tmp_path):
    """By the words of the unit, as systemd reads them: %% is a per cent sign, $$ a dollar."""
    target = tmp_path / "backups"
    old = target / "2020-01-01T000000Z"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    unit = "msgctl-backup.service"
    for line in (*values(unit, "ExecStart"), *values(unit, "ExecStartPost")):
        line = line.replace("%%", "%").replace("$$", "$").replace(CONFIG, str(config)).replace(PROGRAM, str(BINARY))
        done = subprocess.run(
            shlex.split(line.replace("/var/backups/msgctl", str(target))), cwd="/", env={"PATH": os.environ["PATH"]},
            capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, done
    (made,) = target.iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z", made.name) and (made / "msgctl.sqlite3").exists()


@pytest.mark.embedded
@pytest.mark.parametrize("unit", [unit for unit in units() if unit.endswith(".service")])
def test_services_are_shut_in(unit, tmp_path):
    """By systemd's own measure, 0 to 10; what msgctl needs of the machine is left."""
    assert shutil.which("systemd-analyze"), "systemd-analyze is not installed; scripts/test installs it"
    (tmp_path / unit).write_text(units()[unit].replace(PROGRAM, str(BINARY)))
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(tmp_path / unit)],
        capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for blinding in ("ProcSubset", "PrivatePIDs", "PrivateUsers", "PrivateNetwork"):
        assert values(unit, blinding) == [], f"{blinding} keeps processes from finding one another, or their engines"


@pytest.mark.embedded
def test_systemd_takes_the_units(tmp_path):
    assert shutil.which("systemd-analyze"), "systemd-analyze is not installed; scripts/test installs it"
    assert len(units()) >= 4
    for name, text in units().items():
        (tmp_path / name).write_text(text.replace(PROGRAM, str(BINARY)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in units())],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    about_ours = [line for line in done.stderr.splitlines() if "msgctl" in line or str(tmp_path) in line]
    assert done.returncode == 0 and about_ours == [], done.stderr


@pytest.mark.embedded
@pytest.mark.parametrize("timer", ["msgctl-plan.timer", "msgctl-enqueue.timer"])
def test_timers_go_by_the_same_times_as_the_crontab(timer):
    assert shutil.which("systemd-analyze"), "systemd-analyze is not installed; scripts/test installs it"
    done = subprocess.run(
        [
            *("systemd-analyze", "calendar", "--iterations=3", f"--base-time={FROM:%Y-%m-%d %H:%M:%S} UTC"),
            *values(timer, "OnCalendar"),
        ],
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    elapses = re.findall(r"(?:Next elapse|Iter\. #\d): \w+ (\S+ \S+) UTC", done.stdout)
    wanted = verb(values(timer.replace(".timer", ".service"), "ExecStart")[0])
    schedule = next(schedule for schedule, command in crontab_lines() if verb(command) == wanted)
    expected = croniter(schedule, FROM)
    assert elapses == [expected.get_next(datetime).strftime("%Y-%m-%d %H:%M:%S") for _ in range(3)], done.stdout
