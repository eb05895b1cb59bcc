"""Engine.IO by hand: frames that no client library would send."""

import json

import websocket

from api import http_of

PATH = "/socket.io/"
SEPARATOR = "\x1e"


def get(server, **query):
    return http_of(server).get(PATH, params={"EIO": 4, "transport": "polling", **query})


def post(server, body, **query):
    content = body.encode() if isinstance(body, str) else body
    return http_of(server).post(
        PATH,
        params={"EIO": 4, "transport": "polling", **query},
        content=content,
        headers={"content-type": "text/plain;charset=UTF-8"},
    )


def open_polling(server):
    """The handshake's fields."""
    reply = get(server)
    assert reply.status_code == 200, reply.text
    packet = reply.text.split(SEPARATOR)[0]
    assert packet[0] == "0", packet
    return json.loads(packet[1:])


def enter(server, sid, token):
    """CONNECT over polling; returns the packets of the answer."""
    assert post(server, "40" + json.dumps({"token": f"Bearer {token}"}), sid=sid).status_code == 200
    packets = []
    while not any(packet.startswith("40") for packet in packets):
        reply = get(server, sid=sid)
        assert reply.status_code == 200, reply.text
        packets += reply.text.split(SEPARATOR)
    return packets


def open_websocket(server, **query):
    """A websocket without a session, or with `sid` to upgrade one."""
    url = (
        server.url.replace("http://", "ws://")
        + PATH
        + "?"
        + "&".join(f"{name}={value}" for name, value in {"EIO": 4, "transport": "websocket", **query}.items())
    )
    return websocket.create_connection(url, timeout=10)


def receive(connection, prefix):
    """The next frame that begins so; pings and others in between are passed over."""
    while True:
        frame = connection.recv()
        if isinstance(frame, str) and frame.startswith(prefix):
            return frame[len(prefix) :]
        assert frame != "" and frame != b"", f"closed before {prefix!r}"


def is_closed_by_peer(connection):
    """Reads until the peer closes; False when it is still open after the socket's timeout."""
    try:
        while True:
            frame = connection.recv()
            if frame in ("", b""):
                return True
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return True
    except websocket.WebSocketTimeoutException:
        return False
