"""What FLUX.2-klein and Z-Image have in common in reading prompts: Qwen3 and its conversation.

Belongs here: lengths. Does not belong here: embeddings (the pipelines' own `encode_prompt`).
"""

from typing import Any

MOST_TOKENS = 512
"""What both pipelines read (`max_sequence_length`), marks of the conversation included."""

CUT_PROMPT = f"the prompt is longer than the {MOST_TOKENS} tokens that the model reads"


def count_tokens(tokenizer: Any, prompt: str, *, enable_thinking: bool) -> int:
    """Length of a prompt with its conversation, uncut.

    Args:
        tokenizer: Qwen's.
        prompt: What to draw.
        enable_thinking: As the pipeline sets it; the marks of an empty thought are tokens too.
    """
    tokens = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}],
        tokenize=True,
        return_dict=False,
        add_generation_prompt=True,
        enable_thinking=enable_thinking,
    )
    return len(tokens)
