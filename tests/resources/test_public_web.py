"""Addresses that strangers write: what is public is fetched within limits, nothing else is."""

import datetime
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from resources.public_web import NotFetched, fetch, is_public

PHOTO = b"\xff\xd8 a photo"


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        answers = {
            "/photo.jpg": (200, {"Content-Length": str(len(PHOTO))}, PHOTO),
            "/caf%C3%A9%20photo.jpg?size=l": (200, {"Content-Length": str(len(PHOTO))}, PHOTO),
            "/moved": (302, {"Location": "/photo.jpg"}, b""),
            "/inside": (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/huge": (200, {"Content-Length": "900000000000"}, b"x" * 100),
            "/huge-unsaid": (200, {}, b"x" * 5000),
            "/short": (200, {"Content-Length": "400"}, b"x" * 100),
            "/busy": (503, {}, b""),
        }
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
            return
        code, headers, body = answers.get(self.path, (404, {}, b""))
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Says nothing of clients that hang up: some tests do."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def get(server: Server, path: str, *, seconds: float = 5) -> bytes:
    root = f"http://127.0.0.1:{server.server_port}/"
    return fetch(
        root + path, trusted=lambda url: url.startswith(root), max_bytes=1000, seconds=seconds
    )


def refusal(url: str) -> str:
    with pytest.raises(NotFetched) as caught:
        fetch(url, trusted=lambda _: False, max_bytes=1000, seconds=5)
    return caught.value.code


@pytest.mark.parametrize("path", ["photo.jpg", "moved", "café photo.jpg?size=l"])
def test_a_file_is_fetched(server: Server, path: str) -> None:
    assert get(server, path) == PHOTO


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nothing.jpg", "not_found"),
        ("huge", "file_too_large"),
        ("huge-unsaid", "file_too_large"),
        ("short", "unreachable"),
        ("busy", "unreachable"),
        ("round", "unreachable"),
        ("inside", "refused_address"),
    ],
)
def test_an_answer_that_is_no_file_says_why(server: Server, path: str, code: str) -> None:
    with pytest.raises(NotFetched) as caught:
        get(server, path)
    assert caught.value.code == code


def test_a_server_that_drips_cannot_hold_us(server: Server) -> None:
    began = time.monotonic()
    with pytest.raises(NotFetched, match=r"more than 0.5 s"):
        get(server, "drip", seconds=0.5)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x.jpg",
        "https://localhost/x.jpg",
        "https://2130706433/x.jpg",  # 127.0.0.1 as one number
        "https://0x7f.1/x.jpg",
        "https://[::1]/x.jpg",
        "https://[::ffff:10.0.0.1]/x.jpg",
        "https://[64:ff9b::a9fe:a9fe]/x.jpg",  # the metadata service behind NAT64
        "https://169.254.169.254/latest/meta-data/",
        "https://10.1.2.3/x.jpg",
        "https://192.168.0.1/x.jpg",
        "https://0.0.0.0/x.jpg",
        "https://guest@127.0.0.1:8080/x.jpg",
        "http://example.com/x.jpg",
        "ftp://example.com/x.jpg",
        "https:///x.jpg",
        "https://example.com:port/x.jpg",
        "https://[broken/x.jpg",
    ],
)
def test_private_hosts_and_other_schemes_are_refused(url: str) -> None:
    assert refusal(url) == "refused_address"


@pytest.mark.parametrize("url", ["https://no-such-host.invalid/x.jpg", f"https://{'a' * 70}.de/x"])
def test_a_host_that_is_not_there_may_come_back(url: str) -> None:
    assert refusal(url) == "unreachable"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "certificate.pem", folder / "key.pem"
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, secret


def test_the_certificate_has_to_be_good(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, secret = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://localhost:{server.server_port}/photo.jpg"

    def secure_get() -> bytes:
        return fetch(url, trusted=lambda _: True, max_bytes=1000, seconds=5)

    with pytest.raises(NotFetched, match="CERTIFICATE_VERIFY_FAILED"):
        secure_get()
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    assert secure_get() == PHOTO
