"""Translation into English with an open sequence-to-sequence model.

Belongs here: loading a model from a folder, and from texts to English texts. Does not belong here:
which texts, which folder.

Three families, all free for commercial use: Opus-MT (Marian; CC-BY 4.0, one folder for a language
or a group of languages), M2M100 (MIT) and MADLAD-400 (T5; Apache-2.0). NLLB is of M2M100's family
but its weights are CC-BY-NC: it is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from gpu_ops.devices import prepare

GENERATION_VERSION = 1
"""Bump when the same weights may give another text."""

Family = Literal["marian", "m2m_100", "t5"]

BEAMS = 4
MAX_SOURCE_TOKENS = 200
"""A dish name has about 10 tokens; of a description a prompt takes no more than 100. Twice as many
and a few, the longest translation, fit the 512 positions that each family has."""
MAX_EXTRA_TOKENS = 16
"""A model that repeats itself is stopped at twice the tokens of the source and these."""

MADLAD_INTO_ENGLISH = "<2en>"


class UnknownLanguage(ValueError):
    """The model does not read this language."""


@dataclass(frozen=True, eq=False)
class SequenceModel:
    """A loaded model with its tokenizer."""

    family: Family
    tokenizer: Any
    model: Any


@cache  # one warm process loads a model once
def load_sequence_model(folder: Path, device: str) -> SequenceModel:
    """A translation model from a local transformers folder; never from the network.

    Raises:
        FileNotFoundError: there is no model in the folder.
        ValueError: files are missing or damaged, or the model is none of those above.
    """
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"no translation model in {folder}: config.json is missing")
    prepare(device)
    import warnings

    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    try:
        model, report = AutoModelForSeq2SeqLM.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, output_loading_info=True
        )
        if report["missing_keys"]:
            raise ValueError(f"no weights for {', '.join(sorted(report['missing_keys']))}")
        with warnings.catch_warnings():
            # Marian's tokenizer asks for a package that straightens punctuation; menus need none.
            warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # each library has its own for a file that is missing or cut off
        raise ValueError(f"the translation model in {folder} cannot be loaded: {error}") from error
    return SequenceModel(_family(model, tokenizer, folder), tokenizer, model.to(device).eval())


def translate_into_english(loaded: SequenceModel, texts: Sequence[str], language: str) -> list[str]:
    """English for one batch of texts of a language (ISO 639-1), always the same for the same batch.

    Raises:
        UnknownLanguage: the model does not read it.
    """
    import torch

    tokenizer, model = loaded.tokenizer, loaded.model
    options = {}
    if not _reads(loaded, language):
        raise UnknownLanguage(f"the translation model does not read the language {language!r}")
    if loaded.family == "m2m_100":
        tokenizer.src_lang = language
        options["forced_bos_token_id"] = tokenizer.get_lang_id("en")
    elif loaded.family == "t5":
        texts = [f"{MADLAD_INTO_ENGLISH} {text}" for text in texts]
    inputs = tokenizer(
        list(texts),
        return_tensors="pt",
        padding=True,
        truncation=True,
        max_length=MAX_SOURCE_TOKENS,
    ).to(model.device)
    longest = inputs["input_ids"].shape[1]
    with torch.inference_mode():
        tokens = model.generate(
            **inputs,
            **options,
            do_sample=False,
            num_beams=BEAMS,
            max_new_tokens=2 * longest + MAX_EXTRA_TOKENS,
        )
    if loaded.family == "m2m_100":
        tokens = tokens[:, 2:]  # start and tag: not every M2M100 tokenizer knows the tag as special
    english: list[str] = tokenizer.batch_decode(tokens, skip_special_tokens=True)
    return english


def _reads(loaded: SequenceModel, language: str) -> bool:
    if loaded.family == "m2m_100":
        return language in loaded.tokenizer.lang_code_to_id
    if loaded.family == "marian":
        # A language ("de"), or a group ("mul", "zle") whose members the folder does not name.
        source = loaded.tokenizer.source_lang or ""
        return len(source) != 2 or source == language
    return True


def _family(model: Any, tokenizer: Any, folder: Path) -> Family:
    name = model.config.model_type
    if name == "marian" and (tokenizer.target_lang or "en") in ("en", "eng"):
        return "marian"
    if name == "m2m_100" and hasattr(tokenizer, "lang_code_to_id"):  # NLLB has none
        return "m2m_100"
    if name == "t5" and MADLAD_INTO_ENGLISH in tokenizer.get_vocab():
        return "t5"
    raise ValueError(
        f"the model in {folder} ({name}) cannot be used: it has to be Opus-MT into English, "
        "M2M100 or MADLAD-400 (NLLB's licence forbids commercial use)"
    )
