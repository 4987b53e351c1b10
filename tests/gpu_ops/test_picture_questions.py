"""Questions on pictures: real loading code, on a tiny model in the real format."""

from pathlib import Path

import numpy as np
import pytest

from gpu_ops.picture_questions import load_questioner, yes_probabilities
from models.recipe.drawings import draw_dish
from tests.gpu_ops.tiny_questioners import save_llava


def test_an_answer_depends_on_picture_and_question_but_not_on_its_neighbours(
    tmp_path: Path,
) -> None:
    questioner = load_questioner(save_llava(tmp_path / "vlm"), "cpu")
    pizza, soup = (draw_dish(kind, seed=1).picture for kind in ("pizza", "lentil soup"))
    questions = ["Does it show meat?", "Is it a soup, or does it show a lot of other things?"]
    answers = yes_probabilities(questioner, pizza, questions)
    assert answers.shape == (2,) and ((answers > 0) & (answers < 1)).all()
    assert answers[0] != answers[1]
    assert not np.allclose(answers, yes_probabilities(questioner, soup, questions), atol=1e-6)
    alone = yes_probabilities(questioner, pizza, questions[:1])
    assert alone[0] == pytest.approx(answers[0], abs=1e-4)
    assert yes_probabilities(questioner, pizza, []).size == 0


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no vision language model"):
        load_questioner(tmp_path, "cpu")
