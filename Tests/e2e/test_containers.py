"""The Dockerfile and the compose file, as far as that goes without running a container."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from compose_spec import PyOptions

from msgctl import BINARY, REPOSITORY, Site

pytestmark = pytest.mark.embedded

DOCKERFILE = REPOSITORY / "Dockerfile"
NODES = ("node-a", "node-b")
ENGINES = ("mongodb", "redis", "rabbitmq", "elasticsearch")


@pytest.fixture(scope="module")
def compose():
    return PyOptions(apply_merge=True).from_yaml((REPOSITORY / "compose.yaml").read_text()).to_dict()


def stages():
    """The text of each stage, from its FROM on."""
    return re.split(r"^(?=FROM )", DOCKERFILE.read_text(), flags=re.MULTILINE)[1:]


def packages(stage):
    """What a stage installs."""
    text = stage.replace("\\\n", " ")
    return set(re.search(r"apt-get install -y --no-install-recommends(.*?)&&", text).group(1).split())


def test_hadolint_has_nothing_to_say():
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_image_has_what_the_page_says_the_binary_needs():
    page = (REPOSITORY / "docs/operations.md").read_text()
    listed = set(re.findall(r"^\| `lib.*?\| (.*?) \|", page, re.MULTILINE))
    listed = {name for names in listed for name in re.findall(r"`(.*?)`", names)}
    # The runtime of C++ is in the image that has Swift's, and libbson comes with libmongoc.
    assert listed - {"libstdc++6", "libgcc-s1", "libbson-1.0-0"} <= packages(stages()[1])


def test_the_build_has_what_the_scripts_install():
    common = (REPOSITORY / "scripts/lib/common.sh").read_text()
    wanted = set(re.search(r"^C_PACKAGES=\((.*?)\)", common, re.MULTILINE).group(1).split())
    assert wanted <= packages(stages()[0])


def test_what_is_copied_is_there_and_let_through():
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    sources = re.findall(r"^COPY (?!--from)(\S+) \S+$", stages()[0], re.MULTILINE)
    assert len(sources) >= 8
    for source in sources:
        assert (REPOSITORY / source).exists() and f"!{source}" in ignored, source
    # What C puts into the program.
    embedded = (REPOSITORY / "Sources/System/CDocuments/documents.c").read_text()
    for path in re.findall(r'^#embed "(?:\.\./)+(\S+)"', embedded, re.MULTILINE):
        assert path in sources, path
    # Each folder that a target of the package names.
    for path in re.findall(r'path: "(\w+)/', (REPOSITORY / "Package.swift").read_text()):
        assert path in sources, path


def test_the_image_serves_as_nobody_in_particular():
    image = stages()[-1]
    user = re.search(r"^USER (\d+):\d+$", image, re.MULTILINE)
    assert user and int(user.group(1)) > 0
    assert image.index("USER ") < image.index("ENTRYPOINT")
    assert "HEALTHCHECK" in image and "/api/health/live" in image
    assert "JWT_SECRET" not in DOCKERFILE.read_text(), "a secret would stay in the image"


def test_what_the_image_sets_is_taken(tmp_path):
    """The variables of the image, and its command, with a free port."""
    import engine_sets

    text = re.search(r"^ENV (.*?)\n(?=VOLUME)", stages()[-1], re.MULTILINE | re.DOTALL).group(1).replace("\\\n", " ")
    settings = dict(pair.split("=", 1) for pair in text.split())
    settings["MSGCTL_STORE_DATA_DIRECTORY"] = str(tmp_path / "site" / "data")
    site = Site(tmp_path / "site", engine_sets.Embedded(), **settings)
    try:
        server = site.serve()
        assert server.url.startswith("http://0.0.0.0:")
        assert server.terminate() == 0
    finally:
        site.close()


def test_every_service_of_the_compose_file_can_start_in_order(compose):
    services = compose["services"]
    assert set(services) == {"migrate", "worker", *NODES, *ENGINES}
    assert set(services["migrate"]["depends_on"]) == set(ENGINES)
    for name in (*NODES, "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert services[name]["security_opt"] == ["no-new-privileges:true"] and services[name]["cap_drop"] == ["ALL"]
    for name in ENGINES:
        assert services["migrate"]["depends_on"][name]["condition"] == "service_healthy"
        assert services[name]["healthcheck"]["test"], name
        assert "ports" not in services[name], f"{name} can be reached from outside"
        for volume in services[name].get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]
    assert all(port.startswith("127.0.0.1:") for name in NODES for port in services[name]["ports"])


@pytest.mark.parametrize("service", ["migrate", "worker", *NODES])
def test_msgctl_takes_the_commands_and_settings_of_the_compose_file(compose, service, tmp_path):
    """Each command line and URL, up to where an engine would be asked."""
    definition = compose["services"][service]
    values = {"JWT_SECRET": "x" * 48, "PASSWORD": "0123456789abcdef"}
    variables = {
        name: re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda match: values[match.group(1)], value)
        for name, value in definition["environment"].items()
    }
    assert not any("$" in value for value in variables.values())
    done = subprocess.run(
        [BINARY, *definition["command"], "--no-such-option"], env=variables, cwd=tmp_path, capture_output=True, text=True,
        timeout=60,
    )
    assert done.returncode == 64 and "no-such-option" in done.stderr, done.stderr
    # All four engines are chosen, and what the URLs say is understood; their hosts are not there.
    done = subprocess.run([BINARY, "health"], env=variables, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 69, done.stderr
    assert not (tmp_path / "data").exists()
    for part in ("store", "cache", "queue", "search"):
        assert f"{part}: down" in done.stdout, done.stdout
