"""The chat page: sessions that end, what goes wrong, and how the page is served."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Error, expect

from api import User, http_of, make_users
from engines import free_port
from msgctl import eventually


@pytest.mark.embedded
def test_tokens_are_renewed_in_time_and_end_with_the_session(browsers, site):
    server = site.serve(MSGCTL_AUTH_ACCESS_TOKEN_LIFETIME="4s")
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    tab = browsers.open(server.url).log_in(alice)
    renewals = []
    tab.page.on("response", lambda reply: reply.url.endswith("/api/auth/refresh") and renewals.append(reply.status))
    tab.page.evaluate(
        """() => new MutationObserver(() => { window.wasLost = true; })
            .observe(document.getElementById("connection"), { childList: true })"""
    )
    tab.open(bob.username)
    eventually(lambda: tab.page.wait_for_timeout(50) or len(renewals) >= 3, 20, "tokens are not renewed")
    bob.login()
    bob.send(conversation, "Still here?")
    tab.shows("Still here?")
    assert set(renewals) == {200} and tab.page.evaluate("() => window.wasLost") is None

    # Who comes back need not log in; another tab speaks for the same session.
    tab.page.reload()
    tab.is_in()
    beside = browsers.open(server.url, beside=tab)
    beside.is_in()
    tab.may_fail = beside.may_fail = True
    assert tab.page.evaluate("() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage)").count("eyJ") <= 3
    tab.role("button", "Log out").click()
    for one in (tab, beside):
        expect(one.find("#log-in")).to_be_visible()
        expect(one.find("#alert")).to_contain_text("You are logged out.")
        assert one.page.evaluate("() => localStorage.length") == 0


@pytest.mark.embedded
def test_a_session_that_is_ended_elsewhere(browsers, server, people, shared_site):
    (alice,) = people("alice")
    tab = browsers.open(server.url).log_in(alice)
    tab.may_fail = True
    shared_site.run("user", "revoke-sessions", alice.email)
    expect(tab.find("#log-in")).to_be_visible()
    expect(tab.find("#alert")).to_contain_text("Your session has ended. Log in again.")


@pytest.mark.embedded
def test_what_goes_wrong_is_told_in_words(browsers, site):
    port = free_port()
    server = site.serve("--port", port)
    alice = User(server, "alice")
    alice.register()
    tab = browsers.open(server.url)
    tab.may_fail = True
    tab.fill_form("#log-in", email=alice.email, password="wrong password")
    expect(tab.find("#log-in .error")).to_have_text("The e-mail address or the password is wrong.")
    tab.role("button", "Register").click()
    tab.fill_form("#register", username="a!", email="nowhere", password="short")
    for name, words in (("username", "letters, digits"), ("email", "e-mail address"), ("password", "6 characters")):
        field = tab.find(f"#register [name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(words))
    expect(tab.find("#register [name=username]")).to_be_focused()
    tab.fill_form("#register", username=alice.username, email="other@example.org", password="correct horse")
    expect(tab.find("#register .error")).to_contain_text("taken")
    server.kill()
    tab.find("#register button.main").click()
    expect(tab.find("#register .error")).to_contain_text("The server can't be reached.")


@pytest.mark.embedded
def test_the_page_can_be_switched_off(site):
    server = site.serve(MSGCTL_SERVER_CHAT_PAGE="false")
    for path in ("/", "/chat/main.js"):
        assert httpx.get(server.url + path).status_code == 404


@pytest.mark.embedded
def test_files_are_asked_for_and_not_sent_twice(server):
    first = http_of(server).get("/chat/main.js")
    again = http_of(server).get("/chat/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"


class Elsewhere:
    """A page of another origin."""

    def __init__(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><link rel=icon href=data:,><title>Elsewhere</title>")

            def log_message(self, *arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.mark.embedded
def test_pages_of_other_origins(browsers, site):
    """Those of server.client_urls, several of them, may call; others may not. As a browser sees it."""
    pages = [Elsewhere() for _ in range(3)]
    server = site.serve(CLIENT_URL=",".join(page.url for page in pages[:2]))
    alice = User(server, "alice")
    alice.register()
    ask = """async ([server, email, password]) => {
        const json = { "Content-Type": "application/json" };
        const body = JSON.stringify({ email, password });
        const reply = await fetch(`${server}/api/auth/login`, { method: "POST", headers: json, body });
        const { accessToken } = await reply.json();
        const me = await fetch(`${server}/api/auth/me`, { headers: { Authorization: `Bearer ${accessToken}` } });
        const poll = await fetch(`${server}/socket.io/?EIO=4&transport=polling`, { credentials: "include" });
        const socket = new WebSocket(`${server.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
        const first = await new Promise((resolve, reject) => { socket.onmessage = resolve; socket.onerror = reject; });
        const opened = await poll.text();
        socket.close();
        const session = `${server}/socket.io/?EIO=4&transport=polling&sid=${JSON.parse(opened.slice(1)).sid}`;
        await fetch(session, { method: "POST", body: "1", credentials: "include" });
        return [(await me.json()).user.email, opened[0], first.data[0]];
    }"""
    for page in pages[:2]:
        tab = browsers.open(page.url)
        assert tab.page.evaluate(ask, [server.url, alice.email, alice.password]) == [alice.email, "0", "0"]
    tab = browsers.open(pages[2].url)
    with pytest.raises(Error, match="Failed to fetch"):
        tab.page.evaluate(ask, [server.url, alice.email, alice.password])
    assert any("CORS policy" in text for text in tab.complaints)
    tab.complaints.clear()
    for page in pages:
        page.close()


@pytest.mark.embedded
def test_where_nobody_can_register_no_form_says_so(browsers, site):
    server = site.serve(MSGCTL_AUTH_REGISTRATION="closed")
    tab = browsers.open(server.url)
    expect(tab.find("#log-in")).to_be_visible()
    expect(tab.find("#no-registration")).to_have_text("Accounts are made by whoever runs this server.")
    expect(tab.role("button", "Register", include_hidden=True)).to_have_count(2)
    for button in tab.role("button", "Register", include_hidden=True).all():
        expect(button).to_be_hidden()
