"""Masks: all of the food is drawn anew, nothing far from it is."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gpu_ops import food_mask
from gpu_ops.food_mask import box_mask, load_segmenter, outlines, soft_mask
from tests.gpu_ops.tiny_detectors import save_sam, save_sam2
from tests.stand_ins import draw_plate


def test_a_box_becomes_a_soft_mask_around_it() -> None:
    mask = box_mask((0.25, 0.25, 0.75, 0.75), 200, 300)
    assert mask.shape == (200, 300) and mask.dtype == np.float32
    assert (mask[52:148, 140:160] == 1).all() and (mask[90:110, 77:223] == 1).all()
    assert (mask[:30] == 0).all() and (mask[:, :45] == 0).all()
    edge = mask[:100, 150]
    assert (np.diff(edge) >= 0).all()
    assert ((edge > 0) & (edge < 1)).sum() >= 3


def test_an_outline_is_wholly_drawn_anew() -> None:
    region = np.zeros((120, 120), bool)
    region[40:80, 30:90] = True
    mask = soft_mask(region)
    assert (mask[region] == 1).all()
    assert (mask[:20] == 0).all() and (mask[:, 110:] == 0).all()


@pytest.mark.parametrize("save", [save_sam, save_sam2])
def test_an_outline_has_the_size_of_its_photo(
    save: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(food_mask, "LEAST_FILLED", -1)  # random weights: any answer is credible
    segmenter = load_segmenter(save(tmp_path), "cpu")
    photos = [draw_plate(1), draw_plate(2)[:70]]
    boxes = [(0.1, 0.1, 0.9, 0.9), (0.2, 0.1, 0.7, 0.8)]
    regions = outlines(segmenter, photos, boxes)
    assert [region.shape for region in regions if region is not None] == [(96, 96), (70, 96)]
    assert all(region is not None and region.dtype == bool for region in regions)
    assert outlines(segmenter, [], []) == []


def test_an_outline_that_leaves_its_box_is_not_believed() -> None:
    region = np.zeros((100, 100), bool)
    region[:50] = True
    assert food_mask._filled(region, (0.1, 0.1, 0.4, 0.5)) == 0  # most of it lies outside
    assert food_mask._filled(region, (0.0, 0.0, 1.0, 0.5)) == 1
    assert food_mask._filled(region, (0.0, 0.4, 1.0, 0.9)) == 0


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no segmentation model in .*config.json"):
        load_segmenter(tmp_path, "cpu")
