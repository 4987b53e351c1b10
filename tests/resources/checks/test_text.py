"""Writing vetoes, unless the product is sold in it; words have to be words; watermarks."""

from collections.abc import Mapping

import pytest
from upath import UPath

from resources.checks.check import Dish, Picture
from resources.checks.finding import Finding
from resources.checks.text import TextCheck
from resources.environment import REPOSITORY
from resources.model_copies import OptionalModel
from tests.failure_pictures import failure_pictures
from tests.gpu_ops.test_text_in_pictures import written

NOWHERE = OptionalModel(UPath("no-such-folder"), REPOSITORY)
CHECK = TextCheck(REPOSITORY / "resources" / "glossary.csv", NOWHERE, "cpu")


def found_on(*pictures: Picture) -> list[Mapping[str, Finding]]:
    return [{f.check_name: f for f in findings} for findings in CHECK.look(pictures)]


def test_writing_is_vetoed_and_shown() -> None:
    (found,) = found_on(Picture(written("FRESH PIZZA", 512, y=0.9), Dish("pizza")))
    assert found["text"].verdict == "veto"
    assert found["text"].reason == "there is writing in the picture: “FRESH PIZZA”"
    (box,) = found["text"].evidence["boxes"]  # type: ignore[index]
    assert box["label"] == "FRESH PIZZA"
    assert found["text_readable"].verdict == "pass"
    assert found["watermark"].verdict == "pass"


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("COLA", "pass", None),
        ("LEMONADDE", "veto", "“lemonadde” is no word, perhaps “lemonade” was meant"),
        ("QOZUKVA", "veto", "“qozukva” is no word of a menu"),
        ("Fresh since today only", "pass", None),
        ("500G B12", "pass", None),
        ("17K849AX", "veto", "“17K849AX” is no word of a menu"),
    ],
)
def test_what_is_sold_in_a_bottle_may_have_writing_but_no_gibberish(
    text: str, verdict: str, reason: str | None
) -> None:
    (found,) = found_on(Picture(written(text, 512, y=0.9), Dish("cola lemonade, bottle", "drink")))
    assert found["text"].verdict == "pass"
    assert (found["text_readable"].verdict, found["text_readable"].reason) == (verdict, reason)


@pytest.mark.parametrize("group", ["text", "gibberish", "watermark"])
def test_pictures_made_to_fail_are_vetoed(group: str) -> None:
    cases = list(failure_pictures(40, 8, (group,), side_px=384))
    right = [
        found[name].verdict == verdict
        for case, found in zip(cases, found_on(*(case.picture for case in cases)), strict=True)
        for name, verdict in case.expected.items()
    ]
    assert sum(right) >= len(right) * 7 // 8


def test_clean_pictures_pass() -> None:
    cases = list(failure_pictures(60, 19, ("clean_drawing", "clean_generated"), side_px=128))
    found = found_on(*(case.picture for case in cases))
    vetoed = [c.name for c, f in zip(cases, found, strict=True) if f["text"].verdict == "veto"]
    assert len(vetoed) <= 1
