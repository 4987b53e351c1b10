"""A published file says what it is in three ways, obeys its channel, and is read back first."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from upath import UPath

from gpu_ops.watermark import read_watermark
from resources.channels import Channel, Source, load_channels
from resources.checks.channel_fit import channel_findings
from resources.checks.check import Dish, Picture
from resources.checks.file import facts_of
from resources.content_credentials import ContentCredentials
from resources.disclosure import load_disclosure
from resources.picture_store import PictureStore, decode
from resources.publisher import (
    MASTER,
    WHOLE_PICTURE,
    ApprovedPicture,
    NotPublishable,
    Publisher,
    watermark_id_of,
)
from resources.renditions import encoded
from tests.stand_ins import draw_plate

PICTURE = ApprovedPicture("de", "p1", "c1", "a" * 64, "d1", "garnish-small", "r1", None)
CHANNELS = load_channels()


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(
        CHANNELS,
        load_disclosure(),
        ContentCredentials.for_tests(tmp_path / "credentials"),
        PictureStore(UPath(tmp_path / "pictures")),
    )


def seen(side_px: int = 128) -> Picture:
    return Picture(draw_plate(3, side_px), Dish(""))


def wide_photo() -> Picture:
    """A dish with room around it, 2048 x 1536 px."""
    pixels = np.full((1536, 2048, 3), 205, np.uint8)
    cv2.circle(pixels, (1024, 768), 420, (170, 80, 40), -1)
    noise = np.random.default_rng(0).normal(0, 4, pixels.shape)
    return Picture(np.clip(pixels + noise, 0, 255).astype(np.uint8), Dish(""))


def id_in(pixels: np.ndarray) -> str | None:
    read = read_watermark(pixels)
    return f"{read.watermark_id:012x}" if read else None


def test_the_picture_itself_is_marked_in_three_ways_and_looks_the_same(
    publisher: Publisher,
) -> None:
    made = publisher.publish(PICTURE, MASTER, seen())
    assert (made.format, made.width_px, made.height_px) == ("WEBP", 128, 128)
    said = publisher.credentials.read(made.data)
    assert said.state == "trusted"
    assert said.lineage == {
        "country": "de",
        "product_id": "p1",
        "candidate_id": "c1",
        "decision_id": "d1",
        "image_hash": "a" * 64,
    }
    assert id_in(decode(made.data)) == said.watermark_id == PICTURE.watermark_id(MASTER)
    with Image.open(io.BytesIO(made.data)) as file:
        assert b"trainedAlgorithmicMedia" in file.info["xmp"]
        assert b"Mit KI erzeugtes Bild" in file.info["xmp"]
    unmarked, _ = encoded(seen().pixels, WHOLE_PICTURE)
    difference = decode(made.data).astype(float) - decode(unmarked)
    assert 10 * np.log10(255**2 / np.mean(difference**2)) > 38


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_saved_again_elsewhere_the_credentials_go_and_the_watermark_stays(
    publisher: Publisher, file_format: str
) -> None:
    made = publisher.publish(PICTURE, MASTER, seen())
    again = io.BytesIO()
    with Image.open(io.BytesIO(made.data)) as file:
        file.save(again, file_format, quality=75)
    assert publisher.credentials.read(again.getvalue()).state == "none"
    assert id_in(decode(again.getvalue())) == PICTURE.watermark_id(MASTER)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_file_for_a_channel_obeys_it(publisher: Publisher, channel: str) -> None:
    made = publisher.publish(PICTURE, channel, wide_photo())
    shown = Picture(decode(made.data), Dish(""))
    findings = channel_findings(CHANNELS[channel], facts_of(made.data), shown)
    assert [f.reason for f in findings if f.verdict == "veto"] == []
    assert publisher.credentials.read(made.data).state == "trusted"
    assert id_in(shown.pixels) == watermark_id_of("de", "p1", "a" * 64, channel)


def test_what_a_channel_does_not_take_has_a_reason(publisher: Publisher) -> None:
    with pytest.raises(NotPublishable, match="Uber Eats asks for 320 x 320"):
        publisher.publish(PICTURE, "uber_eats", seen(128))
    flat = Picture(np.full((1600, 2400, 3), 128, np.uint8), Dish(""))
    with pytest.raises(NotPublishable, match="no dish was found"):
        publisher.publish(PICTURE, "menu_app", flat)


def test_a_picture_too_small_for_a_watermark_is_not_published(publisher: Publisher) -> None:
    with pytest.raises(NotPublishable, match="a watermark takes 64 px at least"):
        publisher.publish(PICTURE, MASTER, seen(48))


def test_a_flat_picture_gets_a_stronger_mark(publisher: Publisher) -> None:
    flat = np.full((128, 128, 3), 128, np.uint8)
    made = publisher.publish(PICTURE, MASTER, Picture(flat, Dish("")))
    again = io.BytesIO()
    Image.fromarray(decode(made.data)).save(again, "WEBP", quality=75)
    assert id_in(decode(again.getvalue())) == PICTURE.watermark_id(MASTER)


def test_what_is_drawn_into_a_photo_says_so_and_names_the_photo(publisher: Publisher) -> None:
    photo = publisher.pictures.put(draw_plate(8, 256))
    drawn_into = replace(PICTURE, photo_hash=photo.image_hash)
    made = publisher.publish(drawn_into, MASTER, seen())
    said = publisher.credentials.read(made.data)
    assert said.state == "trusted"
    assert said.source_type == "compositeWithTrainedAlgorithmicMedia"
    assert said.lineage and said.lineage["photo_hash"] == photo.image_hash
    assert b"Mit KI bearbeitetes Foto" in made.data
    assert b"photo by the vendor" in made.data


def test_a_photo_that_is_gone_by_now_does_not_keep_its_picture_back(publisher: Publisher) -> None:
    made = publisher.publish(replace(PICTURE, photo_hash="b" * 64), MASTER, seen())
    said = publisher.credentials.read(made.data)
    assert (said.state, said.source_type) == ("trusted", "compositeWithTrainedAlgorithmicMedia")
    assert said.lineage and said.lineage["photo_hash"] == "b" * 64


def test_a_png_channel_has_xmp_too(publisher: Publisher) -> None:
    source = Source(what="a test", source="here", kind="own", date=date(2026, 11, 25))
    lossless = Channel(title="Lossless", formats=("PNG",), sources=(source,))
    made = replace(publisher, channels={"lossless": lossless}).publish(PICTURE, "lossless", seen())
    assert b"XML:com.adobe.xmp" in made.data and b"trainedAlgorithmicMedia" in made.data
    assert publisher.credentials.read(made.data).state == "trusted"


def test_what_shapes_a_file_is_in_its_hash_and_what_does_not_is_not(
    publisher: Publisher, tmp_path: Path
) -> None:
    before = publisher.made_from(PICTURE, MASTER)
    assert publisher.made_from(PICTURE, MASTER) == before
    assert replace(publisher, channels={}).made_from(PICTURE, MASTER) == before
    renewed = ContentCredentials.for_tests(tmp_path / "renewed")
    others = {
        publisher.made_from(replace(PICTURE, decision_id="d2"), MASTER),
        publisher.made_from(replace(PICTURE, country="kr"), MASTER),
        publisher.made_from(PICTURE, "uber_eats"),
        replace(publisher, credentials=renewed).made_from(PICTURE, MASTER),
    }
    assert len(others) == 4 and before not in others
