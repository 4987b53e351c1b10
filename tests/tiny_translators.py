"""Translation models that know a handful of words, in the folder layouts of the real ones.

Belongs here: one builder for each family, taught `PAIRS` by heart in a second or two, so that a
wrong language tag gives a wrong word. Does not belong here: assertions; models that draw
(`tiny_models.py`).
"""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PAIRS = (
    ("de", "Reis", "rice"),
    ("de", "Suppe", "soup"),
    ("de", "Glass", "glass"),
    ("sv", "Glass", "ice cream"),
    ("sv", "Ris", "rice"),
    ("ko", "국수", "noodles"),
)

TAG = "<2en>"


def tiny_marian(folder: Path) -> Path:
    """Opus-MT: a SentencePiece model for each side, one vocabulary."""
    import torch
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    pieces = _sentence_pieces(folder / "spm")
    vocabulary = dict.fromkeys(["</s>", "<unk>", *pieces, "<pad>"])
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    (folder / "vocab.json").write_text(json.dumps(numbers))
    spm = str(folder / "spm.model")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        tokenizer = MarianTokenizer(
            spm, spm, str(folder / "vocab.json"), source_lang="de", target_lang="en"
        )
    torch.manual_seed(0)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(numbers),
            pad_token_id=numbers["<pad>"],
            decoder_start_token_id=numbers["<pad>"],
            eos_token_id=0,
            forced_eos_token_id=0,
            **_SIZES,
        )
    )
    pairs = [(text, english) for language, text, english in PAIRS if language == "de"]
    inputs = tokenizer([text for text, _ in pairs], return_tensors="pt", padding=True)
    labels = tokenizer(
        text_target=[english for _, english in pairs], return_tensors="pt", padding=True
    ).input_ids
    return _saved(folder / "model", model, tokenizer, inputs, labels)


def tiny_m2m100(folder: Path) -> Path:
    """M2M100: a tag for each language, before the source and before the translation."""
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer

    pieces = _sentence_pieces(folder / "spm")
    vocabulary = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", *pieces])
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    (folder / "vocab.json").write_text(json.dumps(numbers))
    tokenizer = M2M100Tokenizer(
        str(folder / "vocab.json"), str(folder / "spm.model"), src_lang="de", tgt_lang="en"
    )
    torch.manual_seed(0)
    model = M2M100ForConditionalGeneration(
        M2M100Config(vocab_size=max(tokenizer.lang_code_to_id.values()) + 9, **_SIZES)
    )
    sources = []
    for language, text, _ in PAIRS:
        tokenizer.src_lang = language
        sources.append(tokenizer(text).input_ids)
    inputs = tokenizer.pad({"input_ids": sources}, return_tensors="pt")
    tokenizer.tgt_lang = "en"
    labels = tokenizer(
        text_target=[english for *_, english in PAIRS], return_tensors="pt", padding=True
    ).input_ids
    return _saved(folder / "model", model, tokenizer, inputs, labels)


def tiny_t5(folder: Path) -> Path:
    """MADLAD-400: a T5 that is told the target language by a tag before the source."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration, T5Tokenizer

    pieces = _sentence_pieces(folder / "spm", symbols=[TAG])
    tokenizer = T5Tokenizer(
        vocab=[(piece, -float(n)) for n, piece in enumerate(pieces)], extra_ids=0
    )
    tokenizer.add_tokens([TAG])
    torch.manual_seed(0)
    model = T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=32,
            d_kv=16,
            d_ff=64,
            num_layers=1,
            num_decoder_layers=1,
            num_heads=2,
            dropout_rate=0.0,
            decoder_start_token_id=0,
        )
    )
    pairs = [pair for pair in PAIRS if pair[0] != "sv"]  # no tag tells it what glass this is
    texts = [f"{TAG} {text}" for _, text, _ in pairs]
    inputs = tokenizer(texts, return_tensors="pt", padding=True)
    labels = tokenizer(
        [english for *_, english in pairs], return_tensors="pt", padding=True
    ).input_ids
    return _saved(folder / "model", model, tokenizer, inputs, labels)


_SIZES: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "dropout": 0.0,
    "max_position_embeddings": 512,
}


def _sentence_pieces(prefix: Path, symbols: Sequence[str] = ()) -> list[str]:
    import sentencepiece

    prefix.parent.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text for _, *texts in PAIRS for text in texts]),
        model_prefix=str(prefix),
        vocab_size=60,
        hard_vocab_limit=False,
        character_coverage=1.0,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        user_defined_symbols=list(symbols),
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
    return [model.id_to_piece(number) for number in range(model.get_piece_size())]


def _saved(folder: Path, model: Any, tokenizer: Any, inputs: Any, labels: Any) -> Path:
    import torch

    model.eval()  # no dropout, no dropped layers: by heart
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    labels = labels.masked_fill(labels == tokenizer.pad_token_id, -100)
    for _ in range(1000):
        loss = model(**inputs, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if loss.item() < 0.01:
            break
    assert loss.item() < 0.01, loss
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
