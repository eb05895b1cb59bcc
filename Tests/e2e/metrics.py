"""What a process tells Prometheus, read with prometheus_client's own parsers, and which metrics files and pages name."""

import json
import re

import httpx
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from msgctl import REPOSITORY

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
ALERTS = REPOSITORY / "docs/prometheus/alerts.yml"
DASHBOARD = REPOSITORY / "docs/grafana/msgctl.json"
PAGE = REPOSITORY / "docs/metrics.md"
NAME = re.compile(r"\b(?:msgctl|process)_[a-z_]+\b")


class Scrape:
    """One reading: values by name and labels."""

    def __init__(self, text, parse=parse_text):
        self.families = list(parse(text))
        self.samples = [sample for family in self.families for sample in family.samples]
        self.names = {sample.name for sample in self.samples}

    def value(self, name, **labels):
        """The sum of the samples that have these labels, whatever their others; None when there are none."""
        found = [
            sample.value
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        return sum(found) if found else None


def get(url, **headers):
    return httpx.get(f"{url}/metrics", headers=headers, trust_env=False, timeout=30)


def scrape(url, **headers):
    reply = get(url, **headers)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Scrape(reply.text)


def rules():
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def panels():
    return json.loads(DASHBOARD.read_text())["panels"]


def names_of(text):
    """The metrics that a text names, without what is a label or a setting of the same form."""
    return set(NAME.findall(text))


def page_names():
    """Those in the first column of the page's table."""
    rows = [line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `msgctl_")]
    rows += [line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `process_")]
    return names_of(" ".join(rows))
