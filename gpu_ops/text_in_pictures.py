"""Writing in pictures: where it is, and what it says.

Belongs here: detectors and the recogniser, and how small pictures share a pass. Does not belong
here: which writing is allowed, and what is a word (`resources/checks/text.py`).

RapidOCR is first: its PP-OCRv6 models lie in its wheel, so it works with no network and no weights
of ours. EasyOCR's detector finds what it misses, where its weights are installed.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from gpu_ops.devices import prepare
from gpu_ops.food_detection import Box, overlap_of

Detector = Literal["rapidocr", "easyocr"]

SHEET_PX = 960
"""Side of what is looked at in one pass: the side to which PP-OCR's own pipeline shrinks pictures.
Smaller pictures share a sheet: 49 of 128 px cost as much as one large one."""

STRIDE_PX = 32
"""The detector's network wants sides of whole strides."""

DETECTED = 0.3
"""Least mean score of a box. PP-OCR's own is 0.5 to 0.6; at 128 px it misses a fifth of all words,
and the recogniser tells false boxes from writing (measured, docs/quality.md)."""

DARKEST_SHARE = 0.5
"""Pale marks that let the picture shine through stand out most in the darkest of its three
channels, coloured writing does not: half of it, and half of the picture (measured on watermarks,
words and gibberish at 128 and 512 px)."""

THREADS = min(4, os.cpu_count() or 1)
"""onnxruntime would take every core of the machine, which a container sees but may not use."""

SAME_LINE = 0.5
"""Share of the smaller box from which on both detectors mean the same writing."""


@dataclass(frozen=True)
class TextLine:
    """A line of writing, or what looks like one.

    Attributes:
        box: x0, y0, x1, y1 as shares of width and height, around all corners.
        area: Share of the picture that the (perhaps turned) line covers.
        aspect: Its length by its height, as it lies.
        angle: Degrees from the horizontal, 0 to 90.
        score: How sure the detector is, 0 to 1; None: EasyOCR does not tell.
        text: What it says; "" = unreadable.
        confidence: Of the recogniser, 0 to 1. It says that there are letters, not that they make
            sense: gibberish gets 0.99.
        detector: Who found it.
    """

    box: Box
    area: float
    aspect: float
    angle: float
    score: float | None
    text: str
    confidence: float
    detector: Detector


@cache
def load_reader() -> Any:
    """RapidOCR with the models of its wheel, on the CPU."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "Det.limit_side_len": STRIDE_PX,  # sheets have their size: nothing is enlarged again
            "Det.box_thresh": DETECTED,
            "Rec.rec_img_shape": [3, 48, 96],  # short words need not be padded to 320 px
        }
    )


@cache
def load_second_detector(folder: Path, device: str) -> Any:
    """EasyOCR's detector (CRAFT) from a folder with `craft_mlt_25k.pth`.

    Raises:
        FileNotFoundError: the file is not there, or is another one than EasyOCR expects.
    """
    prepare(device)
    from easyocr import Reader

    return Reader(
        ["en"],
        gpu=device == "cuda",
        model_storage_directory=str(folder),
        user_network_directory=str(folder),
        download_enabled=False,  # else a file that it does not know is deleted and fetched anew
        recognizer=False,
        verbose=False,
    )


def find_text(
    reader: Any, pictures: Sequence[np.ndarray], *, second: Any = None, largest: float = 1.0
) -> list[list[TextLine]]:
    """The writing in each picture, by RapidOCR first.

    Pictures of one size share a sheet, so the score of a faint box may differ by what is beside it;
    looked at alone, with no context, whole round plates are taken for letters.

    Args:
        reader: What `load_reader` gave.
        pictures: (height, width, 3) uint8 RGB each, of any sizes.
        second: What `load_second_detector` gave, or nothing.
        largest: Share of the picture above which a line is none, and is not read: round plates are
            often taken for letters.
    """
    found: list[list[TextLine]] = [[] for _ in pictures]
    for shape in dict.fromkeys(picture.shape for picture in pictures):
        numbers = [n for n, picture in enumerate(pictures) if picture.shape == shape]
        cell = _cell_size(shape[0], shape[1])
        for sheet, places in _sheets([pictures[n] for n in numbers], cell):
            for place, line in _lines_of(reader, second, sheet, cell, largest):
                if place in places:
                    found[numbers[places[place]]].append(line)
    return found


def _cell_size(height: int, width: int) -> tuple[int, int]:
    """Height and width of a picture on a sheet: as it is, or shrunk; slivers are made wider."""
    scale = min(1.0, SHEET_PX / max(height, width))
    return max(STRIDE_PX, round(height * scale)), max(STRIDE_PX, round(width * scale))


def _sheets(
    pictures: Sequence[np.ndarray], cell: tuple[int, int]
) -> Iterator[tuple[np.ndarray, dict[tuple[int, int], int]]]:
    """Sheets in BGR, each with which picture lies in which row and column."""
    height, width = cell
    columns, rows = max(1, SHEET_PX // width), max(1, SHEET_PX // height)
    for first in range(0, len(pictures), rows * columns):
        together = range(first, min(len(pictures), first + rows * columns))
        used = -(-len(together) // columns)
        sheet = np.full((used * height, columns * width, 3), 200, np.uint8)
        places = {divmod(number - first, columns): number for number in together}
        for (row, column), number in places.items():
            shrunk = cv2.resize(pictures[number], (width, height), interpolation=cv2.INTER_AREA)
            y, x = row * height, column * width
            darkest = np.repeat(shrunk.min(axis=2, keepdims=True), 3, axis=2)
            legible = cv2.addWeighted(
                shrunk, 1 - DARKEST_SHARE, darkest, DARKEST_SHARE, 0, dtype=cv2.CV_8U
            )
            sheet[y : y + height, x : x + width] = legible[:, :, ::-1]
        yield sheet, places


def _lines_of(
    reader: Any, second: Any, sheet: np.ndarray, cell: tuple[int, int], largest: float
) -> Iterator[tuple[tuple[int, int], TextLine]]:
    """Each line on a sheet, with the row and column that its middle lies in."""
    known: list[tuple[tuple[int, int], TextLine]] = []
    for corners, score, detector in _corners(reader, second, sheet):
        if cv2.contourArea(corners) > largest * cell[0] * cell[1]:
            continue
        x, y = corners.mean(axis=0)
        place = (int(y) // cell[0], int(x) // cell[1])
        line = _line(reader, sheet, corners, score, detector, place, cell)
        if detector == "easyocr" and any(
            place == other and overlap_of(line.box, better.box) >= SAME_LINE
            for other, better in known
        ):
            continue
        known.append((place, line))
    yield from known


def _corners(
    reader: Any, second: Any, sheet: np.ndarray
) -> Iterator[tuple[np.ndarray, float | None, Detector]]:
    """The four corners of each line, (4, 2) float32 pixels, clockwise from the top left."""
    # RapidOCR remembers the flags of its last call: all three are always said.
    found = reader(sheet, use_det=True, use_cls=False, use_rec=False)
    if found.boxes is not None:
        for corners, score in zip(found.boxes, found.scores, strict=True):
            yield corners.astype(np.float32), float(score), "rapidocr"
    if second is None:
        return
    level, turned = second.detect(sheet[:, :, ::-1].copy(), min_size=5)
    for x0, x1, y0, y1 in level[0]:
        yield np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32), None, "easyocr"
    for corners in turned[0]:
        yield np.array(corners, np.float32), None, "easyocr"


def _line(
    reader: Any,
    sheet: np.ndarray,
    corners: np.ndarray,
    score: float | None,
    detector: Detector,
    place: tuple[int, int],
    cell: tuple[int, int],
) -> TextLine:
    from rapidocr.utils.process_img import get_rotate_crop_image

    text, confidence = "", 0.0
    crop = get_rotate_crop_image(sheet, corners)
    if crop.size:
        read = reader(crop, use_det=False, use_cls=False, use_rec=True)
        if read.txts:
            text, confidence = read.txts[0].strip(), float(read.scores[0])
    height, width = cell
    in_picture = (corners - (place[1] * width, place[0] * height)) / (width, height)
    (x0, y0), (x1, y1) = np.clip([in_picture.min(axis=0), in_picture.max(axis=0)], 0, 1)
    _, sides, _ = cv2.minAreaRect(corners)
    along = max(corners[1] - corners[0], corners[3] - corners[0], key=np.linalg.norm)
    return TextLine(
        box=(float(x0), float(y0), float(x1), float(y1)),
        area=float(np.prod(sides)) / (height * width),
        aspect=max(sides) / max(1.0, min(sides)),
        angle=float(np.degrees(np.arctan2(abs(along[1]), abs(along[0])))),
        score=score,
        text=text,
        confidence=confidence,
        detector=detector,
    )
