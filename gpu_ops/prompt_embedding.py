"""Prompts as embeddings, of any length, with compel.

Belongs here: plain text to the four tensors that an SDXL pipeline takes. Does not belong here: what
a prompt says (`menu_assets/prompts.py`).

CLIP reads 77 tokens; compel cuts longer prompts into chunks and joins their embeddings.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

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


def embed(pipeline: Any, prompts: Sequence[str], negative_prompts: Sequence[str]) -> dict[str, Any]:
    """The prompt arguments of an SDXL pipeline call.

    Each different prompt is encoded once, however many pictures ask for it.

    Returns:
        `prompt_embeds` and `negative_prompt_embeds` (pictures, tokens, width),
        `pooled_prompt_embeds` and `negative_pooled_prompt_embeds` (pictures, pooled width), in the
        pipeline's dtype and on its device.
    """
    import torch

    texts = [plain_text(prompt) for prompt in prompts]
    negatives = [plain_text(prompt) for prompt in negative_prompts]
    pairs = sorted(set(zip(texts, negatives, strict=True)))
    with torch.inference_mode():
        encoded = _compel(pipeline)(
            [prompt for prompt, _ in pairs], negative_prompt=[negative for _, negative in pairs]
        )
    row = {pair: number for number, pair in enumerate(pairs)}
    rows = torch.tensor([row[pair] for pair in zip(texts, negatives, strict=True)])
    rows = rows.to(encoded.embeds.device)
    return {
        "prompt_embeds": encoded.embeds[rows],
        "pooled_prompt_embeds": encoded.pooled_embeds[rows],
        "negative_prompt_embeds": encoded.negative_embeds[rows],
        "negative_pooled_prompt_embeds": encoded.negative_pooled_embeds[rows],
    }


@cache
def _compel(pipeline: Any) -> Any:
    from compel import CompelForSDXL

    return CompelForSDXL(pipeline)
