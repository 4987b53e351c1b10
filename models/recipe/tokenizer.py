"""Makes the byte-pair tokenizer that both text encoders and the small CLIP share.

The files are the classic pair `vocab.json` and `merges.txt`, which every version of the CLIP
tokenizer reads. Every byte is a token of its own, so no menu word is unknown.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

START, END = "<|startoftext|>", "<|endoftext|>"
WORD_END = "</w>"
MAX_TOKENS = 77


def train_tokenizer(texts: Iterable[str], *, vocabulary_size: int, folder: Path) -> Any:
    """Learn merges from the texts, write the tokenizer to `folder`, and return it loaded.

    The vocabulary is 256 bytes, the same 256 as word ends, the learned merges, then the two
    special tokens; the end token has the highest id, as in the original CLIP.
    """
    from tokenizers import pre_tokenizers, trainers
    from transformers import CLIPTokenizer

    untrained = CLIPTokenizer().backend_tokenizer
    learner = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=3,
        end_of_word_suffix=WORD_END,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    untrained.train_from_iterator(texts, learner)
    merges = [tuple(merge) for merge in json.loads(untrained.to_str())["model"]["merges"]]

    symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*symbols, *(symbol + WORD_END for symbol in symbols)]
    merges = merges[: vocabulary_size - len(words) - 2]
    words += dict.fromkeys("".join(merge) for merge in merges)
    vocabulary = {word: number for number, word in enumerate([*words, START, END])}

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    lines = ["#version: 0.2", *(" ".join(merge) for merge in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"model_max_length": MAX_TOKENS, "tokenizer_class": "CLIPTokenizer"}, indent=2)
        + "\n"
    )
    return CLIPTokenizer.from_pretrained(folder, local_files_only=True)
