"""Ways in which a client misbehaves. Each is a coroutine that goes on for so many seconds, and longer until the server has
ended it where the server must; it says how that was.

As a program it runs one of them many times at once, and prints how often it ended how:

    python misbehaving.py URL TOKEN WAY COUNT SECONDS
"""

import asyncio
import collections
import json
import sys
import time

from rawsocket import PING, TEXT, RawSocket, frame

# Longer than any of the server's own limits of time.
PATIENCE = 60


async def reads_nothing(url, token, seconds):
    """Has much sent to it and takes none of it."""
    connection = await RawSocket.websocket(url, token, receive_buffer=4096)
    connection.writer.transport.pause_reading()
    try:
        questions = b"".join(frame(f'42{n}["get_online_users"]') for n in range(100))
        end = time.monotonic() + seconds
        # Not without end: what is on the way is worked off later, and the test would wait for it.
        for _ in range(40):
            await asyncio.wait_for(connection.send(questions), max(0.1, end - time.monotonic()))
            await asyncio.sleep(0)
    except OSError:
        return "dropped"
    except TimeoutError:
        pass
    await asyncio.sleep(max(0.0, end - time.monotonic()))
    connection.writer.transport.resume_reading()
    return await connection.end()


async def reads_slowly(url, token, seconds):
    """Has much sent to it and takes a little at a time, but says that it is alive."""
    connection = await RawSocket.websocket(url, token, receive_buffer=4096, limit=1024)
    questions = frame("3") + b"".join(frame(f'42{n}["get_online_users"]') for n in range(20))
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            await asyncio.wait_for(connection.send(questions), 5)
            if not await connection.reader.read(64):
                return "dropped"
            await asyncio.sleep(0.05)
    except (OSError, TimeoutError):
        return "dropped"
    return "open"


async def stops_within_a_frame(url, token, seconds):
    connection = await RawSocket.websocket(url, token)
    await connection.send(frame('42["no_such_event"]')[:10])
    return await connection.end()


async def stops_within_a_request(url, token, seconds):
    connection = await RawSocket.open(url)
    await connection.send(b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Le")
    try:
        status, _ = await connection.answer()
        return f"status {status}"
    except (asyncio.IncompleteReadError, OSError):
        return "dropped"


async def never_connects(url, token, seconds):
    connection = await RawSocket.websocket(url)
    return await connection.end(answers_pings=True)


async def never_connects_by_polling(url, token, seconds):
    connection = await RawSocket.open(url)
    status, body = await connection.request("GET", "")
    query = "&sid=" + json.loads(body[1:])["sid"]
    while status == 200 and "1" not in body.split("\x1e"):
        status, body = await connection.request("GET", query)
        if body == "2":
            await connection.request("POST", query, b"3")
    return "told to close" if status == 200 else f"status {status}"


async def opens_and_forgets(url, token, seconds):
    """Handshakes by polling after which nobody comes."""
    connection = await RawSocket.open(url)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status, _ = await connection.request("GET", "")
        assert status in (200, 503), status
        await asyncio.sleep(0.1)
    return "open"


async def _floods(url, token, seconds, packets):
    """Sends as much as it can and reads what comes back."""
    connection = await RawSocket.websocket(url, token)
    ending = asyncio.ensure_future(connection.end(answers_pings=True))
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end and not ending.done():
            await connection.send(packets)
            await asyncio.sleep(0)
    except OSError:
        pass
    if not ending.done():
        # Whatever waits on the way is answered, or the connection ended, before this.
        await asyncio.wait([ending], timeout=0.2)
    if ending.done():
        return ending.result()
    ending.cancel()
    return "open"


async def floods_with_events(url, token, seconds):
    return await _floods(url, token, seconds, frame('42["no_such_event",{"a":[1,2,3]}]') * 200)


async def floods_with_acks(url, token, seconds):
    return await _floods(url, token, seconds, (frame("43999999[]") + frame("6") + frame("3")) * 100)


async def floods_with_connects(url, token, seconds):
    return await _floods(url, token, seconds, b"".join(frame(f"40/nowhere-{n},") for n in range(200)))


async def floods_with_controls(url, token, seconds):
    """Pings of the websocket's own, whose answers it does not read."""
    connection = await RawSocket.websocket(url, token, receive_buffer=4096)
    connection.writer.transport.pause_reading()
    pings = frame(b"x" * 125, PING) * 100
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            try:
                await asyncio.wait_for(connection.send(pings), 1)
            except TimeoutError:
                pass
            await asyncio.sleep(0)
    except OSError:
        return "dropped"
    connection.writer.transport.resume_reading()
    return await connection.end()


async def sends_too_much(url, token, seconds):
    """A frame that says it is a gigabyte."""
    connection = await RawSocket.websocket(url, token)
    await connection.send(bytes([0x80 | TEXT, 0x80 | 127]) + (1 << 30).to_bytes(8, "big") + bytes(4) + b"4" * 1000)
    return await connection.end()


async def posts_too_much(url, token, seconds):
    """The first megabytes of a body that says it is a gigabyte."""
    connection = await RawSocket.open(url)
    _, body = await connection.request("GET", "")
    query = "&sid=" + json.loads(body[1:])["sid"]
    try:
        status, _ = await connection.request("POST", query, b"4" * 3_000_000, length=1 << 30)
        return f"status {status}"
    except (asyncio.IncompleteReadError, OSError):
        return "dropped"


async def polls_many_times(url, token, seconds):
    """Several requests at once on one session."""
    connections = [await RawSocket.open(url) for _ in range(8)]
    _, body = await connections[0].request("GET", "")
    query = "&sid=" + json.loads(body[1:])["sid"]
    requests = [
        connection.request("GET" if n % 2 else "POST", query, b"" if n % 2 else b"6") for n, connection in enumerate(connections)
    ]
    results = await asyncio.gather(*requests, return_exceptions=True)
    statuses = {result[0] for result in results if isinstance(result, tuple)}
    for connection in connections:
        connection.close()
    return "refused" if 400 in statuses else f"statuses {sorted(statuses)}"


async def answers_no_pings(url, token, seconds):
    connection = await RawSocket.websocket(url, token)
    return await connection.end()


async def sends_in_fragments(url, token, seconds):
    """A message that never ends, a byte at a time, with many fragments of nothing."""
    connection = await RawSocket.websocket(url, token)
    ending = asyncio.ensure_future(connection.end())
    try:
        await connection.send(frame("4", final=False))
        for _ in range(10_000):
            await connection.send(frame("x", 0, final=False) * 10 + frame("", 0, final=False) * 10)
            if ending.done():
                break
    except OSError:
        pass
    return await ending


async def reconnects(url, token, seconds):
    """Connects and goes away without a word, again and again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            (await RawSocket.websocket(url, token)).close()
        except (OSError, asyncio.IncompleteReadError):
            # A busy server may end it before it is connected.
            pass
    return "left"


# How each may end. What is announced and too much is thrown away, so that its answer can be read, until the time for a
# request is over. A flood may be cut off, or be worked off while the others are served: that depends on the limit of
# events. Who asks for much and reads nothing may ask for more than that before too much waits for it.
CUT_OFF_OR_NOT = {"open", "dropped", "close 1002", "close 1000", "close 1008"}
WAYS = {
    "reads nothing": (reads_nothing, {"dropped", "close 1008", "close 1000"}),
    "reads slowly": (reads_slowly, {"open", "dropped"}),
    "stops within a frame": (stops_within_a_frame, {"close 1008"}),
    "stops within a request": (stops_within_a_request, {"status 408", "dropped"}),
    "never connects": (never_connects, {"close 1000"}),
    "never connects, by polling": (never_connects_by_polling, {"told to close", "status 400"}),
    "opens and forgets": (opens_and_forgets, {"open"}),
    "floods with events": (floods_with_events, CUT_OFF_OR_NOT),
    "floods with acks": (floods_with_acks, CUT_OFF_OR_NOT),
    "floods with connects": (floods_with_connects, CUT_OFF_OR_NOT),
    "floods with controls": (floods_with_controls, {"dropped", "close 1008"}),
    "sends too much": (sends_too_much, {"close 1009"}),
    "posts too much": (posts_too_much, {"status 413", "status 408", "dropped"}),
    "polls many times": (polls_many_times, {"refused"}),
    "answers no pings": (answers_no_pings, {"close 1008"}),
    # On a slow machine the message is not too long yet when the pings have waited too long for an answer.
    "sends in fragments": (sends_in_fragments, {"close 1009", "close 1008", "dropped"}),
    "reconnects": (reconnects, {"left"}),
}


async def misbehave(url, token, way, count, seconds):
    """So many clients at once; how often they ended how."""

    async def one():
        try:
            return await asyncio.wait_for(WAYS[way][0](url, token, seconds), seconds + PATIENCE)
        except TimeoutError:
            return "never ended"
        except Exception as error:  # told with the others
            return repr(error)

    return collections.Counter(await asyncio.gather(*(one() for _ in range(count))))


if __name__ == "__main__":
    target, bearer, chosen, number, duration = sys.argv[1:]
    print(json.dumps(asyncio.run(misbehave(target, bearer, chosen, int(number), float(duration)))))
