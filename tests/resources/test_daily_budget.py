"""What a day's budget pays for, and what a picture is expected to cost."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from menu_assets.tables.images import CANDIDATE_IMAGES
from resources.daily_budget import DailyBudget
from resources.environment import resources_for
from resources.picture_price import UNMEASURED_GPU_SECONDS, price_of_one
from resources.settings import SettingError
from tests.stand_ins import PlateGenerator

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
GENERATOR = PlateGenerator(price_usd_per_hour=3600)  # a dollar a second


def tries(*gpu_seconds: float, at: datetime = NOON, **values: object) -> pl.DataFrame:
    """Pictures of the generator, each a dollar a second, or what `values` say otherwise."""
    row = {
        "model_id": GENERATOR.model_id,
        "model_revision": GENERATOR.revision,
        "settings": json.dumps(GENERATOR.settings.as_dict(), sort_keys=True),
        "gpu_class": GENERATOR.gpu_class,
        "made_at": at,
    }
    rows = [{**row, "gpu_seconds": one, "cost_usd": one, **values} for one in gpu_seconds]
    return pl.DataFrame(rows, schema=CANDIDATE_IMAGES.schema)


def test_without_a_limit_any_number_of_pictures_is_paid_for() -> None:
    assert DailyBudget().pictures(1.0, tries(1e9), NOON) is None


def test_what_was_spent_today_is_taken_from_the_limit_and_what_was_spent_yesterday_is_not() -> None:
    yesterday = tries(50, at=NOON - timedelta(hours=13))
    there = pl.concat([yesterday, tries(2, 4)])
    assert DailyBudget(10).left_usd(there, NOON) == pytest.approx(4)


def test_a_model_is_expected_to_take_what_it_took_at_today_s_price() -> None:
    there = pl.concat([tries(2, 4), tries(100, model_id="another"), tries(100, settings="{}")])
    assert price_of_one(GENERATOR, there) == pytest.approx(3)
    assert price_of_one(replace(GENERATOR, price_usd_per_hour=7200), there) == pytest.approx(6)


def test_a_model_that_never_drew_is_expected_to_be_slow() -> None:
    assert price_of_one(GENERATOR, tries()) == UNMEASURED_GPU_SECONDS


@pytest.mark.parametrize(("limit", "pictures"), [(0, 0), (6, 0), (6.99, 0), (7, 1), (9.5, 3)])
def test_pictures_are_paid_for_as_a_whole(limit: float, pictures: int) -> None:
    assert DailyBudget(limit).pictures(1.0, tries(1, 1, 1, 1, 1, 1), NOON) == pictures


def test_cents_that_do_not_add_up_in_binary_buy_as_many_pictures_as_on_paper() -> None:
    assert DailyBudget(0.3).pictures(0.1, tries(), NOON) == 3


def test_nothing_more_is_paid_for_by_a_day_that_spent_too_much() -> None:
    assert DailyBudget(1).pictures(1.0, tries(5), NOON) == 0


def test_a_device_without_a_price_stops_only_where_nothing_may_be_spent() -> None:
    free = price_of_one(replace(GENERATOR, price_usd_per_hour=0), tries())
    assert DailyBudget(1).pictures(free, tries(), NOON) is None
    assert DailyBudget(0).pictures(free, tries(), NOON) == 0


def test_an_api_is_expected_to_ask_its_price(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARNISH_MODEL", "openai-images")
    monkeypatch.setenv("OPENAI_API_KEY", "no-such-key")
    api = resources_for("local").generator
    assert price_of_one(api, tries()) == api.price_usd_per_picture > 0


def test_the_setting_is_read_and_a_wrong_one_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resources_for("local").budget == DailyBudget(None)
    monkeypatch.setenv("GARNISH_BUDGET_USD_PER_COUNTRY_DAY", "0.5")
    assert resources_for("local").budget == DailyBudget(0.5)
    monkeypatch.setenv("GARNISH_BUDGET_USD_PER_COUNTRY_DAY", "much")
    with pytest.raises(SettingError, match="GARNISH_BUDGET_USD_PER_COUNTRY_DAY is 'much'"):
        resources_for("local")
