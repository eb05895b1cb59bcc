"""packaging/logrotate/msgctl: logrotate itself renames the log of a running server, which goes on in a new file."""

import getpass
import grp
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from api import http_of
from msgctl import REPOSITORY, eventually

RULES = REPOSITORY / "packaging/logrotate/msgctl"
SIGNAL = "systemctl kill --signal=HUP msgctl.service msgctl-worker.service"


def rotate(rules, state):
    done = subprocess.run(
        ["logrotate", "--verbose", "--force", "--state", state, rules], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and "error:" not in done.stderr, done.stderr


def test_the_signal_goes_to_services_that_there_are():
    services = re.findall(r"\S+\.service", SIGNAL)
    assert SIGNAL in RULES.read_text() and len(services) == 2
    for service in services:
        unit = (REPOSITORY / "packaging/systemd" / service).read_text()
        assert re.search(r"^ExecStart=\S+ (serve|dispatch-worker) ", unit, re.MULTILINE), "others would be ended by it"
    # Each may write where the log is, the commands of timers too.
    for unit in (REPOSITORY / "packaging/systemd").glob("*.service"):
        assert "\nLogsDirectory=msgctl\n" in unit.read_text(), unit.name


@pytest.mark.embedded
def test_logrotate_renames_the_log_and_the_server_goes_on_in_a_new_one(site, tmp_path):
    assert shutil.which("logrotate"), "logrotate is not installed; scripts/test installs it"
    logs = tmp_path / "log"
    logs.mkdir(mode=0o750)
    log = logs / "msgctl.log"
    server = site.serve("--only", "api", MSGCTL_LOG_FILE=log, LOG_LEVEL="debug")
    group = grp.getgrgid(os.getgid()).gr_name
    text = RULES.read_text().replace("/var/log/msgctl", str(logs))
    text = text.replace("su msgctl msgctl", f"su {getpass.getuser()} {group}")
    text = text.replace(SIGNAL, f"kill -HUP {server.popen.pid}")
    rules = tmp_path / "rules"
    rules.write_text(text)
    rules.chmod(0o644)

    def ask(number):
        http_of(server).get("/api/health/live", headers={"X-Request-Id": f"request-{number}"})

    ask(1)
    eventually(lambda: "request-1" in log.read_text(), message="it does not log to its file")
    rotate(rules, tmp_path / "state")
    eventually(lambda: log.exists() and "opened anew" in log.read_text(), message="it does not open a new file")
    first = logs / "msgctl.log.1"
    assert "request-1" in first.read_text() and "request-1" not in log.read_text()
    ask(2)
    eventually(lambda: "request-2" in log.read_text(), message="it does not log to the new file")
    assert "request-2" not in first.read_text()
    rotate(rules, tmp_path / "state")
    eventually(lambda: log.exists() and "opened anew" in log.read_text(), message="it does not open a third file")
    # The one before the last is compressed: nobody writes to it any more.
    assert "request-2" in first.read_text() and (logs / "msgctl.log.2.gz").exists()
    assert server.is_running and server.terminate() == 0


@pytest.mark.embedded
def test_a_file_that_cannot_be_opened_anew_is_told_of_where_one_looks(site, tmp_path):
    log = tmp_path / "msgctl.log"
    server = site.serve("--only", "api", MSGCTL_LOG_FILE=log)
    eventually(lambda: "listening" in log.read_text(), message="it does not log to its file")
    log.rename(tmp_path / "old.log")
    log.mkdir()
    server.popen.send_signal(signal.SIGHUP)
    eventually(lambda: "could not be opened anew" in Path(server.log_path).read_text(), message="standard error does not tell of it")
    assert "goes on as it was" in (tmp_path / "old.log").read_text()
    assert server.terminate() == 0


@pytest.mark.embedded
def test_a_pipe_that_nobody_reads_stops_nothing(site, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    site.run("migrate", MSGCTL_LOG_FILE=pipe)
    server = site.serve("--only", "api", MSGCTL_LOG_FILE=pipe)
    assert "log.file can't be opened" in Path(server.log_path).read_text()
    assert server.terminate() == 0
