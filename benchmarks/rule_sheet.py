"""A picture for each rule, with what the check says of it: `python -m benchmarks.rule_sheet`.

Writes docs/images/rules.webp from tuning seeds of `tests/failure_pictures.py`: for each check the
first picture that it vetoes, marked where it is wrong; for each score the first that scores low.
What nothing on this machine can judge is shown as it is told: `unchecked`, and why.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from PIL import Image, ImageDraw, ImageFont

from menu_assets import look_alikes
from menu_assets.evidence_marks import drawn_over
from menu_assets.picture_advice import LOW_SCORE, words
from models.recipe.drawings import draw_dish
from resources.checks.check import Dish, Picture
from resources.checks.finding import Finding
from resources.checks.menu_truth import ALLERGENS
from resources.checks.nudity import NAME as NUDITY
from resources.checks.people_and_animals import ANIMALS, DRAWN_SIDE_PX, PEOPLE
from resources.environment import REPOSITORY, resources_for
from resources.picture_checks import PictureChecks
from resources.picture_likeness import PictureLikeness
from resources.picture_marks import Mark, marks_of
from tests.failure_pictures import GROUPS, TUNING, FailureCase, failure_pictures

SHEET = REPOSITORY / "docs" / "images" / "rules.webp"
TRIED = 4
"""Pictures of a group that are tried until one shows the rule."""

PICTURE_PX = 512
COLUMNS = 5
TILE_PX = 220
LETTERS_PX = 13
LINES = 5
LETTERS_IN_A_LINE = 33


@dataclass(frozen=True, eq=False)
class Example:
    """A picture that breaks a rule, where it does, the check or score, and what it says."""

    pixels: np.ndarray
    marks: Sequence[Mark]
    name: str
    said: str
    is_unchecked: bool = False


def examples(checks: PictureChecks) -> list[Example]:
    """One for each check of failing pictures, one for each score that some group has to lower."""
    shown: dict[str, Example] = {}
    for place, (name, group) in enumerate(GROUPS.items()):
        settled = {example.name for example in shown.values() if not example.is_unchecked}
        asked = {*group.expected, *([group.low_score] if group.low_score else [])} - settled
        if not asked:
            continue
        # The small tagger knows drawings of its own size.
        side_px = DRAWN_SIDE_PX if asked & {PEOPLE, ANIMALS} else PICTURE_PX
        cases = list(failure_pictures(TUNING + TRIED * place, TRIED, [name], side_px))
        for example in _found(cases, checks, asked):
            before = shown.get(example.name)
            if before is None or (before.is_unchecked and not example.is_unchecked):
                shown[example.name] = example
    return list(shown.values())


def _found(
    cases: Sequence[FailureCase], checks: PictureChecks, asked: set[str]
) -> Iterator[Example]:
    pictures = [case.picture for case in cases]
    looked_at = zip(pictures, checks.safety(pictures), checks.quality(pictures), strict=True)
    for picture, findings, scores in looked_at:
        for finding in findings:
            if finding.check_name in asked and finding.verdict != "pass":
                yield _example(picture, finding)
        for score in asked & vars(scores).keys():
            value = getattr(scores, score)
            if value is not None and value < LOW_SCORE:
                yield Example(picture.pixels, [], score, f"score {value:.2f} of 1")


def _example(picture: Picture, finding: Finding) -> Example:
    is_unchecked = finding.verdict == "unchecked"
    marks = marks_of([finding])
    return Example(picture.pixels, marks, finding.check_name, words(finding), is_unchecked)


def left_to_people(checks: PictureChecks) -> list[Example]:
    """Allergens, which no picture tells; nudity, of which there is no picture here."""
    salad = draw_dish("greek salad", TUNING, PICTURE_PX).picture
    nothing = Image.new("RGB", (PICTURE_PX, PICTURE_PX), "#c9c4ba")
    middle, font = PICTURE_PX / 2, ImageFont.load_default(PICTURE_PX / 14)
    ImageDraw.Draw(nothing).text((middle, middle), "no picture is shown", "#6b665c", font, "mm")
    pictures = [Picture(pixels, Dish("greek salad")) for pixels in (salad, np.array(nothing))]
    return [
        _example(picture, finding)
        for picture, findings, name in zip(
            pictures, checks.safety(pictures), (ALLERGENS, NUDITY), strict=True
        )
        for finding in findings
        if finding.check_name == name
    ]


def look_alike(likeness: PictureLikeness) -> Example:
    """A soup's picture, mirrored and given to another soup of the same vendor."""
    soup = draw_dish("lentil soup", TUNING, PICTURE_PX).picture
    copy = np.ascontiguousarray(soup[:, ::-1])
    nothing = ("country", "product_id", "image_hash", "model_id")
    made = likeness.of([copy, soup]).with_columns(
        *(pl.lit("").alias(name) for name in nothing),
        candidate_id=pl.Series(["copy", "soup"]),
        subject=pl.Series(["tomato soup", "lentil soup"]),
        vendor_id=pl.lit("one"),
    )
    found = look_alikes.compared(made, {}, likeness.version).row(0, named=True)
    return Example(copy, [], found["check_name"], found["reason"])


def sheet(shown: Sequence[Example]) -> Image.Image:
    """The pictures in rows, each with its check and what it says."""
    below = (LINES + 1) * (LETTERS_PX + 3) + 10
    rows = -(-len(shown) // COLUMNS)
    image = Image.new("RGB", (COLUMNS * (TILE_PX + 12), rows * (TILE_PX + below)), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(LETTERS_PX)
    for number, example in enumerate(shown):
        row, column = divmod(number, COLUMNS)
        left, top = column * (TILE_PX + 12) + 6, row * (TILE_PX + below) + 6
        tile = Image.fromarray(example.pixels).resize((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
        marked = drawn_over(np.array(tile), example.marks)
        image.paste(Image.fromarray(marked), (left, top))
        said = textwrap.wrap(example.said, LETTERS_IN_A_LINE, max_lines=LINES, placeholder=" …")
        name = example.name.replace("_", " ")
        colour = "#1f5f8b" if example.is_unchecked else "#a2332a"
        title = f"{name}: unchecked" if example.is_unchecked else name
        draw.text((left, top + TILE_PX + 3), title, colour, font)
        draw.multiline_text(
            (left, top + TILE_PX + 3 + LETTERS_PX + 4), "\n".join(said), "#22261f", font, spacing=3
        )
    return image


def main() -> None:
    """Look at the pictures, and draw the sheet."""
    resources = resources_for("local")
    shown = [
        *examples(resources.checks),
        look_alike(resources.likeness),
        *left_to_people(resources.checks),
    ]
    sheet(shown).save(SHEET, "WEBP", quality=60, method=6)
    print(f"{len(shown)} rules in {SHEET}")


if __name__ == "__main__":
    main()
