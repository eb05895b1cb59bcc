"""Clients that misbehave, each way beside all the others, and clients that don't: these notice nothing."""

import asyncio

import pytest

from api import make_users
from engine_sets import Embedded
from engineio_raw import get
from misbehaving import WAYS, misbehave
from msgctl import Site, eventually
from rawsocket import connections_of
from steady import steady_clients

GOOD, BAD, SECONDS, LIMIT = 10, 2, 4, 600
SETTINGS = {
    "MSGCTL_REALTIME_PING_INTERVAL": "1s",
    "MSGCTL_REALTIME_PING_TIMEOUT": "8s",
    "MSGCTL_REALTIME_CONNECT_TIMEOUT": "5s",
    "MSGCTL_REALTIME_MAX_PAYLOAD": "10KiB",
    "MSGCTL_REALTIME_MAX_BUFFERED": "64KiB",
    "MSGCTL_REALTIME_MAX_CONNECTIONS": LIMIT,
}


async def everybody(url, good, bad):
    """How the bad ones ended, by way, and the good ones themselves."""
    clients = await steady_clients(url, good.access, GOOD)
    done = asyncio.Event()
    running = [asyncio.ensure_future(client.run(done)) for client in clients]
    endings = await asyncio.gather(*(misbehave(url, bad.access, way, BAD, SECONDS) for way in WAYS))
    done.set()
    await asyncio.gather(*running)
    for client in clients:
        client.connection.close()
    return dict(zip(WAYS, endings)), clients


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    """One server after everybody has been there: how they ended, the good ones, the server."""
    site = Site(tmp_path_factory.mktemp("misbehaving") / "site", Embedded(), **SETTINGS)
    try:
        server = site.serve()
        good, bad = make_users(server, "good", "bad")
        endings, clients = asyncio.run(everybody(server.url, good, bad))
        yield endings, clients, server
        assert server.is_running, server.log_tail()
    finally:
        site.close()


@pytest.mark.parametrize("way", WAYS)
def test_the_bad_ones_end_as_they_should(aftermath, way):
    endings = aftermath[0][way]
    assert set(endings) <= WAYS[way][1], endings


def test_the_good_ones_got_every_answer_in_order(aftermath):
    clients = aftermath[1]
    assert [client.failure for client in clients if client.failure] == []
    assert all(client.latencies for client in clients)


def test_no_socket_and_no_session_is_left(aftermath):
    server = aftermath[2]
    # The client of the REST API keeps its own.
    server.http.close()
    server.http = None
    eventually(lambda: connections_of(server.url) == 0, within=20, message="the sockets are not all closed")

    def free():
        """Whether as many sessions can be opened as there may be. Those opened here end by themselves."""
        statuses = [get(server).status_code for _ in range(LIMIT + 1)]
        return statuses.count(200) >= LIMIT

    eventually(free, within=40, message="the sessions do not all end", every=7)
