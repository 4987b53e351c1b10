"""Tags are scored by each kind of model in its own way, and texts are embedded once."""

from pathlib import Path

import numpy as np
import pytest

from gpu_ops.tag_index import Tagger, load_tagger, picture_directions, tag_embeddings, tag_scores
from tests.gpu_ops.tiny_taggers import save_clip, save_siglip

TAGS = ("hand", "cat", "plate of soup", "soup", "a very long tag " * 20)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return load_tagger(save_clip(tmp_path_factory.mktemp("clip")), "cpu")


@pytest.fixture(scope="module")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return load_tagger(save_siglip(tmp_path_factory.mktemp("siglip")), "cpu")


@pytest.fixture(params=["clip", "siglip"])
def tagger(request: pytest.FixtureRequest) -> Tagger:
    return request.getfixturevalue(request.param)


def scores_of(tagger: Tagger, shown: list[np.ndarray], embeddings: np.ndarray) -> np.ndarray:
    return tag_scores(tagger, picture_directions(tagger, shown), embeddings)


def pictures(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return [rng.integers(0, 255, (40 + 9 * n, 64, 3), dtype=np.uint8) for n in range(count)]


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no tagger in .*config.json is missing"):
        load_tagger(tmp_path, "cpu")


def test_scores_of_clip_compete_and_those_of_siglip_do_not(
    clip: Tagger, siglip: Tagger, tmp_path: Path
) -> None:
    for tagger, competes in ((clip, True), (siglip, False)):
        few, many = (
            scores_of(tagger, pictures(3), tag_embeddings(tagger, tags, f"{competes}", tmp_path))
            for tags in (TAGS[:2], TAGS)
        )
        assert few.shape == (3, 2) and many.shape == (3, 5)
        assert ((many >= 0) & (many <= 1)).all()
        assert np.allclose(many.sum(1), 1, atol=1e-3) == competes
        assert np.allclose(few, many[:, :2], atol=1e-3) != competes


def test_a_score_is_what_the_model_says_of_picture_and_text(siglip: Tagger, tmp_path: Path) -> None:
    import torch

    tokens = siglip.texts(
        [f"a photo of {tag}." for tag in TAGS[:3]],
        padding="max_length",
        truncation=True,
        max_length=16,
        return_tensors="pt",
    )
    seen = siglip.pictures(images=pictures(2), return_tensors="pt")
    with torch.inference_mode():
        said = siglip.model(input_ids=tokens["input_ids"], **seen).logits_per_image.sigmoid()
    scores = scores_of(siglip, pictures(2), tag_embeddings(siglip, TAGS[:3], "w", tmp_path))
    assert scores == pytest.approx(said.numpy(), abs=2e-3)  # texts are kept at half precision


def test_texts_are_embedded_once_and_again_for_other_tags_or_weights(
    tagger: Tagger, tmp_path: Path
) -> None:
    tag_embeddings(tagger, TAGS, "w1", tmp_path)
    (kept,) = tmp_path.iterdir()
    np.save(kept, np.zeros((5, 16), np.float16))
    tag_embeddings.cache_clear()
    assert not tag_embeddings(tagger, TAGS, "w1", tmp_path).any()
    assert tag_embeddings(tagger, TAGS, "w2", tmp_path).any()
    assert tag_embeddings(tagger, TAGS[:3], "w1", tmp_path).shape[0] == 3
    assert len(list(tmp_path.iterdir())) == 3


def test_a_picture_scores_the_same_alone(tagger: Tagger, tmp_path: Path) -> None:
    embeddings = tag_embeddings(tagger, TAGS, "w", tmp_path)
    together = scores_of(tagger, pictures(3), embeddings)
    alone = [scores_of(tagger, [picture], embeddings)[0] for picture in pictures(3)]
    assert together == pytest.approx(np.stack(alone), abs=1e-4)
