"""The channels' data file: all that is known has a source; mistakes are named."""

import re
from pathlib import Path

import pytest

from resources.channels import ChannelError, channel_named, load_channels
from resources.environment import REPOSITORY

GOOD = """
[own]
title = "Own"
formats = ["JPEG"]
sources = [{ what = "all", source = "us", kind = "own", date = 2026-11-24 }]
"""


def test_the_channels_that_pictures_go_to_are_there() -> None:
    channels = load_channels()
    assert set(channels) == {
        "garnish",
        "doordash",
        "uber_eats",
        "deliveroo",
        "glovo",
        "deliverect",
        "menu_app",
    }
    assert all(channel.sources for channel in channels.values())
    assert any("4:3" in conflict for conflict in channels["doordash"].conflicts)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("max_bytes = 0", "max_bytes"),
        ("colour = 3", "colour"),
        ("size_px = [1200, 800]", "size_px needs its ratio"),
        ("size_px = [1200, 800]\nratio = [16, 9]", "size_px needs its ratio"),
        ("min_px = [1, 1]\nsize_px = [3, 2]\nratio = [3, 2]", "size_px leaves no room"),
        ("ratio = ", "channels.toml"),
    ],
)
def test_a_mistake_is_named(change: str, named: str, tmp_path: Path) -> None:
    file = tmp_path / "channels.toml"
    file.write_text(GOOD + change, encoding="utf-8")
    with pytest.raises(ChannelError, match=named):
        load_channels(file)


def test_an_unknown_channel_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ChannelError, match="no channel is called 'doordsh': use one of garnish"):
        channel_named("doordsh", load_channels())


def test_the_page_for_people_says_the_same() -> None:
    page = (REPOSITORY / "docs" / "quality.md").read_text(encoding="utf-8")
    for name, channel in load_channels().items():
        (row,) = re.findall(rf"^\| `{name}` \|.*$", page, re.MULTILINE)
        sizes = [size for size in (channel.size_px, channel.min_px, channel.max_px) if size]
        told = [f"{width} x {height}" for width, height in sizes]
        told += [", ".join(channel.formats), *(crop.name for crop in channel.crops)]
        told += [f"{channel.max_bytes / 1e6:g} MB"] if channel.max_bytes else []
        told += [":".join(map(str, channel.ratio))] if channel.ratio else ["any"]
        assert all(words in row for words in told), name
