"""Configuration: where it comes from, and what is said when it is wrong."""

import re

import pytest

from msgctl import SECRET

pytestmark = pytest.mark.embedded


def create_user(site, *arguments, **options):
    """Any command that uses a key whose effect is seen: the cost of the hash."""
    return site.run(
        "user",
        "create",
        "--username",
        "alice",
        "--email",
        "alice@example.org",
        *arguments,
        input="a password\n",
        **options,
    )


def cost(site):
    return int(site.records.password().split("$")[2])


@pytest.fixture
def config(site):
    def write(text, name="msgctl.yaml"):
        path = site.directory / name
        path.write_text(text)
        return path

    return write


def test_a_key_of_the_file(site, config):
    create_user(site, "--config", config("auth:\n  bcrypt_cost: 6\n"), MSGCTL_AUTH_BCRYPT_COST=None)
    assert cost(site) == 6


def test_the_environment_counts_more_than_the_file(site, config):
    create_user(site, "--config", config("auth:\n  bcrypt_cost: 6\n"), MSGCTL_AUTH_BCRYPT_COST="5")
    assert cost(site) == 5


def test_config_yaml_of_the_current_directory(site):
    (site.work / "config.yaml").write_text("auth:\n  bcrypt_cost: 6\n")
    create_user(site, MSGCTL_AUTH_BCRYPT_COST=None)
    assert cost(site) == 6


@pytest.mark.parametrize("way", ["--env-file", "./.env"])
def test_env_files(site, way):
    path = site.work / ".env" if way == "./.env" else site.directory / "settings.env"
    path.write_text("# a comment\n\nMSGCTL_AUTH_BCRYPT_COST=6\nexport LOG_LEVEL='info'\n")
    create_user(site, *([] if way == "./.env" else ["--env-file", path]), MSGCTL_AUTH_BCRYPT_COST=None)
    assert cost(site) == 6


def test_the_environment_counts_more_than_an_env_file(site):
    (site.work / ".env").write_text("MSGCTL_AUTH_BCRYPT_COST=6\n")
    create_user(site, MSGCTL_AUTH_BCRYPT_COST="5")
    assert cost(site) == 5


@pytest.mark.parametrize(
    "text,line,column,word",
    [
        ("# comment\nauth:\n  bcrypt_cosst: 4\n", 3, 3, "bcrypt_cosst"),
        ("auth:\n  bcrypt_cost: lots\n", 2, 16, "bcrypt_cost"),
        ("auth:\n  bcrypt_cost: 99\n", 2, 16, "bcrypt_cost"),
        ("auth:\n  bcrypt_cost: [4]\n", 2, 16, "bcrypt_cost"),
        ("auth:\n  access_token_lifetime: soon\n", 2, 26, "access_token_lifetime"),
        ("authentication: {}\n", 1, 1, "authentication"),
        ("auth:\n  bcrypt_cost: 4\nauth:\n  bcrypt_cost: 5\n", 3, 1, "auth"),
        ("auth: 7\n", 1, 7, "auth"),
        ("- a\n- list\n", 1, 1, None),
        ("auth:\n\tbcrypt_cost: 4\n", 2, None, None),
        ("auth: [1, 2\n", None, None, None),
        ("auth: &a\n  bcrypt_cost: *b\n", 1, 7, None),
        ('schedule:\n  window_start: "25:00"\n', 2, 17, "window_start"),
        ("schedule:\n  time_zone: Mars/Olympus\n", 2, 14, "time_zone"),
        ("pools:\n  night:\n    weekly_limit: 9\n", 3, 19, "pools.night.weekly_limit"),
        ("pools:\n  night:\n    weeky_limit: 1\n", 3, 5, "weekly_limit"),
        ("pools:\n  default: {}\n", 2, 3, "pools.default"),
    ],
    ids=lambda value: repr(value)[:24] if isinstance(value, str) else None,
)
def test_a_complaint_names_file_line_and_column(site, config, text, line, column, word):
    path = config(text)
    done = create_user(site, "--config", path, MSGCTL_AUTH_BCRYPT_COST=None, code=78)
    assert done.stdout == ""
    place = re.search(re.escape(str(path)) + r":(\d+):(\d+)", done.stderr)
    assert place, done.stderr
    if line is not None:
        assert int(place.group(1)) == line, done.stderr
    if column is not None:
        assert int(place.group(2)) == column, done.stderr
    if word is not None:
        assert word in done.stderr
    assert not (site.data / "msgctl.sqlite3").exists(), "nothing is made before the configuration is right"


def test_several_complaints_at_once(site, config):
    path = config("auth:\n  bcrypt_cosst: 4\n  access_token_lifetime: soon\nschedul: {}\n")
    done = create_user(site, "--config", path, code=78)
    for place in (":2:3", ":3:26", ":4:1"):
        assert f"{path}{place}" in done.stderr, done.stderr


@pytest.mark.parametrize(
    "name,value",
    [
        ("MSGCTL_AUTH_BCRYPT_COST", "lots"),
        ("MSGCTL_SCHEDULE_ENABLED", "perhaps"),
        ("PORT", "many"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("MSGCTL_SCHEDULE_TIME_ZONE", "Mars/Olympus"),
        ("MSGCTL_AUTH_ACCESS_TOKEN_LIFETIME", "-5m"),
        ("MSGCTL_NO_SUCH_KEY", "1"),
    ],
)
def test_a_bad_variable_is_named(site, name, value):
    done = site.run("serve", "--port", "0", code=78, **{name: value})
    assert name in done.stderr


@pytest.mark.parametrize("way", ["missing", "directory", "binary"])
def test_a_file_that_is_none(site, config, way):
    path = site.directory / "nothing.yaml"
    if way == "directory":
        path.mkdir()
    elif way == "binary":
        path.write_bytes(bytes(range(256)))
    done = create_user(site, "--config", path, code=78)
    assert str(path) in done.stderr
    done = create_user(site, "--env-file", path, code=78)
    assert str(path) in done.stderr


def test_secrets_are_never_printed(site, config):
    server = site.serve("--log-level", "trace")
    assert server.terminate() == 0
    assert SECRET not in server.log_path.read_text()
    secret = "too-short-secret"
    path = config(f"auth:\n  jwt_secret: {secret}\n  bcrypt_cosst: 4\n")
    done = create_user(site, "--config", path, code=78, JWT_SECRET=None)
    assert secret not in done.stderr + done.stdout


def test_a_short_secret_is_an_error(site):
    done = site.run("serve", "--port", "0", code=78, JWT_SECRET="short-one")
    assert "JWT_SECRET" in done.stderr and "short-one" not in done.stderr


def test_the_example_loads(site):
    from msgctl import REPOSITORY

    site.run("migrate", "--config", REPOSITORY / "config.yaml.example")
