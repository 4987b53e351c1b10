"""A tiny vision language model of random weights in the folder's real format (LLaVA).

Belongs here: building it. What it answers means nothing.
"""

from pathlib import Path

import torch
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
)

from models.recipe.tokenizer import train_tokenizer

WORDS = ["does it show meat? answer with yes or no. user assistant:"] * 5
CHAT = (
    "{% for turn in messages %}{{ turn.role }}: {% for part in turn.content %}"
    "{% if part.type == 'image' %}<image>{% else %} {{ part.text }}{% endif %}{% endfor %}"
    "{% endfor %} assistant:"
)
SIDE = {"height": 32, "width": 32}
TOWER = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}


def save_llava(folder: Path) -> Path:
    """A LLaVA of about 0.1 million weights."""
    tokenizer = train_tokenizer(WORDS, vocabulary_size=600, folder=folder)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>"]})
    heads = {"num_attention_heads": 4}
    config = LlavaConfig(
        text_config=LlamaConfig(vocab_size=len(tokenizer), **TOWER, **heads),
        vision_config=CLIPVisionConfig(image_size=32, patch_size=8, **TOWER, **heads),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )
    torch.manual_seed(0)
    LlavaForConditionalGeneration(config).save_pretrained(folder)
    LlavaProcessor(
        image_processor=CLIPImageProcessor(size=SIDE, crop_size=SIDE),
        tokenizer=tokenizer,
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT,
    ).save_pretrained(folder)
    return folder
