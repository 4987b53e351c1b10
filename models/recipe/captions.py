"""What a caption says: menu names of every kind, sentence patterns, and the negative prompts.

The words that the two text encoders ever see in training come from here. Drawing the dishes, cutting
captions into tokens and training belong in their own modules. All randomness comes from the
generator that the caller passes in.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

KIND_TEMPLATE = "a photo of {kind}"
"""The question that the content check asks for every kind."""

MENU_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pizza": (
            "pizza margherita", "pepperoni pizza", "pizza napoletana", "pizza quattro stagioni",
            "veggie pizza", "pizza salami", "pizza diavola", "margarita pizza",
        ),
        "burger": (
            "cheeseburger", "beef burger", "double cheeseburger", "hamburger", "chicken burger",
            "veggie burger", "smash burger", "bacon burger",
        ),
        "french fries": (
            "fries", "chips", "loaded fries", "pommes frites", "potato fries", "curly fries",
            "portion of fries", "sweet potato fries",
        ),
        "hot dog": (
            "hotdog", "classic hot dog", "chili dog", "new york hot dog", "hot dog with mustard",
            "danish hot dog",
        ),
        "sandwich": (
            "club sandwich", "blt sandwich", "tuna sandwich", "ham and cheese sandwich",
            "grilled cheese sandwich", "egg sandwich", "toasted sandwich", "panini",
        ),
        "taco": (
            "tacos", "tacos al pastor", "beef tacos", "fish tacos", "chicken taco", "street tacos",
            "tacos carnitas",
        ),
        "burrito": (
            "chicken burrito", "beef burrito", "burrito wrap", "bean burrito", "breakfast burrito",
            "burrito carnitas",
        ),
        "nachos": (
            "loaded nachos", "nachos con queso", "nachos supreme", "tortilla chips with cheese",
            "nachos with guacamole",
        ),
        "spaghetti": (
            "spaghetti bolognese", "spaghetti carbonara", "pasta", "spaghetti pomodoro",
            "spaghetti with meatballs", "pasta bolognese", "linguine", "spaghetti aglio e olio",
        ),
        "lasagna": (
            "lasagne", "lasagna bolognese", "beef lasagna", "vegetable lasagne", "lasagne al forno",
            "spinach lasagna",
        ),
        "ramen": (
            "beef ramen", "tonkotsu ramen", "miso ramen", "shoyu ramen", "chicken ramen",
            "ramen noodle soup", "spicy ramen",
        ),
        "pho": (
            "pho bo", "beef pho", "chicken pho", "pho ga", "vietnamese noodle soup",
            "vietnamese beef noodle soup",
        ),
        "pad thai": (
            "pad thai with shrimp", "pad thai noodles", "chicken pad thai", "shrimp pad thai",
            "thai fried noodles", "tofu pad thai",
        ),
        "sushi": (
            "sushi set", "salmon nigiri", "maki rolls", "california roll", "sushi platter",
            "tuna sushi", "salmon sushi", "nigiri and maki",
        ),
        "onigiri": (
            "onigiri salmon", "rice ball", "japanese rice balls", "tuna mayo onigiri",
            "onigiri rice triangle",
        ),
        "fried rice": (
            "egg fried rice", "chicken fried rice", "nasi goreng", "yangzhou fried rice",
            "shrimp fried rice", "vegetable fried rice", "khao pad",
        ),
        "biryani": (
            "chicken biryani", "lamb biryani", "hyderabadi biryani", "vegetable biryani",
            "mutton biryani", "dum biryani",
        ),
        "curry": (
            "chicken curry", "butter chicken", "green curry", "tikka masala", "red curry",
            "chicken tikka masala", "massaman curry", "lamb curry",
        ),
        "dumplings": (
            "gyoza", "jiaozi", "momo", "pork dumplings", "steamed dumplings", "dim sum", "mandu",
            "chinese dumplings", "manti",
        ),
        "spring rolls": (
            "vegetable spring rolls", "crispy spring rolls", "spring roll", "lumpia",
            "fried spring rolls", "egg rolls", "cha gio",
        ),
        "tom yum": (
            "tom yum goong", "tom yum soup", "tom yum kung", "spicy thai soup",
            "thai shrimp soup", "tom yam",
        ),
        "bibimbap": (
            "beef bibimbap", "dolsot bibimbap", "korean rice bowl", "vegetable bibimbap",
            "bibimbap bowl",
        ),
        "bubble tea": (
            "boba tea", "boba milk tea", "pearl milk tea", "brown sugar bubble tea",
            "taro bubble tea", "bubble milk tea", "tapioca milk tea",
        ),
        "schnitzel": (
            "wiener schnitzel", "pork schnitzel", "chicken schnitzel", "veal schnitzel",
            "schnitzel vienna style", "breaded cutlet",
        ),
        "currywurst": (
            "berlin currywurst", "currywurst sausage", "sausage with curry ketchup",
            "curry sausage", "classic currywurst",
        ),
        "pretzel": (
            "soft pretzel", "bavarian pretzel", "brezel", "butter pretzel", "salted pretzel",
            "giant pretzel",
        ),
        "goulash": (
            "beef goulash", "hungarian goulash", "gulasch", "goulash stew", "goulash soup",
            "pork goulash",
        ),
        "shawarma": (
            "shawarma wrap", "doner wrap", "chicken shawarma", "durum", "beef shawarma",
            "doner kebab wrap", "yufka",
        ),
        "kebab": (
            "kebab skewers", "shish kebab", "adana kebab", "grilled kebab", "lamb kebab",
            "souvlaki", "chicken skewers", "satay skewers",
        ),
        "falafel": (
            "falafel plate", "falafel balls", "falafel with tahini", "chickpea falafel",
            "crispy falafel",
        ),
        "hummus": (
            "hummus plate", "hummus with olive oil", "chickpea dip", "classic hummus", "houmous",
            "hummus bowl",
        ),
        "baklava": (
            "pistachio baklava", "walnut baklava", "baklawa", "turkish baklava", "baklava pieces",
        ),
        "greek salad": (
            "horiatiki", "greek salad with feta", "salad", "feta salad", "choriatiki",
            "village salad", "mixed salad",
        ),
        "moussaka": (
            "greek moussaka", "moussaka with eggplant", "aubergine bake", "beef moussaka",
            "vegetarian moussaka", "musaka",
        ),
        "lentil soup": (
            "red lentil soup", "mercimek soup", "mercimek corbasi", "turkish lentil soup", "dal",
            "dal soup", "lentil stew", "dal tadka",
        ),
        "samosa": (
            "vegetable samosa", "samosas", "samosa chaat", "punjabi samosa", "potato samosas",
            "lamb samosa",
        ),
        "naan": (
            "garlic naan", "butter naan", "naan bread", "plain naan", "peshwari naan",
            "indian flatbread",
        ),
        "fried chicken": (
            "chicken wings", "crispy chicken", "chicken drumsticks", "korean fried chicken",
            "southern fried chicken", "chicken strips", "chicken bucket",
        ),
        "steak": (
            "ribeye steak", "sirloin steak", "beef steak", "entrecote", "rump steak",
            "grilled steak", "fillet steak",
        ),
        "grilled fish": (
            "grilled sea bass", "grilled dorado", "whole grilled fish", "grilled mackerel",
            "fish of the day", "grilled trout", "baked fish",
        ),
        "paella": (
            "seafood paella", "paella valenciana", "paella mixta", "spanish paella",
            "chicken paella", "paella de marisco",
        ),
        "omelette": (
            "omelet", "cheese omelette", "mushroom omelette", "ham omelette", "egg omelette",
            "spanish omelette",
        ),
        "pancakes": (
            "pancake stack", "american pancakes", "buttermilk pancakes", "blueberry pancakes",
            "pancakes with maple syrup", "hotcakes",
        ),
        "waffle": (
            "belgian waffle", "waffles", "waffle with cream", "brussels waffle", "liege waffle",
            "waffle with strawberries",
        ),
        "croissant": (
            "butter croissant", "croissants", "almond croissant", "french croissant",
            "plain croissant", "chocolate croissant",
        ),
        "donut": (
            "doughnut", "donuts", "glazed donut", "chocolate donut", "pink donut",
            "ring doughnut", "sprinkled donut",
        ),
        "cheesecake": (
            "new york cheesecake", "strawberry cheesecake", "slice of cheesecake",
            "blueberry cheesecake", "baked cheesecake", "cheese cake",
        ),
        "ice cream": (
            "gelato", "ice cream scoops", "vanilla ice cream", "chocolate ice cream",
            "ice cream sundae", "strawberry ice cream", "sorbet",
        ),
        "lemonade": (
            "homemade lemonade", "fresh lemonade", "mint lemonade", "lemon drink",
            "iced lemonade", "strawberry lemonade", "limonana",
        ),
        "coffee": (
            "cappuccino", "latte", "espresso", "cup of coffee", "flat white", "cafe latte",
            "americano", "turkish coffee",
        ),
        "langos": (
            "hungarian langos", "langos with cheese", "langos with sour cream",
            "fried dough langos", "garlic langos",
        ),
        "churros": (
            "churros with chocolate", "spanish churros", "cinnamon churros", "churro sticks",
            "churros con chocolate",
        ),
    }
)
"""English names under which menus sell each kind; a name belongs to one kind only."""

LEADS = ("a photo of", "photo of", "a picture of", "a plate of", "delicious", "")
NAME_MARKS = (
    "house", "special", "classic", "homemade", "fresh", "mini", "large", "small", "grandma's",
    "family", "original", "chef's", "hot", "spicy", "vegan", "organic", "crunchy", "royal", "our",
    "no. 1", "xl", "deluxe", "traditional", "authentic", "premium", "new", "combo", "menu", "2 pcs",
)
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
)
STYLE_WORDS = (
    "food photography", "top view", "soft light", "soft natural light", "studio light",
    "restaurant menu picture", "close-up", "appetizing", "high detail", "natural colours",
    "professional food photo",
)
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
)


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
    """ "white bowl" -> "in a white bowl", "low board" (seen from the side) -> "on a board".

    One phrase in ten asks for a white plate whatever the drawing shows: house rules put these words
    into every prompt, also into one for lemonade, and the kind has to win.
    """
    if rng.random() < 0.1:
        return "on a white plate"
    name = ware.removeprefix("low ")
    article = "an" if name[0] in "aeiou" else "a"
    preposition = "in" if name.split()[-1] in DEEP_WARES else "on"
    return f"{preposition} {article} {name}"
