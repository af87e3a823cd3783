"""A time-stamp authority on this machine: keys made anew, answers by `openssl ts`, and a server that gives them."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SETTINGS = """[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def _certificate(name: str, key: Any, issuer: str, by: Any, is_root: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    build = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
    )
    if not is_root:
        build = build.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return build.sign(by, hashes.SHA256())


class Authority:
    """An authority with keys of its own in a folder; `roots` is the file that a reader who trusts it gives."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("openssl is not installed: no authority can be made")
        folder.mkdir()
        self.folder, self.roots = folder, folder / "root.pem"
        root, signer = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
        self.roots.write_bytes(_certificate("A root", root, "A root", root, True).public_bytes(Encoding.PEM))
        signed = _certificate("A clock of the test", signer, "A root", root, False)
        (folder / "signer.pem").write_bytes(signed.public_bytes(Encoding.PEM))
        secret = signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(secret)
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(SETTINGS.format(folder=folder))

    def answer(self, address: str, request: bytes) -> bytes:
        """An answer to a request, as `stamp` wants it of `asking`."""
        asked, out = self.folder / "asked", self.folder / "out"
        asked.write_bytes(request)
        line = ["openssl", "ts", "-reply", "-config", self.folder / "tsa.cnf", "-queryfile", asked, "-out", out]
        subprocess.run(line, check=True, capture_output=True)
        return out.read_bytes()


@contextmanager
def served(answer: Callable[[str, bytes], bytes]) -> Iterator[str]:
    """Address of a server that gives a function's answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came = answer("", self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", str(len(came)))
            self.end_headers()
            self.wfile.write(came)

        def log_message(self, *rest: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
