"""The chat page on a phone, by the keyboard alone, for assistive technology, and with markup in what people write."""

from importlib import resources

import pytest
from playwright.sync_api import expect

from api import unique
from browser import violations
from msgctl import eventually

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
XSS = ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</li><svg onload=alert(1)>", "javascript:alert(1)"]


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
