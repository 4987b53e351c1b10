"""What goes wrong in a camera: blur, exposure, colour.

Belongs here: changes to all pixels alike. Lengths are shares of the side.
"""

import cv2
import numpy as np

from models.recipe.outlines import Rng


def soft(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """Out of focus: a Gaussian of 0.8 to 1.6 % of the side."""
    return blurred(picture, rng.uniform(0.008, 0.016))


def blurred(picture: np.ndarray, deviation: float) -> np.ndarray:
    """A Gaussian blur; `deviation` in shares of the side."""
    return cv2.GaussianBlur(picture, (0, 0), deviation * picture.shape[0])


def shaken(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """The camera moved by 5 to 9 % of the side."""
    length = max(3, round(picture.shape[0] * rng.uniform(0.05, 0.09)) | 1)
    middle, turn = (length - 1) / 2, rng.uniform(0, np.pi)
    reach = np.array((np.cos(turn), np.sin(turn))) * middle
    ends = np.round(np.stack([middle - reach, middle + reach])).astype(np.int32)
    kernel = cv2.line(np.zeros((length, length), np.float32), ends[0].tolist(), ends[1].tolist(), 1)
    return cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)


def exposed(picture: np.ndarray, stops: float) -> np.ndarray:
    """The picture with so many stops more light, in linear light, clipped as a sensor clips."""
    linear = (picture.astype(np.float32) / 255) ** 2.2 * 2.0**stops
    return (np.clip(linear, 0, 1) ** (1 / 2.2) * 255).round().astype(np.uint8)


def dark(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """Three and a half to five stops too little."""
    return exposed(picture, -rng.uniform(3.5, 5))


def bright(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """Two and a half to four stops too much."""
    return exposed(picture, rng.uniform(2.5, 4))


def grey(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """Black and white."""
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def sepia(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """Black and white in a brown tone."""
    tone = (1.0, rng.uniform(0.88, 0.94), rng.uniform(0.7, 0.82))
    return np.clip(grey(picture, rng) * np.array(tone), 0, 255).astype(np.uint8)


def cast(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A strong green, blue, red or yellow lamp."""
    lamps = ((0.6, 1.1, 0.6), (0.55, 0.75, 1.3), (1.3, 0.6, 0.6), (1.2, 1.05, 0.35))
    return np.clip(picture * np.array(lamps[rng.integers(4)]), 0, 255).astype(np.uint8)
