"""Files carry signed credentials; what was altered, is another's or has expired is told apart."""

import io
import shutil
import stat
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from resources.content_credentials import (
    MAX_BYTES,
    WATERMARK_ALGORITHM,
    ContentCredentials,
    Statement,
    manifest_of,
)
from resources.picture_metadata import xmp_packet
from resources.signing_certificates import CredentialsError, make_test_identity
from tests.stand_ins import draw_plate
from tests.time_authority import time_authority

DRAWN = Statement(
    "trainedAlgorithmicMedia",
    "garnish-small",
    "0123456789abcdef",
    {"candidate_id": "c1", "decision_id": "d1"},
    "c0ffee123456",
)
FORMATS = ("JPEG", "PNG", "WEBP")


@pytest.fixture
def credentials(tmp_path: Path) -> ContentCredentials:
    return ContentCredentials.for_tests(tmp_path / "credentials")


def file_of(file_format: str = "WEBP", seed: int = 1) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(draw_plate(seed)).save(buffer, file_format, quality=92)
    return buffer.getvalue()


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_is_signed_can_be_read_and_is_trusted(
    credentials: ContentCredentials, file_format: str
) -> None:
    plain = file_of(file_format)
    signed = credentials.sign(plain, DRAWN)
    said = credentials.read(signed)
    assert said.state == "trusted"
    assert said.source_type == "trainedAlgorithmicMedia"
    assert said.lineage == DRAWN.lineage
    assert said.watermark_id == DRAWN.watermark_id
    assert said.signer and "TEST" in said.signer
    assert said.problems == ()
    assert len(signed) - len(plain) < MAX_BYTES
    with Image.open(io.BytesIO(signed)) as one, Image.open(io.BytesIO(plain)) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))


def test_a_picture_drawn_into_a_photo_names_the_photo_as_its_origin(
    credentials: ContentCredentials,
) -> None:
    composite = replace(
        DRAWN, source_type="compositeWithTrainedAlgorithmicMedia", photo=file_of("WEBP", 2)
    )
    said = credentials.read(credentials.sign(file_of("JPEG"), composite))
    assert said.state == "trusted"
    assert said.source_type == "compositeWithTrainedAlgorithmicMedia"
    actions = manifest_of(composite)["assertions"][0]["data"]["actions"]
    assert [action["action"] for action in actions] == ["c2pa.opened", "c2pa.edited"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_altered_file_is_found_out(credentials: ContentCredentials, file_format: str) -> None:
    signed = bytearray(credentials.sign(file_of(file_format), DRAWN))
    place = {"WEBP": 200, "JPEG": len(signed) - 200, "PNG": len(signed) - 200}[file_format]
    signed[place] ^= 1
    said = credentials.read(bytes(signed))
    assert said.state == "altered"
    assert any("dataHash" in problem for problem in said.problems)


def test_what_somebody_else_signed_is_whole_but_of_an_unknown_issuer(
    credentials: ContentCredentials, tmp_path: Path
) -> None:
    other = ContentCredentials.for_tests(tmp_path / "other")
    assert credentials.identity != other.identity
    said = credentials.read(other.sign(file_of(), DRAWN))
    assert said.state == "unknown issuer"
    assert said.lineage == DRAWN.lineage


def test_a_file_without_credentials_and_what_is_no_picture_have_none(
    credentials: ContentCredentials,
) -> None:
    assert credentials.read(file_of()).state == "none"
    assert credentials.read(b"no picture").problems == ("not a picture",)


def test_saving_a_picture_again_strips_its_credentials(credentials: ContentCredentials) -> None:
    signed, again = credentials.sign(file_of(), DRAWN), io.BytesIO()
    with Image.open(io.BytesIO(signed)) as picture:
        picture.save(again, "WEBP")
    assert credentials.read(again.getvalue()).state == "none"


def test_xmp_is_covered_by_the_signature(credentials: ContentCredentials) -> None:
    buffer = io.BytesIO()
    packet = xmp_packet("trainedAlgorithmicMedia", "garnish-small", "0123", None)
    Image.fromarray(draw_plate(1)).save(buffer, "WEBP", xmp=packet)
    signed = credentials.sign(buffer.getvalue(), DRAWN)
    changed = signed.replace(b"trainedAlgorithmicMedia", b"digitalCaptureNotByAMod", 1)
    assert credentials.read(signed).state == "trusted"
    assert credentials.read(changed).state == "altered"


def test_the_key_is_nobody_elses_to_read_and_the_pair_is_made_once(tmp_path: Path) -> None:
    credentials = ContentCredentials.for_tests(tmp_path / "credentials")
    before = credentials.identity
    assert stat.S_IMODE(credentials.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(credentials.key_file.parent.stat().st_mode) == 0o700
    assert ContentCredentials.for_tests(tmp_path / "credentials").identity == before
    assert before.key not in repr(before)
    assert [path.name for path in tmp_path.iterdir()] == ["credentials"]


def leaf(folder: Path, begins: timedelta, ends: timedelta, *, purpose: bool = True) -> Path:
    """A folder with a key and certificates for it, valid from and until then."""
    folder.mkdir()
    key, authority = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "signer")])

    def certificate(holder: ec.EllipticCurvePrivateKey, name: x509.Name) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(holder.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) + begins)
            .not_valid_after(datetime.now(UTC) + ends)
            .add_extension(
                x509.BasicConstraints(ca=holder is authority, path_length=None), critical=True
            )
        )

    signs = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    signer = certificate(key, subject).add_extension(signs, critical=True)
    signer = signer.add_extension(known, critical=False)
    if purpose:
        usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION])
        signer = signer.add_extension(usage, critical=False)
    chain = (signer, certificate(authority, issuer))
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    (folder / "certificates.pem").write_bytes(
        b"".join(one.sign(authority, hashes.SHA256()).public_bytes(pem) for one in chain)
    )
    return folder


@pytest.mark.parametrize(
    ("begins", "ends", "purpose", "words"),
    [
        (timedelta(-9), timedelta(-1), True, "which is not now: renew it"),
        (timedelta(1), timedelta(9), True, "which is not now: renew it"),
        (timedelta(-1), timedelta(9), False, "has to be one for C2PA"),
    ],
    ids=["expired", "not valid yet", "no purpose"],
)
def test_a_certificate_that_cannot_sign_is_an_error_in_words(
    tmp_path: Path, begins: timedelta, ends: timedelta, purpose: bool, words: str
) -> None:
    folder = leaf(tmp_path / "mine", begins, ends, purpose=purpose)
    credentials = ContentCredentials(folder / "key.pem", folder / "certificates.pem")
    with pytest.raises(CredentialsError, match=words):
        credentials.sign(file_of(), DRAWN)


def test_another_certificates_key_and_files_that_are_none_are_errors_in_words(
    tmp_path: Path,
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    make_test_identity(one)
    make_test_identity(other)
    mixed = ContentCredentials(one / "key.pem", other / "certificates.pem")
    with pytest.raises(CredentialsError, match="is not the key of the first certificate"):
        mixed.sign(file_of(), DRAWN)
    missing = ContentCredentials(one / "no.pem", one / "certificates.pem")
    with pytest.raises(CredentialsError, match=r"no\.pem cannot be read"):
        missing.sign(file_of(), DRAWN)
    alone = (one / "certificates.pem").read_text(encoding="ascii").split("-----END")[0]
    (tmp_path / "alone.pem").write_text(f"{alone}-----END CERTIFICATE-----\n", encoding="ascii")
    with pytest.raises(CredentialsError, match="add its issuer's"):
        ContentCredentials(one / "key.pem", tmp_path / "alone.pem").sign(file_of(), DRAWN)
    swapped = ContentCredentials(one / "key.pem", one / "key.pem")
    with pytest.raises(CredentialsError, match=r"the certificates .* cannot be read"):
        swapped.sign(file_of(), DRAWN)


def test_a_silent_time_authority_is_named(tmp_path: Path) -> None:
    tested = ContentCredentials.for_tests(tmp_path / "credentials")
    _ = tested.identity
    stamped = replace(tested, time_authority="http://127.0.0.1:9/", is_test=False)
    with pytest.raises(CredentialsError, match=r"http://127\.0\.0\.1:9/ does not answer"):
        stamped.sign(file_of(), DRAWN)
    assert stamped.version != tested.version


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is the time authority")
def test_a_signature_expires_with_its_certificate_unless_a_trusted_authority_stamped_the_time(
    tmp_path: Path,
) -> None:
    folder = leaf(tmp_path / "short", timedelta(-1), timedelta(seconds=4))
    plain = ContentCredentials(folder / "key.pem", folder / "certificates.pem")
    with time_authority(tmp_path / "authority") as (address, issuer):
        stamping = replace(plain, time_authority=address, trusted_file=issuer)
        stamped, unstamped = stamping.sign(file_of(), DRAWN), plain.sign(file_of(), DRAWN)
    assert len(stamped) - len(file_of()) < MAX_BYTES
    assert plain.read(unstamped).state == "trusted"
    time.sleep(6)  # to the second, and certificates end on whole ones
    assert plain.read(unstamped).state == "expired"
    assert plain.read(stamped).state == "expired"
    assert stamping.read(stamped).state == "trusted"


def test_a_partner_whose_issuer_is_named_is_trusted(
    credentials: ContentCredentials, tmp_path: Path
) -> None:
    partner = ContentCredentials.for_tests(tmp_path / "partner")
    signed = partner.sign(file_of(), DRAWN)
    (tmp_path / "partners.pem").write_text(partner.identity.chain, encoding="ascii")
    trusting = replace(credentials, trusted_file=tmp_path / "partners.pem")
    assert credentials.read(signed).state == "unknown issuer"
    assert trusting.read(signed).state == "trusted"


def test_the_watermark_is_bound_to_the_manifest() -> None:
    binding = manifest_of(DRAWN)["assertions"][1]
    assert binding["label"] == "c2pa.soft-binding"
    assert binding["data"]["alg"] == WATERMARK_ALGORITHM
    assert binding["data"]["blocks"][0]["value"] == DRAWN.watermark_id
