"""Marks on pages: where they lie, and that words from a picture stay words."""

import re

from resources.picture_marks import COLOURS, Mark, marks_svg


def test_a_mark_lies_where_its_box_is_and_its_words_are_text() -> None:
    svg = marks_svg([Mark((0.5, 0.5, 0.75, 1.0), "<b>rice", "unchecked")], 400, 200, 100)
    assert 'viewBox="0 0 100.0 50.0"' in svg
    assert 'x="50.0" y="25.0" width="25.0" height="25.0"' in svg
    assert "&lt;b&gt;rice" in svg
    assert "<b>" not in svg
    assert COLOURS["unchecked"] in svg
    assert "style" not in svg  # a page with a strict policy shows it


def test_words_stay_in_the_picture() -> None:
    low = marks_svg([Mark((0.0, 0.0, 0.2, 0.2), "hand", "veto")], 100, 100, 200)
    (baseline,) = re.findall(r'<text x="[\d.]+" y="([\d.]+)"', low)
    assert float(baseline) > 10  # inside: above it is no room
    right = marks_svg([Mark((0.8, 0.5, 1.0, 0.7), "hand", "veto")], 100, 100, 200)
    assert 'text-anchor="end"' in right
