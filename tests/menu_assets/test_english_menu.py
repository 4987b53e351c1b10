"""The English menu: every dish gets a name, and only descriptions that a model can read."""

import polars as pl

from menu_assets.english_menu import translated
from resources.environment import resources_for


def test_a_description_with_words_that_are_only_spelled_is_left_out(home: object) -> None:
    dishes = pl.DataFrame(
        {
            "country": ["tw", "tw", "tw"],
            "product_id": ["1", "2", "3"],
            "name": ["麻婆豆腐", "牛肉麵", "魑魅"],
            "description": ["花椒香麻", "牛肉", None],
        }
    )
    english = translated(dishes, resources_for("local").translator, "zh")
    assert english["english_description"].to_list() == [None, "beef", None]
    assert english["english_name"].to_list()[:2] == ["mapo tofu", "beef noodle soup"]
    assert english["method"].to_list()[2] == "transliteration"
    assert english["english_name"][2] == "ChiMei"
