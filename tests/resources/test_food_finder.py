"""Which photos can be redrawn: the samples, spoilt photos, and a real detector's loading code."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from upath import UPath

from resources import food_finder
from resources.environment import REPOSITORY, resources_for
from resources.food_finder import Food, FoodFinder
from resources.model_copies import OptionalModel
from resources.photo_decoding import UnusablePhoto, decoded
from tests.gpu_ops.tiny_detectors import save_grounding_dino, save_sam
from tests.model_servers import s3_store

PHOTOS = REPOSITORY / "sample_menus" / "photos"
NOTHING = Path("no-such-folder")


def finder_with(detector: Path | str = NOTHING, segmenter: Path | str = NOTHING) -> FoodFinder:
    models = (OptionalModel(UPath(where), NOTHING) for where in (detector, segmenter))
    return FoodFinder(*models, "cpu", batch_size=4)


SALIENCY = finder_with()


def sample(name: str = "tr-0073") -> np.ndarray:
    """A sample photo, (480, 640, 3) uint8 RGB; this one shows a soup."""
    return decoded((PHOTOS / f"{name}.jpg").read_bytes())


def verdict(photo: np.ndarray, finder: FoodFinder = SALIENCY) -> str:
    (found,) = finder.find([photo])
    return found.reason_code if isinstance(found, UnusablePhoto) else "usable"


def plates(*places: tuple[int, int, int]) -> np.ndarray:
    """Plates with food on a grey table, 480 x 640, by x, y and radius in pixels."""
    rng = np.random.default_rng(3)
    photo = np.full((480, 640, 3), 150, np.uint8)
    for x, y, radius in places:
        cv2.circle(photo, (x, y), radius, (190, 90, 40), -1)
    return np.clip(photo + rng.normal(0, 5, photo.shape), 0, 255).astype(np.uint8)


def test_the_samples_are_judged_as_a_person_would() -> None:
    expected = {"de-0052": "too_dark", "se-0031": "food_cut_off"}
    for path in sorted(PHOTOS.glob("*.jpg")):
        assert verdict(sample(path.stem)) == expected.get(path.stem, "usable"), path.name


def test_the_mask_covers_the_dish_and_leaves_the_table() -> None:
    (food,) = SALIENCY.find([plates((420, 200, 110))])
    assert isinstance(food, Food)
    assert food.box == pytest.approx((310 / 640, 90 / 480, 530 / 640, 310 / 480), abs=0.02)
    rows, columns = np.mgrid[0:480, 0:640]
    distance = np.hypot(columns - 420, rows - 200)
    assert food.mask.shape == (480, 640) and food.mask.dtype == np.float32
    assert food.mask[distance < 105].min() == 1
    assert food.mask[distance > 150].max() == 0


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        (plates(), "no_food"),
        (plates((300, 200, 50)), "food_too_small"),
        (plates((170, 240, 110), (470, 240, 120)), "several_dishes"),
        (sample()[200:, 280:], "food_cut_off"),
        (plates((320, 240, 150)) // 8, "too_dark"),
        (np.full((480, 640, 3), 255, np.uint8), "too_bright"),
        (cv2.GaussianBlur(plates((320, 240, 150)), (0, 0), 25), "blurred"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_spoilt_photo_says_why(photo: np.ndarray, code: str) -> None:
    assert verdict(photo) == code


def test_a_dish_at_one_side_can_be_completed() -> None:
    assert verdict(sample()[:, 280:]) == "usable"


def test_each_photo_of_a_batch_gets_its_own_answer() -> None:
    photos = [sample("bd-0002"), sample("de-0052"), sample("tr-0042"), plates()]
    together = SALIENCY.find(photos)
    assert [isinstance(food, Food) for food in together] == [True, False, True, False]
    (alone,) = SALIENCY.find(photos[2:3])
    assert isinstance(alone, Food) and isinstance(together[2], Food)
    assert alone.box == together[2].box and (alone.mask == together[2].mask).all()


def test_the_version_says_what_looked_and_changes_with_the_weights(tmp_path: Path) -> None:
    one = save_grounding_dino(tmp_path / "grounding-dino")
    other = save_grounding_dino(tmp_path / "other" / "grounding-dino", seed=1)
    sam = save_sam(tmp_path / "sam")
    versions = [
        SALIENCY.version,
        finder_with(one).version,
        finder_with(other).version,
        finder_with(one, sam).version,
    ]
    assert len(set(versions)) == 4
    assert versions[0] == "rules-2+saliency"
    assert "grounding-dino-" in versions[1] and "sam-" in versions[3]


def test_installed_weights_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = save_grounding_dino(tmp_path / "grounding-dino")
    finder = finder_with(detector, save_sam(tmp_path / "sam"))
    # Random weights find anything anywhere, so only the best of it is kept, and no rule of size.
    monkeypatch.setattr(food_finder, "DETECTED", 0.0)
    monkeypatch.setattr(food_finder, "ONE_DISH", -1.0)
    monkeypatch.setattr(food_finder, "FOOD_TOO_SMALL", 0.0)
    monkeypatch.setattr(food_finder, "BLURRED", 0.0)
    photo = sample()
    (found,) = finder.find([photo])
    assert isinstance(found, Food)
    assert found.box != SALIENCY._sights([photo])[0][0].box
    assert found.mask.shape == (480, 640) and found.mask.max() == 1
    monkeypatch.setattr(food_finder, "DETECTED", 1.1)
    assert verdict(photo, finder) == "no_food"


def test_a_cluster_finds_what_lies_in_its_store(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_grounding_dino(tmp_path / "models" / "grounding-dino")
    save_sam(tmp_path / "models" / "sam")
    monkeypatch.setattr(food_finder, "DETECTED", 1.1)  # random weights find anything anywhere
    with s3_store("models") as store:
        store.put(f"{tmp_path}/models/", "models/", recursive=True)
        monkeypatch.setenv("GARNISH_MODELS", "s3://models")
        planner, worker = resources_for("local").finder, resources_for("local").finder
        assert "grounding-dino-" in planner.version and "sam-" in planner.version
        assert not list(home.rglob("*.safetensors"))  # a plan copies nothing
        assert verdict(sample(), worker) == "no_food"  # saliency sees a soup in it
        assert worker.version == planner.version
        before = copies(home)
        assert {path.parent.name.split("@")[0] for path in before} == {"grounding-dino", "sam"}
        assert verdict(sample(), resources_for("local").finder) == "no_food"
        assert copies(home) == before

        other = save_grounding_dino(tmp_path / "other", seed=1)
        store.put(f"{other}/", "models/grounding-dino/", recursive=True)
        store.invalidate_cache()
        changed = resources_for("local").finder
        assert verdict(sample(), changed) == "no_food"
        assert changed.version != planner.version
        assert len(copies(home)) == 3


def copies(home: Path) -> dict[Path, int]:
    """Weights that were copied, and when."""
    return {path: path.stat().st_mtime_ns for path in home.rglob("*.safetensors")}
