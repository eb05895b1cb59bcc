"""Hashes that bcrypt of another hand reads, and the other way round."""

import bcrypt
import pytest

from api import User, make_users


def stored_hash(site, user):
    return site.records.password(user.username)


@pytest.mark.parametrize("password", ["correct horse", "pässwörd ☃", "x" * 72])
def test_our_hash_is_read_by_python(shared_site, server, password):
    user = User(server, "hash", password=password)
    user.register()
    hashed = stored_hash(shared_site, user)
    assert hashed.startswith("$2b$04$"), hashed
    assert bcrypt.checkpw(password.encode(), hashed.encode())
    assert not bcrypt.checkpw(b"another one", hashed.encode())


@pytest.mark.parametrize("prefix", [b"2b", b"2a"])
@pytest.mark.parametrize("password", ["written by python", "pässwörd ☃"])
def test_pythons_hash_logs_in_without_a_restart(shared_site, people, password, prefix):
    """$2a$ and $2b$ are what bcryptjs writes."""
    (user,) = people("hash")
    user.login()
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=5, prefix=prefix)).decode()
    assert shared_site.records.set_password(user.username, hashed) == 1
    user.login(401)
    user.password = password
    user.login()


@pytest.mark.parametrize("hashed", ["", "plain text", "$2b$04$tooshort", "$2b$99$" + "a" * 53, "$1$abc$def"])
def test_a_broken_hash_refuses_and_harms_nothing(shared_site, people, hashed):
    (user,) = people("hash")
    shared_site.records.set_password(user.username, hashed)
    user.login(401)


@pytest.mark.embedded
def test_the_database_keeps_no_token_or_password_in_the_clear(site):
    server = site.serve()
    (alice,) = make_users(server, "alice")
    alice.login()
    assert server.terminate() == 0
    stored = b"".join(path.read_bytes() for path in site.data.iterdir() if path.is_file())
    logged = server.log_path.read_bytes()
    for secret in (alice.password, alice.access, alice.refresh):
        assert secret.encode() not in stored
        assert secret.encode() not in logged
