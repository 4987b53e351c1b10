"""Writing is found where it stands and read, in large pictures and in small ones on a sheet."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from gpu_ops.text_in_pictures import TextLine, find_text, load_reader
from models.recipe.drawings import draw_dish


def written(text: str, side_px: int, *, y: float) -> np.ndarray:
    """A dish with a text over it, its line's foot at `y` of the height."""
    picture = draw_dish("pizza", seed=4, size_px=side_px).picture.copy()
    place = (side_px // 8, round(y * side_px))
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, side_px / 220, (0, 0, 0), 2)
    return picture


def read(lines: list[TextLine]) -> list[str]:
    return [line.text for line in lines if len(line.text) > 2 and line.confidence > 0.6]


def test_each_picture_gets_its_own_text() -> None:
    small = [written("MENU", 128, y=0.15), draw_dish("ramen", seed=1).picture]
    large = [written("Order now", 512, y=0.9)]
    found = find_text(load_reader(), [*small, *large, *small[::-1]])
    assert [read(lines) for lines in found] == [["MENU"], [], ["Order now"], [], ["MENU"]]
    (line,) = [line for line in found[2] if line.text == "Order now"]
    x0, y0, _, y1 = line.box
    assert x0 == pytest.approx(0.12, abs=0.04)
    assert 0.75 < y0 < y1 < 0.97
    assert line.angle < 5
    assert 0.02 < line.area < 0.1


def test_slanting_lines_say_so() -> None:
    picture = np.full((400, 400, 3), 180, np.uint8)
    cv2.putText(picture, "PREVIEW", (90, 210), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (250, 250, 250), 4)
    turn = cv2.getRotationMatrix2D((200, 200), 30, 1.0)
    turned = cv2.warpAffine(picture, turn, (400, 400), borderValue=(180, 180, 180))
    ((line,),) = find_text(load_reader(), [turned])
    assert line.text == "PREVIEW"
    assert line.angle == pytest.approx(30, abs=4)


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (2400, 60)])
def test_odd_shapes_are_looked_at(shape: tuple[int, int]) -> None:
    assert find_text(load_reader(), [np.full((*shape, 3), 90, np.uint8)]) == [[]]


def test_easyocr_adds_what_is_seen_by_it_alone(tmp_path: Path) -> None:
    class Second:
        """As EasyOCR's Reader answers: level boxes x0, x1, y0, y1, and corners of turned ones."""

        def detect(self, sheet: np.ndarray, **settings: object) -> tuple[list, list]:
            return [[(40, 300, 430, 480), (100, 140, 20, 40)]], [[]]

    found = find_text(load_reader(), [written("Order now", 512, y=0.9)], second=Second())
    detectors = [line.detector for line in found[0] if line.text == "Order now"]
    assert detectors == ["rapidocr"]
    assert sum(line.detector == "easyocr" for line in found[0]) == 1
