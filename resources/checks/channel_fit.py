"""Whether a picture's file, as it is, obeys a channel: size, ratio, kind of file, crops, camera.

Belongs here: findings about a picture and a channel (rules 1, 2, 3, 8 and 21). They say where a
picture may go, not whether it is safe, so they are no veto of `scores.safety_scores` (ADR 11).
Does not belong here: the channels' rules (`resources/channels.toml`), and making files that obey
(`resources/renditions.py`).
"""

from resources.channels import Channel, is_ratio
from resources.checks.check import Picture
from resources.checks.file import FileFacts
from resources.checks.finding import Finding, boxed
from resources.crop_windows import CROP_SAFE, shares_kept, window_for


def channel_findings(channel: Channel, facts: FileFacts, picture: Picture) -> list[Finding]:
    """`resolution`, `aspect_ratio`, `file_kind`, `crop_safe` and `camera` of a file.

    Args:
        channel: Where it is to be shown.
        facts: What its file is.
        picture: What it shows; it may be a smaller copy.
    """
    return [
        _ruled("resolution", _wrong_size(channel, facts)),
        _ruled("aspect_ratio", _wrong_ratio(channel, facts)),
        _ruled("file_kind", _wrong_kind(channel, facts)),
        crop_safe(channel, picture),
        _camera(channel),
    ]


def crop_safe(channel: Channel, picture: Picture) -> Finding:
    """Rule 8: the best file for the channel, and each crop of it, keep 98 % of the dish."""
    if picture.layout is None:
        why = "no dish was found, so nobody can say whether a crop cuts it"
        return Finding("crop_safe", "unchecked", None, why)
    mask = picture.layout.mask
    window = window_for(channel, mask)
    kept = shares_kept(channel, mask, window)
    name, least = min(kept.items(), key=lambda item: item[1])
    height, width = mask.shape
    left, top, right, bottom = window
    box = (left / width, top / height, right / width, bottom / height)
    evidence = {
        "kept": {crop: round(share, 4) for crop, share in kept.items()},
        "boxes": [boxed(box, channel.title)],
    }
    if least >= CROP_SAFE:
        return Finding("crop_safe", "pass", least, None, evidence)
    shape = f"{channel.title}'s shape" if name == "file" else f"{channel.title}'s crop {name}"
    why = f"{shape} would cut off {1 - least:.0%} of the dish: it needs more room around it"
    return Finding("crop_safe", "veto", least, why, evidence)


def _ruled(name: str, fault: str | None) -> Finding:
    return Finding(name, "veto" if fault else "pass", None, fault)


def _wrong_size(channel: Channel, facts: FileFacts) -> str | None:
    size = (facts.width, facts.height)
    least, most = channel.size_px or channel.min_px, channel.size_px or channel.max_px
    if least and (size[0] < least[0] or size[1] < least[1]):
        return f"{size[0]} x {size[1]} px: {channel.title} takes {least[0]} x {least[1]} at least"
    if most and (size[0] > most[0] or size[1] > most[1]):
        return f"{size[0]} x {size[1]} px: {channel.title} takes {most[0]} x {most[1]} at most"
    return None


def _wrong_ratio(channel: Channel, facts: FileFacts) -> str | None:
    if channel.ratio is None or is_ratio((facts.width, facts.height), channel.ratio):
        return None
    across, down = channel.ratio
    return f"{facts.width} x {facts.height} px: {channel.title} takes {across}:{down}"


def _wrong_kind(channel: Channel, facts: FileFacts) -> str | None:
    if facts.format not in channel.formats:
        return f"{facts.format}: {channel.title} takes {' or '.join(channel.formats)}"
    if channel.max_bytes and facts.bytes > channel.max_bytes:
        most = f"{channel.max_bytes / 1e6:g} MB at most"
        return f"{facts.bytes / 1e6:.1f} MB: {channel.title} takes {most}"
    if facts.is_animated:
        return "it is animated: only a still picture is taken"
    if facts.has_alpha:
        return "parts of it are transparent: other channels show them black or white"
    if facts.mode == "CMYK":
        return "its colours are made for print (CMYK): save it as sRGB"
    if facts.colour_profile and "srgb" not in facts.colour_profile.casefold():
        return f"its colours are {facts.colour_profile}: save it as sRGB"
    return None


def _camera(channel: Channel) -> Finding:
    """Rule 21: no model here can tell, so a person looks where a channel asks."""
    if not channel.cameras:
        return Finding("camera", "pass")
    angles = " or ".join(f"{angle}°" for angle in channel.cameras)
    why = f"{channel.title} takes {angles} only (90° is from above): a person has to look"
    return Finding("camera", "unchecked", None, why)
