"""Certificates: what they rest on, when they are void, and what they let pass."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from menu_assets.acceptance_line import look
from menu_assets.auto_acceptance import auto_accepted
from menu_assets.calibration import calibrated, error_of_stratum
from menu_assets.judgements import judged
from menu_assets.review_commands import what_waits
from menu_assets.tables.calibration import CALIBRATION, JUDGEMENTS
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import PRODUCTS
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import QUALITY_SCORES, SAFETY_SCORES
from resources.acceptance_rule import AcceptanceRule
from resources.checks.check import Picture
from resources.checks.finding import Finding
from resources.review_store import AUTO_REVIEWER
from resources.table_schema import Table
from tests.stand_ins import Flow, RuleChecks, land, menu_row

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RULE = AcceptanceRule(bad_share=0.1)
CATEGORIES = ["soup", "main"]
FIRST = look(1, bad_share=RULE.bad_share, error=error_of_stratum(len(CATEGORIES))).judged
"""Judgements that the first claim takes."""


def rows_of(table: Table, rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Rows of which only some columns matter; the others are empty."""
    return pl.DataFrame(rows, schema=table.schema)


def judgement(number: int, **values: object) -> dict[str, object]:
    """A good soup of the audit slice, the `number`-th to be judged."""
    return {
        "candidate_id": f"c{number}",
        "country": "de",
        "product_id": f"p{number}",
        "image_hash": f"h{number}",
        "category": "soup",
        "template": "bowl@2",
        "model_id": "sdxl",
        "model_revision": "r1",
        "settings": "{}",
        "checker": "k1",
        "combined_score": 0.5 + number % 100 / 250,
        "is_audit": True,
        "doubt": "",
        "is_bad": False,
        "is_contradicted": False,
        "judged_at": NOON + timedelta(minutes=number),
        **values,
    }


def judgements(count: int, **values: object) -> list[dict[str, object]]:
    start = int(str(values.pop("start", 0)))
    return [judgement(start + number, **values) for number in range(count)]


def certificate(
    rows: Sequence[dict[str, object]], category: str = "soup", country: str = "de"
) -> dict[str, object]:
    frame = calibrated(rows_of(JUDGEMENTS, rows), country, RULE, CATEGORIES)
    CALIBRATION.checked(frame)
    return frame.filter(pl.col("category") == category).row(0, named=True)


def test_enough_good_judgements_make_a_certificate_that_says_what_it_holds_for() -> None:
    row = certificate(judgements(FIRST))
    assert row["is_certified"] and row["why_not"] is None and row["certificate_id"]
    assert (row["stratum"], row["judged"], row["bad"], row["coverage"]) == ("de/soup", FIRST, 0, 1)
    assert row["bad_share_bound"] <= row["bad_share_allowed"] == 0.1
    made_by = (row["model_id"], row["model_revision"], row["settings"], row["checker"])
    assert (*made_by, row["templates"]) == ("sdxl", "r1", "{}", "k1", "bowl@2")
    assert row["judgements_missing"] == FIRST


def test_one_judgement_less_makes_none_and_says_how_many_are_lacking() -> None:
    row = certificate(judgements(FIRST - 1))
    assert not row["is_certified"] and row["certificate_id"] is None
    assert row["judgements_missing"] == 1
    assert "1 more pictures of the audit slice" in row["why_not"]


def test_judgements_on_pictures_that_people_chose_count_for_nothing() -> None:
    chosen = judgements(5 * FIRST, is_audit=False)
    row = certificate([*chosen, *judgements(3, start=5 * FIRST)])
    assert (row["audited"], row["chosen"], row["is_certified"]) == (3, 5 * FIRST, False)


def test_pictures_with_a_doubt_count_for_nothing() -> None:
    row = certificate([*judgements(5 * FIRST, doubt="people"), judgement(9999)])
    assert (row["audited"], row["is_certified"]) == (1, False)


def test_an_audit_slice_that_nobody_looks_at_suspends_the_certificate() -> None:
    left = judgements(FIRST // 10, start=FIRST, is_bad=None, judged_at=None)
    row = certificate([*judgements(FIRST), *left])
    assert not row["is_certified"]
    assert f"{FIRST // 10} pictures of the audit slice wait" in row["why_not"]


def test_judgements_after_a_look_wait_for_the_next_one() -> None:
    one_good_look = judgements(FIRST)
    first = certificate(one_good_look)
    later = [judgement(number, is_bad=True) for number in range(FIRST, 2 * FIRST - 1)]
    assert certificate([*one_good_look, *later])["certificate_id"] == first["certificate_id"]
    row = certificate([*one_good_look, *later, judgement(2 * FIRST, is_bad=True)])
    assert not row["is_certified"] and row["look"] == 2
    assert "too many of the best pictures are bad" in row["why_not"]


@pytest.mark.parametrize("is_bad", [True, False])
def test_judgements_of_one_kind_are_no_error(is_bad: bool) -> None:
    assert certificate(judgements(2 * FIRST, is_bad=is_bad))["is_certified"] is not is_bad


def test_a_line_parts_good_from_bad() -> None:
    rows = [
        judgement(n, is_bad=bad, combined_score=(0.3 if bad else 0.7) + n / 1e5)
        for n in range(8 * FIRST)
        for bad in [n % 3 == 0]
    ]
    row = certificate(rows)
    assert row["is_certified"] and 0.3 < row["threshold"] < 0.75
    assert 2 / 3 < row["coverage"] < 0.75 and row["bad"] / row["accepted"] < 0.1


def test_small_categories_are_judged_together_and_small_countries_too() -> None:
    half = FIRST // 2 + 1
    soups = judgements(half)
    mains = judgements(half, start=1000, category="main")
    assert certificate([*soups, *mains])["stratum"] == "de"
    assert certificate([*soups, *mains], "main")["is_certified"]
    abroad = judgements(half, start=2000, country="tr")
    row = certificate([*soups, *abroad])
    assert (row["stratum"], row["audited"], row["is_certified"]) == ("all", 2 * half, True)
    other_model = judgements(half, start=2000, country="tr", model_revision="r2")
    assert certificate([*soups, *other_model])["audited"] == half


def test_a_bad_category_with_judgements_of_its_own_does_not_hide_behind_the_others() -> None:
    soups = judgements(FIRST, is_bad=True)
    mains = judgements(20 * FIRST, start=1000, category="main")
    assert not certificate([*soups, *mains])["is_certified"]
    assert certificate([*soups, *mains], "main")["is_certified"]


def test_a_country_without_shortlisted_pictures_has_no_certificates() -> None:
    frame = calibrated(rows_of(JUDGEMENTS, judgements(FIRST)), "tr", RULE, CATEGORIES)
    assert CALIBRATION.checked(frame).is_empty()


# What passes without a person


def passed(
    new: dict[str, object], decisions: Sequence[dict[str, object]] = (), **calibration: object
) -> list[str]:
    """The candidates that pass, of one new picture beside a certified category."""
    certified = calibrated(rows_of(JUDGEMENTS, judgements(FIRST)), "de", RULE, CATEGORIES)
    certified = certified.with_columns(pl.lit(value).alias(n) for n, value in calibration.items())
    accepted = auto_accepted(
        rows_of(JUDGEMENTS, [new]), certified, rows_of(REVIEW_DECISIONS, decisions)
    )
    assert all(decision.reviewer == AUTO_REVIEWER for decision in accepted)
    assert all(str(certified["certificate_id"][0]) in str(d.reason) for d in accepted)
    return [decision.candidate_id for decision in accepted]


def new_picture(**values: object) -> dict[str, object]:
    return judgement(5000, is_audit=False, is_bad=None, judged_at=None) | values


def test_a_new_picture_that_a_certificate_covers_passes() -> None:
    assert passed(new_picture()) == ["c5000"]


@pytest.mark.parametrize(
    "difference",
    [
        {"model_id": "flux"},
        {"model_revision": "r2"},
        {"settings": '{"steps": 4}'},
        {"checker": "k2"},
        {"template": "bowl@3"},
        {"category": "main"},
        {"country": "tr"},
        {"is_audit": True},
        {"doubt": "allergens"},
        {"doubt": "dietary_flags"},
    ],
    ids=str,
)
def test_another_origin_a_doubt_or_the_audit_leave_it_to_a_person(
    difference: dict[str, object],
) -> None:
    assert passed(new_picture(**difference)) == []


def test_below_the_threshold_without_certificate_or_decided_already_nothing_passes() -> None:
    assert passed(new_picture(combined_score=0.59), threshold=0.6) == []
    assert passed(new_picture(), is_certified=False) == []
    assert passed(new_picture(), [{"product_id": "p5000"}]) == []


# From decisions to judgements


@dataclass(frozen=True)
class Shortlisted:
    """One dish's shortlisted picture, and decisions on it."""

    decisions: tuple[tuple[str, str], ...] = ()
    flags: str | None = None
    unchecked: str = ""
    rank: int = 1
    decided_on: str = "h"

    def judged(self) -> dict[str, object]:
        """Its row of judgements."""
        ids = {"candidate_id": "c", "country": "de", "product_id": "p", "image_hash": "h"}
        said = [
            {
                **ids,
                "image_hash": self.decided_on,
                "decision_id": str(number),
                "reviewer": who,
                "decision": verdict,
                "decided_at": NOON + timedelta(minutes=number),
            }
            for number, (who, verdict) in enumerate(self.decisions)
        ]
        listed = {"rank": self.rank, "combined_score": 0.8, "unchecked": self.unchecked}
        made = {"model_id": "m", "model_revision": "r", "settings": "{}", "made_at": NOON}
        frame = judged(
            rows_of(SHORTLIST, [{**ids, **listed, "is_audit": True}]),
            rows_of(CANDIDATE_IMAGES, [{**ids, **made}]),
            rows_of(QUALITY_SCORES, [{**ids, "checker_version": "k1|soup|vegan"}]),
            rows_of(PRODUCTS, [{**ids, "category": "soup", "dietary_flags": self.flags}]),
            rows_of(REVIEW_DECISIONS, said),
        )
        return JUDGEMENTS.checked(frame).row(0, named=True)


@pytest.mark.parametrize(
    ("decisions", "is_bad", "is_contradicted"),
    [
        ((), None, False),
        ((("ada", "approve"),), False, False),
        ((("ada", "approve"), ("ada", "reject")), True, False),
        ((("ada", "reject"), ("ada", "approve")), False, False),
        ((("ada", "reject"), ("bo", "approve")), True, True),
        ((("demo", "approve"), ("garnish-auto", "approve")), None, False),
    ],
)
def test_what_people_said(
    decisions: tuple[tuple[str, str], ...], is_bad: bool | None, is_contradicted: bool
) -> None:
    row = Shortlisted(decisions).judged()
    assert (row["is_bad"], row["is_contradicted"]) == (is_bad, is_contradicted)
    assert row["checker"] == "k1"


def test_who_changes_their_mind_changes_the_look_that_the_picture_was_in() -> None:
    changed = Shortlisted((("ada", "approve"), ("ada", "reject"))).judged()
    assert (changed["is_bad"], changed["judged_at"]) == (True, NOON)


def test_a_decision_on_other_bytes_judges_nothing() -> None:
    assert Shortlisted((("ada", "approve"),), decided_on="gone").judged()["is_bad"] is None


def test_doubts_say_why_a_person_has_to_look() -> None:
    assert Shortlisted().judged()["doubt"] == ""
    doubtful = Shortlisted(flags="vegan", unchecked="people", rank=2)
    assert doubtful.judged()["doubt"] == "people;dietary_flags;not_the_best"


# In the flow


@dataclass(frozen=True)
class AllChecked(RuleChecks):
    """Checks that leave nothing unchecked."""

    def safety(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """A pass for all that is unchecked."""
        return [
            [replace(f, verdict="pass") if f.verdict == "unchecked" else f for f in findings]
            for findings in super().safety(pictures)
        ]


@pytest.fixture
def certified(flow: Flow) -> Flow:
    """Forty dishes, half of them drawn for the audit and approved: enough for at most 50 % bad."""
    # Of a vendor each: plates are so alike that they would be look-alikes within one vendor.
    rows = [
        menu_row(f"de-{number}", f"Suppe {number}", category="soup", vendor_id=f"v{number}")
        for number in range(40)
    ]
    land(flow.menus, "de.csv", rows)
    rule = AcceptanceRule(bad_share=0.5, audit_share=0.5)
    flow = flow.with_resources(checks=AllChecked(version="all-checked"), acceptance=rule)
    flow.run()
    for row in flow.table(SHORTLIST).filter("is_audit").iter_rows(named=True):
        flow.decide(row)
    return flow


def by_certificate(flow: Flow) -> pl.DataFrame:
    return flow.table(REVIEW_DECISIONS).filter(pl.col("reviewer") == AUTO_REVIEWER)


def test_nothing_passes_by_itself_until_somebody_switches_it_on(certified: Flow) -> None:
    certified.run("after_review")
    assert certified.table(CALIBRATION)["is_certified"].all()
    assert by_certificate(certified).is_empty()

    on = certified.with_resources(acceptance=replace(certified.resources.acceptance, is_on=True))
    on.run("after_review")
    accepted = by_certificate(on)
    (certificate_id,) = on.table(CALIBRATION)["certificate_id"]
    assert set(accepted["reason"]) == {f"certificate {certificate_id}"}
    best = on.table(SHORTLIST).filter(pl.col("rank") == 1)
    assert set(accepted["candidate_id"]) == set(best.filter(~pl.col("is_audit"))["candidate_id"])
    assert set(accepted["candidate_id"]) <= set(on.table(APPROVED_IMAGES)["candidate_id"])
    on.run("after_review")
    assert by_certificate(on).equals(accepted)

    first = accepted.row(0, named=True)
    on.decide(first, "reject")
    on.run("after_review")
    assert first["product_id"] not in on.table(APPROVED_IMAGES)["product_id"]
    assert by_certificate(on).equals(accepted)


def test_a_picture_that_becomes_unchecked_goes_back_to_a_person(certified: Flow) -> None:
    on = certified.with_resources(acceptance=replace(certified.resources.acceptance, is_on=True))
    on.run("after_review")
    accepted = by_certificate(on)
    doubting = on.with_resources(checks=RuleChecks(version="leaves-much-unchecked"))
    doubting.run()
    unchecked = doubting.table(SAFETY_SCORES).filter(pl.col("verdict") == "unchecked")
    assert set(accepted["candidate_id"]) <= set(unchecked["candidate_id"])
    approved = doubting.table(APPROVED_IMAGES)
    assert approved.height and AUTO_REVIEWER not in approved["reviewer"]
    assert not doubting.table(CALIBRATION)["is_certified"].any()
    assert set(accepted["product_id"]) <= set(what_waits(doubting.resources, "de")["product_id"])
