"""What a caption says: sentence patterns around the menu names, and the negative prompts.

The words that the text encoders see in training come from here. Drawing the dishes, cutting
captions into tokens and training belong in their own modules. All randomness comes from the
generator that the caller passes in.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from models.recipe.menu_names import MENU_NAMES

KIND_TEMPLATE = "a photo of {kind}"
"""The question that the content check asks for every kind."""

LEADS = ("a photo of", "photo of", "a picture of", "a plate of", "delicious", "")
NAME_MARKS = (
    "house", "special", "classic", "homemade", "fresh", "mini", "large", "small", "grandma's",
    "family", "original", "chef's", "hot", "spicy", "vegan", "organic", "crunchy", "royal", "our",
    "no. 1", "xl", "deluxe", "traditional", "authentic", "premium", "new", "combo", "menu", "2 pcs",
)  # fmt: skip
DETAILS = (
    "served with a fresh salad", "served with rice", "with sauce of your choice", "made to order",
    "our best seller", "family recipe", "freshly prepared every day", "with garlic and herbs",
    "with lemon", "with onions and peppers", "served warm", "with a side of fries",
    "from local farms", "gluten free", "vegan option available", "slightly spicy",
    "with house dressing", "serves two", "with tomato and basil", "with yogurt sauce",
    "with chicken", "with beef", "with cheese", "with mushrooms", "with shrimp", "with vegetables",
    "grilled over charcoal", "slow cooked for six hours", "with coriander and lime",
    "with honey and nuts", "topped with parsley", "with olive oil", "rich and creamy",
    "with mozzarella", "with bacon and egg", "with pork", "with lamb", "with tofu", "with salmon",
    "with potatoes", "with bell pepper", "with cucumber and lettuce", "with sesame seeds",
    "with chili sauce", "with chickpeas", "with coconut milk", "with feta cheese and olives",
    "with spring onion and ginger", "with butter", "with chocolate sauce", "with cream",
    "with sugar and cinnamon", "with maple syrup", "with ice", "with milk", "with avocado",
    "with eggplant", "with spinach", "with peanuts", "with beans and corn", "with mustard",
    "with ketchup and mayonnaise", "with pickles", "in tomato sauce", "with lentils",
)  # fmt: skip
STYLE_WORDS = (
    "food photography", "top view", "soft light", "soft natural light", "studio light",
    "restaurant menu picture", "close-up", "appetizing", "high detail", "natural colours",
    "professional food photo",
)  # fmt: skip
BACKGROUND_PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "wood": "on a wooden table",
        "dark wood": "on a dark wooden table",
        "marble": "on a marble table",
        "linen": "on a linen tablecloth",
        "slate": "on a slate table",
        "plain": "plain background",
    }
)
DEEP_WARES = frozenset({"bowl", "glass", "cup", "pan", "steamer"})
NEGATIVE_WORDS = (
    "people", "hands", "faces", "text", "letters", "logo", "watermark", "blurry", "dark",
    "low quality", "deformed", "cartoon", "cutlery", "person", "fingers", "ugly", "oversaturated",
    "packaging", "brand name", "cropped", "noise", "duplicate", "animals", "bad composition",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one drawing; the words come from the drawing function."""

    kind: str
    seed: int
    ware: str
    background: str
    ingredients: tuple[str, ...]


def kind_caption(kind: str) -> str:
    """The caption of the content check for one kind."""
    return KIND_TEMPLATE.format(kind=kind)


def general_caption(kind: str, rng: random.Random) -> str:
    """A caption true of every drawing of the kind: it names no ware, background or ingredient."""
    if rng.random() < 0.3:
        return kind_caption(kind)
    lead = rng.choice(LEADS)
    tail = rng.sample(STYLE_WORDS, k=rng.choice((0, 0, 1, 2)))
    return ", ".join([f"{lead} {_dish_name(kind, rng)}".strip(), *tail])


def drawing_caption(facts: Facts, rng: random.Random) -> str:
    """A caption of one drawing: sometimes two words, sometimes as long as the product's prompts."""
    subject = f"{rng.choice(LEADS)} {_dish_name(facts.kind, rng)}".strip()
    if rng.random() < 0.25:
        return _with_ingredients(subject, facts.ingredients, rng)
    parts = [subject, facts.kind] if rng.random() < 0.6 else [subject]
    if rng.random() < 0.6:
        parts[-1] = _with_ingredients(parts[-1], facts.ingredients, rng)
    parts += rng.sample(DETAILS, k=rng.choice((0, 0, 1, 2)))
    if rng.random() < 0.75:
        parts.append(_ware_phrase(facts.ware, rng))
    if rng.random() < 0.5:
        parts.append(BACKGROUND_PHRASES[facts.background])
    parts += rng.sample(STYLE_WORDS, k=rng.choice((0, 1, 2, 3)))
    return ", ".join(parts)


def negative_caption(rng: random.Random) -> str:
    """A prompt of what a picture must not show; the UNet learns to read it as "nothing asked"."""
    return ", ".join(rng.sample(NEGATIVE_WORDS, k=rng.randint(1, 8)))


def _dish_name(kind: str, rng: random.Random) -> str:
    name = kind if rng.random() < 0.35 else rng.choice(MENU_NAMES[kind])
    if rng.random() < 0.25:
        name = f"{rng.choice(NAME_MARKS)} {name}"
    return name


def _with_ingredients(subject: str, ingredients: Sequence[str], rng: random.Random) -> str:
    if not ingredients:
        return subject
    chosen = rng.sample(list(ingredients), k=rng.randint(1, min(3, len(ingredients))))
    if len(chosen) == 1:
        return f"{subject} with {chosen[0]}"
    return f"{subject} with {', '.join(chosen[:-1])} and {chosen[-1]}"


def _ware_phrase(ware: str, rng: random.Random) -> str:
    """Turn "white bowl" into "in a white bowl", "low board" (seen from the side) into "on a board".

    One phrase in ten asks for a white plate whatever the drawing shows: house rules put these
    words into every prompt, also into one for lemonade, and the kind has to win.
    """
    if rng.random() < 0.1:
        return "on a white plate"
    name = ware.removeprefix("low ")
    article = "an" if name[0] in "aeiou" else "a"
    preposition = "in" if name.split()[-1] in DEEP_WARES else "on"
    return f"{preposition} {article} {name}"
