"""Files from outside: a picture with its facts, or unreadable with a reason."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from models.recipe.drawings import draw_dish
from resources.checks.file import open_file
from resources.environment import REPOSITORY

BROKEN = REPOSITORY / "sample_menus" / "broken" / "photos"
DISH = Image.fromarray(draw_dish("pizza", seed=1).picture)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ((BROKEN / "truncated.jpg").read_bytes(), "cut off"),
        ((BROKEN / "text_named.jpg").read_bytes(), "not a picture"),
        ((BROKEN / "hundred_megapixels.png").read_bytes(), "megapixels"),
        (encoded(Image.new("RGB", (1, 1)), "PNG"), "1 x 1 px"),
        (b"", "not a picture"),
    ],
    ids=["truncated", "text", "bomb", "one pixel", "empty"],
)
def test_what_is_no_picture_is_unreadable_and_says_why(data: bytes, why: str) -> None:
    opened = open_file(data)
    assert opened.pixels is None
    assert opened.finding.verdict == "veto"
    assert opened.finding.reason and opened.finding.reason.startswith("unreadable: ")
    assert why in opened.finding.reason


def test_a_file_that_only_its_pixels_spoil_keeps_its_facts() -> None:
    opened = open_file((BROKEN / "truncated.jpg").read_bytes())
    assert opened.facts and opened.facts.format == "JPEG"


def test_a_picture_of_the_small_family_can_be_looked_at() -> None:
    opened = open_file(encoded(DISH, "PNG"))
    assert opened.finding.verdict == "pass"
    assert opened.pixels is not None and np.array_equal(opened.pixels, np.asarray(DISH))
    assert opened.facts and (opened.facts.width, opened.facts.height) == (128, 128)
    assert opened.finding.evidence and opened.finding.evidence["format"] == "PNG"


def test_facts_tell_what_a_channel_may_refuse() -> None:
    clear = DISH.convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    moving = encoded(DISH, "GIF", save_all=True, append_images=[DISH.rotate(90)])
    facts = [
        open_file(data).facts
        for data in (
            encoded(clear, "PNG"),
            encoded(DISH.convert("CMYK"), "JPEG"),
            moving,
            encoded(DISH, "JPEG", icc_profile=profile),
        )
    ]
    assert [(f.mode, f.has_alpha, f.is_animated) for f in facts if f] == [
        ("RGBA", True, False),
        ("CMYK", False, False),
        ("P", False, True),
        ("RGB", False, False),
    ]
    assert facts[3] and facts[3].colour_profile and "sRGB" in facts[3].colour_profile
    assert facts[1] and facts[1].colour_profile is None


def test_width_and_height_are_those_of_the_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = open_file(encoded(DISH.resize((200, 100)), "JPEG", exif=exif))
    assert opened.facts and (opened.facts.width, opened.facts.height) == (100, 200)
    assert opened.pixels is not None and opened.pixels.shape == (200, 100, 3)
