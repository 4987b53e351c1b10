"""What has been written or stuck onto a picture: text, pseudo-text, watermarks, stickers.

Belongs here: marks over a finished picture. Sizes are shares of the picture's side, so that a mark
is as large at any resolution. Fonts come with Pillow and OpenCV: no machine has others.
"""

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.recipe.outlines import Rng

WORDS = (
    "MITTAGSMENU 8,90",
    "Order now",
    "-20 % SALE",
    "Pizzeria Roma",
    "Best in town",
    "NEW!",
    "Today only 4.99",
    "Free delivery",
    "Homemade",
    "Chef's choice",
)
CONSONANTS, VOWELS = "bcdfghjklmnprstvwxz", "aeiouy"
INKS = ((250, 250, 245), (20, 20, 24), (214, 40, 36), (250, 214, 40))


def readable(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A few real words, 5 to 9 % of the side high, on top or at the bottom."""
    return _written(picture, str(rng.choice(WORDS)), rng)


def gibberish(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """What models write: words of no language, or strokes that only look like letters."""
    if rng.random() < 0.5:
        return _pseudo_glyphs(picture, rng)
    words = ["".join(_syllable(rng) for _ in range(rng.integers(2, 4))) for _ in range(2)]
    return _written(picture, " ".join(words).upper(), rng)


def watermark(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A repeated slanting mark that lets the picture shine through (28 to 45 % opaque)."""
    side = picture.shape[0]
    word = str(rng.choice(("STOCKFOTO", "sample", "(c) PicShop", "PREVIEW")))
    layer = Image.new("L", (2 * side, 2 * side), 0)
    font = ImageFont.load_default(size=side * rng.uniform(0.06, 0.09))
    width = font.getlength(word)
    draw = ImageDraw.Draw(layer)
    for row, y in enumerate(np.arange(0, 2 * side, side * 0.24)):
        for x in np.arange(-width * (row % 2) / 2, 2 * side, width * 1.4):
            draw.text((x, y), word, fill=255, font=font)
    half, end = side // 2, side // 2 + side
    turned = layer.rotate(rng.uniform(20, 40)).crop((half, half, end, end))
    opacity = rng.uniform(0.28, 0.45) * np.asarray(turned, np.float32)[..., None] / 255
    return (picture * (1 - opacity) + 255 * opacity).astype(np.uint8)


def sticker(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A round badge with initials, as of a brand, in a corner."""
    side = picture.shape[0]
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    radius = side * rng.uniform(0.09, 0.13)
    x, y = (side * 0.5 + sign * (side * 0.46 - radius) for sign in rng.choice([-1, 1], 2))
    colour = tuple(int(part) for part in rng.integers(20, 200, 3))
    for share, fill in ((1.0, colour), (0.86, (255, 255, 255)), (0.78, colour)):
        reach = radius * share
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill)
    initials = "".join(rng.choice(list("ABDKMQRX"), 2))
    font = ImageFont.load_default(size=radius * 0.9)
    draw.text((x, y), initials, fill=(255, 255, 255), font=font, anchor="mm")
    return np.array(image)


def _written(picture: np.ndarray, text: str, rng: Rng) -> np.ndarray:
    side = picture.shape[0]
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    height = side * rng.uniform(0.05, 0.09)
    font = ImageFont.load_default(size=height)
    width = font.getlength(text)
    if width > 0.9 * side:
        font = ImageFont.load_default(size=height * 0.9 * side / width)
        width = 0.9 * side
    x = rng.uniform(0.04 * side, 0.96 * side - width)
    y = rng.uniform(0.05, 0.15) * side if rng.random() < 0.5 else rng.uniform(0.78, 0.86) * side
    ink = INKS[rng.integers(len(INKS))]
    edge = (0, 0, 0) if sum(ink) > 380 else (255, 255, 255)
    draw.text((x, y), text, fill=ink, font=font, stroke_width=height / 12, stroke_fill=edge)
    return np.array(image)


def _syllable(rng: Rng) -> str:
    return str(rng.choice(list(CONSONANTS))) + str(rng.choice(list(VOWELS + CONSONANTS)))


def _pseudo_glyphs(picture: np.ndarray, rng: Rng) -> np.ndarray:
    side = picture.shape[0]
    marked = picture.copy()
    height = side * rng.uniform(0.06, 0.09)
    x, y = rng.uniform(0.05, 0.2) * side, rng.choice([0.08, 0.82]) * side
    ink = (250, 250, 245) if picture[int(y) : int(y + height)].mean() < 140 else (20, 20, 24)
    stroke = max(1, round(height / 8))
    for _ in range(rng.integers(7, 11)):
        width = height * rng.uniform(0.4, 0.7)
        corners = np.array([(0, 0), (0.5, 0), (1, 0), (0, 0.5), (1, 0.5), (0, 1), (0.5, 1), (1, 1)])
        knots = corners[rng.permutation(len(corners))[: rng.integers(3, 6)]]
        path = np.round(knots * (width, height) + (x, y)).astype(np.int32)
        cv2.polylines(marked, [path], rng.random() < 0.3, ink, stroke, cv2.LINE_AA)
        x += width * 1.45
    return marked
