"""Clients that do what they should: one question after the other, each answered before the next."""

import asyncio
import re
import time

from rawsocket import RawSocket, frame

PACE = 0.2
ACK = re.compile(r"^43(\d+)\[")


class Steady:
    """One well-behaved socket. `latencies` are (when it was answered, seconds it took)."""

    def __init__(self, url, token):
        self.url, self.token = url, token
        self.latencies, self.failure = [], None

    async def open(self):
        self.connection = await RawSocket.websocket(self.url, self.token)

    async def run(self, until):
        """Asks until the event is set. What is not as it should be is kept in `failure`."""
        number = 0
        try:
            while not until.is_set():
                began = time.monotonic()
                await self.connection.send(frame(f'42{number}["get_online_users"]'))
                answered = await asyncio.wait_for(self.answer(), 60)
                if answered != number:
                    raise AssertionError(f"answer {answered} to question {number}")
                now = time.monotonic()
                self.latencies.append((now, now - began))
                number += 1
                await asyncio.sleep(max(0.0, PACE - (now - began)))
        except (AssertionError, OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.failure = f"after {number} answers: {error!r}"

    async def answer(self):
        """The number of the next acknowledgement; pings are answered on the way."""
        while True:
            text = await self.connection.text()
            if text == "2":
                await self.connection.send(frame("3"))
            elif match := ACK.match(text):
                return int(match[1])


async def steady_clients(url, token, count):
    clients = [Steady(url, token) for _ in range(count)]
    for client in clients:
        await client.open()
    return clients


def percentile(latencies, share):
    """In milliseconds; None of nothing."""
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else None
