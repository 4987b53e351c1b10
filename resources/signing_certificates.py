"""The key and the certificates that published files are signed with.

Belongs here: reading them, what has to be true of them before anything is signed, and making a pair
for tests and demos. Does not belong here: what is signed (`content_credentials.py`).
"""

import os
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TEST_NAME = "Garnish TEST certificate, trust nothing"
TEST_YEARS = 10
KEY_NAME, CERTIFICATES_NAME = "key.pem", "certificates.pem"

_OF_CURVE = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


class CredentialsError(ValueError):
    """Nothing can be signed; the message says which file or setting is wrong and what to do."""


@dataclass(frozen=True)
class Identity:
    """What a signature is made with.

    Attributes:
        key: The private key, PEM.
        chain: The certificates, PEM, the signer's first, as C2PA embeds them.
        algorithm: As C2PA names it, e.g. es256.
        fingerprint: SHA-256 of the signer's certificate, hex.
    """

    key: str = field(repr=False)
    chain: str
    algorithm: str
    fingerprint: str


def read_identity(key_file: Path, certificates_file: Path) -> Identity:
    """The identity of two PEM files.

    Raises:
        CredentialsError: a file is missing or no PEM, the issuer's certificate is not there, the
            signer's is expired or not valid yet, or it is another key's.
    """
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise CredentialsError(
            f"the key {key_file} cannot be read (PEM, not encrypted): {error}"
        ) from error
    chain = read_certificates(certificates_file)
    if len(chain) == 1:
        raise CredentialsError(
            f"{certificates_file} has the signer's certificate only: add its issuer's below it, so"
            " that files can be verified"
        )
    signer, now = chain[0], datetime.now(UTC)
    if signer.public_key() != key.public_key():
        raise CredentialsError(
            f"{key_file} is not the key of the first certificate in {certificates_file}"
        )
    if not signer.not_valid_before_utc <= now <= signer.not_valid_after_utc:
        raise CredentialsError(
            f"the certificate in {certificates_file} is valid from"
            f" {signer.not_valid_before_utc:%Y-%m-%d %H:%M} to"
            f" {signer.not_valid_after_utc:%Y-%m-%d %H:%M} UTC, which is not now: renew it"
        )
    return Identity(
        key=key_file.read_text(encoding="ascii"),
        chain="".join(map(pem_of, chain)),
        algorithm=_algorithm(key, key_file),
        fingerprint=signer.fingerprint(hashes.SHA256()).hex(),
    )


def read_certificates(file: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file, the signer's first.

    Raises:
        CredentialsError: it is missing or no PEM.
    """
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CredentialsError(
            f"the certificates {file} cannot be read (PEM, the signer's first): {error}"
        ) from error


def pem_of(certificate: x509.Certificate) -> str:
    """A certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _algorithm(key: object, key_file: Path) -> str:
    """C2PA 2.2, 13.2: the signature algorithms that there are."""
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _OF_CURVE:
        return _OF_CURVE[key.curve.name]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return "ps256"
    raise CredentialsError(
        f"C2PA has no signature for the kind of key in {key_file}: use EC P-256, P-384, P-521,"
        " Ed25519 or RSA"
    )


def make_test_identity(folder: Path) -> None:
    """A test authority and a certificate by it, in a folder that is there whole or not at all.

    Nobody trusts them, and their name says so. Does nothing if the folder is there.
    """
    if folder.exists():
        return
    beside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.tmp")
    beside.mkdir(parents=True, mode=0o700)
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = (
        _certificate(authority.public_key(), f"{TEST_NAME} (authority)")
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority, hashes.SHA256())
    )
    # What C2PA 2.2, 14.5 asks of a signer: digitalSignature, and a purpose.
    signer = (
        _certificate(key.public_key(), f"{TEST_NAME} (authority)", TEST_NAME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
            critical=False,
        )
        .sign(authority, hashes.SHA256())
    )
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = serialization.Encoding.PEM
    _write(beside / KEY_NAME, key.private_bytes(pem, *plain))
    _write(beside / CERTIFICATES_NAME, signer.public_bytes(pem) + root.public_bytes(pem))
    try:
        beside.rename(folder)
    except OSError:  # another process was first: its pair is as good
        if not folder.exists():
            raise
        for file in beside.iterdir():
            file.unlink()
        beside.rmdir()


def _certificate(
    key: ec.EllipticCurvePublicKey, issuer: str, subject: str | None = None
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject or issuer))
        .issuer_name(_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # clocks differ
        .not_valid_after(now + timedelta(days=365 * TEST_YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Garnish"),  # C2PA readers show it
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, data: bytes) -> None:
    """A file that nobody else can read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
