"""The chat page: two people, each in a browser of their own."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

import httpx
import pytest
from playwright.sync_api import Error, expect

from api import User, http_of, make_users, unique
from browser import Browsers, Wire, violations
from engines import free_port
from msgctl import eventually
from pipeline import drain_all, enqueue_all, window

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
XSS = ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</li><svg onload=alert(1)>", "javascript:alert(1)"]


@pytest.fixture(scope="module")
def chromium():
    browsers = Browsers()
    yield browsers
    browsers.close()


@pytest.fixture
def browsers(chromium):
    yield chromium
    chromium.end_test()


@pytest.fixture
def wire(server):
    wire = Wire(server)
    yield wire
    wire.close()


@pytest.fixture
def pair(browsers, server, people):
    """Two who are logged in and have the conversation of both open."""
    users = people("ada", "grace")
    users[0].direct(users[1])
    tabs = [browsers.open(server.url).log_in(user) for user in users]
    tabs[0].open(users[1].username)
    tabs[1].open(users[0].username)
    return tabs


def test_two_people(browsers, server):
    ada = browsers.open(server.url).register("ada")
    grace = browsers.open(server.url).register("grace")
    ada.start(grace.username)
    expect(ada.find("#talk-state")).to_have_text("Online")

    ada.say("Is the café open?")
    ada.shows("Is the café open?")
    expect(grace.entry(ada.username).locator(".unread")).to_have_text("1")
    assert grace.page.title() == "(1) msgctl"
    grace.open(ada.username)
    grace.shows("Is the café open?")
    expect(ada.find("#messages .state")).to_have_text("Read")
    expect(grace.entry(ada.username).locator(".unread")).to_be_hidden()
    expect(grace.page).to_have_title("msgctl")

    grace.find("#words").press_sequentially("Until six")
    expect(ada.find("#talk-state")).to_have_text(f"{grace.username} is typing…")
    grace.page.keyboard.press("Enter")
    ada.shows("Is the café open?", "Until six")
    expect(ada.find("#talk-state")).to_have_text("Online")
    expect(ada.find("#announcer")).to_contain_text(f"{grace.username}: Until six")

    def found():
        ada.find("#search-words").fill("caf")
        ada.page.keyboard.press("Enter")
        expect(ada.find("#found-title")).to_be_focused()
        return ada.find("#hits li").count() == 1

    ada.may_fail = True  # The index of a new store is only being built: 503.
    eventually(found, 20, "the message is not found", every=0.2)
    expect(ada.find("#hits mark")).to_have_text("café")
    ada.find("#hits a").click()
    expect(ada.find("#messages .pointed .content")).to_have_text("Is the café open?")

    grace.role("button", "Log out").click()
    expect(grace.find("#log-in")).to_be_visible()
    expect(ada.find("#talk-state")).to_contain_text("Last seen")


@pytest.mark.embedded
def test_a_restart_loses_nothing_and_doubles_nothing(browsers, site):
    port = free_port()
    server = site.serve("--port", port)
    users = make_users(server, "ada", "grace")
    conversation = users[0].direct(users[1])["id"]
    ada, grace = tabs = [browsers.open(server.url).log_in(user) for user in users]
    ada.open(users[1].username)
    grace.open(users[0].username)
    said = []
    for number in range(2):
        for tab in tabs:
            tab.may_fail = True
            tab.say(f"{tab.username} before {number}")
            said.append(f"{tab.username} before {number}")
            # In the first round the server may die with the message, in the second it is heard first.
            if number == 1:
                expect(tab.find("#messages .content").last).to_have_text(said[-1])
                tab.nothing_is_pending()
        server.kill() if number == 0 else server.terminate()
        for tab in tabs:
            expect(tab.find("#connection")).to_have_text("Not connected; trying…")
            tab.say(f"{tab.username} meanwhile {number}")
            said.append(f"{tab.username} meanwhile {number}")
            expect(tab.find("#messages .content").last).to_have_text(said[-1])
        server = site.serve("--port", port)
        for tab in tabs:
            expect(tab.find("#connection")).to_have_text("Connected")
            expect(tab.find("#messages .content")).to_have_count(len(said))
            tab.nothing_is_pending()
    stored = [message["content"] for message in users[0].at(server).whole_history(conversation)]
    assert sorted(stored) == sorted(said)
    for tab in tabs:
        tab.shows(*stored)


@pytest.mark.embedded
def test_an_answer_that_is_lost_doubles_nothing(browsers, wire, people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    tab = browsers.open(wire.url).log_in(alice)
    tab.may_fail = True
    tab.open(bob.username)
    wire.mute()
    tab.say("Only once")
    eventually(lambda: bob.history(conversation), 10, "the message is not stored")
    expect(tab.find("#messages .state")).to_have_text("Sending…")
    wire.cut()
    tab.nothing_is_pending()
    tab.shows("Only once")
    assert [message["content"] for message in bob.history(conversation)] == ["Only once"]


@pytest.mark.embedded
@pytest.mark.parametrize("recovery", ["true", "false"])
def test_what_happened_while_the_connection_was_gone(browsers, site, recovery):
    """Reading, deleting and writing, each seen without loading the page anew, also when the server can't tell all of it."""
    server = site.serve(MSGCTL_REALTIME_RECOVERY=recovery)
    wire = Wire(server)
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    gone = bob.send(conversation, "Taken back")
    read = alice.send(conversation, "Read later")
    tab = browsers.open(wire.url).log_in(alice)
    tab.may_fail = True
    tab.open(bob.username)
    tab.shows("Taken back", "Read later")
    wire.mute()
    bob.delete(f"/api/messages/{gone['id']}")
    bob.put(f"/api/messages/{read['id']}/read")
    bob.send(conversation, "Missed")
    wire.cut()
    tab.shows("Read later", "Missed")
    expect(tab.find("#messages .state").first).to_have_text("Read")
    wire.close()


@pytest.mark.embedded
def test_unsent_words_outlive_a_reload(browsers, site):
    port = free_port()
    server = site.serve("--port", port)
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    tab = browsers.open(server.url).log_in(alice)
    tab.may_fail = True
    tab.open(bob.username)
    server.kill()
    tab.say("Said to nobody")
    expect(tab.find("#messages .pending .state")).to_have_text("Sending…")
    server = site.serve("--port", port)
    tab.page.reload()
    tab.shows("Said to nobody")
    tab.nothing_is_pending()
    assert [message["content"] for message in bob.at(server).history(conversation)] == ["Said to nobody"]


@pytest.mark.embedded
def test_without_websockets(browsers, server, people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    tab = browsers.open("about:blank")
    tab.may_fail = True
    tab.page.route_web_socket("**", lambda socket: socket.close())
    tab.page.goto(server.url)
    tab.log_in(alice)
    tab.open(bob.username)
    tab.say("By polling")
    tab.nothing_is_pending()
    bob.send(conversation, "So it came")
    tab.shows("By polling", "So it came")


@pytest.mark.embedded
def test_a_phone(browsers, server, people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    bob.send(conversation, "A" * 300)
    bob.send(conversation, "Two\nlines")
    tab = browsers.open(server.url, **PHONE)

    def fits():
        width, touch = tab.page.evaluate(
            """() => [document.documentElement.scrollWidth, [...document.querySelectorAll("button, a, input, textarea")]
                .filter((part) => part.checkVisibility() && part.getBoundingClientRect().width > 1)
                .filter((part) => part.getBoundingClientRect().height < 24 || part.getBoundingClientRect().right > 360)
                .map((part) => part.outerHTML)]"""
        )
        assert width <= 360 and touch == []

    fits()
    tab.log_in(alice)
    fits()
    expect(tab.find("#talk")).to_be_hidden()
    tab.find("#start").tap()
    expect(tab.find("#people-found li").first).to_be_visible()
    fits()
    tab.role("button", "Cancel").tap()
    tab.entry(bob.username).get_by_role("link").tap()
    tab.shows("A" * 300, "Two\nlines")
    expect(tab.find("nav")).to_be_hidden()
    expect(tab.find("#composer")).to_be_in_viewport()
    fits()
    tab.role("button", "Back").tap()
    expect(tab.find("nav")).to_be_visible()
    tab.entry(bob.username).get_by_role("link").tap()
    expect(tab.find("#talk")).to_be_visible()
    tab.page.go_back()
    expect(tab.find("nav")).to_be_visible()


class Keyboard:
    """Somebody without a mouse, who has to see where they are."""

    def __init__(self, tab):
        self.tab = tab
        self.press = tab.page.keyboard.press
        self.type = tab.page.keyboard.type

    def to(self, selector, by="Tab", within=40):
        """Goes on until the element has the focus. Every stop on the way must be in sight and marked."""
        for _ in range(within):
            self.press(by)
            if self.tab.page.evaluate(
                """(selector) => {
                    const here = document.activeElement;
                    if (here === document.body) return false;
                    const style = getComputedStyle(here);
                    const box = here.getBoundingClientRect();
                    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) throw Error("unmarked " + here.outerHTML);
                    if (box.width < 1 || box.bottom < 0 || box.top > innerHeight) throw Error("out of sight " + here.outerHTML);
                    return here.matches(selector);
                }""",
                selector,
            ):
                return
        raise AssertionError(f"{selector} can't be reached with {by}")


@pytest.mark.embedded
def test_the_keyboard_alone(browsers, server, people):
    bob, carol = people("bob", "carol")
    tab = browsers.open(server.url)
    tab.username = unique("alice")
    keys = Keyboard(tab)
    expect(tab.find("#log-in-email")).to_be_focused()
    keys.to("#to-register")
    keys.press("Enter")
    expect(tab.find("#register-username")).to_be_focused()
    keys.type(tab.username)
    keys.to("#register-email")
    keys.type(f"{tab.username}@example.org")
    keys.to("#register-password")
    keys.type("correct horse")
    keys.press("Enter")
    tab.is_in()

    for person in (bob, carol):
        keys.to("#start")
        keys.press("Enter")
        expect(tab.find("#people-words")).to_be_focused()
        keys.type(person.username)
        expect(tab.find("#people-found li")).to_have_count(1)
        keys.to("#people-found input")
        keys.press("Space")
        keys.to("#people-start")
        keys.press("Enter")
        expect(tab.find("#talk-title")).to_have_text(person.username)
        expect(tab.find("#words")).to_be_focused()
        keys.type(f"Hello {person.username}")
        keys.press("Shift+Enter")
        keys.type("and good day")
        keys.press("Enter")
        tab.shows(f"Hello {person.username}\nand good day")
        tab.nothing_is_pending()
        keys.press("Escape")
        expect(tab.find("#talk-title")).to_have_text("No conversation is open")
        # Where one came from.
        expect(tab.entry(person.username).get_by_role("link")).to_be_focused()

    keys.to("#conversations li:last-child a", by="ArrowDown")
    keys.to("#conversations li:first-child a", by="ArrowUp")
    keys.press("Enter")
    expect(tab.find("#words")).to_be_focused()
    keys.to(".delete", by="Shift+Tab")
    keys.press("Enter")
    keys.press("Escape")
    expect(tab.find("#confirm")).not_to_be_visible()
    keys.press("Enter")
    keys.to("#confirm-yes")
    keys.press("Enter")
    tab.shows()
    expect(tab.find("#words")).to_be_focused()
    keys.press("Escape")
    keys.to("#search-words", by="Shift+Tab")
    keys.type("zzz")
    tab.may_fail = True  # The index of a new store may only be being built: 503.
    keys.press("Enter")
    expect(tab.find("#found").or_(tab.find("#alert p"))).to_be_visible()
    keys.press("Escape")
    expect(tab.find("#overview")).to_be_visible()
    keys.to("#log-out", by="Shift+Tab")
    keys.press("Enter")
    expect(tab.find("#log-in-email")).to_be_focused()


@pytest.mark.embedded
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_assistive_technology(browsers, server, people, scheme):
    """axe-core's rules, contrast among them, on every view."""
    alice, bob, carol = people("alice", "bob", "carol")
    conversation = alice.group("Compilers", bob, carol)["id"]
    for number in range(60):
        (alice, bob)[number % 2].send(conversation, f"Message {number}")
    bob.send(alice.direct(bob)["id"], "Unread")
    tab = browsers.open(server.url, color_scheme=scheme)

    def is_fine(what):
        assert violations(tab, AXE) == [], what

    is_fine("logging in")
    tab.role("button", "Register").click()
    tab.may_fail = True  # 400
    tab.fill_form("#register", username="x", email="x", password="x")
    expect(tab.find("#register .error")).to_have_count(3)
    is_fine("errors in a form")
    tab.role("button", "Log in").click()
    tab.log_in(alice)
    expect(tab.entry("Compilers")).to_be_visible()
    is_fine("the list")
    tab.open("Compilers")
    is_fine("a conversation")
    tab.role("button", "Group").click()
    is_fine("a group")
    tab.role("button", "Close").click()
    tab.role("button", "New conversation").click()
    expect(tab.find("#people-found li").first).to_be_visible()
    is_fine("finding people")
    tab.role("button", "Cancel").click()
    tab.find(".delete").last.click()
    is_fine("a question")
    tab.role("button", "Cancel").click()
    tab.page.set_viewport_size(PHONE["viewport"])
    is_fine("a conversation on a phone")


@pytest.mark.embedded
def test_markup_stays_text(browsers, server, people):
    alice, bob, carol = people("alice", "bob", "carol")
    group = alice.group(XSS[0], bob, carol)["id"]
    tab = browsers.open(server.url).log_in(bob)
    tab.may_fail = True
    tab.entry(XSS[0]).get_by_role("link").click()
    expect(tab.find("#talk-title")).to_have_text(XSS[0])
    for text in XSS:
        alice.send(group, text)
    tab.shows(*XSS)
    tab.say(XSS[1])
    tab.shows(*XSS, XSS[1])
    expect(tab.entry(XSS[0]).locator(".preview")).to_have_text(f"You: {XSS[1]}")
    tab.role("button", "Group").click()
    expect(tab.find("#members-title")).to_have_text(XSS[0])
    tab.role("button", "Close").click()
    bob.search("alert")
    eventually(lambda: bob.search("alert")["total"] == 5, 20, "the messages are not found")
    tab.find("#search-words").fill("alert")
    tab.page.keyboard.press("Enter")
    expect(tab.find("#hits .preview")).to_have_count(5)
    assert sorted(tab.find("#hits .preview").all_inner_texts()) == sorted([*XSS, XSS[1]])
    assert set(tab.find("#hits mark").all_inner_texts()) == {"alert"}
    # Nothing but the page's own elements, and nothing ran: Tab fails on any dialog or complaint.
    assert tab.find("img, svg, body script").count() == 0
    assert tab.page.evaluate("() => { try { document.body.innerHTML = 'x'; return 'taken'; } catch { return 'refused'; } }") == "refused"
    tab.complaints = [text for text in tab.complaints if "TrustedHTML" not in text and "Trusted Type" not in text]


@pytest.mark.embedded
def test_older_messages_come_with_scrolling(browsers, server, people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    said = [f"Message {number}" for number in range(120)]
    for text in said:
        bob.send(conversation, text)
    tab = browsers.open(server.url).log_in(alice)
    tab.open(bob.username)
    expect(tab.find("#messages li").last).to_be_in_viewport()
    assert tab.contents == said[70:]
    for count in (100, 120):
        tab.find("#scroll").evaluate("(scroll) => { scroll.scrollTop = 0; }")
        expect(tab.find("#messages li")).to_have_count(count)
        # The place where one read stays.
        expect(tab.find("#messages li", ).nth(count - len(said) + (70 if count == 100 else 20))).to_be_in_viewport()
    assert tab.contents == said
    expect(tab.find("#older")).to_be_hidden()
    # Who reads old messages is not carried off by new ones.
    bob.send(conversation, "New")
    expect(tab.find("#messages li")).to_have_count(121)
    expect(tab.find("#messages li").last).not_to_be_in_viewport()
    tab.say("Answer")
    expect(tab.find("#messages li").last).to_be_in_viewport()


@pytest.mark.embedded
def test_a_hit_far_back_is_shown_among_its_neighbours(browsers, server, people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    said = [f"Message {number}" for number in range(10)] + ["The needle"] + [f"Message {number}" for number in range(11, 130)]
    for text in said:
        bob.send(conversation, text)
    eventually(lambda: alice.search("needle")["total"] == 1, 20, "it is not found")
    tab = browsers.open(server.url).log_in(alice)
    tab.open(bob.username)
    tab.find("#search-words").fill("needle")
    tab.page.keyboard.press("Enter")
    tab.find("#hits a").click()
    expect(tab.find("#messages .pointed .content")).to_have_text("The needle")
    expect(tab.find("#messages .pointed")).to_be_in_viewport()
    assert tab.contents == said[:61]
    bob.send(conversation, "Meanwhile")
    tab.find("#scroll").evaluate("(scroll) => { scroll.scrollTop = scroll.scrollHeight; }")
    expect(tab.find("#messages li")).to_have_count(111)
    tab.role("button", "Load newer messages").click()
    expect(tab.find("#messages li")).to_have_count(131)
    bob.send(conversation, "Live")
    expect(tab.find("#messages li")).to_have_count(132)
    assert tab.contents == [*said, "Meanwhile", "Live"]
    tab.page.reload()
    tab.is_in()
    tab.find("#search-words").fill("needle")
    tab.page.keyboard.press("Enter")
    tab.find("#hits a").click()
    expect(tab.find("#messages .pointed .content")).to_have_text("The needle")
    tab.role("button", "Go to the newest message").click()
    expect(tab.find("#messages .content").last).to_have_text("Live")
    assert tab.contents == [*said, "Meanwhile", "Live"][-50:]


@pytest.mark.embedded
def test_deleting_ones_own_message(pair):
    ada, grace = pair
    ada.say("Wrong window")
    grace.shows("Wrong window")
    expect(grace.find(".delete")).to_have_count(0)
    ada.nothing_is_pending()
    ada.find(".delete").click()
    expect(ada.find("#confirm-detail")).to_have_text("Wrong window")
    ada.role("button", "Delete").click()
    for tab in pair:
        tab.shows()
    expect(grace.entry(ada.username).locator(".preview")).to_have_text("No messages yet")


@pytest.mark.embedded
def test_groups(browsers, server, people):
    alice, bob, carol, dora = people("alice", "bob", "carol", "dora")
    tab, other, late = [browsers.open(server.url).log_in(user) for user in (alice, bob, dora)]
    tab.start(bob.username, carol.username, name="Compilers")
    tab.say("Hello all")
    other.open("Compilers")
    other.shows("Hello all")
    expect(tab.find("#messages .state")).to_have_text(f"Read by {bob.username}")

    tab.role("button", "Group").click()
    tab.find("#rename-name").fill("Linkers")
    tab.role("button", "Rename").click()
    expect(other.find("#talk-title")).to_have_text("Linkers")
    tab.find("#adding-words").fill(dora.username)
    tab.role("button", f"Add {dora.username}").click()
    expect(late.entry("Linkers")).to_be_visible()
    tab.role("button", f"Remove {dora.username}").click()
    expect(late.entry("Linkers")).to_have_count(0)
    tab.role("button", "Close").click()

    other.may_fail = True  # 403: who did not make the group can't change it.
    other.role("button", "Group").click()
    other.role("button", f"Remove {carol.username}").click()
    expect(other.find("#alert")).to_contain_text("creator")
    other.role("button", "Leave the group").click()
    other.role("button", "Leave").click()
    expect(other.entry("Linkers")).to_have_count(0)
    expect(tab.find("#talk-state")).not_to_contain_text(bob.username)


@pytest.mark.embedded
def test_automatic_messages_are_marked(browsers, site):
    server = site.serve()
    alice, bob = make_users(server, "alice", "bob")
    tabs = {user.username: browsers.open(server.url).log_in(user) for user in (alice, bob)}
    site.settings.update(window(2))
    assert site.json("plan-pairings")["messages"] == 1
    enqueue_all(site, 1)
    drain_all(site)
    (message,) = alice.history(alice.direct(bob)["id"])
    receiver = bob if message["sender"]["id"] == alice.id else alice
    tab = tabs[receiver.username]
    tab.open(message["sender"]["username"])
    tab.shows(message["content"])
    expect(tab.find("#messages .badge")).to_have_text("automatic message")


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
