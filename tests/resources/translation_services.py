"""Translation services that tests can steer.

Belongs here: what answers without a model or an account. Does not belong here: assertions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from resources.translation import TranslationFailed


@dataclass
class CountsLetters:
    """Says how many letters each word has, and remembers what it was asked.

    Attributes:
        version: As a service's.
        batch_size: Texts in a batch.
        fails_after: Batches after which it fails for good; None = never.
        asked: The batches so far, with their language.
    """

    version: str = "letters-1"
    batch_size: int = 2
    fails_after: int | None = None
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def translate(self, texts: Sequence[str], *, language: str) -> Iterator[Mapping[str, str]]:
        for start in range(0, len(texts), self.batch_size):
            if self.fails_after is not None and len(self.asked) >= self.fails_after:
                raise TranslationFailed("the service is closed")
            batch = tuple(texts[start : start + self.batch_size])
            self.asked.append((language, batch))
            yield {text: self.english(text) for text in batch}

    def english(self, text: str) -> str:
        return "dish of " + " ".join(str(len(word)) for word in text.split())
