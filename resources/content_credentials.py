"""Content credentials (C2PA): what a published file says of itself, signed, and reading it back.

Belongs here: the manifest, signing, and what a reader may believe. Does not belong here: keys
(`signing_certificates.py`), the watermark in the pixels (`gpu_ops/watermark.py`) and XMP
(`picture_metadata.py`): both are in the file before it is signed, and the signature covers them.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import c2pa
from PIL import Image, UnidentifiedImageError

from resources.disclosure import IPTC_SOURCE_TYPES, SourceType
from resources.picture_metadata import garnish_version
from resources.signing_certificates import (
    CERTIFICATES_NAME,
    KEY_NAME,
    CredentialsError,
    Identity,
    make_test_identity,
    pem_of,
    read_certificates,
    read_identity,
)

MANIFEST_VERSION = "manifest-1"
"""Of what is written below: another version signs all files anew."""

LINEAGE = "org.garnish.lineage"
WATERMARK_ALGORITHM = "org.garnish.watermark.1"

MAX_BYTES = 32_000
"""More than a manifest takes, with time stamp and chain: what a channel's limit has to leave."""

State = Literal["trusted", "unknown issuer", "expired", "altered", "none"]
"""What a file's credentials are worth. trusted: whole, and the signer's issuer is ours or one that
we trust; unknown issuer: whole, by somebody else; expired: whole, but the certificate is past and
no authority that we trust stamped the time; altered: the file or its manifest was changed; none: it
has none."""

_EXPIRY = {"signingCredential.expired", "claimSignature.outsideValidity"}


@dataclass(frozen=True)
class Statement:
    """What is said of a picture.

    Attributes:
        source_type: How it came about.
        model_id: The model that drew it.
        model_revision: Hash of the model's weights.
        lineage: Ids that lead back to its row; no names of persons.
        watermark_id: The id in its pixels, 12 hex digits.
        photo: The vendor's photo that it was drawn into, a WebP file.
    """

    source_type: SourceType
    model_id: str
    model_revision: str
    lineage: Mapping[str, str]
    watermark_id: str
    photo: bytes | None = None


@dataclass(frozen=True)
class Credentials:
    """What a file says of itself, and whether to believe it.

    Attributes:
        state: As in `State`.
        signer: Name in the signer's certificate.
        source_type: Word of IPTC's vocabulary, e.g. trainedAlgorithmicMedia.
        lineage: As in `Statement`; empty if another program wrote it.
        watermark_id: As in `Statement`.
        problems: Codes of C2PA and explanations, for whatever is wrong.
    """

    state: State
    signer: str | None = None
    source_type: str | None = None
    lineage: Mapping[str, str] | None = None
    watermark_id: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContentCredentials:
    """Signs published files and reads what files say.

    Attributes:
        key_file: PEM of the private key.
        certificates_file: PEM of its certificates, the signer's first, an issuer's last.
        time_authority: URL that stamps the time (RFC 3161). Then a signature stays good when the
            certificate has expired, for readers that trust the authority. None = none.
        trusted_file: PEM of further issuers that are trusted when files are read.
        is_test: The files are made if they are missing, in a folder of their own.
    """

    key_file: Path
    certificates_file: Path
    time_authority: str | None = None
    trusted_file: Path | None = None
    is_test: bool = False

    @classmethod
    def for_tests(cls, folder: Path, trusted_file: Path | None = None) -> "ContentCredentials":
        """A test certificate, made in a folder on first use."""
        key, certificates = folder / KEY_NAME, folder / CERTIFICATES_NAME
        return cls(key, certificates, trusted_file=trusted_file, is_test=True)

    @cached_property
    def identity(self) -> Identity:
        """Key and certificates, checked; `CredentialsError` if they cannot sign."""
        if self.is_test:
            make_test_identity(self.key_file.parent)
        return read_identity(self.key_file, self.certificates_file)

    @property
    def version(self) -> str:
        """Changes when files have to be signed anew: with a certificate, unless time is stamped."""
        return MANIFEST_VERSION + ("" if self.time_authority else self.identity.fingerprint)

    @cached_property
    def _signing(self) -> c2pa.Context:
        identity, authority = self.identity, self.time_authority
        info = c2pa.C2paSignerInfo(
            identity.algorithm,
            identity.chain.encode(),
            identity.key.encode(),
            authority.encode() if authority else None,
        )
        settings = {
            "builder": {"thumbnail": {"enabled": False}},  # the picture is its own
            "verify": {"verify_after_sign": False},  # `read` does, in words
        }
        try:
            return c2pa.Context(
                settings=c2pa.Settings.from_dict(settings), signer=c2pa.Signer.from_info(info)
            )
        except c2pa.C2paError as error:
            raise self._unusable(error) from error

    @cached_property
    def _reading(self) -> c2pa.Context:
        """Our own issuer is trusted, if there is one: whether a file is ours is the question."""
        issuers = []
        if self.certificates_file.exists():
            issuers.append(read_certificates(self.certificates_file)[-1])
        if self.trusted_file:
            issuers += read_certificates(self.trusted_file)
        settings: dict[str, Any] = {"verify": {"verify_trust": True}}
        if issuers:
            settings["trust"] = {"user_anchors": "".join(map(pem_of, issuers))}
        return c2pa.Context(settings=c2pa.Settings.from_dict(settings))

    def sign(self, data: bytes, statement: Statement) -> bytes:
        """The file with credentials in it.

        Args:
            data: A JPEG, PNG or WebP file.
            statement: What they say.

        Raises:
            CredentialsError: key or certificates cannot sign, or the time authority is silent.
        """
        signed, mime = io.BytesIO(), mime_type(data)
        try:
            builder = c2pa.Builder(manifest_of(statement), context=self._signing)
            if statement.photo:
                builder.add_ingredient(
                    {"title": "photo by the vendor", "relationship": "parentOf", "label": "photo"},
                    "image/webp",
                    io.BytesIO(statement.photo),
                )
            builder.sign(mime, io.BytesIO(data), signed)
        except c2pa.C2paError as error:
            raise self._unusable(error) from error
        return signed.getvalue()

    def read(self, data: bytes) -> Credentials:
        """The credentials of a picture's file; a file without any, or no picture, has none."""
        try:
            reader = c2pa.Reader.try_create(mime_type(data), io.BytesIO(data), None, self._reading)
        except UnidentifiedImageError:
            return Credentials("none", problems=("not a picture",))
        except c2pa.C2paError as error:
            return Credentials("altered", problems=(str(error),))
        if reader is None:
            return Credentials("none")
        with reader:
            return _said(json.loads(reader.json()), reader.get_validation_state() or "Invalid")

    def _unusable(self, error: c2pa.C2paError) -> CredentialsError:
        stamped = f", or {self.time_authority} does not answer" if self.time_authority else ""
        return CredentialsError(
            f"nothing can be signed with {self.certificates_file}: {error}. Its certificate has to"
            f" be one for C2PA (key usage digitalSignature, a purpose such as emailProtection,"
            f" issued by another one){stamped}"
        )


def manifest_of(statement: Statement) -> dict[str, Any]:
    """The manifest as c2pa takes it (C2PA 2.2: actions, soft binding, an assertion of our own)."""
    drawn = {
        "digitalSourceType": IPTC_SOURCE_TYPES + statement.source_type,
        "softwareAgent": {"name": statement.model_id, "version": statement.model_revision},
    }
    actions: list[dict[str, Any]] = [{"action": "c2pa.created", **drawn}]
    if statement.photo:
        opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["photo"]}}
        actions = [opened, {"action": "c2pa.edited", **drawn}]
    binding = {
        "alg": WATERMARK_ALGORITHM,
        "blocks": [{"scope": {}, "value": statement.watermark_id}],
        "pad": "",
    }
    return {
        "claim_generator_info": [{"name": "Garnish", "version": garnish_version()}],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": "c2pa.soft-binding", "data": binding},
            {"label": LINEAGE, "data": dict(statement.lineage)},
        ],
    }


def mime_type(data: bytes) -> str:
    """The kind of a picture's file by its header.

    Raises:
        UnidentifiedImageError: Pillow knows no such kind.
    """
    with Image.open(io.BytesIO(data)) as picture:
        return Image.MIME[str(picture.format)]


def _said(store: Mapping[str, Any], validity: str) -> Credentials:
    """From c2pa's report to what we ask."""
    manifest = store["manifests"][store["active_manifest"]]
    statuses = [
        status for status in store.get("validation_status", []) if not _is_of_ingredient(status)
    ]
    codes = {status["code"] for status in statuses} - {"signingCredential.untrusted"}
    said = {part["label"]: part["data"] for part in manifest.get("assertions", [])}
    actions = said.get("c2pa.actions.v2", said.get("c2pa.actions", {})).get("actions", [])
    types = [one["digitalSourceType"] for one in actions if "digitalSourceType" in one]
    blocks = said.get("c2pa.soft-binding", {}).get("blocks", [])
    return Credentials(
        state=_state(validity, codes),
        signer=manifest.get("signature_info", {}).get("common_name"),
        source_type=types[-1].removeprefix(IPTC_SOURCE_TYPES) if types else None,
        lineage=said.get(LINEAGE, {}),
        watermark_id=blocks[0]["value"] if blocks else None,
        problems=tuple(f"{one['code']}: {one.get('explanation', '')}" for one in statuses),
    )


def _state(validity: str, codes: set[str]) -> State:
    if validity == "Trusted":
        return "trusted"
    if validity == "Valid":
        return "unknown issuer"
    return "expired" if codes and codes <= _EXPIRY else "altered"


def _is_of_ingredient(status: Mapping[str, Any]) -> bool:
    """What a vendor's photo says of itself is no statement on our file."""
    return "ingredient" in status.get("url", "")
