"""A Socket.IO client that somebody else wrote (python-socketio), with its events kept in order of arrival.

python-socketio's AsyncClient runs on one event loop in a thread of its own, so tests stay plain functions. Its threaded
Client hands each packet to a thread of its own, which loses the order; test_socket_connect.py uses it where that is no
matter.
"""

import asyncio
import functools
import threading
import time

import socketio

POLLING = ["polling"]
WEBSOCKET = ["websocket"]
UPGRADE = None
TRANSPORTS = {"polling": POLLING, "websocket": WEBSOCKET, "upgrade": UPGRADE}


class Refused(Exception):
    """The server answered CONNECT with CONNECT_ERROR; `data` is what it said."""

    def __init__(self, data):
        super().__init__(repr(data))
        self.data = data


@functools.cache
def _loop():
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="socket clients").start()
    return loop


def _await(coroutine, within):
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result(within)


class Chat:
    """One tab of one user."""

    def __init__(self, server, token=None, transports=UPGRADE, auth=None, headers=None):
        self.changed = threading.Condition()
        self.log = []
        self.pending = []
        self.is_closed = False
        self.refusal = None
        if auth is None and token is not None:
            auth = {"token": f"Bearer {token}"}
        _await(self._connect(server.url, auth, headers or {}, transports), 20)

    async def _connect(self, url, auth, headers, transports):
        self.client = socketio.AsyncClient(reconnection=False)
        decided = asyncio.Event()
        self.client.on("*", self._arrived)
        self.client.on("connect", decided.set)

        def refused(*data):
            self.refusal = data[0] if data else ""
            decided.set()

        self.client.on("connect_error", refused)

        def disconnected(*reason):
            self._disconnected(*reason)
            if not decided.is_set():
                refused({"message": "closed before it was connected"})

        self.client.on("disconnect", disconnected)
        try:
            await self.client.connect(url, headers=headers, auth=auth, transports=transports, wait=False)
        except socketio.exceptions.ConnectionError as error:
            raise Refused(self.refusal if self.refusal is not None else str(error)) from None
        await asyncio.wait_for(decided.wait(), 10)
        if self.refusal is not None:
            # Leaving over polling waits for the poll under way, which is no business of the caller.
            self.leaving = asyncio.ensure_future(self.client.eio.disconnect())
            raise Refused(self.refusal)

    def _arrived(self, event, *arguments):
        with self.changed:
            entry = (event, arguments[0] if arguments else None, time.time())
            self.log.append(entry)
            self.pending.append(entry)
            self.changed.notify_all()

    def _disconnected(self, *reason):
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()

    @property
    def transport(self):
        return self.client.transport()

    def expect(self, event, within=5.0, **fields):
        """The first such event not yet taken; waits for it."""
        return self.expect_with_time(event, within, **fields)[0]

    def expect_with_time(self, event, within=5.0, **fields):
        deadline = time.monotonic() + within
        with self.changed:
            while True:
                for entry in self.pending:
                    if entry[0] == event and _matches(entry[1], fields):
                        self.pending.remove(entry)
                        return entry[1], entry[2]
                left = deadline - time.monotonic()
                assert left > 0, f"no {event} with {fields} within {within} s; arrived: {self.log}"
                self.changed.wait(left)

    def seen(self, event, **fields):
        """All such events so far, taken or not."""
        with self.changed:
            return [entry[1] for entry in self.log if entry[0] == event and _matches(entry[1], fields)]

    def expect_close(self, within=10.0):
        with self.changed:
            assert self.changed.wait_for(lambda: self.is_closed, within), (
                f"still open after {within} s; arrived: {self.log}"
            )

    def emit(self, event, *data):
        """Without asking for an ack."""
        _await(self.client.emit(event, data if data else None), 10)

    def call(self, event, *data, within=10.0):
        """With an ack, which is returned."""
        return _await(self.client.call(event, data if data else None, timeout=within), within + 5)

    def settle(self):
        """After this, whatever this socket sent before has been handled, and the answer to it has arrived."""
        return self.call("get_online_users")

    def send(self, conversation, content, within=10.0, **fields):
        return self.call("send_message", {"conversationId": conversation, "content": content, **fields}, within=within)

    def close(self):
        """Leaves. Over polling the client then waits for its last poll; a server that does not end it holds nobody up
        here, as test_engine_polling.py looks at that."""
        if not self.is_closed:
            _await(self._leave(), 10)

    async def _leave(self):
        self.leaving = asyncio.ensure_future(self.client.disconnect())
        await asyncio.wait([self.leaving], timeout=1)


def _matches(payload, fields):
    if not fields:
        return True
    return isinstance(payload, dict) and all(payload.get(name) == value for name, value in fields.items())
