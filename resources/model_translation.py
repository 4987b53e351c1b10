"""An open translation model in a local folder as a translation service.

Belongs here: which model, in which batches. Does not belong here: how a model is asked
(`gpu_ops/sequence_translation.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gpu_ops.sequence_translation import (
    GENERATION_VERSION,
    UnknownLanguage,
    load_sequence_model,
    translate_into_english,
)
from resources.model_copies import weights_hash
from resources.translation import TranslationFailed


@dataclass(frozen=True)
class ModelTranslator:
    """Opus-MT, M2M100 or MADLAD-400 in a transformers folder.

    Attributes:
        folder: Where it is.
        device: "cpu" or "cuda". A CPU is enough: each text is translated once.
        batch_size: Texts translated at once, and at most lost by a crash.
    """

    folder: Path
    device: str = "cpu"
    batch_size: int = 32

    @cached_property
    def version(self) -> str:
        """The folder's name and a hash of the weights.

        Raises:
            FileNotFoundError: there is no model.
        """
        if not self.folder.is_dir():
            raise FileNotFoundError(
                f"no folder {self.folder}: set GARNISH_TRANSLATION_MODEL to that of a translation "
                "model (Opus-MT, M2M100 or MADLAD-400)"
            )
        return f"{self.folder.name}-{GENERATION_VERSION}-{weights_hash(self.folder)}"

    def translate(self, texts: Sequence[str], *, language: str) -> Iterator[Mapping[str, str]]:
        """English by text, one batch after the other, short texts first.

        Raises:
            TranslationFailed: the model does not read the language.
            FileNotFoundError: there is no model in the folder.
            ValueError: the model cannot be loaded, or is of an unknown kind.
        """
        loaded = load_sequence_model(self.folder, self.device)
        alike = sorted(texts, key=len)  # a batch is as slow as its longest text
        for start in range(0, len(alike), self.batch_size):
            batch = alike[start : start + self.batch_size]
            try:
                english = translate_into_english(loaded, batch, language)
            except UnknownLanguage as error:
                raise TranslationFailed(f"{self.folder}: {error}") from error
            yield dict(zip(batch, english, strict=True))
