"""A drain that an engine ends says once, and in words, why."""

import pytest

import engine_sets
from msgctl import Site

AWAY = 69

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize(
    "engine, url", [("RABBITMQ_URL", "amqp://guest:wr0ng@127.0.0.1:1"), ("REDIS_URL", "redis://:wr0ng@127.0.0.1:1")]
)
def test_a_drain_on_an_engine_that_is_away(tmp_path, engine, url):
    site = Site(tmp_path / "site", engine_sets.Distributed(), **{engine: url})
    try:
        site.run("migrate")
        done = site.run("dispatch-worker", "--drain", code=None)
        if engine == "REDIS_URL":
            # It need not tell anybody of anything while there is nothing to deliver.
            assert done.returncode == 0 and done.stderr == "", done.stderr
        else:
            assert done.returncode == AWAY and done.stdout == ""
            error, remedy = done.stderr.splitlines()
            assert error.startswith("Error: ") and remedy.startswith("Try: msgctl health --wait"), done.stderr
            assert done.stderr.count("127.0.0.1:1") == 1 and "refused" in error, done.stderr
            assert "wr0ng" not in done.stderr
    finally:
        site.close()
