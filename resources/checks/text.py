"""Writing in a picture: any at all, words that are none, and marks of ownership.

Belongs here: which writing is a fault, and what counts as a word. Does not belong here: finding and
reading it (`gpu_ops/text_in_pictures.py`); brands without writing (`logos.py`).

Thresholds without a source are start values, set on the failure suite's pictures for tuning.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from gpu_ops.text_in_pictures import TextLine, find_text, load_reader, load_second_detector
from resources.checks.check import Dish, Picture
from resources.checks.finding import Finding, boxed
from resources.checks.words import is_english
from resources.model_copies import OptionalModel

RULES_VERSION = "3"
"""Bump when a rule, a threshold or a list of words below changes."""

LARGE = 0.001
LINES = 2
"""Rule 12: more than 0.1 % of the frame, or two lines."""

READ_CONFIDENCE, LONG_READ_CONFIDENCE, LONG = 0.6, 0.45, 4
"""Least confidence of two different letters, and of at least four."""

DRAWN_ALIKE = frozenset("0OoQCcDI1lGS8")
"""Rings, slices and sticks of food are read as these: they make no word by themselves."""

STOUT, STOUT_AREA, STOUT_CONFIDENCE = 3.0, 0.04, 0.9
"""A line less long for its height, of a larger share of the frame, is food unless it is read so
surely: tacos and slices of cake look like a few huge letters."""

PSEUDO_ASPECT, PSEUDO_ANGLE, PSEUDO_AREA = 2.9, 10, (0.002, 0.15)
"""What nobody can read is writing if it is as long and level as lines are, in degrees, and neither
speck nor plate. How sure the detector is tells less."""

MOST_OF_IT = 0.3
"""A line of a larger share of the frame is the dish itself, taken for a letter."""

PACKAGED = re.compile(r"\b(bottled?|cans?|canned|carton|packet|packaged)\b")
"""Rule 12: writing is part of what is sold in these."""

OWNED = re.compile(
    r"stock|getty|alamy|dreamstime|depositphotos|123rf|picshop|watermark|sample|preview|proof"
    r"|©|\(c\)|www\.|https?:|\.com\b"
)
"""Rule 15: words of agencies, photographers and addresses."""

JUMBLE = re.compile(r"[^\W\d_]\d+[^\W\d_]|\d[^\W\d_]+\d")
"""Rule 13: letters and digits in turns are neither an amount ("500g") nor a name ("B12")."""

STRAY = re.compile(r"[<>≤≥|~^_「」{}\\]")
"""Rule 13: signs that no menu has; strokes are read as these."""

SLANTING_DEGREES, SLANTING_LINES = (12, 78), 2
"""Rule 15: a mark that slants over a picture, more than once, or once with `LONG` letters: what is
sold in a picture is not written aslant."""

REPEATED = 3
"""Rule 15: the same words so often."""


@dataclass(frozen=True)
class TextCheck:
    """`text`, `text_readable`, `watermark`.

    Attributes:
        glossary: CSV of menu words, columns `term` and `english`.
        second_detector: EasyOCR's folder of weights.
        device: "cpu" or "cuda", of EasyOCR; RapidOCR is on the CPU.
    """

    glossary: Path
    second_detector: OptionalModel
    device: str

    @cached_property
    def version(self) -> str:
        """Rules and models."""
        second = self.second_detector.weights
        return f"text-{RULES_VERSION}-rapidocr-{version('rapidocr')}-easyocr-{second}"

    @cached_property
    def _menu_words(self) -> frozenset[str]:
        texts = pl.read_csv(self.glossary, columns=["term", "english"])
        return frozenset(
            word for column in texts.iter_columns() for text in column for word in words_of(text)
        )

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The findings on each picture."""
        folder = self.second_detector.folder
        second = load_second_detector(folder, self.device) if folder else None
        pixels = [picture.pixels for picture in pictures]
        found = find_text(load_reader(), pixels, second=second, largest=MOST_OF_IT)
        return [
            self._findings(picture.dish, lines)
            for picture, lines in zip(pictures, found, strict=True)
        ]

    def _findings(self, dish: Dish, lines: Sequence[TextLine]) -> list[Finding]:
        read = [line for line in lines if _is_read(line)]
        pseudo = [line for line in lines if line not in read and _is_pseudo(line)]
        return [
            _text(dish, [*read, *pseudo]),
            _text_readable(read, pseudo, self._menu_words | set(words_of(dish.subject))),
            _watermark(read),
        ]


def words_of(text: str) -> list[str]:
    """Words of at least two letters, case folded."""
    return [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) > 1]


def _odd_words_in(text: str, known: Collection[str]) -> list[str]:
    """What is no word of a line: unknown words, a jumble of letters and digits, stray signs."""
    words = [word for word in words_of(text) if word not in known and not is_english(word)]
    jumbles = [part for part in re.findall(r"[^\W_]+", text) if JUMBLE.search(part)]
    return [
        *words,
        *(part for part in jumbles if part.casefold() not in words),
        *STRAY.findall(text),
    ]


def _is_read(line: TextLine) -> bool:
    letters = _letters(line)
    needed = LONG_READ_CONFIDENCE if letters >= LONG else READ_CONFIDENCE
    if line.aspect < STOUT and line.area > STOUT_AREA:
        needed = STOUT_CONFIDENCE
    return letters >= 2 and line.confidence >= needed


def _letters(line: TextLine) -> int:
    """How many different letters and digits it has that nothing drawn looks like."""
    return len({letter for letter in line.text if letter.isalnum()} - DRAWN_ALIKE)


def _is_pseudo(line: TextLine) -> bool:
    smallest, largest = PSEUDO_AREA
    is_line = line.aspect >= PSEUDO_ASPECT and line.angle <= PSEUDO_ANGLE
    is_row = line.confidence >= READ_CONFIDENCE and set(line.text) <= DRAWN_ALIKE  # of rings
    return is_line and not is_row and smallest <= line.area <= largest


def _evidence(lines: Sequence[TextLine], **more: Any) -> dict[str, Any]:
    boxes = [boxed(line.box, line.text or "unreadable", line.confidence) for line in lines]
    return {"boxes": boxes, **more}


def _text(dish: Dish, lines: Sequence[TextLine]) -> Finding:
    """Rule 12."""
    area = sum(line.area for line in lines)
    if area <= LARGE and len(lines) < LINES:
        return Finding("text", "pass", round(area, 4))
    if PACKAGED.search(dish.subject.casefold()):
        return Finding("text", "pass", round(area, 4), None, _evidence(lines))
    says = ", ".join(f"“{line.text}”" for line in lines if _is_read(line))
    why = f"there is writing in the picture: {says}" if says else "there is what looks like writing"
    return Finding("text", "veto", round(area, 4), why, _evidence(lines))


def _text_readable(
    read: Sequence[TextLine], pseudo: Sequence[TextLine], known: Collection[str]
) -> Finding:
    """Rule 13: a word is one of the menu's or English; the recogniser reads nonsense too."""
    unknown = [(line, word) for line in read for word in _odd_words_in(line.text, known)]
    if not unknown and not pseudo:
        return Finding("text_readable", "pass", 0.0)
    lines = [*dict.fromkeys(line for line, _ in unknown), *pseudo]
    nearest = {
        word: near[0]
        for _, word in unknown
        if (near := get_close_matches(word, known, n=1, cutoff=0.75))
    }
    if nearest:
        word, meant = next(iter(nearest.items()))
        why = f"“{word}” is no word, perhaps “{meant}” was meant"
    elif unknown:
        why = f"“{unknown[0][1]}” is no word of a menu"
    else:
        why = "what looks like writing cannot be read"
    count = float(len(unknown) + len(pseudo))
    return Finding("text_readable", "veto", count, why, _evidence(lines, nearest=nearest))


def _watermark(read: Sequence[TextLine]) -> Finding:
    """Rule 15."""
    low, high = SLANTING_DEGREES
    owned = [line for line in read if OWNED.search(line.text.casefold())]
    slanting = [line for line in read if low <= line.angle <= high]
    often = Counter(word for line in read for word in words_of(line.text))
    repeated = {word for word, count in often.items() if count >= REPEATED}
    if len(slanting) < SLANTING_LINES and not any(_letters(line) >= LONG for line in slanting):
        slanting = []
    marks = [
        line
        for line in read
        if line in owned or line in slanting or repeated & set(words_of(line.text))
    ]
    if not marks:
        return Finding("watermark", "pass", 0.0)
    why = f"a watermark lies over the picture: “{marks[0].text}”"
    return Finding("watermark", "veto", float(len(marks)), why, _evidence(marks))
