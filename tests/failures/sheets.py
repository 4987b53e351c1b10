"""Several pictures in one, and frames around one.

Belongs here: what joins whole pictures. Does not belong here: drawing them.
"""

import cv2
import numpy as np

from models.recipe.outlines import Rng


def pair(pictures: list[np.ndarray], rng: Rng) -> np.ndarray:
    """Two pictures beside or above each other, with a white gap every other time."""
    side = pictures[0].shape[0]
    gap = round(side * 0.02) if rng.random() < 0.5 else 0
    half = (side - gap) // 2
    cropped = [picture[:, side // 4 :][:, :half] for picture in pictures]
    white = np.full((side, side - 2 * half, 3), 255, np.uint8)
    sheet = np.concatenate([cropped[0], white, cropped[1]], axis=1)
    return sheet if rng.random() < 0.5 else np.ascontiguousarray(sheet.transpose(1, 0, 2))


def four(pictures: list[np.ndarray], rng: Rng) -> np.ndarray:
    """Four pictures in a square, with white gaps every other time."""
    side = pictures[0].shape[0]
    gap = round(side * 0.02) if rng.random() < 0.5 else 0
    half = (side - gap) // 2
    sheet = np.full((side, side, 3), 255, np.uint8)
    for number, picture in enumerate(pictures):
        x, y = (number % 2) * (side - half), (number // 2) * (side - half)
        sheet[y : y + half, x : x + half] = cv2.resize(
            picture, (half, half), interpolation=cv2.INTER_AREA
        )
    return sheet


def framed(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A frame of one colour, 4 to 9 % of the side wide; bars above and below every third time."""
    side = picture.shape[0]
    width = round(side * rng.uniform(0.04, 0.09))
    colours = ((255, 255, 255), (0, 0, 0), (190, 30, 40), (30, 60, 140), (240, 220, 120))
    sheet = np.full_like(picture, colours[rng.integers(len(colours))])
    if rng.random() < 1 / 3:
        sheet[width:-width] = picture[width:-width]
        return sheet
    inner = side - 2 * width
    sheet[width:-width, width:-width] = cv2.resize(
        picture, (inner, inner), interpolation=cv2.INTER_AREA
    )
    return sheet
