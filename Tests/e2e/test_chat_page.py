"""The chat page: two people, each in a browser of their own."""

import pytest
from playwright.sync_api import expect

from api import make_users
from browser import Wire
from engines import free_port
from msgctl import eventually
from pipeline import drain_all, enqueue_all, window


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
    tab.find("#to-newest").click()
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

    other.role("button", "Group").click()
    expect(other.find("#members-list")).to_contain_text(carol.username)
    expect(other.role("button", f"Remove {carol.username}")).to_have_count(0)
    expect(other.find("#rename")).to_be_hidden()
    expect(other.find("#adding")).to_be_hidden()
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
