"""Prompts as embeddings, of any length, with compel, each encoded once.

Belongs here: plain text to the tensors that an SDXL UNet takes, and keeping them for the next
picture of the same prompt. Does not belong here: what a prompt says (`menu_assets/prompts.py`).

CLIP reads 77 tokens; compel cuts longer prompts into chunks and joins their embeddings.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

KEPT_PROMPTS = 256
"""A dish's candidates share a prompt and lie side by side. An entry of SDXL's has 1.2 MB."""

_WEIGHT_SIGNS = re.compile(r"\+|-{2,}|-(?!\w)")  # a single hyphen before a letter is spelling
_SYNTAX = re.compile(r"[()\"\\{}\[\]]")


def plain_text(text: str) -> str:
    """A menu's text without what compel would read as its own syntax.

    "C++ salad" would weigh the C, "soup--" would weaken the soup, and `.swap(` is an operator;
    vendors mean none of it.
    """
    without_brackets = _SYNTAX.sub(" ", text)
    without_weights = _WEIGHT_SIGNS.sub(" ", without_brackets)
    return " ".join(re.sub(r"\.(swap|blend|and)\b", r" \1", without_weights).split())


@dataclass(frozen=True, eq=False)
class EmbeddedPrompt:
    """A prompt and its negative prompt, of equal length.

    Attributes:
        text: (1, tokens, width).
        pooled: (1, pooled width).
        negative_text: (1, tokens, width).
        negative_pooled: (1, pooled width).
    """

    text: Any
    pooled: Any
    negative_text: Any
    negative_pooled: Any

    @property
    def tokens(self) -> int:
        """Length of both: 77 or a multiple."""
        return int(self.text.shape[1])


class PromptEmbedder:
    """The text encoders of one SDXL pipeline, with a memory."""

    def __init__(self, pipeline: Any) -> None:
        from compel import CompelForSDXL

        self._compel = CompelForSDXL(pipeline)
        self._remembered = lru_cache(KEPT_PROMPTS)(self._encoded)

    def embed(self, prompt: str, negative_prompt: str) -> EmbeddedPrompt:
        """A pair of prompts, in the pipeline's dtype and on its device.

        Encoded alone, padded to the longer of the two: a picture must not depend on how long the
        prompts are that happen to be in its batch.
        """
        return self._remembered(plain_text(prompt), plain_text(negative_prompt))

    def _encoded(self, prompt: str, negative_prompt: str) -> EmbeddedPrompt:
        import torch

        with torch.inference_mode():
            encoded = self._compel([prompt], negative_prompt=[negative_prompt])
        return EmbeddedPrompt(
            encoded.embeds,
            encoded.pooled_embeds,
            encoded.negative_embeds,
            encoded.negative_pooled_embeds,
        )
