"""A hundred times kill -9 of a process of the pipeline loses nothing and doubles nothing."""

import pytest

from crash import Crash

# Also in scripts/crash, for another seed.
SEED = 20_261_123


@pytest.mark.timeout(600)
def test_a_hundred_kills(site):
    crash = Crash(site, SEED, messages=10_000, kills=100)
    crash.run()
    assert set(crash.killed) == {"serve", "enqueue-due", "worker"}, crash.killed
