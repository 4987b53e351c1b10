"""The calibration page: what it says of certificates, and the curves that it draws."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner
from upath import UPath

from menu_assets.calibration import calibrated
from menu_assets.calibration_report import write_report
from menu_assets.cli import app
from menu_assets.reliability import bounds_by_coverage, reliability
from menu_assets.tables.calibration import CALIBRATION, JUDGEMENTS
from resources.acceptance_rule import AcceptanceRule
from resources.environment import home as home_folder
from resources.table_store import TableStore
from tests.menu_assets.test_calibration import CATEGORIES, FIRST, RULE, judgements, rows_of
from tests.stand_ins import Flow

SVG = "{http://www.w3.org/2000/svg}"


def test_the_curve_of_good_ones_never_falls_and_meets_what_was_counted() -> None:
    rng = np.random.default_rng(2)
    scores = rng.random(4000)
    curve = reliability(scores, rng.random(4000) < scores)
    shares = [share for _, share in curve.curve]
    assert shares == sorted(shares) and len(shares) > 4
    assert all(abs(score - share) < 0.15 for score, share in curve.curve if 0.1 < score < 0.9)
    assert sum(group.judged for group in curve.groups) == 4000
    for group in curve.groups:
        assert group.low < group.score < group.high


@pytest.mark.parametrize("judged", [1, 2, 9])
def test_few_judgements_and_those_of_one_kind_have_a_curve(judged: int) -> None:
    good = reliability(np.full(judged, 0.5), np.ones(judged, bool))
    assert {share for _, share in good.curve} == {1}
    assert len(good.groups) == 1 and good.groups[0].low < 1


def test_bounds_come_down_with_more_good_pictures_and_stay_above_what_was_counted() -> None:
    points = bounds_by_coverage(np.linspace(1, 0, 300), np.arange(300) >= 200)
    assert points[0].bound > 0.9 and points[-1].coverage == 1
    assert all(point.bad_share <= point.bound <= 1 for point in points)
    two_thirds = min(points, key=lambda point: abs(point.coverage - 0.66))
    assert two_thirds.bad_share == 0 and two_thirds.bound < 0.02
    assert points[-1].bad_share == pytest.approx(1 / 3)


@pytest.fixture
def tables(tmp_path: Path) -> TableStore:
    store = TableStore(UPath(tmp_path / "tables"))
    rows = [
        *judgements(FIRST),
        *judgements(7, start=9000, category="main", is_bad=True, is_contradicted=True),
        *judgements(4, start=9500, doubt="people;dietary_flags"),
    ]
    frame = rows_of(JUDGEMENTS, rows)
    store.write(JUDGEMENTS, "de", frame)
    store.write(CALIBRATION, "de", calibrated(frame, "de", RULE, CATEGORIES))
    return store


def test_the_page_names_certificates_what_is_lacking_and_why_people_decide(
    tables: TableStore, tmp_path: Path
) -> None:
    page = write_report(tables, RULE, tmp_path / "page.html").read_text(encoding="utf-8")
    certificate = tables.read(CALIBRATION, "de").filter("is_certified").row(0, named=True)
    assert certificate["certificate_id"] in page
    assert f"{FIRST - 7} more pictures of the audit slice have to be judged" in page
    assert "7 pictures were judged both ways" in page
    assert "<dt>people</dt><dd>4 pictures</dd>" in page


def test_each_plot_says_in_words_what_it_shows_and_stays_in_its_frame(
    tables: TableStore, tmp_path: Path
) -> None:
    page = write_report(tables, RULE, tmp_path / "page.html").read_text(encoding="utf-8")
    plots = [part.split("</svg>")[0] for part in page.split("<svg ")[1:]]
    assert len(plots) == 4
    for plot in plots:
        drawn = ElementTree.fromstring(f"<svg {plot}</svg>")
        assert "Share of" in drawn.get("aria-label", "")
        for line in drawn.iter("polyline"):
            numbers = line.get("points", "").replace(",", " ").split()
            assert all(0 <= float(number) <= 100 for number in numbers)


def test_without_any_table_the_page_says_what_to_do(tmp_path: Path) -> None:
    empty = TableStore(UPath(tmp_path / "none"))
    page = write_report(empty, AcceptanceRule(), tmp_path / "page.html")
    assert "garnish demo" in page.read_text(encoding="utf-8")


def test_the_commands_of_the_terminal(flow: Flow) -> None:
    flow.run()
    listed = CliRunner().invoke(app, ["calibration", "list"])
    assert "0 of 3 categories are certified" in listed.output
    assert "Auto-accept is off" in listed.output
    assert CliRunner().invoke(app, ["calibration", "report"]).exit_code == 0
    page = (home_folder() / "calibration.html").read_text(encoding="utf-8")
    assert flow.table(JUDGEMENTS).filter(pl.col("doubt") == "").is_empty()
    assert "<dt>nudity and violence</dt>" in page
