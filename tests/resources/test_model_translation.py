"""An open model in a folder as a translation service."""

from pathlib import Path

import pytest

from resources.model_translation import ModelTranslator
from resources.translation import TranslationFailed
from tests.tiny_translators import tiny_marian


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_marian(tmp_path_factory.mktemp("marian"))


def test_each_text_is_translated_whatever_the_batches(folder: Path) -> None:
    for batch_size, batches in ((1, 3), (2, 2), (32, 1)):
        service = ModelTranslator(folder, batch_size=batch_size)
        answers = list(service.translate(["Glass", "Reis", "Suppe"], language="de"))
        assert len(answers) == batches
        english = {text: word for batch in answers for text, word in batch.items()}
        assert english == {"Reis": "rice", "Suppe": "soup", "Glass": "glass"}


def test_a_language_that_the_model_does_not_read_is_a_failure(folder: Path) -> None:
    with pytest.raises(TranslationFailed, match=f"{folder}.*'ko'"):
        list(ModelTranslator(folder).translate(["국수"], language="ko"))


def test_the_version_is_that_of_the_weights(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / folder.name
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert ModelTranslator(copy).version == ModelTranslator(folder).version
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "model.safetensors").write_bytes(weights)
    assert ModelTranslator(copy).version != ModelTranslator(folder).version


def test_a_missing_folder_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere.*GARNISH_TRANSLATION_MODEL"):
        _ = ModelTranslator(tmp_path / "nowhere").version
