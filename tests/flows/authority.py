"""A time-stamping authority on localhost: OpenSSL's own ``ts -reply`` behind HTTP, with a CA of its own."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """``url`` takes requests; ``ca`` vouches for the stamps, ``stranger`` for nothing here."""

    url: str
    ca: Path
    stranger: Path


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def _ca(folder: Path, name: str) -> Path:
    subject = f"/O=Thử nghiệm/CN={name}"
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-utf8", "-subj", subject)
    _openssl(folder, *new, "-keyout", f"{name}.key", "-out", f"{name}.pem")
    return folder / f"{name}.pem"


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Serve until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, stranger = _ca(folder, "ca"), _ca(folder, "stranger")
    new = ("req", "-newkey", "rsa:2048", "-nodes", "-utf8", "-subj", "/CN=TSA")
    _openssl(folder, *new, "-keyout", "tsa.key", "-out", "tsa.csr")
    (folder / "ext").write_text("extendedKeyUsage = critical, timeStamping\nkeyUsage = critical, digitalSignature\n")
    sign = ("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650")
    _openssl(folder, *sign, "-extfile", "ext", "-out", "tsa.pem")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            reply = ("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
            _openssl(folder, *reply)
            body = (folder / "reply").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Authority(f"http://127.0.0.1:{server.server_port}/tsr", ca, stranger)
    finally:
        server.shutdown()
        server.server_close()
