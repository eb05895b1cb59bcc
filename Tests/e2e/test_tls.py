"""HTTPS and wss on the server's own port, and certificates that are renewed."""

import hashlib
import http.client
import os
import socket
import ssl
import subprocess
from urllib.parse import urlsplit

import httpx
import pytest
import websocket

from msgctl import eventually

pytestmark = pytest.mark.embedded


def make_certificate(directory, name, algorithm="ec"):
    kind = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if algorithm == "ec" else ["rsa:2048"]
    key, certificate = directory / f"{name}-key.pem", directory / f"{name}.pem"
    arguments = ["-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", *kind, *arguments, *names], check=True, capture_output=True)
    return certificate, key


def replace(source, target):
    """As programs that renew certificates do: at once or not at all."""
    temporary = target.with_suffix(".new")
    temporary.write_bytes(source.read_bytes())
    os.replace(temporary, target)


def served(server):
    """The fingerprint of the certificate that new connections get."""
    address = urlsplit(server.url)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((address.hostname, address.port), timeout=10) as plain:
        with context.wrap_socket(plain) as secured:
            return hashlib.sha256(secured.getpeercert(binary_form=True)).hexdigest()


def fingerprint(certificate):
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()


def is_alive(connection):
    connection.request("GET", "/api/health/live")
    answer = connection.getresponse()
    return b"alive" in answer.read() and answer.status == 200


@pytest.fixture
def secured(site):
    def start(algorithm="ec"):
        certificate, key = make_certificate(site.directory, "server", algorithm)
        server = site.serve(
            "--only", "api", MSGCTL_SERVER_TLS_CERTIFICATE=certificate, MSGCTL_SERVER_TLS_KEY=key
        )
        return server, certificate, key

    return start


@pytest.mark.parametrize("algorithm", ["ec", "rsa"])
def test_rest_and_websockets_over_tls(secured, algorithm):
    server, certificate, _ = secured(algorithm)
    assert server.url.startswith("https://")
    trusting = ssl.create_default_context(cafile=certificate)
    with httpx.Client(base_url=server.url, verify=trusting, trust_env=False) as client:
        assert client.get("/api/health/live").status_code == 200
        big = client.post("/api/auth/login", content=b"x" * 3_000_000, headers={"content-type": "application/json"})
        assert big.status_code == 413
    options = {"ca_certs": str(certificate)}
    url = server.url.replace("https", "wss") + "/socket.io/?EIO=4&transport=websocket"
    connection = websocket.create_connection(url, sslopt=options, timeout=10)
    assert connection.recv().startswith("0{")
    connection.send("40")
    assert connection.recv().startswith("44{"), "nobody without a token"
    connection.close()


def test_old_versions_and_plain_http_are_refused(secured):
    server, _, _ = secured()
    address = urlsplit(server.url)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection((address.hostname, address.port), timeout=10) as plain:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(plain)
    with pytest.raises(httpx.TransportError):
        httpx.get(server.url.replace("https", "http") + "/api/health/live", trust_env=False)
    assert served(server)


def test_a_renewed_certificate_is_served_without_a_restart(secured, site):
    server, certificate, key = secured()
    old = fingerprint(certificate)
    assert served(server) == old
    address = urlsplit(server.url)
    trusting = ssl.create_default_context(cafile=certificate)
    open_connection = http.client.HTTPSConnection(address.hostname, address.port, context=trusting, timeout=10)
    assert is_alive(open_connection)
    first = open_connection.sock
    new_certificate, new_key = make_certificate(site.directory, "renewed")

    # Half of a renewal: the pair does not belong together, and the old one is served on.
    replace(new_certificate, certificate)
    eventually(lambda: "can't be read again" in server.log_path.read_text(), 30, "it is not said")
    assert served(server) == old
    replace(new_key, key)
    eventually(lambda: served(server) == fingerprint(new_certificate), 30, "the new one is not served", every=0.5)
    assert "certificate is renewed" in server.log_path.read_text()
    assert "PRIVATE" not in server.log_path.read_text()
    # Who was connected still is.
    assert is_alive(open_connection) and open_connection.sock is first
    open_connection.close()


@pytest.mark.parametrize("fault", ["missing", "garbage", "another key"])
def test_files_that_cannot_be_used_stop_the_start(site, fault):
    certificate, key = make_certificate(site.directory, "server")
    if fault == "missing":
        key.unlink()
    elif fault == "garbage":
        certificate.write_text("no certificate")
    else:
        key = make_certificate(site.directory, "other")[1]
    done = site.run(
        "serve", "--port", "0", code=78, MSGCTL_SERVER_TLS_CERTIFICATE=certificate, MSGCTL_SERVER_TLS_KEY=key
    )
    assert "server.tls_certificate" in done.stderr and str(key) in done.stderr
    assert "PRIVATE" not in done.stderr
