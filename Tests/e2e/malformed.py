"""Broken requests and frames, each made from a seed and its number alone: HTTP, and what a websocket carries."""

import json
import random

from rawsocket import BINARY, CLOSE, PING, PONG, TEXT, frame

ID = "0123456789abcdef01234567"
BIG = 1 << 20


def _flip(data, dice):
    data = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def _cut(data, dice):
    return data[: dice.randrange(1, len(data))]


def _insert(data, dice):
    place = dice.randrange(len(data))
    junk = dice.choice([b"\x00", b"\r\n", b"\n", b"\r", b"\xff\xfe", b"\r\n\r\n", b" ", b"\t", b":", b"%00", b"\x7f"])
    return data[:place] + junk * dice.randint(1, 4) + data[place:]


def _repeat(data, dice):
    start = dice.randrange(len(data))
    part = data[start : start + dice.randint(1, 40)]
    return data[:start] + part * dice.randint(2, 30) + data[start:]


MUTATIONS = [_flip, _cut, _insert, _repeat]


def _json(dice):
    """A body that is no JSON, or JSON that no call wants."""
    return dice.choice(
        [
            lambda: b"{" * dice.randint(1, 3000),
            lambda: b"[" * dice.randint(1, 50_000),
            lambda: b'{"a":' * dice.randint(1, 600) + b"1",
            lambda: dice.randbytes(dice.randint(1, 300)),
            lambda: b'{"content":"\\ud800","conversationId":"\\udfff"}',
            lambda: b'{"email":' + b"9" * dice.randint(1, 5000) + b"}",
            lambda: b'{"limit":1e' + str(dice.randint(300, 10**6)).encode() + b"}",
            lambda: json.dumps({dice.choice("abc"): ID, "name": None, "participantIds": [7, None, {}]}).encode(),
            lambda: json.dumps([{"content": ["x"] * dice.randint(1, 400)}]).encode(),
            lambda: b'{"content":"a","content":7,"conversationId":{"$gt":""}}',
            lambda: b'{"email":"' + b"\x00" * dice.randint(1, 50) + b'"}',
            lambda: b'\xff\xfe{\x00"\x00',
            lambda: b'"' + b"\\" * dice.randint(1, 999),
            lambda: b"nul" + b"l" * dice.randint(0, 3),
        ]
    )()


def _target(path, dice):
    """A path with something wrong in it."""
    path = path.replace("{id}", dice.choice([ID, "x", "%00", "..", "%ff", "0" * 24])).replace("{userId}", ID)
    return dice.choice(
        [
            lambda: path,
            lambda: path
            + "?"
            + dice.choice(["%", "%zz", "%ff%fe=1", "limit=" + "9" * 400, "page=-1", "a" * 4000, "&&==&"]),
            lambda: path + "/" * dice.randint(1, 2000),
            lambda: path + "/../" * dice.randint(1, 200),
            lambda: "/" + "%2e%2e%2f" * dice.randint(1, 100) + "etc/passwd",
            lambda: path + "".join(chr(dice.randint(33, 126)) for _ in range(dice.randint(1, 60))),
            lambda: "//" + path,
            lambda: "*",
            lambda: "http://elsewhere.example" + path,
            lambda: path + "#fragment",
            lambda: "/socket.io/?EIO="
            + dice.choice(["3", "4", "", "99999999999", "4&EIO=3"])
            + "&transport="
            + dice.choice(["polling", "websocket", "tcp", "polling&sid=nobody", "websocket&sid=" + "s" * 500]),
        ]
    )()


def _headers(dice, token, length):
    """Some headers, one of which may be wrong."""
    usual = ["Host: x", "Content-Type: application/json", f"Authorization: Bearer {token}", f"Content-Length: {length}"]
    wrong = dice.choice(
        [
            lambda: f"Content-Length: {dice.choice([-1, 10**30, '0x10', '1,2', '', '+5', length + 7])}",
            lambda: "Transfer-Encoding: "
            + dice.choice(["chunked", "gzip, chunked", "identity", "chunked, chunked", "\x0bchunked"]),
            lambda: "Authorization: "
            + dice.choice(
                ["Bearer", "Bearer " + "x" * 4000, "Basic Og==", "Bearer a.b.c", "Bearer " + token[:-4] + "AAAA"]
            ),
            lambda: "Content-Type: "
            + dice.choice(
                ["", ";", "application/json; charset=" + "x" * 500, "text/plain", "/", "application/json, a/b"]
            ),
            lambda: f"X: {'y' * dice.randint(1, 40_000)}",
            lambda: "\r\n".join(f"H{n}: v" for n in range(dice.randint(90, 300))),
            lambda: "no colon at all",
            lambda: ": no name",
            lambda: "A b: space in a name",
            lambda: "Folded: a\r\n b",
            lambda: "Host: y",
            lambda: "Expect: " + dice.choice(["100-continue", "nothing"]),
            lambda: "Origin: " + dice.choice(["null", "http://", "\x01", "x" * 3000]),
            lambda: "Connection: Upgrade\r\nUpgrade: "
            + dice.choice(["websocket", "h2c", "\xff"])
            + "\r\nSec-WebSocket-Key: "
            + dice.choice(["", "x", "=" * 24])
            + "\r\nSec-WebSocket-Version: "
            + dice.choice(["13", "7", "x"]),
        ]
    )()
    # As many come further than their head.
    lines = [*usual, wrong] if dice.random() < 0.5 else usual
    dice.shuffle(lines)
    return "\r\n".join(lines)


def request(seed, number, operations, token):
    """The bytes of broken request `number`. `operations` are pairs of method and path."""
    dice = random.Random(f"{seed} request {number}")
    method, path = dice.choice(operations)
    body = _json(dice)
    if dice.random() < 0.1:
        method = dice.choice(["BREW", "get", "G" * 200, "", "PUT\t", "CONNECT", "TRACE", "PRI", "M-SEARCH"])
    version = dice.choice(["1.1"] * 12 + ["1.0", "0.9", "2.0", "9.9", "1.1.1", "x"])
    head = f"{method} {_target(path, dice)} HTTP/{version}\r\n{_headers(dice, token, len(body))}\r\n\r\n"
    data = head.encode("latin-1") + body
    while len(data) > 1 and dice.random() < 0.4:
        data = dice.choice(MUTATIONS)(data, dice)
    return data[:BIG]


def _event(dice):
    """An event as it should be, with arguments that it does not take."""
    names = ["send_message", "join_room", "leave_room", "message_read", "typing_start", "typing_stop", "auth_refresh"]
    values = [
        None,
        7,
        -1e300,
        True,
        "x",
        "",
        ID,
        [],
        {},
        [[["x"]]],
        {"conversationId": ID},
        {"messageId": [ID]},
        {"token": 7},
    ]
    values += [
        {"content": "x" * 2000, "conversationId": ID},
        {"content": "\x00", "more": {"a": {"b": []}}},
        {"": ""},
        "y" * 5000,
    ]
    number = dice.choice(["", str(dice.randrange(10**6))])
    return f"42{number}" + json.dumps(
        [dice.choice([*names, "nothing", ""]), *dice.choices(values, k=dice.randint(0, 6))]
    )


def _packet(dice):
    """What Engine.IO or Socket.IO can't read, or no event takes."""
    return dice.choice(
        [
            lambda: "",
            lambda: dice.choice("789abc:{\x00") + "x",
            lambda: "4" + dice.choice("789x-{\x00"),
            lambda: "42" + dice.choice(["", "{}", "[", "[]", "[7]", "[null,1]", '["x"', '{"a":1}', "[[]]", '"x"']),
            lambda: "42" + "9" * dice.randint(1, 400) + '["get_online_users"]',
            lambda: "43" + dice.choice(["", "[]", "0[]", "99999999999999999999[]", "1{}", "x"]),
            lambda: "45"
            + dice.choice(["", "1-", "99999999-[]", "-1-[]", '1-["x",{"_placeholder":true,"num":7}]', "x-[]"]),
            lambda: "46" + dice.choice(["", "1-", "2-0[]"]),
            lambda: "40" + dice.choice(["/", "/nowhere", "/" + "n" * 2000, "{", "[]", "/x,{", '{"token":7}', "/,"]),
            lambda: "44" + dice.choice(["", '"x"', "{"]),
            lambda: "42/nowhere," + '["x"]',
            lambda: "42" + "[" * dice.randint(1, 2000),
            lambda: '42["'
            + dice.choice(["connect", "disconnecting", "error", "connect_error", "newListener", ""])
            + '",1]',
            lambda: "42" + json.dumps(["send_message", *range(dice.randint(100, 3000))]),
            lambda: '42["send_message",{"content":"\\ud800"}]',
            lambda: "3" + "probe" * dice.randint(0, 100),
            lambda: "2probe",
            lambda: "5",
            lambda: "b" + "A" * dice.randint(1, 50),
            lambda: "0{}",
        ]
    )()


def websocket_bytes(seed, number):
    """The bytes of broken frame `number`, for an open websocket."""
    dice = random.Random(f"{seed} frame {number}")
    if dice.random() < 0.4:
        return frame(_event(dice))
    good = frame(_packet(dice))
    return dice.choice(
        [
            lambda: good,
            lambda: good,
            lambda: good,
            lambda: frame(dice.randbytes(dice.randint(1, 300)), TEXT),
            lambda: frame(dice.randbytes(dice.randint(0, 300)), BINARY),
            lambda: frame("4\xff2".encode("latin-1")),
            lambda: frame(dice.randbytes(dice.randint(0, 300)), dice.choice([0, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15])),
            lambda: frame(b"x" * dice.randint(126, 400), dice.choice([PING, PONG, CLOSE])),
            lambda: frame(b"x", dice.choice([PING, CLOSE]), final=False),
            lambda: frame(dice.choice([b"", b"\x03", b"\x00\x00", b"\xff\xff", b"\x03\xe8\xff\xfe"]), CLOSE),
            lambda: bytes([0x80 | dice.choice([0x10, 0x20, 0x40, 0x70]) | TEXT]) + good[1:],
            lambda: good[:1] + bytes([good[1] & 0x7F]) + good[2:],
            lambda: frame("4", final=False) + frame(_packet(dice), TEXT),
            lambda: frame("x", 0),
            lambda: bytes([0x81, 0xFF]) + dice.randbytes(8) + bytes(4) + b"4",
            lambda: bytes([0x81, 0xFE]) + (5).to_bytes(2, "big") + bytes(4) + b"42[]x",
            lambda: frame('451-["x",{"_placeholder":true,"num":0}]') + frame(_packet(dice)),
            lambda: dice.choice(MUTATIONS)(good, dice),
            lambda: dice.randbytes(dice.randint(1, 100)),
        ]
    )()


def polling_body(seed, number):
    """The body of broken post `number`, for an open session that polls."""
    dice = random.Random(f"{seed} post {number}")
    packets = [dice.choice([_event, _packet])(dice) for _ in range(dice.randint(1, 5))]
    data = "\x1e".join(packets).encode()
    while len(data) > 1 and dice.random() < 0.3:
        data = dice.choice(MUTATIONS)(data, dice)
    return data[:100_000]
