"""Servers that are not what an address says: of TLS, or of another protocol altogether."""

import socket
import ssl
import subprocess
import threading


class Stranger:
    """Accepts connections on a free port of 127.0.0.1 and treats each on a thread of its own, until it is closed."""

    def __init__(self, treat):
        self.treat = treat
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._treat, args=(connection,), daemon=True).start()

    def _treat(self, connection):
        with connection:
            connection.settimeout(20)
            try:
                self.treat(connection)
            except OSError:  # TLS that was refused, too
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A close alone would not wake who waits in accept.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def speaking_tls(directory):
    """Shakes hands, with a certificate that nobody signed, and says nothing afterwards."""
    certificate, key = directory / "server.pem", directory / "server.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", certificate]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def treat(connection):
        with context.wrap_socket(connection, server_side=True) as secured:
            while secured.recv(1024):
                pass

    return Stranger(treat)


def speaking_http():
    """A web server that finds every request bad."""

    def treat(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")

    return Stranger(treat)
