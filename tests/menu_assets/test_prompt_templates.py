"""The data that prompts are made from: what is refused, which template a dish gets, versions."""

from pathlib import Path

import polars as pl
import pytest

from menu_assets.prompt_templates import TEMPLATES_FILE, TemplateError, load_templates

TEMPLATES = load_templates()

FINGERPRINTS = {
    "plate@2": "d8a7d2ee10383eb1",
    "bowl@2": "554605c9be69230c",
    "handheld@2": "c78f6fc2b491b37b",
    "dessert@2": "287fdf11e07df142",
    "dessert_glass@1": "d3dea244cbe74501",
    "drink@2": "b659bf06e4c788e1",
    "cup@1": "18e256ded1f60066",
}
"""What each version of a template ever said. Lines are added and never changed."""


@pytest.mark.parametrize("name", TEMPLATES.templates)
def test_a_template_that_says_something_else_has_a_new_version(name: str) -> None:
    version = TEMPLATES.templates[name].version
    fingerprint = TEMPLATES.fingerprint(name)
    template = f"{name}@{version}"
    assert template in FINGERPRINTS, f'a new version: add "{template}": "{fingerprint}",'
    assert FINGERPRINTS[template] == fingerprint, (
        f"{template} says something else than before (its text, camera or negative, or the common"
        f" ones): give it version {version + 1}, or its pictures cannot be told from the former"
    )


def name_for(category: str, subject: str) -> str:
    dish = pl.DataFrame({"category": [category], "subject": [subject]})
    return str(dish.select(TEMPLATES.name_for(pl.col("category"), pl.col("subject"))).item())


@pytest.mark.parametrize(
    ("category", "subject", "name"),
    [
        ("pizza", "pizza margherita", "plate"),
        ("soup", "lentil soup", "bowl"),
        ("soup", "soup dumplings", "bowl"),
        ("burger", "cheeseburger", "handheld"),
        ("dessert", "black forest cherry cake", "dessert"),
        ("drink", "homemade lemonade", "drink"),
        (" Soup ", "lentil soup", "bowl"),
        ("never heard of", "labskaus", "plate"),
        # The words of the name overrule the category.
        ("main", "halloumi wrap", "handheld"),
        ("snack", "grilled sausage in a bun", "handheld"),
        ("main", "Beef Burritos", "handheld"),
        ("main", "goulash soup", "bowl"),
        ("rice", "red thai curry with chicken", "bowl"),
        ("snack", "new york cheesecake", "dessert"),
        ("bebidas", "fresh lemonade", "drink"),
        ("drink", "turkish coffee", "cup"),
        ("dessert", "matcha ice cream", "dessert_glass"),
        ("noodles", "spaghetti carbonara", "plate"),
        # They only seem to.
        ("main", "pad thai wrapped in egg", "plate"),
        ("snack", "soup dumplings", "plate"),
        ("snack", "turnip cake", "plate"),
        ("snack", "seafood scallion pancake", "plate"),
        ("main", "crab stir-fried with curry powder and egg", "plate"),
        ("main", "boiled pork wraps", "plate"),
        ("other", "chicken in red wine sauce", "plate"),
        ("drink", "thai iced tea", "drink"),
        ("dessert", "waffle with ice cream", "dessert"),
        ("salad", "grilled halloumi burger salad", "plate"),
    ],
)
def test_category_first_then_the_words_of_the_name(category: str, subject: str, name: str) -> None:
    assert name_for(category, subject) == name


def test_photographers_briefs_are_followed() -> None:
    """DoorDash's brief: 90° for what is flat or in a bowl, 0° for what is stacked or poured."""
    cameras = {
        category: template.camera
        for template in TEMPLATES.templates.values()
        for category in template.categories
    }
    from_above = ("pizza", "soup", "curry", "noodles", "salad", "main")
    from_the_side = ("burger", "taco", "sandwich", "dessert", "drink")
    assert {cameras[category] for category in from_above} == {"top"}
    assert {cameras[category] for category in from_the_side} == {"side"}
    for template in TEMPLATES.templates.values():
        assert f", {template.camera} view," in template.text


def test_flags_are_told_once_and_forbid_what_they_exclude() -> None:
    vegan = TEMPLATES.wording("plate", "vegetarian;vegan;halal")
    assert vegan.diet == "vegan"
    assert vegan.negative_prompt.endswith(", meat, fish, egg, cheese, pork, alcohol")
    assert (
        TEMPLATES.wording("plate", "halal;vegan;vegetarian")._replace(
            dietary_flags=vegan.dietary_flags
        )
        == vegan
    )  # whatever the order
    assert TEMPLATES.wording("plate", " Vegetarian ; gluten_free").diet == "vegetarian"
    assert TEMPLATES.wording("drink", "contains_alcohol").diet == "alcoholic drink"
    assert TEMPLATES.wording("plate", "contains_alcohol").diet is None
    for nothing in (None, "", "never_heard_of", "contains_nuts;spicy"):
        wording = TEMPLATES.wording("plate", nothing)
        assert (wording.diet, wording.negative_prompt) == (None, TEMPLATES.negative_prompt)


@pytest.mark.parametrize(
    ("written", "instead", "words"),
    [
        ('categories = ["dessert"]', 'categories = ["dessert", "soup"]', "each category in one"),
        (', "other"]\ntext', "]\ntext", "'other' in one of them"),
        ('template = "cup"', 'template = "mug"', "no template mug"),
        ('categories = ["noodles"]', 'categories = ["pasta"]', "no category pasta"),
        ('includes = ["vegetarian"]', 'includes = ["veggie"]', "no dietary flag veggie"),
        ("a photo of {dish}, in a bowl", "a photo of soup, in a bowl", "templates.bowl.text"),
        ('camera = "top"', 'camera = "45"', "templates.plate.camera"),
        ('negative = "cutlery"', 'negativ = "cutlery"', "templates.handheld.negativ"),
        ('"burger", "cheeseburger"', '"burger.*"', "overrules.0.words.0"),
        ("[cuisine]", "[cuisine", "templates.toml: .* line"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    tmp_path: Path, written: str, instead: str, words: str
) -> None:
    text = TEMPLATES_FILE.read_text(encoding="utf-8")
    assert written in text
    path = tmp_path / "templates.toml"
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(TemplateError, match=words):
        load_templates(path)
