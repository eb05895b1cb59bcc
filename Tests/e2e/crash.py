"""The pipeline at work while its processes are killed with SIGKILL at random moments and started again, and a checker
that reads the database itself and takes nobody's word.

A scheduler that serves and queues each second, commands that queue as a crontab does, and three workers share one
store. Run as a program it is what scripts/crash runs."""

import argparse
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

import engine_sets
from crash_marks import marks_of
from engines import ENGINES
from msgctl import BINARY, Site, eventually
from pipeline import assert_delivered_once, assert_everybody_in_one_pairing, window
from records import automessages, participants

WORKERS = 3
# Seconds for a kill, and for planning a message in a debug build on a busy machine.
PACE, PLANNING = 0.75, 0.002
SETTLED_WITHIN = 240
# What a dead process had in hand comes back soon, and a failure of no engine is tried again soon.
SETTINGS = {
    "MSGCTL_SCHEDULE_REQUEUE_AFTER": "20s",
    "MSGCTL_WORKER_VISIBILITY_TIMEOUT": "5s",
    "MSGCTL_WORKER_RETRY_DELAYS": "500ms,1s,1s,2s,2s,2s,5s,5s,5s,5s",
}


def seed_of_environment():
    return int(os.environ.get("MSGCTL_TEST_SEED") or random.SystemRandom().randrange(1 << 32))


class Actor:
    """A process that runs for ever, and is started again when it was killed."""

    def __init__(self, kind, start):
        self.kind = kind
        self.start = start
        self.process = None

    @property
    def is_running(self):
        return self.process is not None and self.process.is_running

    def tend(self, is_troubled):
        """Starts what does not run. Only trouble with an engine excuses who ended without being killed."""
        if self.is_running:
            return
        if self.process is not None:
            self.expect_end(self.process, is_troubled)
            self.process.end()
        self.process = self.start()

    def expect_end(self, process, is_troubled):
        assert is_troubled, f"{self.kind} ended with {process.popen.returncode}\n{process.log_tail()}"

    def kill(self, chance):
        """kill -9 of what runs; False when nothing did."""
        if not self.is_running:
            return False
        self.process.kill()
        self.process.end()
        self.process = None
        return True

    def stop(self):
        if self.process is not None:
            # What was started a moment ago does not know of signals yet.
            assert self.process.terminate() in (0, -signal.SIGTERM), self.process.log_tail()


class Enqueuer(Actor):
    """`enqueue-due` again and again, as a crontab runs it."""

    # It did its work, or another process is doing it.
    FINE = (0, 75)

    def __init__(self, start):
        super().__init__("enqueue-due", start)
        self.rest = 0.0
        self.took = 0.5

    def tend(self, is_troubled):
        if self.process is not None and not self.process.is_running:
            self.expect_end(self.process, is_troubled)
            self.took = min(2.0, time.monotonic() - self.began)
            self.process.end()
            self.process = None
            self.rest = time.monotonic() + 0.5
        if self.process is None and time.monotonic() >= self.rest:
            self._begin()

    def expect_end(self, process, is_troubled):
        if process.popen.returncode not in self.FINE:
            super().expect_end(process, is_troubled)

    def _begin(self):
        self.process = self.start()
        self.began = time.monotonic()

    def kill(self, chance):
        """It runs for a moment only, so one is started to be killed somewhere in its course."""
        if not self.is_running:
            self._begin()
            time.sleep(chance.random() * self.took)
        return super().kill(chance)

    def stop(self):
        if self.process is not None:
            assert self.process.wait() in self.FINE, self.process.log_tail()


class Crash:
    """One run. `engines` are further victims, {name: engine}; without them a process that ends by itself is a failure."""

    def __init__(self, site, seed, messages, kills, engines=None):
        self.site = site
        self.chance = random.Random(seed)
        self.messages = messages
        self.kills = kills
        self.engines = engines or {}
        # Everybody has a partner but three, who are a trio of two messages.
        self.users = 2 * messages - 1
        self.killed = Counter()
        self.while_unsent = 0
        scheduler = {"MSGCTL_SCHEDULE_ENABLED": "true", "MSGCTL_SCHEDULE_ENQUEUE": "@every 1s"}
        self.actors = [
            Actor("serve", lambda: site.start("serve", "--only", "api,scheduler", "--port", "0", **scheduler)),
            Enqueuer(lambda: site.start("enqueue-due")),
            *(Actor("worker", lambda: site.start("dispatch-worker", "--concurrency", "4")) for _ in range(WORKERS)),
        ]

    def run(self):
        self.plan()
        marks = marks_of(self.site)
        self.kill_all()
        # Whoever was away meanwhile goes on by itself.
        eventually(self.is_sent, SETTLED_WITHIN, "not everything is sent", every=0.2)
        for actor in self.actors:
            actor.stop()
        self.check(marks)

    def plan(self):
        self.site.settings.update(SETTINGS)
        self.site.run("migrate")
        self.site.records.add_users(self.users)
        # On MongoDB it makes the new users what msgctl needs them to be.
        self.site.run("migrate")
        seconds = self.kills * PACE + self.messages * PLANNING + 2
        self.end = time.monotonic() + seconds
        self.site.settings.update(window(seconds))
        planner = self.site.start("plan-pairings")
        assert planner.wait(within=SETTLED_WITHIN) == 0, planner.log_tail()
        assert len(automessages(self.site)) == self.messages

    def kill_all(self):
        """Kills one after the other, each in its share of the time that is left of the send window."""
        began = time.monotonic()
        share = max(0.1, (self.end - began) / self.kills)
        while self.killed.total() < self.kills:
            instant = began + (self.killed.total() + self.chance.random()) * share
            self.tend()
            while time.monotonic() < instant:
                time.sleep(0.02)
                self.tend()
            victim = self.chance.choice([*self.actors, *self.engines])
            if victim in self.engines:
                self.kill_engine(victim)
            elif victim.kill(self.chance):
                self.killed[victim.kind] += 1
            if not self.engines:
                self.while_unsent += self.site.records.unsent() > 0
        for engine in self.engines.values():
            engine.wait_ready()

    def kill_engine(self, name):
        self.killed[name] += 1
        self.engines[name].kill()
        time.sleep(self.chance.uniform(0, 1))
        self.engines[name].start()

    def tend(self):
        for actor in self.actors:
            actor.tend(is_troubled=bool(self.engines))

    def is_sent(self):
        self.tend()
        return self.site.records.unsent() == 0

    def check(self, marks):
        """What the store holds: nothing lost, nothing doubled, nothing in the wrong place."""
        if not self.engines:
            # The last may come when all is sent.
            assert self.while_unsent >= 0.9 * self.kills - 1, f"{self.while_unsent} kills came while there was work"
        site, planned = self.site, automessages(self.site)
        assert len(planned) == self.messages
        assert_delivered_once(site)
        marked = marks.counts()
        wrong = {message: marked[message] for message in planned.keys() | marked.keys() if marked[message] != 1}
        assert not wrong, f"not marked as sent once: {wrong}"
        members = participants(site)
        for row in planned.values():
            # Who queued it may have died before noting that.
            assert row["sentAt"] and row["updatedAt"] >= row["sentAt"], row
            assert row.get("failedAt") is None, row
            assert members[row["conversationId"]] == {row["senderId"], row["receiverId"]}, row
        assert_everybody_in_one_pairing(site, [f"{number:024x}" for number in range(self.users)])
        assert site.engines.dead_letters(site) == 0
        assert site.records.integrity() == "ok"


def run_once(kind, seed, messages, kills, directory):
    engines = {}
    try:
        if kind == engine_sets.DISTRIBUTED:
            names = ("mongodb", "redis", "rabbitmq", "elasticsearch")
            engines = {name: ENGINES[name](directory / name).start() for name in names}
            for engine in engines.values():
                engine.wait_ready()
            site = Site(directory / "site", engine_sets.Distributed(**{n: engine.url for n, engine in engines.items()}))
        else:
            site = Site(directory / "site", engine_sets.Embedded())
        try:
            crash = Crash(site, seed, messages, kills)
            crash.run()
            return crash.killed
        finally:
            site.close()
    finally:
        for engine in engines.values():
            engine.stop()


def main():
    parser = argparse.ArgumentParser(prog="scripts/crash", description=__doc__)
    parser.add_argument("--engines", choices=engine_sets.KINDS, default=engine_sets.EMBEDDED)
    parser.add_argument("--seeds", type=int, default=1, help="how many runs, each with another seed")
    parser.add_argument("--seed", type=int, help="of the first run, to repeat one")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--messages", type=int, default=10_000)
    options = parser.parse_args()
    first = seed_of_environment() if options.seed is None else options.seed
    for seed in range(first, first + options.seeds):
        again = f"--seed {seed} --kills {options.kills} --messages {options.messages} --engines {options.engines}"
        print(f"scripts/crash {again}", flush=True)
        directory = Path(tempfile.mkdtemp(prefix="msgctl-crash-"))
        began = time.monotonic()
        try:
            killed = run_once(options.engines, seed, options.messages, options.kills, directory)
        except BaseException:
            print(f"failed; what is left of it lies in {directory}", flush=True)
            raise
        shutil.rmtree(directory)
        who = ", ".join(f"{kind} {count}" for kind, count in sorted(killed.items()))
        seconds = time.monotonic() - began
        print(f"{options.messages} messages stored and marked once, {options.kills} kills ({who}), {seconds:.0f} s")


if __name__ == "__main__":
    assert BINARY.exists(), f"{BINARY} is not built"
    main()
