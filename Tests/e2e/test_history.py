"""Walking a long history with cursors, without a gap or a repeat."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api import make_users
from checks import bad_fields

COUNT = 97


@pytest.fixture(scope="module")
def history(shared_site):
    """97 messages of two people; several were written within one millisecond."""
    running = [process for process in shared_site.processes if process.is_running]
    server = running[0] if running else shared_site.serve()
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: (alice, bob)[i % 2].send(conversation, f"message {i}"), range(COUNT)))
    everything = alice.history(conversation, limit=200)
    assert len(everything) == COUNT
    return alice, conversation, [message["id"] for message in everything]


def test_oldest_first_and_newest_page_by_default(history):
    alice, conversation, everything = history
    messages = alice.history(conversation, limit=10)
    assert [m["id"] for m in messages] == everything[-10:]
    dates = [m["createdAt"] for m in alice.history(conversation, limit=200)]
    assert dates == sorted(dates)


@pytest.mark.parametrize("limit", [1, 7, 10, 96, 97, 98, 200])
def test_back_with_before(history, limit):
    alice, conversation, everything = history
    assert [m["id"] for m in alice.whole_history(conversation, limit)] == everything


@pytest.mark.parametrize("limit", [1, 7, 10, 96, 200])
def test_on_with_after(history, limit):
    alice, conversation, everything = history
    walked = [everything[0]]
    while page := alice.history(conversation, limit=limit, after=walked[-1]):
        assert len(page) <= limit
        walked += [m["id"] for m in page]
    assert walked == everything


def test_two_cursors_at_once(history):
    """Either what lies between them, or a word that only one is taken; never something else."""
    alice, conversation, everything = history
    query = {"after": everything[10], "before": everything[20], "limit": 200}
    body = alice.get(f"/api/messages/{conversation}", {200, 400}, params=query)
    if body["success"]:
        assert [m["id"] for m in body["data"]] == everything[11:20]
    else:
        assert bad_fields(body) <= {"before", "after"}


def test_the_answers_own_cursors(history):
    """`pagination` carries what a client needs to go on, and says when there is no more."""
    alice, conversation, everything = history
    cursors = alice.get(f"/api/messages/{conversation}", params={"limit": 10})["pagination"]
    assert cursors["before"] == everything[-10] and cursors["after"] == everything[-1]
    assert cursors["hasOlder"] is True and cursors["hasNewer"] is False
    query = {"limit": 10, "before": everything[10]}
    cursors = alice.get(f"/api/messages/{conversation}", params=query)["pagination"]
    assert cursors["hasOlder"] is False and cursors["hasNewer"] is True
    query = {"limit": 10, "before": everything[0]}
    cursors = alice.get(f"/api/messages/{conversation}", params=query)["pagination"]
    assert cursors["before"] is None and cursors["hasOlder"] is False


@pytest.mark.parametrize(
    "query,field",
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": -5}, "limit"),
        ({"before": "xyz"}, "before"),
        ({"after": "0" * 23}, "after"),
        ({"before": ""}, "before"),
    ],
)
def test_bad_queries(history, query, field):
    alice, conversation, _ = history
    assert bad_fields(alice.get(f"/api/messages/{conversation}", 400, params=query)) == {field}


def test_a_cursor_of_another_conversation_shows_nothing_of_it(history, people):
    alice, conversation, everything = history
    (carol,) = people("carol")
    foreign = carol.send(carol.direct(people("dave")[0])["id"], "foreign words")["id"]
    for query in ({"before": foreign}, {"after": foreign}, {"before": "f" * 24}, {"after": "0" * 24}):
        body = alice.get(f"/api/messages/{conversation}", {200, 400, 404}, params=query)
        assert "foreign words" not in str(body)
        if body["success"]:
            assert {m["id"] for m in body["data"]} <= set(everything)


def test_deleted_messages_leave_no_hole_in_the_walk(people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    sent = [alice.send(conversation, f"message {i}")["id"] for i in range(30)]
    for message in sent[::3]:
        alice.delete(f"/api/messages/{message}")
    kept = [message for i, message in enumerate(sent) if i % 3]
    assert [m["id"] for m in bob.whole_history(conversation, 4)] == kept


def test_a_walk_while_others_write(people):
    alice, bob = people("alice", "bob")
    conversation = alice.direct(bob)["id"]
    before = [alice.send(conversation, f"old {i}")["id"] for i in range(40)]
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(lambda: [bob.send(conversation, f"new {i}")["id"] for i in range(40)])
        walked = [m["id"] for m in alice.whole_history(conversation, 5)]
        new = writing.result()
    assert walked[:40] == before and len(walked) == len(set(walked))
    assert walked[40:] == new[: len(walked) - 40], "new ones are seen in order, without a gap"
