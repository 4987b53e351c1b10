"""Open translation models: every family through its real loading code, with its own tags."""

import json
from pathlib import Path

import pytest

from gpu_ops.sequence_translation import (
    UnknownLanguage,
    load_sequence_model,
    translate_into_english,
)
from tests.tiny_translators import PAIRS, tiny_m2m100, tiny_marian, tiny_t5


@pytest.fixture(scope="module")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_marian(tmp_path_factory.mktemp("marian"))


@pytest.fixture(scope="module")
def m2m100(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_m2m100(tmp_path_factory.mktemp("m2m100"))


def test_marian_translates_a_batch_of_texts_of_different_lengths(marian: Path) -> None:
    loaded = load_sequence_model(marian, "cpu")
    assert translate_into_english(loaded, ["Suppe", "Reis"], "de") == ["soup", "rice"]
    assert translate_into_english(loaded, ["Reis"], "de") == ["rice"]


def test_marian_refuses_a_language_that_it_was_not_made_for(marian: Path) -> None:
    with pytest.raises(UnknownLanguage, match="'ko'"):
        translate_into_english(load_sequence_model(marian, "cpu"), ["국수"], "ko")


def test_m2m100_is_told_both_languages(m2m100: Path) -> None:
    loaded = load_sequence_model(m2m100, "cpu")
    for language, text, english in PAIRS:  # the same word is a glass in German, ice in Swedish
        assert translate_into_english(loaded, [text], language) == [english]
    with pytest.raises(UnknownLanguage, match="'xx'"):
        translate_into_english(loaded, ["x"], "xx")


def test_madlad_is_told_the_language_by_a_tag(tmp_path: Path) -> None:
    loaded = load_sequence_model(tiny_t5(tmp_path), "cpu")
    assert translate_into_english(loaded, ["Reis", "국수"], "ko") == ["rice", "noodles"]


def test_a_text_of_any_length_gets_a_bounded_translation(marian: Path) -> None:
    loaded = load_sequence_model(marian, "cpu")
    (english,) = translate_into_english(loaded, ["Reis Suppe " * 1000], "de")
    assert len(loaded.tokenizer(english).input_ids) <= 512


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=rf"{tmp_path}.*config\.json is missing"):
        load_sequence_model(tmp_path, "cpu")


@pytest.mark.parametrize("file", ["model.safetensors", "source.spm", "vocab.json", "config.json"])
@pytest.mark.parametrize("damage", ["missing", "cut off"])
def test_a_damaged_folder_is_named(marian: Path, tmp_path: Path, file: str, damage: str) -> None:
    folder = _copy(marian, tmp_path / "copy")
    whole = (folder / file).read_bytes()
    (folder / file).unlink()
    if damage == "cut off":
        (folder / file).write_bytes(whole[: len(whole) // 2])
    with pytest.raises((FileNotFoundError, ValueError), match=f"translation model in {folder}"):
        load_sequence_model(folder, "cpu")


def test_weights_that_lack_a_layer_are_not_made_up(marian: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = _copy(marian, tmp_path / "copy")
    weights = load_file(folder / "model.safetensors")
    weights.pop("model.encoder.layers.0.fc1.weight")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"no weights for model\.encoder\.layers\.0\.fc1\.weight"):
        load_sequence_model(folder, "cpu")


def test_a_model_of_another_kind_is_refused(marian: Path, m2m100: Path, tmp_path: Path) -> None:
    from transformers import NllbTokenizer

    into_swedish = _copy(marian, tmp_path / "de-sv")
    settings = json.loads((into_swedish / "tokenizer_config.json").read_text())
    (into_swedish / "tokenizer_config.json").write_text(
        json.dumps({**settings, "target_lang": "sv"})
    )
    with pytest.raises(ValueError, match=r"\(marian\) cannot be used.*Opus-MT into English"):
        load_sequence_model(into_swedish, "cpu")
    nllb = _copy(m2m100, tmp_path / "nllb", "config.json", "model.safetensors")
    NllbTokenizer().save_pretrained(nllb)
    with pytest.raises(ValueError, match=r"\(m2m_100\) cannot be used.*NLLB's licence"):
        load_sequence_model(nllb, "cpu")


def _copy(folder: Path, copy: Path, *names: str) -> Path:
    copy.mkdir()
    for file in folder.iterdir():
        if not names or file.name in names:
            (copy / file.name).write_bytes(file.read_bytes())
    return copy
