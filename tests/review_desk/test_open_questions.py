"""What a reviewer is asked to look for, from what the checks leave open."""

from dataclasses import replace

from resources.checks.finding import Finding, boxed
from review_desk.open_questions import questions_of
from tests.resources.test_review_votes import item, shown

HAND = {"boxes": [boxed((0.1, 0.1, 0.4, 0.4), "hand", 0.3)]}


def with_findings(*of_pictures: tuple[Finding, ...]) -> list[tuple[str, tuple[str, ...], bool]]:
    """The questions of a dish whose pictures have these findings: words, what was seen, usual."""
    candidates = tuple(
        replace(shown(number), findings=findings)
        for number, findings in enumerate(of_pictures, start=1)
    )
    return [
        (one.asks, one.seen, one.is_usual)
        for one in questions_of(item(candidates=candidates, reason="diet"))
    ]


def test_what_was_seen_in_single_pictures_comes_first_with_their_numbers() -> None:
    allergens = Finding(
        "allergens", "unchecked", None, "a person has to look for what the name does not tell: egg"
    )
    hand = Finding("people", "unchecked", 0.3, "may show a hand: a person has to look", HAND)
    paw = Finding("animals", "unchecked", 0.2, "may show a paw: a person has to look", HAND)
    found = with_findings(
        (allergens, hand), (allergens, hand), (allergens, hand, paw), (allergens,)
    )
    assert found == [
        (
            "Are there people, hands, faces or animals?",
            ("pictures 1, 2 and 3: may show a hand", "picture 3: may show a paw"),
            False,
        ),
        (
            "Does it show an allergen that the menu does not name?",
            ("what the name does not tell: egg",),
            True,
        ),
    ]


def test_the_main_reason_is_never_in_the_background() -> None:
    diet = Finding(
        "diet", "unchecked", None, "a person has to look: no meat may be seen, for vegan"
    )
    ((asks, seen, is_usual),) = with_findings((diet,), (diet,))
    assert asks == "Does it keep what the menu promises of diet and faith?"
    assert seen == ("no meat may be seen, for vegan",)
    assert not is_usual


def test_reviewers_are_not_told_what_to_install() -> None:
    logos = Finding(
        "logos", "unchecked", None, "no detector: put Grounding DINO below GARNISH_MODELS"
    )
    assert with_findings((logos,)) == [("Is there writing, a logo or a watermark?", (), True)]


def test_a_check_without_a_reason_asks_by_its_name() -> None:
    assert with_findings((Finding("new_check", "unchecked"),)) == [("New check?", (), True)]
