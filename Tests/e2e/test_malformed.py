"""Ten thousand broken requests and frames: each is answered with what was wrong, or its connection is closed. Never
with a fault of the server's own, and the server is none the worse for it.

What is sent follows from a seed, which is printed: MSGCTL_TEST_SEED=… repeats it."""

import asyncio
import json
import os
import re
import secrets
from pathlib import Path

import pytest

from api import call, make_users
from malformed import polling_body, request, websocket_bytes
from msgctl import REPOSITORY, eventually
from rawsocket import CLOSE, HANDSHAKE, RawSocket, connections_of, frame

HTTP, WEBSOCKET, POLLING = 5_000, 3_500, 1_500
AT_ONCE = 32
# Who is not answered by then is not waited for: the server waits for the rest of what was begun.
PATIENCE = 0.4
GROWTH = 64 << 20
STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3})", re.MULTILINE)


def seed():
    chosen = os.environ.get("MSGCTL_TEST_SEED") or secrets.token_hex(4)
    print(f"MSGCTL_TEST_SEED={chosen}")
    return chosen


def operations():
    """Method and path of every call, from the document; but for the one that would end the session of all."""
    document = json.loads((REPOSITORY / "docs/openapi.json").read_text())
    calls = [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]
    return [call for call in calls if call != ("POST", "/api/auth/logout")]


async def each(count, job):
    """Runs job(0), job(1) … some at a time."""
    numbers = iter(range(count))

    async def work():
        for number in numbers:
            await job(number)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def read(connection, until, patience=PATIENCE):
    """What comes until that is so, the end, or for as long as there is patience; and whether it is the end."""
    data = b""
    try:
        while not until(data):
            chunk = await asyncio.wait_for(connection.reader.read(65536), patience)
            if not chunk:
                return data, True
            data += chunk
    except TimeoutError:
        return data, False
    except OSError:
        return data, True
    return data, False


def is_whole(data):
    """Whether an answer has come with all of its body; a 100 is none."""
    head, separator, body = data.partition(b"\r\n\r\n")
    if separator and b" 100 " in head.split(b"\r\n")[0]:
        return is_whole(body)
    length = re.search(rb"content-length: (\d+)", head.lower())
    return bool(separator) and length is not None and len(body) >= int(length[1])


def texts(data):
    """The texts of the frames that came whole, and whether one of them closes."""
    found, is_closing = [], False
    while len(data) > 1:
        length, start = data[1] & 0x7F, 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(data[2:start], "big")
        if len(data) < start + length:
            break
        is_closing = is_closing or data[0] & 0x0F == CLOSE
        found.append(data[start : start + length])
        data = data[start + length :]
    return found, is_closing


async def requests(url, token, chosen):
    """All broken requests; returns how often each status came, and those that were answered by a fault."""
    calls, statuses, faults = operations(), {}, []

    async def one(number):
        data = request(chosen, number, calls, token)
        connection = await RawSocket.open(url)
        try:
            await connection.send(data)
        except OSError:
            pass
        answer, _ = await read(connection, is_whole)
        connection.close()
        for status in STATUS.findall(answer) or [b"none"]:
            statuses[status.decode()] = statuses.get(status.decode(), 0) + 1
            if status.startswith(b"5"):
                faults.append((number, data[:300], answer[:600]))

    await each(HTTP, one)
    return statuses, faults


async def frames(url, token, chosen):
    """All broken frames, each followed by a question; returns how often what came of it."""
    open_ones, results = [], {}

    async def one(number):
        connection = open_ones.pop() if open_ones else await RawSocket.websocket(url, token)
        prefix, result = f"43{number}[".encode(), "waits"

        def is_told(data):
            nonlocal result
            found, is_closing = texts(data)
            if any(text.startswith(prefix) for text in found):
                result = "answered"
            elif is_closing:
                result = "closed"
            return result != "waits"

        try:
            await connection.send(websocket_bytes(chosen, number) + frame(f'42{number}["get_online_users"]'))
            _, is_at_end = await read(connection, is_told)
        except OSError:
            is_at_end = True
        if is_at_end and result == "waits":
            result = "closed"
        results[result] = results.get(result, 0) + 1
        if result == "answered":
            open_ones.append(connection)
        else:
            connection.close()

    await each(WEBSOCKET, one)
    for connection in open_ones:
        connection.close()
    return results


async def posts(url, token, chosen):
    """All broken posts, each to a session of its own; returns how often each status came, and the faults."""
    statuses, faults = {}, []

    async def one(number):
        connection = await RawSocket.open(url)
        _, opened = await connection.request("GET", "")
        query = "&sid=" + json.loads(opened[1:])["sid"]
        status, _ = await connection.request("POST", query, ('40{"token":"Bearer ' + token + '"}').encode())
        assert status == 200
        body = polling_body(chosen, number)
        head = f"POST {HANDSHAKE}polling{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        await connection.send(head.encode() + body)
        # As a request it is whole, so it is answered, sooner or later.
        answer, _ = await read(connection, is_whole, patience=30)
        connection.close()
        for status in STATUS.findall(answer) or [b"none"]:
            statuses[status.decode()] = statuses.get(status.decode(), 0) + 1
            if status.startswith(b"5"):
                faults.append((number, body[:300], answer[:600]))

    await each(POLLING, one)
    return statuses, faults


def memory(server):
    """What the server has in memory, in bytes."""
    status = Path(f"/proc/{server.popen.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


@pytest.mark.embedded
@pytest.mark.timeout(600)
def test_ten_thousand_broken_requests_and_frames(site):
    # Sessions that nobody polls any more end soon, so that what they cost is seen to be given back.
    server = site.serve(MSGCTL_REALTIME_PING_INTERVAL="1s", MSGCTL_REALTIME_PING_TIMEOUT="1s")
    alice, bob = make_users(server, "alice", "bob")
    conversation = alice.direct(bob)["id"]
    chosen = seed()
    # Once around first: what is made at the first use is no growth.
    asyncio.run(requests(server.url, alice.access, "warm"))
    before = memory(server)

    statuses, faults = asyncio.run(requests(server.url, alice.access, chosen))
    print("requests:", dict(sorted(statuses.items())))
    assert faults == []
    assert statuses.get("400", 0) > HTTP / 10, "the requests are not as broken as they should be"
    outcomes = asyncio.run(frames(server.url, alice.access, chosen))
    print("frames:", outcomes)
    assert sum(outcomes.values()) == WEBSOCKET
    assert outcomes["answered"] > 0 and outcomes["closed"] > 0
    statuses, faults = asyncio.run(posts(server.url, alice.access, chosen))
    print("posts:", dict(sorted(statuses.items())))
    assert faults == [] and "none" not in statuses

    assert server.is_running, server.log_tail()
    eventually(lambda: connections_of(server.url) <= 1, 30, "connections are left open")
    assert memory(server) - before < GROWTH
    log = Path(server.log_path).read_text(errors="replace")
    assert "internal_error" not in log
    call(server, "GET", "/api/health/ready")
    alice.login()
    assert alice.send(conversation, "still here")["content"] == "still here"
    assert server.terminate() == 0
