"""Fixtures. `server` is shared by the tests that leave no mark on others; `site` is a store of one's own."""

import signal

import pytest

import engine_sets
from api import make_users
from chat import Chat
from msgctl import BINARY, Site


def pytest_configure(config):
    """Being ended from outside is an interrupt, so that the fixtures end what they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_sessionstart(session):
    if not session.config.option.collectonly and not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} does not exist: build it (scripts/test does) or name another in MSGCTL_BIN")


@pytest.fixture(scope="session", params=engine_sets.KINDS)
def kind(request):
    """Every test runs on both kinds of engine, unless it is marked `embedded`."""
    return request.param


def pytest_collection_modifyitems(config, items):
    def is_meant(item):
        kind = item.callspec.params.get("kind") if hasattr(item, "callspec") else None
        return kind != engine_sets.DISTRIBUTED or item.get_closest_marker("embedded") is None

    others = [item for item in items if not is_meant(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if is_meant(item)]


@pytest.fixture(scope="session")
def shared_site(kind, tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("shared") / "site", engine_sets.make(kind))
    yield site
    site.close()


@pytest.fixture
def server(shared_site):
    """The shared server. A test that makes it end fails, and the next test gets a new one."""
    running = [process for process in shared_site.processes if process.is_running]
    server = running[0] if running else shared_site.serve()
    yield server
    assert server.is_running, f"the shared server ended with {server.popen.returncode}\n{server.log_tail()}"


@pytest.fixture(scope="module")
def chromium():
    """For a module and no longer: while it runs nothing else can have an event loop in this thread."""
    from browser import Browsers

    browsers = Browsers()
    yield browsers
    browsers.close()


@pytest.fixture
def browsers(chromium):
    yield chromium
    chromium.end_test()


@pytest.fixture
def wire(server):
    """What lies between a browser and the shared server."""
    from browser import Wire

    wire = Wire(server)
    yield wire
    wire.close()


@pytest.fixture
def site(kind, tmp_path):
    """A fresh place for data; whatever was started on it ends with the test."""
    site = Site(tmp_path / "site", engine_sets.make(kind))
    yield site
    site.close()


@pytest.fixture
def people(server):
    """people("alice", "bob") registers and logs in, on the shared server."""
    return lambda *stems: make_users(server, *stems)


@pytest.fixture
def open_chat():
    """open_chat(user, transports) connects a socket that is closed when the test ends."""
    opened = []

    def connect(user, transports=None, **options):
        chat = Chat(user.server, options.pop("token", user.access), transports, **options)
        opened.append(chat)
        return chat

    yield connect
    for chat in opened:
        chat.close()


def pytest_make_parametrize_id(config, val, argname):
    """A long value would make a test's name unreadable."""
    return f"{val[:16]!r}..{len(val)}" if isinstance(val, (str, bytes)) and len(val) > 32 else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the end of the log of what it ran."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for name in ("site", "shared_site"):
            site = getattr(item, "funcargs", {}).get(name)
            for arguments, log in site.logs()[-3:] if site else []:
                report.sections.append((f"log of msgctl {' '.join(arguments)}", log))
