"""A TCP connection of asyncio for literal bytes, with what little of HTTP and websocket misbehaving takes."""

import asyncio
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HANDSHAKE = "/socket.io/?EIO=4&transport="


def frame(payload, opcode=TEXT, final=True):
    """A client's frame; its mask is zero, so that the payload stands in it as it is."""
    payload = payload.encode() if isinstance(payload, str) else payload
    first = (0x80 if final else 0) | opcode
    if len(payload) < 126:
        head = bytes([first, 0x80 | len(payload)])
    elif len(payload) < 65536:
        head = bytes([first, 0x80 | 126]) + len(payload).to_bytes(2, "big")
    else:
        head = bytes([first, 0x80 | 127]) + len(payload).to_bytes(8, "big")
    return head + bytes(4) + payload


def connections_of(url):
    """How many sockets the server at `url` has open to its clients: established ones, and those that only they closed."""
    port = f":{urlsplit(url).port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(fields[1].endswith(port) and fields[3] in ("01", "08") for fields in lines)


class RawSocket:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, url, receive_buffer=None, limit=1 << 20):
        address = urlsplit(url)
        plain = socket.socket()
        plain.setblocking(False)
        if receive_buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await asyncio.get_running_loop().sock_connect(plain, (address.hostname, address.port))
        return cls(*await asyncio.open_connection(sock=plain, limit=limit))

    @classmethod
    async def websocket(cls, url, token=None, **options):
        """A websocket with its session open, and with a token its CONNECT done."""
        connection = await cls.open(url, **options)
        key = os.urandom(16).hex()[:22] + "=="
        connection.writer.write(
            f"GET {HANDSHAKE}websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = await connection.reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head, head
        assert (await connection.text()).startswith("0")
        if token is not None:
            await connection.send(frame('40{"token":"Bearer ' + token + '"}'))
            while not (text := await connection.text()).startswith("40"):
                assert not text.startswith("44"), text
        return connection

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def frame(self):
        """(opcode, payload) of the next frame."""
        first, short = await self.reader.readexactly(2)
        length = short & 0x7F
        if length > 125:
            length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
        return first & 0x0F, await self.reader.readexactly(length)

    async def text(self):
        """The next text. Ends with ConnectionError when a close frame comes instead."""
        while True:
            opcode, payload = await self.frame()
            if opcode == TEXT:
                return payload.decode()
            if opcode == CLOSE:
                raise ConnectionError(f"close {int.from_bytes(payload[:2], 'big')}")

    async def end(self, answers_pings=False):
        """Reads on until the server ends it. Says how: `close` and its code, or `dropped`."""
        try:
            while True:
                if await self.text() == "2" and answers_pings:
                    await self.send(frame("3"))
        except asyncio.IncompleteReadError:
            return "dropped"
        except OSError as error:
            return str(error) if str(error).startswith("close ") else "dropped"

    async def request(self, method, query, body=b"", length=None):
        """An HTTP request by polling; returns the answer's status and body."""
        length = len(body) if length is None else length
        head = f"{method} {HANDSHAKE}polling{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
        await self.send(head.encode() + body)
        return await self.answer()

    async def answer(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
        return int(head.split()[1]), (await self.reader.readexactly(length)).decode()

    def close(self):
        """At once, without a word."""
        self.writer.transport.abort()
