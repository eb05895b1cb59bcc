"""Messages through msgctl itself, on the embedded engines: stored in SQLite, acknowledged and broadcast."""

from measured_server import AS_FAST_AS_IT_CAN, Server, say
from realtime_processes import OURS, Load

IN_FLIGHT = 64


class Msgctl(Server):
    """msgctl on its embedded engines, for the load generator."""

    kind = OURS


def measure_messages(binary, places, seconds):
    """Every message is stored, acknowledged, and delivered to every other socket of its conversation: the one other of a
    pair, or all other sockets of one conversation."""
    shapes = {
        "64 sockets in 32 conversations of two": (64, people_in_pairs),
        "32 sockets of one conversation": (32, one_conversation),
    }
    results = {}
    for name, (sockets, make) in shapes.items():
        say(f"messages through msgctl, {name}")
        with Msgctl(binary, AS_FAST_AS_IT_CAN, places / f"msgctl-{sockets}") as server:
            tokens, conversations = make(server, sockets)
            auth = places / "auth"
            auth.write_text("".join(f'{{"token":"Bearer {token}"}}\n' for token in tokens))
            named = [argument for id in conversations for argument in ("--conversation", id)]
            with Load(server, places, sockets, "--auth-file", auth, *named) as load:
                # One after the other, so that the first of a pair is the first of the file.
                load.command(f"open {sockets} 1")
                load.command(f"messages 1 {IN_FLIGHT}")
                before = server.processor_seconds()
                done = load.command(f"messages {seconds} {IN_FLIGHT}")
                processor = server.processor_seconds() - before
        assert done["refused"] == 0, done
        results[f"{IN_FLIGHT} in flight over {name}"] = {
            "rate": done["acknowledged"] / done["seconds"],
            "deliveries": done["delivered"] / done["seconds"],
            "us": processor / done["sent"] * 1e6,
            "p50": done["p50"],
            "p99": done["p99"],
        }
    return results


def people_in_pairs(server, sockets):
    """The tokens of the sockets, two who talk with each other after the other, and their conversations."""
    pairs = server.pairs(sockets // 2)
    return [token for one, other, _ in pairs for token in (one, other)], [conversation for *_, conversation in pairs]


def one_conversation(server, sockets):
    """As many sockets of one person, in one conversation."""
    token, _, conversation = server.pairs(1)[0]
    return [token] * sockets, [conversation]
