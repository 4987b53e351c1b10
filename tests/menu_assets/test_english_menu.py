"""The English menu: every dish gets a name, and only descriptions that a model can read."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from upath import UPath

from menu_assets.country_state import STATE_TAG, country_state, is_up_to_date
from menu_assets.english_menu import PROVISIONAL, translated
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from resources.environment import resources_for
from resources.glossary_first import GlossaryFirst
from resources.translation import GlossaryTranslator, TranslationService
from tests.resources.translation_services import CountsLetters
from tests.stand_ins import QUIET, Flow, land, local_flow, menu_row


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


MENU = (
    menu_row("se-1", "Glass", description="Med jordgubbar"),
    menu_row("se-2", "Lussekatt"),
    menu_row("se-3", "Köttbullar"),
)
MENU_TABLES = (PRODUCTS, REJECTED_PRODUCTS, IMAGE_COVERAGE, ENGLISH_MENU)


def translated_by(flow: Flow, service: TranslationService, version: str = "glossary-1") -> Flow:
    """The flow with a glossary of one dish before a service."""
    path = flow.menus.parent / f"{version}.csv"
    path.write_text(f"language,term,english\nsv,köttbullar,meatballs\n\n{version},x,x\n")
    return flow.with_resources(
        translator=GlossaryFirst(GlossaryTranslator(UPath(path)), service),
    )


def english_of(flow: Flow) -> dict[str, tuple[str, str]]:
    flow.run(country="se", only=MENU_TABLES)
    rows = flow.table(ENGLISH_MENU, "se")
    return {
        name: (english, method)
        for name, english, method in rows.select("name", "english_name", "method").iter_rows()
    }


@pytest.fixture
def swedish(home: Path, instance: dg.DagsterInstance) -> Flow:
    land(home / "menus", "se.csv", MENU)
    return local_flow(instance)


def test_a_service_reads_the_rest_once_and_the_originals_are_kept(swedish: Flow) -> None:
    service = CountsLetters()
    flow = translated_by(swedish, service)
    assert english_of(flow) == {
        "Glass": ("dish of 5", "machine"),
        "Lussekatt": ("dish of 9", "machine"),
        "Köttbullar": ("meatballs", "glossary"),
    }
    rows = flow.table(ENGLISH_MENU, "se").sort("product_id")
    assert rows["description"].to_list() == ["Med jordgubbar", None, None]
    assert rows["english_description"].to_list() == ["dish of 3 10", None, None]
    assert set(rows["translator_version"]) == {flow.resources.translator.version}
    asked = len(service.asked)
    english_of(flow)
    assert len(service.asked) == asked


def test_a_service_that_failed_is_asked_again_and_only_for_what_it_owes(swedish: Flow) -> None:
    failing = CountsLetters(batch_size=1, fails_after=1)
    assert english_of(translated_by(swedish, failing)) == {
        "Glass": ("dish of 5", "machine"),
        "Lussekatt": ("lussekatt", "identity"),
        "Köttbullar": ("meatballs", "glossary"),
    }
    versions = swedish.table(ENGLISH_MENU, "se").sort("product_id")["translator_version"]
    # The description of se-1 is owed, and the name of se-2.
    assert [version == PROVISIONAL for version in versions] == [True, True, False]
    mended = CountsLetters()
    flow = translated_by(swedish, mended)
    assert english_of(flow)["Lussekatt"] == ("dish of 9", "machine")
    assert "Köttbullar" not in str(mended.asked)
    rows = flow.table(ENGLISH_MENU, "se")
    assert set(rows["translator_version"]) == {flow.resources.translator.version}


def test_a_failing_service_does_not_undo_earlier_translations(swedish: Flow) -> None:
    before = english_of(translated_by(swedish, CountsLetters()))
    closed = translated_by(swedish, CountsLetters(fails_after=0), "glossary-2")
    assert english_of(closed) == before
    mended = CountsLetters()
    assert english_of(translated_by(swedish, mended, "glossary-2")) == before
    assert "Lussekatt" in str(mended.asked)


def test_a_country_with_open_translations_is_not_up_to_date(
    swedish: Flow, instance: dg.DagsterInstance
) -> None:
    def up_to_date(flow: Flow) -> bool:
        state = country_state(flow.resources, "se")
        flow.definitions().resolve_job_def("whole_flow").execute_in_process(
            partition_key="se",
            instance=instance,
            run_config=QUIET,
            tags={STATE_TAG: state},
            asset_selection=[dg.AssetKey(list(table.path)) for table in MENU_TABLES],
        )
        return is_up_to_date(instance, flow.resources, "se", state)

    assert not up_to_date(translated_by(swedish, CountsLetters(fails_after=0)))
    assert up_to_date(translated_by(swedish, CountsLetters()))
