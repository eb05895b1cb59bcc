"""People at the chat page, in the system's Chromium. What the browser complains of fails the test."""

import json
import os
import re
import select
import socket
import threading

from playwright.sync_api import expect, sync_playwright

from api import PASSWORD, unique
from engines import free_port
from msgctl import eventually

CHROMIUM = os.environ.get("MSGCTL_TEST_CHROMIUM", "/usr/bin/chromium")
DEADLINE = 15_000
# What Chromium says of every request that fails: right where a test brings failures about, and only there.
NETWORK = re.compile(r"^(Failed to load resource|WebSocket connection to )")

expect.set_options(timeout=DEADLINE)


class Browsers:
    """One Chromium; every tab has a profile of its own unless it is opened beside another."""

    def __init__(self):
        assert os.path.exists(CHROMIUM), f"{CHROMIUM} is missing: scripts/test installs it; MSGCTL_TEST_CHROMIUM names another"
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(executable_path=CHROMIUM)
        self.tabs = []

    def open(self, url, beside=None, **options):
        context = beside.page.context if beside else self.chromium.new_context(**options)
        context.set_default_timeout(DEADLINE)
        self.tabs.append(Tab(context.new_page(), url))
        return self.tabs[-1]

    def end_test(self):
        tabs, self.tabs = self.tabs, []
        for tab in tabs:
            tab.page.context.close()
        for tab in tabs:
            tab.check()

    def close(self):
        self.chromium.close()
        self.playwright.stop()


class Tab:
    """A tab with the page in it, as its person uses it."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.username = None
        self.email = None
        self.complaints = []
        self.may_fail = False
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("dialog", self._asked)
        page.goto(url)

    def _asked(self, dialog):
        # Only "leave the page?" may come, when there are unsent messages.
        if dialog.type != "beforeunload":
            self.complaints.append(f"a dialog: {dialog.message}")
        dialog.accept()

    def check(self):
        complaints = [text for text in self.complaints if not (self.may_fail and NETWORK.match(text))]
        assert not complaints, complaints

    def calls(self):
        """The requests to the API from now on."""
        seen = []
        self.page.on("request", lambda asked: "/api/" in asked.url and seen.append(f"{asked.method} {asked.url}"))
        return seen

    def hold(self, pattern, is_answered=False):
        return Held(self.page, re.compile(pattern), is_answered)

    def look_for(self, words):
        self.find("#search-words").fill(words)
        self.page.keyboard.press("Enter")
        expect(self.find("#found-title")).to_be_focused()

    def find(self, selector):
        return self.page.locator(selector)

    def role(self, role, name, **options):
        return self.page.get_by_role(role, name=name, exact=True, **options)

    # Accounts

    def register(self, stem):
        self.username = unique(stem)
        self.email = f"{self.username}@example.org"
        self.role("button", "Register").click()
        self.fill_form("#register", username=self.username, email=self.email, password=PASSWORD)
        self.is_in()
        return self

    def log_in(self, user):
        self.username, self.email = user.username, user.email
        self.fill_form("#log-in", email=user.email, password=user.password)
        self.is_in()
        return self

    def fill_form(self, form, **fields):
        for name, value in fields.items():
            self.find(f"{form} [name={name}]").fill(value)
        self.find(f"{form} button.main").click()

    def is_in(self):
        expect(self.find("#connection")).to_have_text("Connected")
        expect(self.find("#chat")).to_have_attribute("aria-busy", "false")

    # Conversations

    def start(self, *usernames, name=None):
        self.role("button", "New conversation").click()
        for username in usernames:
            self.find("#people-words").fill(username)
            self.page.get_by_role("checkbox", name=username).check()
        if name is not None:
            self.find("#people-name").fill(name)
        self.role("button", "Start").click()
        expect(self.find("#people")).not_to_be_visible()
        expect(self.find("#talk-title")).to_have_text(name or usernames[0])
        return self

    def entry(self, title):
        """Its line in the list of conversations."""
        return self.find("#conversations li").filter(has=self.page.locator(".title", has_text=title))

    def open(self, title):
        self.entry(title).get_by_role("link").click()
        expect(self.find("#talk-title")).to_have_text(title)
        expect(self.find("#words")).to_be_focused()

    def say(self, text):
        self.find("#words").fill(text)
        self.page.keyboard.press("Enter")

    @property
    def contents(self):
        """What is shown of the open conversation, oldest first."""
        return self.find("#messages .content").all_inner_texts()

    def shows(self, *texts):
        expect(self.find("#messages .content")).to_have_text(list(texts))

    def nothing_is_pending(self):
        expect(self.find("#messages .pending")).to_have_count(0)


class Held:
    """Requests of a page that wait until they are let go; when they are answered, their answer is from before."""

    def __init__(self, page, pattern, is_answered):
        self.page = page
        self.pattern = pattern
        self.is_answered = is_answered
        self.is_over = False
        self.routes = []
        page.route(pattern, self._take)

    def _take(self, route):
        if self.is_over:
            route.continue_()
        else:
            self.routes.append((route, route.fetch() if self.is_answered else None))

    def wait(self, count=1):
        is_there = lambda: self.page.wait_for_timeout(20) or len(self.routes) >= count
        eventually(is_there, 10, f"nothing like {self.pattern.pattern} is asked for")

    def let_go(self):
        self.is_over = True
        for route, answer in self.routes:
            route.fulfill(response=answer) if answer else route.continue_()


class Wire:
    """What lies between browser and server, and can be cut or fall silent. Its `url` stays when the server's changes."""

    def __init__(self, server):
        self.target = server
        self.is_mute = self.is_deaf = False
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", free_port()))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            host, port = self.target.url.removeprefix("http://").split(":")
            try:
                server = socket.create_connection((host, int(port)), 5)
            except OSError:
                client.close()
                continue
            self.pairs.append((client, server))
            threading.Thread(target=self._carry, args=(client, server), daemon=True).start()

    def _carry(self, client, server):
        try:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client:
                        if not self.is_deaf:
                            server.sendall(data)
                    elif not self.is_mute:
                        client.sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            client.close()
            server.close()

    def mute(self):
        """From now on no answer arrives."""
        self.is_mute = True

    def deafen(self):
        """From now on nothing that the browser says arrives."""
        self.is_deaf = True

    def cut(self):
        """Every connection is gone; new ones work, and are heard."""
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        # Not before: something late would be heard on an old connection, as if nothing had been missed before it.
        self.is_mute = self.is_deaf = False

    def close(self):
        self.listener.close()
        self.cut()


def violations(tab, axe):
    """What axe-core finds wrong with what is shown, in lines that tell where."""
    tab.page.evaluate(axe)
    found = tab.page.evaluate("() => axe.run().then((result) => JSON.stringify(result.violations))")
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in json.loads(found)
        for node in violation["nodes"]
    ]
