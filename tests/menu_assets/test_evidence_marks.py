"""Evidence over pictures: what is marked, and that it is seen."""

import numpy as np
import pytest

from menu_assets.evidence_marks import drawn_over
from resources.checks.finding import Finding, boxed
from resources.picture_marks import Kind, Mark, marks_of

HAND = (0.5, 0.25, 0.75, 0.5)


def test_vetoes_and_open_questions_are_marked_and_passes_are_not() -> None:
    evidence = {"boxes": [boxed(HAND, "hand", 0.9)]}
    findings = [
        Finding("people", "veto", 0.9, "shows a hand", evidence),
        Finding("text", "unchecked", 0.2, "may be text", evidence),
        Finding("dish_present", "pass", 0.5, None, evidence),
        Finding("dish_shown", "veto", 0.0, "another dish", {"likeliest": "soup"}),
        Finding("nudity_and_violence", "unchecked"),
    ]
    assert marks_of(findings) == [Mark(HAND, "hand", "veto"), Mark(HAND, "hand", "unchecked")]


@pytest.mark.parametrize("kind", ["veto", "unchecked", "crop"])
@pytest.mark.parametrize("ground", [0, 255])
@pytest.mark.parametrize("side", [64, 1024])
def test_a_mark_is_seen_on_any_ground_at_any_size(kind: Kind, ground: int, side: int) -> None:
    pixels = np.full((side, 2 * side, 3), ground, np.uint8)
    marked = drawn_over(pixels, [Mark(HAND, "hand", kind)])
    assert (pixels == ground).all(), "the picture itself was drawn on"
    contrast = np.abs(marked.astype(int) - ground).max(axis=2)
    assert contrast[:, side : side + side // 2].max() > 100
    if (kind, side) == ("crop", 64):
        return  # the words of a crop stand in it, and letters are 10 px at least
    middle = marked[int(0.3 * side) : int(0.45 * side), int(1.25 * side)]
    assert (middle == ground).all(), "the inside of the box is covered"


def test_the_words_at_the_rim_stay_in_the_picture() -> None:
    pixels = np.zeros((200, 200, 3), np.uint8)
    corner = Mark((0.95, 0.0, 1.0, 0.05), "a watermark of somebody", "veto")
    assert drawn_over(pixels, [corner])[:, :100].any()
