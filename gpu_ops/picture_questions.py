"""Yes or no to questions on pictures, by a vision language model.

Belongs here: the probability of "yes". Does not belong here: which questions are asked, and what
follows from an answer.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare

INSTRUCTION = "Answer with yes or no."

YES = ("yes", "Yes", " yes", " Yes")
NO = ("no", "No", " no", " No")
"""An answer's first token, as tokenizers may cut it."""


@cache
def load_questioner(folder: Path, device: str) -> tuple[Any, Any]:
    """A vision language model and its processor from a local transformers folder.

    Raises:
        FileNotFoundError: there is no model in the folder.
    """
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"no vision language model in {folder}: config.json is missing")
    prepare(device)
    import torch
    from transformers import AutoModelForImageTextToText, AutoProcessor

    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    model = AutoModelForImageTextToText.from_pretrained(folder, dtype=dtype, local_files_only=True)
    processor = AutoProcessor.from_pretrained(folder, local_files_only=True)
    processor.tokenizer.padding_side = "left"  # so that the last place is where the answer begins
    return model.to(device).eval(), processor


def yes_probabilities(
    questioner: tuple[Any, Any], picture: np.ndarray, questions: Sequence[str]
) -> np.ndarray:
    """How surely each question is answered with yes: VQAScore (arXiv 2404.01291), yes against no.

    Args:
        questioner: What `load_questioner` gave.
        picture: (height, width, 3) uint8 RGB.
        questions: That can be answered with yes or no.

    Returns:
        (questions,) float32 in 0..1.
    """
    import torch

    model, processor = questioner
    if not questions:
        return np.zeros(0, np.float32)
    texts = [_asked(processor, question) for question in questions]
    inputs = processor(
        images=[[picture] for _ in questions], text=texts, padding=True, return_tensors="pt"
    ).to(model.device, model.dtype)
    with torch.inference_mode():
        last = model(**inputs, logits_to_keep=1).logits[:, -1].float().softmax(-1)
    yes, no = (last[:, _first_tokens(processor, words)].sum(-1) for words in (YES, NO))
    return (yes / (yes + no)).cpu().numpy()


def _asked(processor: Any, question: str) -> str:
    content = [{"type": "image"}, {"type": "text", "text": f"{question} {INSTRUCTION}"}]
    turns = [{"role": "user", "content": content}]
    return str(processor.apply_chat_template(turns, add_generation_prompt=True))


def _first_tokens(processor: Any, words: Sequence[str]) -> list[int]:
    encoded = (processor.tokenizer.encode(word, add_special_tokens=False) for word in words)
    return sorted({tokens[0] for tokens in encoded if tokens})
