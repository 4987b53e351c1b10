"""Files for channels: each obeys its channel, or there is a reason why there is none."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.recipe.drawings import draw_dish
from resources.channels import Channel, load_channels
from resources.checks.channel_fit import channel_findings
from resources.checks.check import Dish, Picture
from resources.checks.file import facts_of
from resources.crop_windows import CROP_SAFE, largest_window, share_kept
from resources.renditions import NoRendition, Rendition, render

CHANNELS = load_channels()
PHOTO_PX = (2048, 1536)


def dish_at(x: float, y: float, radius: float, size: tuple[int, int]) -> np.ndarray:
    """A round dish, (height, width) bool; the radius is a share of the shorter side."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    return np.hypot(columns - x * size[0], rows - y * size[1]) <= radius * min(size)


def photo(dish: np.ndarray, noise: float = 4.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    pixels = np.where(dish[..., None], (170, 80, 40), (205, 200, 190)).astype(np.float32)
    return np.clip(pixels + rng.normal(0, noise, pixels.shape), 0, 255).astype(np.uint8)


DISH = dish_at(0.55, 0.5, 0.3, PHOTO_PX)
PHOTO = photo(DISH)


def vetoes(rendition: Rendition, channel: Channel) -> list[str]:
    with Image.open(io.BytesIO(rendition.data)) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    found = channel_findings(channel, facts_of(rendition.data), Picture(pixels, Dish("soup")))
    return [f"{f.check_name}: {f.reason}" for f in found if f.verdict == "veto"]


@pytest.mark.parametrize("name", CHANNELS)
def test_a_photo_becomes_a_file_that_its_channel_takes(name: str) -> None:
    rendition = render(PHOTO, DISH, CHANNELS[name])
    assert vetoes(rendition, CHANNELS[name]) == []
    assert render(PHOTO, DISH, CHANNELS[name]).data == rendition.data
    with Image.open(io.BytesIO(rendition.data)) as picture:
        assert picture.mode == "RGB" and not picture.getexif()
        assert picture.size == rendition.size_px and picture.format == rendition.format


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(CHANNELS)),
    size=st.tuples(st.integers(64, 1400), st.integers(64, 1400)),
    place=st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8)),
    radius=st.floats(0.05, 0.5),
    may_enlarge=st.booleans(),
)
def test_every_rendition_obeys_its_channel_and_keeps_the_dish(
    name: str,
    size: tuple[int, int],
    place: tuple[float, float],
    radius: float,
    may_enlarge: bool,
) -> None:
    channel, dish = CHANNELS[name], dish_at(*place, radius, size)
    try:
        rendition = render(
            np.full((*dish.shape, 3), 128, np.uint8), dish, channel, may_enlarge=may_enlarge
        )
    except NoRendition as why_not:
        assert channel.title in str(why_not)
        return
    facts = facts_of(rendition.data)
    findings = channel_findings(channel, facts, Picture(np.zeros((64, 64, 3), np.uint8), Dish("")))
    assert [f.reason for f in findings if f.verdict == "veto"] == []
    assert share_kept(dish, rendition.window) >= CROP_SAFE
    enlarged = rendition.size_px[0] > rendition.window[2] - rendition.window[0] + 1
    assert may_enlarge or not enlarged


@given(
    size=st.tuples(st.integers(1, 5000), st.integers(1, 5000)),
    ratio=st.tuples(st.integers(1, 21), st.integers(1, 21)),
    centre=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_window_lies_in_the_picture_and_touches_two_sides(
    size: tuple[int, int], ratio: tuple[int, int], centre: tuple[float, float]
) -> None:
    left, top, right, bottom = largest_window(size, ratio, centre)
    assert 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]
    assert right - left == size[0] or bottom - top == size[1]


def test_a_picture_is_cut_around_its_dish() -> None:
    dish = dish_at(0.5, 0.25, 0.2, (1920, 1920))
    rendition = render(photo(dish), dish, CHANNELS["deliveroo"])
    left, top, right, bottom = rendition.window
    assert (left, right, bottom - top) == (0, 1920, 1080)
    assert top == 0  # the dish is high up: no room to have it in the middle


@pytest.mark.parametrize(
    ("dish", "channel", "why"),
    [
        (dish_at(0.5, 0.5, 0.45, (2048, 2048)), "doordash", "its shape would cut off"),
        (dish_at(0.2, 0.5, 0.2, (2400, 1600)), "menu_app", "its crop 800 x 800 would cut off"),
        (dish_at(0.5, 0.5, 0.3, (1024, 768)), "deliveroo", "would be enlarged 1.9 times"),
    ],
    ids=["no room", "crop", "too small"],
)
def test_what_cannot_be_made_says_why(dish: np.ndarray, channel: str, why: str) -> None:
    with pytest.raises(NoRendition, match=why):
        render(np.full((*dish.shape, 3), 128, np.uint8), dish, CHANNELS[channel])


def test_quality_falls_until_the_bytes_fit_and_no_further() -> None:
    dish = dish_at(0.5, 0.5, 0.3, (1200, 800))
    noisy, whole = photo(dish, noise=60), CHANNELS["menu_app"]
    rendition = render(noisy, dish, whole)
    assert rendition.quality and rendition.quality < 92
    assert 0.9 * 800_000 < len(rendition.data) <= 800_000
    tight = whole.model_copy(update={"max_bytes": 20_000})
    with pytest.raises(NoRendition, match=r"0\.02 MB at most"):
        render(noisy, dish, tight)


def test_a_square_picture_that_its_dish_fills_fits_no_wide_channel() -> None:
    drawing = draw_dish("pizza", seed=1).picture
    picture = Picture(drawing, Dish("pizza"))
    data = io.BytesIO()
    Image.fromarray(drawing).save(data, "PNG")
    found = channel_findings(CHANNELS["doordash"], facts_of(data.getvalue()), picture)
    reasons = {f.check_name: f.reason for f in found if f.verdict != "pass"}
    assert reasons.keys() == {"resolution", "aspect_ratio", "crop_safe", "camera"}
    assert reasons["resolution"] == "128 x 128 px: DoorDash takes 1400 x 800 at least"
    assert reasons["aspect_ratio"] == "128 x 128 px: DoorDash takes 16:9"
    assert reasons["crop_safe"] and "of the dish" in reasons["crop_safe"]
