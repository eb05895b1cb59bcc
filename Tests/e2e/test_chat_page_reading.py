"""The chat page: what is read and counted, where one is in a long conversation, and where the focus goes."""

import pytest
from playwright.sync_api import expect

from api import make_users
from msgctl import eventually

PHONE = {"viewport": {"width": 360, "height": 640}}


@pytest.fixture
def direct(people):
    """Two people, their conversation's id, and a call that has the second say many messages."""
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]

    def said(count, stem="Message"):
        texts = [f"{stem} {number}" for number in range(count)]
        for text in texts:
            bob.send(conversation, text)
        return texts

    return alice, bob, conversation, said


def unread(user, conversation):
    return user.conversation(conversation)["unreadCount"]


def scroll_to(tab, where):
    tab.find("#scroll").evaluate("(scroll, where) => { scroll.scrollTop = where; }", where)


@pytest.mark.embedded
def test_what_comes_in_asks_the_server_for_nothing(browsers, server, direct):
    """Neither in the tab where it is read, nor in another that is told of it."""
    alice, bob, conversation, _ = direct
    tab = browsers.open("about:blank")
    tab.page.clock.install()
    tab.page.goto(server.url)
    tab.log_in(alice)
    beside = browsers.open("about:blank", beside=tab)
    beside.page.clock.install()
    beside.page.goto(server.url)
    beside.is_in()
    tab.open(bob.username)
    calls = [one.calls() for one in (tab, beside)]
    for number in range(3):
        bob.send(conversation, f"Message {number}")
        eventually(lambda: bob.history(conversation)[-1]["readBy"], 10, "it is not read")
    expect(beside.entry(bob.username).locator(".preview")).to_have_text("Message 2")
    expect(beside.entry(bob.username).locator(".unread")).to_be_hidden()
    for one in (tab, beside):
        one.page.clock.run_for(2_000)
    assert calls == [[], []]


@pytest.mark.embedded
def test_what_is_not_in_sight_is_not_read(browsers, server, direct):
    alice, bob, conversation, said = direct
    said(50)
    tab = browsers.open(server.url).log_in(alice)
    tab.open(bob.username)
    eventually(lambda: unread(alice, conversation) == 0, 10, "what was in sight is not read")
    scroll_to(tab, 300)
    bob.send(conversation, "Below")
    expect(tab.find("#to-newest")).to_have_text("1 new message")
    expect(tab.page).to_have_title("(1) msgctl")
    assert bob.history(conversation)[-1]["readBy"] == []
    tab.find("#to-newest").click()
    expect(tab.find("#messages li").last).to_be_in_viewport()
    expect(tab.find("#to-newest")).to_be_hidden()
    expect(tab.page).to_have_title("msgctl")
    eventually(lambda: bob.history(conversation)[-1]["readBy"], 10, "it is in sight and not read")


@pytest.mark.embedded
def test_who_sees_the_newest_has_read_what_is_older(browsers, server, direct):
    alice, bob, conversation, said = direct
    said(120)
    tab = browsers.open(server.url).log_in(alice)
    expect(tab.entry(bob.username).locator(".unread")).to_have_text("99+")
    tab.open(bob.username)
    expect(tab.entry(bob.username).locator(".unread")).to_be_hidden()
    eventually(lambda: unread(alice, conversation) == 0, 10, "the server counts some as unread")


@pytest.mark.embedded
def test_a_late_answer_does_not_undo_what_came_meanwhile(browsers, server, people):
    alice, bob, carol = people("alice", "bob", "carol")
    group = bob.group("Before", alice, carol)["id"]
    bob.send(group, "One")
    tab = browsers.open(server.url).log_in(alice)
    answer = tab.hold(rf"/api/conversations/{group}$", is_answered=True)
    bob.patch(f"/api/conversations/{group}", {"name": "After"})
    answer.wait()
    bob.send(group, "Two")
    expect(tab.entry("Before").locator(".unread")).to_have_text("2")
    answer.let_go()
    expect(tab.entry("After").locator(".unread")).to_have_text("2")
    expect(tab.entry("After").locator(".preview")).to_contain_text("Two")


@pytest.mark.embedded
def test_words_written_far_back_are_sent_at_once(browsers, server, direct):
    alice, bob, conversation, said = direct
    bob.send(conversation, "The needle")
    said(110)
    eventually(lambda: alice.search("needle")["total"] == 1, 20, "it is not found")
    tab = browsers.open(server.url).log_in(alice)
    tab.look_for("needle")
    tab.find("#hits a").click()
    expect(tab.find("#messages .pointed")).to_be_in_viewport()
    expect(tab.find("#to-newest")).to_be_visible()
    history = tab.hold(rf"/api/messages/{conversation}\?")
    tab.say("Found it")
    eventually(lambda: bob.history(conversation)[-1]["content"] == "Found it", 10, "it waits for the history")
    history.let_go()
    expect(tab.find("#messages .content").last).to_have_text("Found it")
    expect(tab.find("#messages li").last).to_be_in_viewport()


@pytest.mark.embedded
def test_a_group_of_many_leaves_room_for_its_messages(browsers, server, people):
    alice, *others = people("alice", *[f"a_long_name_{number}" for number in range(12)])
    alice.group("A group with quite a long name, longer than a phone is wide", *others)
    tab = browsers.open(server.url, **PHONE).log_in(alice)
    tab.find("#conversations a").click()
    expect(tab.find("#talk-state")).to_contain_text("and 8 more")
    assert tab.find("#talk-head").bounding_box()["height"] < 90
    expect(tab.find("#composer")).to_be_in_viewport(ratio=1)


@pytest.mark.embedded
def test_a_button_pressed_twice_does_it_once(browsers, server, people):
    alice, bob, carol = people("alice", "bob", "carol")
    tab = browsers.open(server.url).log_in(alice)
    tab.role("button", "New conversation").click()
    for user in (bob, carol):
        tab.find("#people-words").fill(user.username)
        tab.page.get_by_role("checkbox", name=user.username).check()
    tab.find("#people-name").fill("Twice")
    making = tab.hold("/api/conversations$")
    tab.role("button", "Start").dblclick()
    making.wait()
    making.let_go()
    expect(tab.find("#talk-title")).to_have_text("Twice")
    assert [one["name"] for one in alice.conversations()] == ["Twice"]


@pytest.mark.embedded
def test_the_focus_stays_with_who_has_it(browsers, server, people):
    alice, bob, carol = people("alice", "bob", "carol")
    conversation = alice.direct(bob)["id"]
    bob.send(conversation, "Hello")
    carol.send(alice.direct(carol)["id"], "Hello")
    tab = browsers.open(server.url).log_in(alice)
    expect(tab.find("nav")).to_be_focused()
    # An entry that moves to the top.
    link = tab.entry(bob.username).get_by_role("link")
    link.focus()
    bob.send(conversation, "To the top")
    expect(tab.find("#conversations .title").first).to_have_text(bob.username)
    expect(link).to_be_focused()
    # A notice that is closed.
    link.click()
    tab.say("x" * 1001)
    tab.find("#alert button").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.find("#alert p")).to_have_count(0)
    expect(tab.find("#words")).to_be_focused()
    # While a word is being composed, Escape is not for the page.
    tab.find("#words").dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    expect(tab.find("#talk-title")).to_have_text(bob.username)


@pytest.mark.embedded
def test_the_focus_after_a_refused_message(browsers, site):
    server = site.serve(MSGCTL_LIMITS_MESSAGES="1/1h")
    alice, bob = make_users(server, "alice", "bob")
    alice.direct(bob)
    tab = browsers.open(server.url).log_in(alice)
    tab.open(bob.username)
    tab.say("One")
    tab.nothing_is_pending()
    tab.say("Two")
    expect(tab.find("#messages .pending .state")).to_contain_text("Not sent: That was too often. Try again in")
    tab.role("button", "Discard").focus()
    tab.page.keyboard.press("Enter")
    tab.shows("One")
    expect(tab.find("#words")).to_be_focused()


@pytest.mark.embedded
def test_hits(browsers, server, direct):
    """The way back leads to the hit one came from; a message that is deleted is none any more."""
    alice, bob, conversation, _ = direct
    kept, gone = bob.send(conversation, "A needle"), bob.send(conversation, "Another needle")
    eventually(lambda: alice.search("needle")["total"] == 2, 20, "they are not found")
    tab = browsers.open(server.url, **PHONE).log_in(alice)
    tab.look_for("needle")
    second = tab.find("#hits a").nth(1)
    second.click()
    expect(tab.find("#messages .pointed")).to_be_focused()
    tab.role("button", "Back").click()
    expect(second).to_be_focused()
    bob.delete(f"/api/messages/{gone['id']}")
    expect(tab.find("#hits li")).to_have_count(1)
    expect(tab.find("#hits .preview")).to_have_text("A needle")


@pytest.mark.embedded
def test_who_is_taken_out_of_a_group_is_told(browsers, server, people):
    alice, bob, carol = people("alice", "bob", "carol")
    group = alice.group("Compilers", bob, carol)["id"]
    tab = browsers.open(server.url).log_in(bob)
    tab.open("Compilers")
    alice.remove(group, bob)
    expect(tab.find("#alert")).to_contain_text("You are not in “Compilers” any more.")
    expect(tab.find("#talk-title")).to_have_text("No conversation is open")


@pytest.mark.embedded
def test_the_place_to_write_grows_with_the_text(browsers, server, direct):
    alice, bob, _, _ = direct
    tab = browsers.open(server.url).log_in(alice)
    tab.open(bob.username)
    words = tab.find("#words")
    one = words.bounding_box()["height"]
    tab.page.keyboard.insert_text("word " * 100)
    several = words.bounding_box()["height"]
    words.fill("")
    tab.page.keyboard.insert_text("x" * 10_000)
    assert one * 1.5 < several and len(words.input_value()) == 10_000
    assert several <= words.bounding_box()["height"] <= 160
    tab.page.keyboard.press("Enter")
    expect(tab.find("#alert")).to_contain_text("this one has 10000")


@pytest.mark.embedded
def test_who_reads_at_the_end_keeps_only_so_many_messages(browsers, server):
    tab = browsers.open(server.url)
    shown, has_older = tab.page.evaluate(
        """async () => {
            const { Timeline } = await import("/chat/timeline.js");
            const timeline = new Timeline(null, "");
            for (let number = 0; number < 1500; number += 1) {
                timeline.add({ id: String(number), createdAt: new Date(number).toISOString(), sender: null, readBy: [] });
                timeline.trim();
            }
            return [timeline.messages.map(({ id }) => id), timeline.hasOlder];
        }"""
    )
    assert has_older and shown == [str(number) for number in range(500, 1500)]
