"""The detector answers in the phrases that were asked, and of each photo by itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpu_ops.food_detection import Detection, detect, distinct, load_detector
from tests.gpu_ops.tiny_detectors import save_grounding_dino
from tests.stand_ins import draw_plate

PHRASES = ("a plate of food", "a bowl of soup", "burgers")


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    return load_detector(save_grounding_dino(tmp_path_factory.mktemp("detector")), "cpu")


def photo(seed: int, height: int = 64, width: int = 96) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no detector in .*config.json is missing"):
        load_detector(tmp_path, "cpu")


def test_detections_are_phrases_with_boxes_best_first(detector: tuple[Any, Any]) -> None:
    (found,) = detect(detector, [draw_plate(1)], PHRASES, threshold=0.0)
    assert len(found) == 20  # one for each query
    assert {detection.phrase for detection in found} <= set(PHRASES)
    scores = [detection.score for detection in found]
    assert scores == sorted(scores, reverse=True)
    for x0, y0, x1, y1 in (detection.box for detection in found):
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1


def test_the_threshold_holds(detector: tuple[Any, Any]) -> None:
    (found,) = detect(detector, [photo(1)], PHRASES, threshold=0.0)
    least = found[4].score
    (fewer,) = detect(detector, [photo(1)], PHRASES, threshold=least)
    assert fewer == [detection for detection in found if detection.score >= least]
    assert detect(detector, [photo(1)], PHRASES, threshold=1.1) == [[]]


def test_what_is_found_does_not_depend_on_the_photos_beside_it(detector: tuple[Any, Any]) -> None:
    photos = [photo(1), photo(2, 90, 70), photo(3), photo(4, 120, 120)]
    together = detect(detector, photos, PHRASES, threshold=0.0)
    for picture, found in zip(photos, together, strict=True):
        (alone,) = detect(detector, [picture], PHRASES, threshold=0.0)
        best, best_alone = found[0], alone[0]
        assert best.phrase == best_alone.phrase
        assert best.score == pytest.approx(best_alone.score, abs=1e-4)
        assert best.box == pytest.approx(best_alone.box, abs=1e-4)


def test_a_phrase_scores_by_its_own_tokens(detector: tuple[Any, Any]) -> None:
    """The model's text attention keeps phrases apart, so only the order of the answer changes."""
    import torch

    model, processor = detector
    text = ". ".join(PHRASES) + "."
    inputs = processor(images=[photo(5)], text=[text], return_tensors="pt")
    with torch.inference_mode():
        scores = model(**inputs).logits.sigmoid()[0].numpy()
    words = processor.tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
    assert words[1:5] == ["a", "plate", "of", "food"] and words[11:13] == ["burger", "##s"]
    expected = [scores[:, 1:5].max(), scores[:, 6:10].max(), scores[:, 11:13].max()]
    (found,) = detect(detector, [photo(5)], PHRASES, threshold=0.0)
    assert found[0].score == pytest.approx(max(expected), abs=1e-6)
    assert found[0].phrase == PHRASES[int(np.argmax(expected))]


@pytest.mark.parametrize("phrases", [("a. pizza",), ("pizza", ""), ("what?", "food ? drink")])
def test_phrases_that_would_be_read_otherwise_are_refused(
    detector: tuple[Any, Any], phrases: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="phrases read as"):
        detect(detector, [photo(1)], phrases, threshold=0.0)


def test_too_many_phrases_are_refused(detector: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match="256 tokens"):
        detect(detector, [photo(1)], ["a plate of food"] * 80, threshold=0.0)


def test_nothing_is_found_in_no_photos(detector: tuple[Any, Any]) -> None:
    assert detect(detector, [], PHRASES, threshold=0.5) == []


def test_a_dish_within_a_dish_is_one_dish() -> None:
    bowl = Detection("a bowl of soup", 0.9, (0.1, 0.1, 0.6, 0.6))
    soup = Detection("soup", 0.8, (0.2, 0.2, 0.5, 0.5))
    beside = Detection("a plate of food", 0.5, (0.5, 0.5, 0.9, 0.9))
    assert distinct([bowl, soup, beside], overlap=0.6) == [bowl, beside]
