"""What to do with a picture: publish it, let a person look, mend it, or make it anew.

Belongs here: from findings and scores to one piece of advice in words. Does not belong here:
findings (`resources/checks/`), and how advice is shown (`picture_report.py`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gpu_ops.light_and_colour import LightAndColour
from menu_assets.mending_crop import Box, mending_crop
from resources.checks.check import Picture
from resources.checks.finding import Finding
from resources.checks.quality import QualityScores
from resources.renditions import NoRendition, Rendition

Action = Literal["publish", "look", "fix", "regenerate", "unreadable"]

LOW_SCORE = 0.4
"""Below it a score is a fault. Start value; the gallery marks the same scores."""

SHORTEST_CROP_PX = 320
"""The least side that Uber Eats takes (docs/quality.md): a smaller crop mends nothing."""

LOST_LIGHT = 0.25
"""Share of pure white or black pixels that no slider brings back: there rule 17 scores 0."""

MOST_STOPS = 3.0
"""Beyond it a file of 8 bits has no tones left to make a picture of. Start value."""

WANTED_LIGHTNESS = 60.0
"""L*, the middle of the good range of rule 17."""

WANTED_CHROMA = 35.0
"""The middle of the good range of rule 19."""

MENDED_BY_A_CROP = frozenset({"dish_centred", "dish_size"})
"""Vetoes that are about where the dish lies in the frame."""

MENDED_BY_SAVING = frozenset({"resolution", "aspect_ratio", "file_kind"})
"""Vetoes of a channel that are about the file, not about what it shows."""

MENDED_BY_LIGHT = "dish_shown"
"""The veto that bad light alone may be the cause of: a model looks again in better light."""

SAID_ALONE = frozenset({"crop_safe"})
"""The veto that says by itself why no file can be made for a channel."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a picture, and how to mend it; `remedy` None = it cannot be mended."""

    words: str
    remedy: str | None


@dataclass(frozen=True)
class Advice:
    """What to do with a picture.

    Attributes:
        action: The first that holds: "unreadable"; "regenerate": draw or photograph it anew,
            something cannot be mended; "fix"; "look": no fault was found, and a person has to
            answer `open_questions`; "publish".
        faults: What is wrong.
        open_questions: The findings that no check could make; none if the picture has to be made
            anew whatever the answers are.
        crop: The crop that remedies speak of, in shares of width and height.
    """

    action: Action
    faults: tuple[Fault, ...] = ()
    open_questions: tuple[Finding, ...] = ()
    crop: Box | None = None

    @property
    def remedies(self) -> tuple[str, ...]:
        """How to mend the picture, each way once; none if it cannot be mended."""
        if self.action != "fix":
            return ()
        return tuple(dict.fromkeys(fault.remedy for fault in self.faults if fault.remedy))


def advice_on(
    picture: Picture,
    findings: Sequence[Finding],
    scores: QualityScores,
    size: tuple[int, int],
    rendition: Rendition | NoRendition | None = None,
    in_good_light: Finding | None = None,
) -> Advice:
    """What to do with a picture that can be read.

    Args:
        picture: As it was looked at.
        findings: Of all checks.
        scores: Of the same picture.
        size: Width and height of the file in pixels, which may be more than was looked at.
        rendition: The file that a channel would take, or why there is none; None = no channel.
        in_good_light: What `dish_shown` says once the light is mended; None = not looked at.
    """
    vetoes = [finding for finding in findings if finding.verdict == "veto"]
    stops = mending_stops(picture.light, scores)
    croppable = [veto for veto in vetoes if _crop_against([veto], picture)]
    crop = _crop_against(croppable, picture) if croppable else None

    def fault_of(veto: Finding) -> Fault:
        if veto in croppable:
            return _mended_by_crop(words(veto), crop, size)
        if veto.check_name in MENDED_BY_SAVING:
            return _mended_by_saving(words(veto), rendition)
        if veto.check_name == MENDED_BY_LIGHT and in_good_light and stops is not None:
            shows_again = in_good_light.verdict != "veto"
            return Fault(words(veto), _light_remedy(stops) if shows_again else None)
        return Fault(words(veto), None)

    faults = (*map(fault_of, vetoes), *_light_faults(picture.light, scores))
    vetoed = {veto.check_name for veto in vetoes}
    if isinstance(rendition, NoRendition) and vetoed & MENDED_BY_SAVING and not vetoed & SAID_ALONE:
        faults += (Fault(str(rendition), None),)
    told = [*findings, in_good_light] if in_good_light else findings
    questions = tuple(finding for finding in told if finding.verdict == "unchecked")
    if any(fault.remedy is None for fault in faults):
        return Advice("regenerate", faults)
    if faults:
        return Advice("fix", faults, questions, crop)
    return Advice("look" if questions else "publish", open_questions=questions)


def words(finding: Finding) -> str:
    """What a finding says, for people."""
    return finding.reason or finding.check_name.replace("_", " ")


def _crop_against(vetoes: Sequence[Finding], picture: Picture) -> Box | None:
    """The crop that mends all of these; None if there is none."""
    if picture.layout is None:
        return None
    unwanted: list[Box] = []
    for veto in vetoes:
        if veto.check_name in MENDED_BY_A_CROP:
            continue
        boxes = [tuple(marked["box"]) for marked in (veto.evidence or {}).get("boxes", ())]
        if not boxes:
            return None  # nobody knows where it is
        unwanted += boxes
    closer = any(veto.check_name == "dish_size" for veto in vetoes)
    return mending_crop(picture.layout.box, unwanted, closer=closer)


def _mended_by_saving(said: str, rendition: Rendition | NoRendition | None) -> Fault:
    if not isinstance(rendition, Rendition):
        return Fault(said, None)
    width, height = rendition.size_px
    return Fault(
        said, f"save it as {rendition.format} of {width} x {height} px, cut around the dish"
    )


def _mended_by_crop(said: str, crop: Box | None, size: tuple[int, int]) -> Fault:
    if crop is None:
        return Fault(said, None)
    (file_width, file_height), (x0, y0, x1, y1) = size, crop
    left, top = math.ceil(x0 * file_width), math.ceil(y0 * file_height)
    width, height = math.floor(x1 * file_width) - left, math.floor(y1 * file_height) - top
    if min(width, height) < SHORTEST_CROP_PX:
        return Fault(f"{said}; a crop would leave only {width} x {height} px", None)
    place = f"{left} px from the left and {top} px from the top"
    return Fault(said, f"crop to {width} x {height} px, {place}")


def mending_stops(light: LightAndColour, scores: QualityScores) -> float | None:
    """How much light makes the exposure good, in stops; None: it is good, or nothing does."""
    clipped, stops = max(light.clipped_light, light.clipped_dark), _wanted_stops(light)
    is_lost = clipped > LOST_LIGHT or abs(stops) > MOST_STOPS
    return None if is_lost or scores.exposure == 1 else stops


def _wanted_stops(light: LightAndColour) -> float:
    return math.log2(_luminance(WANTED_LIGHTNESS) / _luminance(light.lightness))


def _light_remedy(stops: float) -> str:
    return f"{'brighten' if stops > 0 else 'darken'} by {abs(stops):.1f} stops"


def _light_faults(light: LightAndColour, scores: QualityScores) -> list[Fault]:
    faults = []
    if scores.exposure < LOW_SCORE:
        stops = mending_stops(light, scores)
        said = "too dark" if _wanted_stops(light) > 0 else "too bright"
        faults.append(Fault(said, None if stops is None else _light_remedy(stops)))
    if scores.contrast < LOW_SCORE:
        faults.append(Fault("flat: hardly any light and dark", "raise the contrast"))
    if scores.saturation < LOW_SCORE:
        pale = light.chroma < WANTED_CHROMA
        faults.append(
            Fault("pale colours", "raise the saturation")
            if pale
            else Fault("garish colours", "lower the saturation")
        )
    if scores.sharpness < LOW_SCORE:
        faults.append(Fault("the dish is not sharp", None))  # sharpening brings no detail back
    return faults


def _luminance(lightness: float) -> float:
    """Y of CIE L*, 0 to 1: ((L* + 16) / 116)³, above L* 8; below it is a line (CIE 15)."""
    return ((lightness + 16) / 116) ** 3 if lightness > 8 else max(lightness, 0.1) / 903.3
