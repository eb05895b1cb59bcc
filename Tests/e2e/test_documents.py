"""/api-docs: the documents, the plain page, and Swagger UI in a browser."""

import json
import re
import socket
import subprocess
from urllib.parse import urlsplit

import pytest

from api import http_of
from browser import CHROMIUM
from msgctl import REPOSITORY

SWAGGER_UI = REPOSITORY / ".build-tools/swagger-ui"
DOCUMENT = json.loads((REPOSITORY / "docs/openapi.json").read_text())


def test_the_document_is_served_as_it_stands(server):
    answer = http_of(server).get("/api-docs/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == DOCUMENT


def test_the_plain_page_lists_every_call(server):
    answer = http_of(server).get("/api-docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for path, methods in DOCUMENT["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in answer.text
    assert "<script" not in answer.text
    for link in re.findall(r'href="([^"]+)"', answer.text):
        assert http_of(server).get(link).status_code == 200, link


@pytest.mark.embedded
def test_a_directory_without_swagger_ui_stops_the_start(site, tmp_path):
    done = site.run("serve", "--port", "0", code=78, MSGCTL_SERVER_SWAGGER_UI=tmp_path)
    assert "server.swagger_ui" in done.stderr and "scripts/swagger-ui" in done.stderr


@pytest.fixture
def documented(site):
    assert (SWAGGER_UI / "from").exists(), "scripts/swagger-ui fetches Swagger UI; scripts/test does so as well"
    return site.serve(MSGCTL_SERVER_SWAGGER_UI=SWAGGER_UI)


@pytest.mark.embedded
def test_swagger_ui_shows_every_call_within_its_policy(documented, tmp_path):
    done = subprocess.run(
        [
            *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"),
            *("--enable-logging=stderr", "--virtual-time-budget=30000", "--dump-dom", documented.url + "/api-docs"),
        ],
        capture_output=True,
        text=True,
        timeout=150,
    )
    shown = set(re.findall(r'id="operations-(?!tag-)[^"]*-([A-Za-z]+)"', done.stdout))
    assert shown == {call["operationId"] for methods in DOCUMENT["paths"].values() for call in methods.values()}
    # A browser writes to its console what a policy forbade.
    assert "CONSOLE" not in done.stderr, done.stderr


@pytest.mark.embedded
@pytest.mark.parametrize(
    "path",
    [
        "/api-docs/../../../../etc/passwd",
        "/api-docs/..%2f..%2f..%2fetc%2fpasswd",
        "/api-docs/%2e%2e/%2e%2e/etc/passwd",
        "/api-docs//etc/passwd",
        "/api-docs/from",
        "/api-docs/LICENSE",
        "/api-docs/swagger-ui.css%00.png",
        "/api-docs/swagger-ui.css/",
        "/api-docs/.",
    ],
)
def test_nothing_but_its_files_is_served(documented, path):
    """As the bytes stand here: a client would tidy the path up."""
    address = urlsplit(documented.url)
    with socket.create_connection((address.hostname, address.port), timeout=15) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head = answer.split(b"\r\n\r\n")[0]
    is_style = path == "/api-docs/swagger-ui.css/" and b" 200 " in head and b"text/css" in head
    assert is_style or int(head.split()[1]) in (400, 404), answer[:300]
