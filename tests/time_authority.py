"""An authority on loopback that stamps the time (RFC 3161), by the `openssl` command.

Belongs here: that, with a certificate of its own. Does not belong here: assertions.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
O = Garnish
CN = time authority
[issuer]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = stamps
[stamps]
serial = serial
signer_cert = stamper.pem
signer_key = stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256,sha384,sha512
ess_cert_id_alg = sha256
"""


@contextmanager
def time_authority(folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of a running authority, and the certificate of who issued its own."""
    folder.mkdir()
    (folder / "settings.cnf").write_text(SETTINGS, encoding="ascii")
    (folder / "serial").write_text("01", encoding="ascii")

    def openssl(words: str) -> None:
        subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)

    new = "req -newkey rsa:2048 -nodes -config settings.cnf"
    openssl(f"{new} -x509 -keyout issuer.key -out issuer.pem -extensions issuer -subj /CN=issuer")
    openssl(f"{new} -new -keyout stamper.key -out stamper.csr")
    openssl(
        "x509 -req -in stamper.csr -CA issuer.pem -CAkey issuer.key -CAcreateserial"
        " -out stamper.pem -extfile settings.cnf -extensions stamper"
    )

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "question").write_bytes(asked)
            openssl("ts -reply -queryfile question -config settings.cnf -out answer")
            answer = (folder / "answer").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: pytest shows what fails."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Stamps) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", folder / "issuer.pem"
        server.shutdown()
