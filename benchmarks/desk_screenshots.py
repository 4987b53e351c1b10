"""The review desk's pictures in the guide: `python -m benchmarks.desk_screenshots`.

Draws dishes with the recipe of the small family, lets them wait at a real desk, and takes two
pictures of its pages with the machine's Chromium: `docs/images/desk-review.webp`, `desk-grid.webp`.
"""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from models.recipe.drawings import draw_dish
from resources.checks.finding import Finding, boxed
from resources.environment import REPOSITORY
from resources.review_item import CHOICE, ReviewItem, ShownCandidate
from review_desk.app import create_app
from review_desk.desk import Desk
from tests.failures import living
from tests.resources.test_review_votes import item, shown
from tests.review_desk.browsers import CHROMIUM, CHROMIUM_ARGUMENTS, DESKTOP
from tests.review_desk.conftest import DeskServer, desk_in, serving

IMAGES = REPOSITORY / "docs" / "images"

AT_A_GLANCE = (
    ("Käsespätzle", "cheese spaetzle", "noodles", "spaghetti"),
    ("Currywurst mit Pommes", "currywurst with fries", "main", "currywurst"),
    ("Wiener Schnitzel", "Viennese schnitzel", "main", "schnitzel"),
    ("Ofenfrische Brezel", "oven-fresh pretzel", "bread", "pretzel"),
    ("Gulasch mit Semmelknödel", "goulash with bread dumpling", "main", "goulash"),
    ("Χωριάτικη σαλάτα", "Greek village salad", "salad", "greek salad"),
    ("Μουσακάς", "moussaka", "main", "moussaka"),
    ("Mercimek çorbası", "red lentil soup", "soup", "lentil soup"),
    ("Baklava, 4 dilim", "baklava, 4 pieces", "dessert", "baklava"),
    ("شاورما دجاج", "chicken shawarma", "sandwich", "shawarma"),
    ("فلافل", "falafel", "starter", "falafel"),
    ("حمص بالطحينة", "hummus with tahini", "starter", "hummus"),
    ("Paella mixta", "mixed paella", "rice", "paella"),
    ("Tortilla francesa", "French omelette", "main", "omelette"),
    ("Churros con chocolate", "churros with chocolate", "dessert", "churros"),
    ("Sajtos lángos", "cheese langos", "bread", "langos"),
    ("Pizza Margherita", "pizza margherita", "pizza", "pizza"),
    ("Våfflor med sylt", "waffles with jam", "dessert", "waffle"),
    ("Grillad lax", "grilled salmon", "main", "grilled fish"),
    ("Chicken biryani", "chicken biryani", "rice", "biryani"),
    ("Butter naan", "butter naan", "bread", "naan"),
    ("Vegetable samosa", "vegetable samosa", "starter", "samosa"),
    ("Bubble tea", "bubble tea", "drink", "bubble tea"),
    ("Limonade maison", "homemade lemonade", "drink", "lemonade"),
)


def candidate(desk: Desk, number: int, pixels: np.ndarray, *findings: Finding) -> ShownCandidate:
    """A picture that waits."""
    stored, side = desk.pictures.put(pixels), pixels.shape[0]
    return replace(
        shown(number, "1"),
        candidate_id=f"{stored.image_hash[:24]}",
        image_hash=stored.image_hash,
        width_px=side,
        height_px=side,
        combined_score=0.94 - 0.06 * number,
        findings=(Finding("allergens", "unchecked"), *findings),
    )


def with_a_hand(pixels: np.ndarray) -> tuple[np.ndarray, Finding]:
    """The picture with a hand over it, and what a check says of that."""
    drawn = living.hand(pixels, np.random.default_rng(4))
    ys, xs = np.nonzero((drawn != pixels).any(axis=2))
    side = pixels.shape[0]
    box = (xs.min() / side, ys.min() / side, (xs.max() + 1) / side, (ys.max() + 1) / side)
    boxes = {"boxes": [boxed(tuple(map(float, box)), "hand", 0.22)]}
    return drawn, Finding("people", "unchecked", 0.22, "may show a hand", boxes)


def soup(desk: Desk) -> ReviewItem:
    """A dish with all that the page of one dish shows."""
    pictures = [draw_dish("lentil soup", seed, 512).picture for seed in (3, 11, 24, 37)]
    pictures[2], hand = with_a_hand(pictures[2])
    return item(
        "1",
        country="tr",
        vendor_name="Anadolu Sofrası",
        name="Süzme mercimek çorbası",
        english_name="strained red lentil soup",
        description="Kırmızı mercimek, nane, limon ve tereyağlı kırmızı biber ile.",
        english_description="With red lentils, mint, lemon and red pepper in butter.",
        dietary_flags=("vegetarian", "halal"),
        views_30d=12840,
        candidates=tuple(
            candidate(desk, number, pixels, *([hand] if number == 3 else []))
            for number, pixels in enumerate(pictures, start=1)
        ),
    )


def glances(desk: Desk) -> Sequence[ReviewItem]:
    """Dishes that may be decided at a glance."""
    return [
        item(
            str(number),
            name=name,
            english_name=english,
            category=category,
            reason=CHOICE,
            uncertainty=0.1,
            candidates=(candidate(desk, 1, draw_dish(kind, 7, 256).picture),),
        )
        for number, (name, english, category, kind) in enumerate(AT_A_GLANCE, start=2)
    ]


def take(page: Page, address: str, keys: str, name: str) -> None:
    """A picture of a page after some keys."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for key in keys.split():
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(IMAGES / f"{name}.webp", quality=82, method=6)


def main() -> None:
    """Write both pictures."""
    with tempfile.TemporaryDirectory() as folder:
        desk = desk_in(Path(folder))
        desk.queue.replace("tr", [soup(desk)])
        desk.queue.replace("de", glances(desk))
        with serving(create_app(desk)) as address, sync_playwright() as playwright:
            server = DeskServer(desk, address)
            server.add("mara", "lead")
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
            page = browser.new_page(viewport=DESKTOP, device_scale_factor=1.5)
            server.sign_in(page, "mara")
            take(page, f"{address}/review?country=tr", "ArrowRight", "desk-review")
            take(page, f"{address}/grid", "ArrowRight x ArrowDown x", "desk-grid")
            browser.close()
        desk.database.engine.dispose()


if __name__ == "__main__":
    main()
