"""The chat page when the server, the network or the session fails it."""

import re

import pytest
from playwright.sync_api import expect

from api import PASSWORD, make_users, unique
from browser import Wire
from msgctl import eventually

REFRESH = re.compile("/api/auth/refresh$")
SOCKET = re.compile("/socket.io/")


def at_a_halted_clock(browsers, url):
    """A tab in which time can be made to pass."""
    tab = browsers.open("about:blank")
    tab.may_fail = True
    tab.page.clock.install()
    tab.page.goto(url)
    return tab


@pytest.mark.embedded
def test_a_renewal_whose_answer_is_lost_does_not_end_the_session(browsers, site):
    """Also where a spent token is good for only ten seconds."""
    server = site.serve(MSGCTL_AUTH_REFRESH_GRACE="10s")
    (alice,) = make_users(server, "alice")
    tab = browsers.open(server.url).log_in(alice)
    tab.may_fail = True
    lost = []

    def lose(route):
        lost.append(route.fetch().status)

    tab.page.route(REFRESH, lose, times=1)
    tab.page.reload()
    tab.is_in()
    assert lost == [200]


@pytest.mark.embedded
def test_who_is_told_to_wait_waits_and_sees_why(browsers, people, server):
    (alice,) = people("alice")
    tab = at_a_halted_clock(browsers, server.url).log_in(alice)
    refusal = {"success": False, "error": "x", "message": "Too many requests.", "code": "rate_limited"}
    tab.page.route(REFRESH, lambda route: route.fulfill(status=429, headers={"Retry-After": "30"}, json=refusal), times=1)
    calls = tab.calls()
    tab.page.reload()
    expect(tab.find("#waiting")).to_have_text("Waiting for the server… That was too often. Try again in 30 seconds.")
    tab.page.clock.run_for(28_000)
    expect(tab.find("#waiting")).to_be_visible()
    assert len(calls) == 1
    tab.page.clock.run_for(3_000)
    tab.is_in()
    expect(tab.find("#waiting")).to_be_empty()


def refuse(tab, code, times):
    """Sockets are let in only after this many refusals. Returns when each was opened, in milliseconds."""
    opened = []

    def answer(socket):
        opened.append(tab.page.evaluate("() => performance.now()"))
        if len(opened) > times:
            socket.connect_to_server()
            return
        refusal = '44{"message":"Authentication error: No.","data":{"code":"%s"}}' % code
        socket.on_message(lambda text: text.startswith("40") and socket.send(refusal))
        socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}')

    tab.page.route_web_socket(SOCKET, answer)
    return opened


@pytest.mark.embedded
@pytest.mark.parametrize(("code", "renewals"), [("unavailable", 0), ("invalid_token", 3)])
def test_a_refused_socket_comes_back_ever_later(browsers, people, server, code, renewals):
    """Only for the token's sake is the token renewed."""
    (alice,) = people("alice")
    tab = browsers.open("about:blank")
    tab.may_fail = True
    opened = refuse(tab, code, 3)
    tab.page.goto(server.url)
    calls = tab.calls()
    tab.log_in(alice)
    assert len([call for call in calls if REFRESH.search(call)]) == renewals
    waits = [later - earlier for earlier, later in zip(opened, opened[1:])]
    assert len(waits) == 3 and waits[1] > 400 and waits[2] > 900


@pytest.mark.embedded
def test_read_marks_outlive_a_lost_connection(browsers, wire, people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    tab = browsers.open(wire.url).log_in(alice)
    tab.may_fail = True
    tab.open(bob.username)
    wire.deafen()
    bob.send(conversation, "Was it read?")
    tab.shows("Was it read?")
    assert bob.history(conversation)[-1]["readBy"] == []
    wire.cut()
    eventually(lambda: bob.history(conversation)[-1]["readBy"], 20, "it counts as unread for good")


@pytest.mark.embedded
def test_what_was_missed_is_there_whatever_is_opened_meanwhile(browsers, site):
    server = site.serve(MSGCTL_REALTIME_RECOVERY="false")
    wire = Wire(server)
    alice, bob, carol = make_users(server, "alice", "bob", "carol")
    conversation = alice.direct(bob)["id"]
    alice.direct(carol)
    tab = browsers.open(wire.url).log_in(alice)
    tab.may_fail = True
    tab.open(carol.username)
    tab.open(bob.username)
    list_of_all = tab.hold(r"/api/conversations\?")
    wire.mute()
    bob.send(conversation, "Missed")
    wire.cut()
    list_of_all.wait()
    tab.open(carol.username)
    list_of_all.let_go()
    expect(tab.entry(bob.username).locator(".preview")).to_have_text("Missed")
    tab.open(bob.username)
    tab.shows("Missed")
    wire.close()


@pytest.mark.embedded
@pytest.mark.parametrize(("recovery", "words"), [("true", "5 new messages."), ("false", "5 messages came meanwhile.")])
def test_of_what_was_missed_only_the_number_is_read_out(browsers, site, recovery, words):
    server = site.serve(MSGCTL_REALTIME_RECOVERY=recovery)
    wire = Wire(server)
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    tab = browsers.open(wire.url).log_in(alice)
    tab.may_fail = True
    expect(tab.entry(bob.username)).to_be_visible()
    wire.mute()
    for number in range(5):
        bob.send(conversation, f"Message {number}")
    wire.cut()
    expect(tab.find("#announcer")).to_have_text(words)
    expect(tab.find("#announcer")).to_have_attribute("aria-atomic", "false")
    wire.close()


@pytest.mark.embedded
def test_a_session_that_ended_while_the_page_was_closed(browsers, people, server, shared_site):
    (alice,) = people("alice")
    tab = browsers.open(server.url).log_in(alice)
    tab.may_fail = True
    tab.page.goto("about:blank")
    shared_site.run("user", "revoke-sessions", alice.email)
    tab.page.goto(server.url)
    expect(tab.find("#log-in")).to_be_visible()
    expect(tab.find("#alert")).to_contain_text("Your session has ended. Log in again.")


@pytest.mark.embedded
def test_logging_out_asks_before_unsent_words_are_thrown_away(browsers, wire, people):
    alice, bob = people("alice", "bob")
    alice.direct(bob)
    tab = browsers.open(wire.url).log_in(alice)
    tab.may_fail = True
    tab.open(bob.username)
    wire.deafen()
    tab.say("Not sent")
    expect(tab.find("#messages .pending")).to_have_count(1)
    tab.role("button", "Log out").click()
    expect(tab.find("#confirm-question")).to_have_text("1 message is not sent yet.")
    tab.role("button", "Cancel").click()
    wire.cut()
    tab.nothing_is_pending()
    tab.shows("Not sent")
    tab.role("button", "Log out").click()
    expect(tab.find("#log-in")).to_be_visible()


@pytest.mark.embedded
def test_an_unfinished_sentence_outlives_the_session(browsers, people, server, shared_site):
    alice, bob = people("alice", "bob")
    alice.direct(bob)
    tab = browsers.open(server.url).log_in(alice)
    tab.may_fail = True
    tab.open(bob.username)
    tab.find("#words").fill("Half a thou")
    shared_site.run("user", "revoke-sessions", alice.email)
    expect(tab.find("#log-in")).to_be_visible()
    tab.log_in(alice)
    tab.open(bob.username)
    expect(tab.find("#words")).to_have_value("Half a thou")


@pytest.mark.embedded
def test_registered_but_not_logged_in(browsers, server):
    tab = browsers.open(server.url)
    tab.may_fail = True
    name = unique("alice")
    refusal = {"success": False, "error": "x", "message": "Storage is away.", "code": "unavailable"}
    tab.page.route("**/api/auth/login", lambda route: route.fulfill(status=503, json=refusal), times=1)
    tab.role("button", "Register").click()
    tab.fill_form("#register", username=name, email=f"{name}@example.org", password=PASSWORD)
    expect(tab.find("#log-in .error")).to_have_text("You are registered, but not logged in yet. Storage is away.")
    expect(tab.find("#log-in-email")).to_have_value(f"{name}@example.org")
    tab.fill_form("#log-in", password=PASSWORD)
    tab.is_in()


@pytest.mark.embedded
def test_two_tabs_before_the_door_make_one_session(browsers, people, server):
    (alice,) = people("alice")
    tab = browsers.open(server.url)
    beside = browsers.open(server.url, beside=tab)
    tab.log_in(alice)
    beside.is_in()
    assert len(alice.get("/api/auth/sessions")["data"]["sessions"]) == 2


@pytest.mark.embedded
def test_nothing_is_said_of_conversations_before_they_are_known(browsers, people, server):
    (alice,) = people("alice")
    tab = browsers.open(server.url)
    list_of_all = tab.hold(r"/api/conversations\?")
    tab.fill_form("#log-in", email=alice.email, password=alice.password)
    list_of_all.wait()
    expect(tab.find("#nobody")).to_have_text("Loading…")
    list_of_all.let_go()
    expect(tab.find("#nobody")).to_contain_text("No conversations yet.")
