"""What no waiting mends is told at once, with exit status 78, and what was damaged by others does not stop the rest."""

import urllib.request

import pytest

from api import http_of, make_users
from engine_sets import Distributed, with_database
from msgctl import Site, eventually
from pipeline import enqueue_all, window
from records import automessages

SECRET = "geheimgeheim"


@pytest.fixture
def site(tmp_path):
    """On the distributed engines alone."""
    site = Site(tmp_path / "site", Distributed())
    yield site
    site.close()


def with_login(uri, option=""):
    uri = uri.replace("mongodb://", f"mongodb://ada:{SECRET}@", 1)
    return uri + ("&" if "?" in uri else "?") + option if option else uri


def ask(site, method, path):
    request = urllib.request.Request(f"{site.engines.elasticsearch}{path}", method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


@pytest.mark.parametrize("command", [["user", "list"], ["migrate"], ["migrate", "--status"], ["enqueue-due"]], ids=" ".join)
def test_a_wrong_password_of_the_database(site, command):
    uri = with_login(with_database(site.engines.mongodb, site.engines.name))
    done = site.run(*command, code=78, MONGODB_URI=uri)
    assert "store.mongodb_uri" in done.stderr and site.engines.mongodb.split("/")[2] in done.stderr
    assert "uthentication failed" in done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("command", [["user", "list"], ["serve", "--port", "0"]], ids=" ".join)
def test_an_unknown_option_of_the_database(site, command):
    uri = with_login(with_database(site.engines.mongodb, site.engines.name), "retryWritez=true")
    done = site.run(*command, code=78, MONGODB_URI=uri)
    assert "Error: environment: MONGODB_URI (store.mongodb_uri): MongoDB has no option retryWritez;" in done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command, setting, url, host",
    [
        (["user", "list"], "MONGODB_URI", f"mongodb://ada:{SECRET}@127.0.0.1:9/chat", "127.0.0.1:9"),
        (["reindex"], "ELASTICSEARCH_URL", f"http://ada:{SECRET}@127.0.0.1:9", "127.0.0.1:9"),
    ],
    ids=["mongodb", "elasticsearch"],
)
def test_an_engine_that_is_away_is_named_with_the_cause(site, command, setting, url, host):
    done = site.run(*command, code=69, **{setting: url})
    line = [line for line in done.stderr.splitlines() if line.startswith("Error: ")][0]
    assert host in line and "connect" in line.lower()
    assert SECRET not in done.stdout + done.stderr


def test_an_index_in_the_place_of_the_alias(site):
    name = f"{site.engines.name}-messages"
    ask(site, "PUT", f"/{name}")
    for options in ([], ["--verify"], ["--verify", "--repair"]):
        done = site.run("reindex", *options, code=78)
        assert name in done.stderr and "DELETE" in done.stderr
    server = site.serve("--only", "api")
    check = http_of(server).get("/api/health").json()["checks"]["search"]
    assert check["status"] == "down" and check["reason"]
    assert http_of(server).get("/api/health/ready").status_code == 200
    assert name in site.json("health", code=78)["checks"]["search"]["reason"]
    ask(site, "DELETE", f"/{name}")
    site.run("reindex")
    eventually(lambda: http_of(server).get("/api/health").json()["checks"]["search"]["status"] == "up", 20)


def test_what_the_index_lacks_is_named(site):
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    sent = [alice.send(conversation, f"medlar {number}")["id"] for number in range(25)]
    eventually(lambda: alice.search("medlar", limit=50)["total"] == 25, 20, "not all is indexed")
    for number, message in enumerate(sent[:23]):
        ask(site, "DELETE", f"/{site.engines.name}-messages/_doc/{message}" + ("?refresh=true" if number == 22 else ""))
    done = site.run("reindex", "--verify", code=1)
    assert all(message in done.stdout for message in sent[:20]) and "and 3 more" in done.stdout, done.stdout
    assert not any(message in done.stdout for message in sent[20:])
    assert site.json("reindex", "--verify", code=1)["missingIds"] == sent[:23]
    assert site.json("reindex", "--verify", "--repair")["repaired"] == 23
    assert site.json("reindex", "--verify")["missingIds"] == []


def test_health_makes_nothing(site):
    checks = site.json("health")["checks"]
    assert {name: check["status"] for name, check in checks.items()} == {
        "store": "unprepared", "queue": "unprepared", "cache": "up", "search": "up", "delivery": "unprepared"
    }
    assert "msgctl migrate" in checks["store"]["reason"] and "msgctl serve" in checks["queue"]["reason"]
    assert site.engines.database.list_collection_names() == []
    assert site.json("migrate", "--status")["schemaVersion"] == 0
    # Asked again, nothing has been made by asking.
    assert site.json("health")["checks"]["queue"]["status"] == "unprepared"
    site.serve()
    eventually(
        lambda: {check["status"] for check in site.json("health")["checks"].values()} == {"up"}, 20, every=0.2
    )


def test_damaged_documents_are_left_out_of_lists(site):
    server = site.serve("--only", "api")
    alice, bob, carol = make_users(server, "alice", "bob", "carol")
    kept, lost = alice.group("Kept", bob, carol)["id"], alice.group("Lost", bob, carol)["id"]
    messages = [alice.send(kept, text)["id"] for text in ("one", "two", "three")]
    from bson import ObjectId

    database = site.engines.database
    database["messages"].update_one({"_id": ObjectId(messages[1])}, {"$set": {"content": 5}})
    database["conversations"].update_one({"_id": ObjectId(lost)}, {"$set": {"name": 5}})
    database["users"].update_one({"_id": ObjectId(carol.id)}, {"$set": {"username": 5}})
    for _ in range(2):
        assert [message["id"] for message in bob.whole_history(kept, 200)] == [messages[0], messages[2]]
        listed = bob.conversations()
        assert [conversation["id"] for conversation in listed] == [kept]
        people = {person["id"] for person in bob.get("/api/user/list", params={"limit": 100})["users"]}
        assert alice.id in people and carol.id not in people
    answer = http_of(server).get(f"/api/conversations/{lost}", headers={"authorization": f"Bearer {bob.access}"})
    assert answer.status_code == 500 and answer.json()["code"] == "internal_error"
    log = server.log_tail(1000)
    for damaged in (messages[1], lost, carol.id):
        assert len([line for line in log.splitlines() if damaged in line and "left out" in line]) == 1, damaged


def test_a_message_to_a_damaged_user_is_given_up_for_the_damage(site):
    """Planning reads little of a user; who is damaged elsewhere is in the plan, and the dead letter says why not more."""
    server = site.serve("--only", "api")
    alice, bob = make_users(server, "alice", "bob")
    from bson import ObjectId

    users = site.engines.database["users"]
    users.update_one({"_id": ObjectId(bob.id)}, {"$set": {"lastSeen": "yesterday"}})
    planned = site.json("plan-pairings", **window(5))["messages"]
    assert planned > 0
    enqueue_all(site, planned)
    site.run("dispatch-worker", "--drain", MSGCTL_WORKER_RETRY_DELAYS="10ms")
    letters = site.json("dispatch-worker", "dead-letters", "list")["deadLetters"]
    assert len(letters) == planned
    for letter in letters:
        assert "lastSeen" in letter["reason"] and bob.id in letter["reason"], letter
        assert "deactivated" not in letter["reason"]
    users.update_one({"_id": ObjectId(bob.id)}, {"$unset": {"lastSeen": ""}})
    site.run("dispatch-worker", "dead-letters", "replay", "--all")
    site.run("dispatch-worker", "--drain")
    assert all(row["isSent"] for row in automessages(site).values())
