"""From an approved picture to a file that may be shown to guests.

A published file says what it is in three ways, each for when the other two are gone: signed content
credentials, IPTC fields in XMP, and an id in its pixels that leads back to its row. It is read back
before it is let out: what cannot be read is not published.

Belongs here: the order of the steps, and what shapes a file. Does not belong here: how a step is
done (`renditions.py`, `gpu_ops/watermark.py`, `picture_metadata.py`, `content_credentials.py`), and
which pictures are published (`menu_assets/published_files.py`).
"""

import contextlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from PIL import Image

from gpu_ops.watermark import WATERMARK_VERSION, marked, read_watermark
from resources.channels import Channel, Format, Source
from resources.checks.check import Picture
from resources.content_credentials import MAX_BYTES, ContentCredentials, Statement
from resources.disclosure import Disclosure, Label, SourceType
from resources.picture_metadata import xmp_packet
from resources.picture_store import DamagedPicture, PictureStore, decode
from resources.renditions import BEST_QUALITY, NoRendition, check_size, cut, encoded
from resources.short_hash import short_hash

MASTER = "master"
"""The channel of the picture itself: what the catalogue shows."""

WHOLE_PICTURE = Channel(
    title="The picture itself",
    formats=("WEBP",),
    sources=(
        Source(
            what="no rule: the picture as it was approved",
            source="our own",
            kind="own",
            date=date(2026, 11, 25),
        ),
    ),
)

SUFFIXES: dict[Format, str] = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}

RE_ENCODED_QUALITY = 75
"""What a mark should survive: the quality that platforms and browsers' image services write."""


class NotPublishable(ValueError):
    """There is no file of a picture for a channel; the message says why."""


@dataclass(frozen=True)
class ApprovedPicture:
    """What is published, and what its file says of it. No names of persons.

    Attributes:
        country: Market.
        product_id: The dish.
        candidate_id: The candidate.
        image_hash: Its bytes, as they were approved.
        decision_id: The approval.
        model_id: Model that drew it.
        model_revision: Hash of the model's weights.
        photo_hash: The vendor's photo that it was drawn into; None = drawn from text.
    """

    country: str
    product_id: str
    candidate_id: str
    image_hash: str
    decision_id: str
    model_id: str
    model_revision: str
    photo_hash: str | None

    @property
    def source_type(self) -> SourceType:
        """IPTC's word for how it came about."""
        return (
            "compositeWithTrainedAlgorithmicMedia" if self.photo_hash else "trainedAlgorithmicMedia"
        )

    def watermark_id(self, channel: str) -> str:
        """The id that its file for a channel carries."""
        return watermark_id_of(self.country, self.product_id, self.image_hash, channel)


@dataclass(frozen=True)
class PublishedFile:
    """A file that may be shown.

    Attributes:
        data: Its bytes.
        format: As Pillow names it.
        width_px: Width.
        height_px: Height.
    """

    data: bytes
    format: Format
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Publisher:
    """Makes published files.

    Attributes:
        channels: The channels that files are made for, beside the picture itself.
        disclosure: What guests are told.
        credentials: Signs and verifies.
        pictures: Where approved pictures and vendors' photos are.
    """

    channels: Mapping[str, Channel]
    disclosure: Disclosure
    credentials: ContentCredentials
    pictures: PictureStore

    @property
    def all_channels(self) -> dict[str, Channel]:
        """The picture itself, and the channels."""
        return {MASTER: WHOLE_PICTURE, **self.channels}

    @property
    def version(self) -> str:
        """Changes when published files may have to be made anew."""
        return short_hash(
            repr((self.all_channels, self.disclosure.version, *self._versions_of_marks()))
        )

    def made_from(self, picture: ApprovedPicture, channel: str) -> str:
        """A hash of all that shapes a file: while it is the same, so is the file.

        A signature is never the same twice, so files cannot be compared by their bytes.
        """
        rules, label = self.all_channels[channel], self.label(picture)
        shape = (rules.size_px, rules.min_px, rules.max_px, rules.ratio, rules.formats)
        limits = (rules.max_bytes, rules.crops, BEST_QUALITY)
        return short_hash(
            repr((picture, channel, shape, limits, label, *self._versions_of_marks()))
        )

    def label(self, picture: ApprovedPicture) -> Label | None:
        """What guests are told of a picture."""
        return self.disclosure.label(picture.country, picture.source_type)

    def publish(self, picture: ApprovedPicture, channel: str, seen: Picture) -> PublishedFile:
        """The file of a picture for a channel.

        Args:
            picture: What it is.
            channel: For whom.
            seen: Its pixels; where the dish is, is looked up only if the channel needs it.

        Raises:
            NotPublishable: the channel's rules cannot be met, or a mark could not be read back.
            CredentialsError: nothing can be signed.
        """
        rules, watermark_id = self.all_channels[channel], picture.watermark_id(channel)
        try:
            shown = cut(seen.pixels, _dish(seen, rules), rules).pixels
            data = self._marked_file(picture, rules, shown, watermark_id)
        except NoRendition as error:
            raise NotPublishable(str(error)) from error
        signed = self.credentials.sign(data, self._statement(picture, watermark_id))
        said = self.credentials.read(signed)
        if said.state != "trusted" or said.watermark_id != watermark_id:
            raise NotPublishable(
                f"its credentials read {said.state} after signing: {'; '.join(said.problems)}"
            )
        height, width = shown.shape[:2]
        return PublishedFile(signed, rules.formats[0], width, height)

    def _statement(self, picture: ApprovedPicture, watermark_id: str) -> Statement:
        """What is signed. A vendor's photo that is gone by now is named by its hash alone."""
        lineage = {
            "country": picture.country,
            "product_id": picture.product_id,
            "candidate_id": picture.candidate_id,
            "decision_id": picture.decision_id,
            "image_hash": picture.image_hash,
        }
        photo = None
        if picture.photo_hash:
            lineage["photo_hash"] = picture.photo_hash
            with contextlib.suppress(DamagedPicture):
                photo = self.pictures.read_bytes(picture.photo_hash)
        return Statement(
            picture.source_type,
            picture.model_id,
            picture.model_revision,
            lineage,
            watermark_id,
            photo,
        )

    def _marked_file(
        self, picture: ApprovedPicture, rules: Channel, shown: np.ndarray, watermark_id: str
    ) -> bytes:
        """The file with XMP and the mark, stronger if the usual one would not last."""
        packet = xmp_packet(
            picture.source_type, picture.model_id, picture.model_revision, self.label(picture)
        )
        number = int(watermark_id, 16)
        for strong in (False, True):
            try:
                pixels = marked(shown, number, strong=strong)
            except ValueError as error:
                raise NotPublishable(str(error)) from error
            data, _ = encoded(pixels, rules, xmp=packet, spare_bytes=MAX_BYTES)
            read = decode(data)
            if _holds(_again(read), number) or (strong and _holds(read, number)):
                return data
        raise NotPublishable("its watermark cannot be read back, not even a strong one")

    def _versions_of_marks(self) -> tuple[str, str]:
        return WATERMARK_VERSION, self.credentials.version


def watermark_id_of(country: str, product_id: str, image_hash: str, channel: str) -> str:
    """The id that a file carries in its pixels: 12 hex digits, 48 bits."""
    return short_hash(repr((country, product_id, image_hash, channel)))[:12]


def _dish(seen: Picture, rules: Channel) -> np.ndarray:
    """Where the dish is, (height, width) bool; nowhere, for a channel that cuts nothing off."""
    height, width = seen.pixels.shape[:2]
    check_size(rules, (width, height))
    if rules.ratio is None and not rules.crops:
        return np.zeros((height, width), bool)
    if seen.layout is None:
        raise NoRendition(
            f"{rules.title}: no dish was found, so nobody can say whether a crop cuts it off"
        )
    return seen.layout.mask


def _again(pixels: np.ndarray) -> np.ndarray:
    """The pixels as a platform may show them: encoded once more."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", quality=RE_ENCODED_QUALITY)
    return decode(buffer.getvalue())


def _holds(pixels: np.ndarray, number: int) -> bool:
    read = read_watermark(pixels)
    return read is not None and read.watermark_id == number
