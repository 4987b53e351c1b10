"""English names under which menus sell each kind of dish.

A name belongs to one kind only, so that a caption never asks for two. Kinds themselves come from
`drawings`; sentences around the names from `captions`.
"""

from collections.abc import Mapping
from types import MappingProxyType

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
)  # fmt: skip
