"""A picture for each rule, with what the check says of it: `python -m benchmarks.rule_sheet`.

Writes docs/images/rules.webp from tuning seeds of `tests/failure_pictures.py`: for each check the
first picture that it vetoes, marked where it is wrong; for each score the first that scores low.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from menu_assets.evidence_marks import drawn_over
from menu_assets.picture_advice import LOW_SCORE, words
from resources.environment import REPOSITORY, resources_for
from resources.picture_checks import PictureChecks
from resources.picture_marks import Mark, marks_of
from tests.failure_pictures import GROUPS, TUNING, FailureCase, failure_pictures

SHEET = REPOSITORY / "docs" / "images" / "rules.webp"
TRIED = 4
"""Pictures of a group that are tried until one shows the rule."""

COLUMNS = 5
TILE_PX = 220
LETTERS_PX = 13
LINES = 4
LETTERS_IN_A_LINE = 33


@dataclass(frozen=True, eq=False)
class Example:
    """A picture that breaks a rule, where it does, the check or score, and what it says."""

    pixels: np.ndarray
    marks: Sequence[Mark]
    name: str
    said: str


def examples(checks: PictureChecks) -> Iterator[Example]:
    """One for each check that vetoes here, one for each score that some group has to lower."""
    shown: set[str] = set()
    for place, (name, group) in enumerate(GROUPS.items()):
        asked = {*group.expected, *([group.low_score] if group.low_score else [])} - shown
        if not asked:
            continue
        cases = list(failure_pictures(TUNING + TRIED * place, TRIED, groups=[name]))
        for example in _found(cases, checks, asked):
            if example.name not in shown:
                shown.add(example.name)
                yield example


def _found(
    cases: Sequence[FailureCase], checks: PictureChecks, asked: set[str]
) -> Iterator[Example]:
    pictures = [case.picture for case in cases]
    looked_at = zip(pictures, checks.safety(pictures), checks.quality(pictures), strict=True)
    for picture, findings, scores in looked_at:
        for finding in findings:
            if finding.check_name in asked and finding.verdict == "veto":
                marks = marks_of([finding])
                yield Example(picture.pixels, marks, finding.check_name, words(finding))
        for score in asked & vars(scores).keys():
            value = getattr(scores, score)
            if value is not None and value < LOW_SCORE:
                yield Example(picture.pixels, [], score, f"score {value:.2f} of 1")


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
        draw.text((left, top + TILE_PX + 3), name, "#a2332a", font)
        draw.multiline_text(
            (left, top + TILE_PX + 3 + LETTERS_PX + 4), "\n".join(said), "#22261f", font, spacing=3
        )
    return image


def main() -> None:
    """Look at the pictures, and draw the sheet."""
    shown = list(examples(resources_for("local").checks))
    sheet(shown).save(SHEET, "WEBP", quality=60, method=6)
    print(f"{len(shown)} rules in {SHEET}")


if __name__ == "__main__":
    main()
