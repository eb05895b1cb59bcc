#!/usr/bin/env python3
"""Adds up what the Swift and the Python runner say, and compares it with the test functions that there are.

Complaints go to standard error; the last line of standard output is `N passed, N failed, N skipped`. Exit 1 when a
test failed, when fewer ran than there are, or when a report is missing or cut short; a runner that crashed leaves one.
"""

import argparse
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

# A line of Swift Testing: "✔ Test name() passed after 0.1 seconds." A run and a single case have lines of their own.
# Not always at the line's beginning: an argument with a NUL in it ends its line early, and loses the line's end.
ENDED = re.compile(
    r"(?:^\W*|[✔✘] )Test (?!run with |run started|case )(?P<name>\".*?\"|[^\"]+?)(?: with \d+ test cases?)?"
    r" (?P<how>passed|failed) after "
)
SKIPPED = re.compile(r"^\W*Test (?!run |case )(?P<name>\".*?\"|.+?) skipped(?:\.|:)")
RUN = re.compile(
    r"^\W*Test run with (?P<tests>\d+) tests?(?: in \d+ suites?)? (?P<how>passed|failed) after ", re.MULTILINE
)
DECLARED_IN_SWIFT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*@Test\b", re.MULTILINE)
DECLARED_IN_PYTHON = re.compile(r"^\s*(?:async\s+)?def (test_\w*)\(", re.MULTILINE)


def swift_results(log, complain):
    """passed, failed and skipped of a log of `swift test`."""
    counts = Counter()
    for line in log.splitlines():
        if match := ENDED.search(line):
            counts[match["how"]] += 1
        elif SKIPPED.match(line):
            counts["skipped"] += 1
    runs = list(RUN.finditer(log))
    if not runs:
        complain("the Swift tests ended without the line 'Test run with N tests': the runner did not start or crashed")
        counts["failed"] = max(1, counts["failed"])
    elif any(run["how"] == "failed" for run in runs) and counts["failed"] == 0:
        complain("the Swift test run failed although no single test is said to have failed")
        counts["failed"] = 1
    return counts


def swift_declared(root):
    """The test functions in Tests/**/*.swift."""
    return sum(
        len(DECLARED_IN_SWIFT.findall(path.read_text()))
        for path in sorted((root / "Tests").rglob("*.swift"))
        if ".build" not in path.parts
    )


def python_results(report, complain):
    """passed, failed and skipped of a JUnit report, and the items and functions that ran."""
    counts, items, functions = Counter(), set(), set()
    try:
        cases = ElementTree.parse(report).getroot().iter("testcase")
    except (OSError, ElementTree.ParseError) as error:
        complain(f"the end-to-end tests left no whole report: {error}")
        return Counter(failed=1), items, functions
    results = {}
    for case in cases:
        key = case.get("classname"), case.get("name")
        if not key[0]:
            key = "", key[1]
        kinds = {child.tag for child in case}
        how = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        # A test that passes and whose clean-up fails has two entries; the worse counts.
        results[key] = max(results.get(key, "passed"), how, key=["passed", "skipped", "failed"].index)
    for (module, name), how in results.items():
        counts[how] += 1
        if how != "skipped":
            items.add((module, name))
            functions.add((module, name.split("[")[0]))
    return counts, items, functions


def python_declared(root):
    """The test functions that a plain look at the files finds, whatever pytest thinks of them."""
    return {
        (path.stem, name)
        for path in sorted((root / "Tests/e2e").glob("test_*.py"))
        for name in DECLARED_IN_PYTHON.findall(path.read_text())
    }


def collected(text):
    """The items that pytest means to run, one `file::name` a line."""
    return [line for line in text.splitlines() if re.match(r"^\S+\.py::", line)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--swift-log", type=Path)
    parser.add_argument("--e2e-report", type=Path)
    parser.add_argument("--e2e-collected", type=Path)
    parser.add_argument("--filtered", action="store_true", help="fewer than all were asked for")
    parser.add_argument("--no-skips", action="store_true", help="a skipped test is an error")
    options = parser.parse_args()
    complaints = []
    total = Counter()

    if options.swift_log:
        log = options.swift_log.read_text(errors="replace") if options.swift_log.exists() else ""
        none_matched = options.filtered and "No matching test cases were run" in log
        counts = Counter() if none_matched else swift_results(log, complaints.append)
        total += counts
        declared = swift_declared(options.root)
        ran = counts["passed"] + counts["failed"]
        if not options.filtered and ran + counts["skipped"] < declared:
            complaints.append(f"{declared} Swift test functions are declared with @Test, but {ran} ran")

    if options.e2e_report and not (options.filtered and not options.e2e_report.exists()):
        counts, items, functions = python_results(options.e2e_report, complaints.append)
        total += counts
        if not options.filtered:
            text = options.e2e_collected.read_text(errors="replace") if options.e2e_collected.exists() else ""
            if len(items) + counts["skipped"] < len(collected(text)):
                complaints.append(f"pytest collected {len(collected(text))} end-to-end tests, but {len(items)} ran")
            if not collected(text):
                complaints.append("pytest collected no end-to-end test")
            for module, name in sorted(python_declared(options.root) - functions):
                complaints.append(f"Tests/e2e/{module}.py: {name} is there, but did not run")

    if options.no_skips and total["skipped"]:
        complaints.append(f"{total['skipped']} tests were skipped; in CI every test must run")
    if total["passed"] + total["failed"] == 0:
        complaints.append("no test ran" + (" that matches the filter" if options.filtered else ""))
    for complaint in complaints:
        print(f"error: {complaint}", file=sys.stderr)
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 1 if complaints or total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
