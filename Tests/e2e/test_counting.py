"""scripts/lib/count_tests.py, on which the exit code of scripts/test depends."""

import subprocess
import sys

import pytest

from msgctl import REPOSITORY

PASSED = """\
[1/1] Planning build
◇ Test run started.
↳ Testing Library Version: 6.3.1
◇ Suite Pairing started.
◇ Test pairsEverybody() started.
◇ Test limits(of:) started.
◇ Test case passing 1 argument of → 3 to limits(of:) started.
✔ Test pairsEverybody() passed after 0.001 seconds.
✔ Test case passing 1 argument of → 3 to limits(of:) passed after 0.001 seconds.
✔ Test limits(of:) with 3 test cases passed after 0.002 seconds.
✔ Test "Test run with a name like this" passed after 0.002 seconds.
✔ Suite Pairing passed after 0.003 seconds.
✔ Test run with 3 tests in 1 suite passed after 0.003 seconds.
"""
FAILED = PASSED.replace(
    "✔ Test pairsEverybody() passed after 0.001 seconds.",
    "✘ Test pairsEverybody() recorded an issue at A.swift:4:5: Expectation failed\n"
    "✘ Test pairsEverybody() failed after 0.001 seconds with 1 issue.",
).replace(
    "✔ Test run with 3 tests in 1 suite passed after 0.003 seconds.",
    "✘ Test run with 3 tests in 1 suite failed after 0.003 seconds with 1 issue.",
)
SKIPPED = PASSED.replace(
    "✔ Test pairsEverybody() passed after 0.001 seconds.", '➜ Test pairsEverybody() skipped: "not today"'
)
CRASHED = PASSED.split("✔ Suite")[0] + "error: Exited with unexpected signal code 5\n"

REPORT = """<testsuites><testsuite>
<testcase classname="test_a" name="test_one"/><testcase classname="test_a" name="test_two[x]"/>
<testcase classname="test_a" name="test_two[y]">{}</testcase></testsuite></testsuites>"""


@pytest.fixture
def count(tmp_path):
    """Runs it on a small tree; answers with exit code, last line and complaints."""
    (tmp_path / "Tests/ATests").mkdir(parents=True)
    (tmp_path / "Tests/e2e").mkdir()

    def run(
        swift=None,
        report=None,
        declared=3,
        python="def test_one():\n    pass\n\n\ndef test_two(n):\n    pass\n",
        flags=(),
    ):
        (tmp_path / "Tests/ATests/A.swift").write_text(
            "// @Test in a comment\n" + "@Test func a() {}\n" * (declared - 1) + '    @MainActor @Test("x")\n'
        )
        (tmp_path / "Tests/e2e/test_a.py").write_text(python)
        arguments = ["--root", tmp_path, *flags]
        if swift is not None:
            (tmp_path / "swift.log").write_text(swift)
            arguments += ["--swift-log", tmp_path / "swift.log"]
        if report is not None:
            (tmp_path / "e2e.xml").write_text(report)
            (tmp_path / "collected").write_text(
                "test_a.py::test_one\ntest_a.py::test_two[x]\ntest_a.py::test_two[y]\n\n3 tests collected\n"
            )
            arguments += ["--e2e-report", tmp_path / "e2e.xml", "--e2e-collected", tmp_path / "collected"]
        done = subprocess.run(
            [sys.executable, REPOSITORY / "scripts/lib/count_tests.py", *map(str, arguments)],
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout.splitlines()[-1], done.stderr

    return run


def test_all_passed(count):
    assert count(PASSED, REPORT.format("")) == (0, "6 passed, 0 failed, 0 skipped", "")


def test_failures_count(count):
    assert count(FAILED)[:2] == (1, "2 passed, 1 failed, 0 skipped")
    assert count(None, REPORT.format("<failure/>"))[:2] == (1, "2 passed, 1 failed, 0 skipped")
    assert count(None, REPORT.format("<error/>"))[:2] == (1, "2 passed, 1 failed, 0 skipped")


def test_skips_count_and_fail_in_ci(count):
    assert count(SKIPPED)[:2] == (0, "2 passed, 0 failed, 1 skipped")
    code, line, complaint = count(SKIPPED, flags=["--no-skips"])
    assert (code, line) == (1, "2 passed, 0 failed, 1 skipped") and "skipped" in complaint
    assert count(None, REPORT.format("<skipped/>"), flags=["--no-skips"])[0] == 1


def test_a_crash_is_a_failure(count):
    code, line, complaint = count(CRASHED)
    assert code == 1 and line == "3 passed, 1 failed, 0 skipped" and "crashed" in complaint
    assert count("")[0] == 1
    assert count(None, "<testsuites><testsuite>")[:2] == (1, "0 passed, 1 failed, 0 skipped")


def test_fewer_than_there_are_fails(count):
    code, line, complaint = count(PASSED, declared=4)
    assert code == 1 and line == "3 passed, 0 failed, 0 skipped" and "4 Swift test functions" in complaint
    python = "class Hidden:\n    def test_one():\n        pass\n    def test_three():\n        pass\n"
    code, _, complaint = count(None, REPORT.format(""), python=python)
    assert code == 1 and "test_three" in complaint
    assert count(PASSED, declared=4, flags=["--filtered"])[0] == 0


def test_nothing_at_all_fails(count):
    assert count("✔ Test run with 0 tests in 0 suites passed after 0.001 seconds.\n", flags=["--filtered"])[0] == 1
