"""Black and white pictures are vetoed, and what looks like sepia goes to a person."""

import cv2
import numpy as np
import pytest

from models.recipe.drawings import KINDS, draw_dish
from resources.checks.check import Dish, Picture
from resources.checks.colour import ColourCheck


def verdict(pixels: np.ndarray) -> str:
    ((finding,),) = ColourCheck().look([Picture(pixels, Dish("pizza"))])
    assert finding.check_name == "in_colour" and (finding.verdict == "pass") == (not finding.reason)
    return finding.verdict


@pytest.mark.parametrize("kind", KINDS[::5])
def test_colours_tell(kind: str) -> None:
    picture = draw_dish(kind, seed=4, size_px=256).picture
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    saved = cv2.imdecode(cv2.imencode(".jpg", grey)[1], cv2.IMREAD_COLOR)
    toned = np.clip(grey * (1.1, 0.95, 0.75), 0, 255).astype(np.uint8)
    assert verdict(picture) == "pass"
    assert verdict(grey) == verdict(saved) == "veto"
    assert verdict(toned) != "pass"
