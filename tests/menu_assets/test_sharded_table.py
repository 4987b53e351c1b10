"""The one mechanism of GPU assets: nothing twice, nothing lost, whatever happens on the way."""

import hashlib
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from menu_assets.sharded_table import shards
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import APPROVED_IMAGES, SHORTLIST
from menu_assets.tables.scores import QUALITY_SCORES, SAFETY_SCORES
from resources.environment import REPOSITORY
from tests.stand_ins import (
    MENU,
    UNDRAWABLE,
    Flow,
    PlateGenerator,
    RuleChecks,
    land,
    local_flow,
    menu_row,
)

DISHES = 3
CANDIDATES = 2 * DISHES


def run_in_a_process(log: Path, *options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.menu_assets.interrupted_run", str(log)]
    return subprocess.run(
        [*command, *map(str, options)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def seeds_drawn(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().splitlines()]


def test_a_second_run_draws_and_looks_at_nothing(flow: Flow) -> None:
    flow.run()
    first = {
        table.name: flow.table(table) for table in (CANDIDATE_IMAGES, SAFETY_SCORES, SHORTLIST)
    }
    assert len(flow.generator.drawn) == CANDIDATES
    assert first["candidate_images"].height == CANDIDATES
    flow.generator.drawn.clear()
    flow.checks.looked_at.clear()
    flow.run()
    assert flow.generator.drawn == []
    assert flow.checks.looked_at == []
    for table in (CANDIDATE_IMAGES, SAFETY_SCORES, SHORTLIST):
        assert flow.table(table).equals(first[table.name])


def test_a_killed_run_loses_at_most_what_it_draws_and_what_it_writes(
    home: Path, tmp_path: Path
) -> None:
    menu = [menu_row(f"de-{n}", f"Pizza {n}", views_30d=1000 - n) for n in range(9)]
    land(home / "menus", "de.csv", menu)
    log = tmp_path / "drawn"
    killed = run_in_a_process(log, "--kill-after", 3)
    assert killed.returncode == -9, killed.stderr
    before = seeds_drawn(log)
    assert len(before) == 4 * 3  # two or three batches committed, the fourth drawn

    finished = run_in_a_process(log)
    assert finished.returncode == 0, finished.stderr
    times = Counter(seeds_drawn(log))
    assert len(times) == 18
    again = {seed for seed, count in times.items() if count == 2}
    assert set(times.values()) == {1, 2}
    assert again in (set(before[-3:]), set(before[-6:]))  # ADR 10

    with dg.DagsterInstance.ephemeral() as instance:
        candidates = local_flow(instance).table(CANDIDATE_IMAGES)
    assert candidates.height == 18
    assert (candidates["status"] == "made").all()
    assert set(candidates["seed"]) == set(times)


def test_a_full_disk_is_an_error_and_the_next_run_completes(home: Path, tmp_path: Path) -> None:
    land(home / "menus", "de.csv", MENU)
    log = tmp_path / "drawn"
    starved = run_in_a_process(log, "--file-limit", 2000)
    assert starved.returncode == 1
    assert "File too large" in starved.stderr
    assert not list((home / "tables").rglob("*.tmp"))
    assert not list((home / "pictures").rglob("*.tmp"))

    finished = run_in_a_process(log)
    assert finished.returncode == 0, finished.stderr
    with dg.DagsterInstance.ephemeral() as instance:
        flow = local_flow(instance)
        assert flow.table(CANDIDATE_IMAGES).height == CANDIDATES
        assert flow.table(SHORTLIST)["product_id"].n_unique() == DISHES


@pytest.mark.parametrize(
    "change",
    [{"revision": "plates-2"}, {"model_id": "bowls"}, {"settings": {"steps": 4}}],
    ids=["weights", "model", "settings"],
)
def test_another_model_makes_new_pictures_and_keeps_the_old(
    flow: Flow, change: dict[str, object]
) -> None:
    flow.run()
    if "settings" in change:
        change = {"settings": replace(flow.generator.settings, steps=4)}
    changed = flow.with_resources(generator=replace(flow.generator, drawn=[], **change))
    changed.run()
    assert len(changed.generator.drawn) == CANDIDATES
    assert changed.table(CANDIDATE_IMAGES).height == 2 * CANDIDATES


def test_more_candidates_for_a_dish_draw_only_the_further_ones(flow: Flow) -> None:
    flow.run()
    more = flow.with_resources(generator=replace(flow.generator, drawn=[], candidates_per_dish=3))
    more.run()
    assert len(more.generator.drawn) == DISHES
    assert more.table(CANDIDATE_IMAGES).height == CANDIDATES + DISHES


def test_a_renamed_dish_is_drawn_again_and_no_other(flow: Flow) -> None:
    flow.run()
    flow.generator.drawn.clear()
    renamed = [{**row, "name": "Salat"} if row["product_id"] == "de-2" else row for row in MENU]
    repriced = [{**row, "price": "1.00", "views_30d": "7"} for row in renamed]
    land(flow.menus, "de.csv", repriced)
    flow.run()
    assert len(flow.generator.drawn) == 2
    assert all("salad" in request.prompt for request in flow.generator.drawn)


def versions_of_checks(rows: pl.DataFrame) -> list[str]:
    """The part of `checker_version` that is not about the dish."""
    return [version.split("|")[0] for version in rows["checker_version"]]


def test_another_version_of_the_checks_looks_at_all_again_and_draws_nothing(flow: Flow) -> None:
    flow.run()
    flow.generator.drawn.clear()
    nothing_is_shown = dict.fromkeys(flow.table(PROMPTS)["subject"], 0.01)
    changed = flow.with_resources(checks=RuleChecks(version="checks-2", shown=nothing_is_shown))
    changed.run()
    assert changed.generator.drawn == []
    for table in (SAFETY_SCORES, QUALITY_SCORES):
        assert set(versions_of_checks(changed.table(table))) == {"checks-2"}
        assert changed.table(table)["candidate_id"].n_unique() == CANDIDATES
    assert changed.table(SHORTLIST).is_empty()


def test_findings_committed_before_a_failure_are_kept_by_the_next_run(flow: Flow) -> None:
    flow.run()
    failing = flow.with_resources(checks=FailsInTheSecondBatch(version="checks-2"))
    assert not failing.run(raise_on_error=False).success
    assert failing.checks.looked_at
    mended = flow.with_resources(checks=RuleChecks(version="checks-2"))
    mended.run()
    # Safety looks at the two that are left, quality at all: the batch before is not done again.
    assert len(mended.checks.looked_at) == CANDIDATES - 4 + CANDIDATES
    assert set(versions_of_checks(mended.table(SAFETY_SCORES))) == {"checks-2"}


class FailsInTheSecondBatch(RuleChecks):
    """As if the GPU were lost after four pictures."""

    def safety(self, pictures):
        self._fail_once_used()
        return super().safety(pictures)

    def quality(self, pictures):
        self._fail_once_used()
        return super().quality(pictures)

    def _fail_once_used(self):
        if self.looked_at:
            raise dg.Failure("the node is gone", allow_retries=False)


def test_a_try_that_failed_is_a_row_with_its_reason_and_its_cost(flow: Flow) -> None:
    land(flow.menus, "de.csv", [menu_row("de-1", UNDRAWABLE), menu_row("de-2", "Pizza")])
    flow.run()
    rows = flow.table(CANDIDATE_IMAGES)
    failed = rows.filter(pl.col("status") == "failed")
    assert failed["failure_reason"].to_list() == ["the picture is blank"] * 2
    assert failed["image_hash"].null_count() == 2
    assert (failed["cost_usd"] > 0).all()
    assert set(flow.table(SAFETY_SCORES)["product_id"]) == {"de-2"}
    assert set(flow.table(SHORTLIST)["product_id"]) == {"de-2"}
    flow.generator.drawn.clear()
    flow.run()
    assert flow.generator.drawn == []


@pytest.mark.parametrize("damage", ["deleted", "truncated", "altered"])
def test_a_damaged_picture_is_made_again_and_its_approval_stands(flow: Flow, damage: str) -> None:
    flow.run()
    best = flow.table(SHORTLIST).row(0, named=True)
    flow.decide(best)
    flow.run("after_review")
    published = flow.published()
    assert len(published) == 1

    path = Path(str(flow.resources.pictures.path(best["image_hash"])))
    whole = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_bytes(whole[:-9] + b"\x00" * 9)
    flow.generator.drawn.clear()
    if (
        damage == "altered"
    ):  # it has the right length: found when it is opened, and then moved aside
        assert not flow.run(raise_on_error=False).success
        assert flow.generator.drawn == []
    flow.run()
    assert len(flow.generator.drawn) == 1
    assert path.read_bytes() == whole
    assert flow.table(APPROVED_IMAGES)["image_hash"].to_list() == [best["image_hash"]]
    assert flow.published() == published


def test_a_picture_made_again_with_other_bytes_is_looked_at_again_and_not_approved(
    flow: Flow,
) -> None:
    flow.run()
    best = flow.table(SHORTLIST).row(0, named=True)
    flow.decide(best)
    flow.run("after_review")
    Path(str(flow.resources.pictures.path(best["image_hash"]))).unlink()
    # A salt that makes no plate which looks like another dish's: that would be a veto.
    other = flow.with_resources(generator=replace(flow.generator, salt=2, drawn=[]))
    other.checks.looked_at.clear()
    other.run()
    assert len(other.generator.drawn) == 1
    assert len(other.checks.looked_at) == 2  # once for vetoes, once for scores
    candidate = pl.col("candidate_id") == best["candidate_id"]
    for table in (SAFETY_SCORES, QUALITY_SCORES, SHORTLIST):
        hashes = set(other.table(table).filter(candidate)["image_hash"])
        assert len(hashes) == 1 and best["image_hash"] not in hashes
    assert other.table(APPROVED_IMAGES).is_empty()
    assert other.published() == []


def test_a_picture_that_cannot_be_opened_has_a_veto_until_it_is_made_again(flow: Flow) -> None:
    flow.run()
    image_hash = flow.table(SHORTLIST)["image_hash"][0]
    path = Path(str(flow.resources.pictures.path(image_hash)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"\x00" * 9)
    stricter = flow.with_resources(checks=RuleChecks(version="checks-2"))
    stricter.run(only=[SAFETY_SCORES, QUALITY_SCORES, SHORTLIST])
    of_picture = pl.col("image_hash") == image_hash
    (finding,) = stricter.table(SAFETY_SCORES).filter(of_picture).iter_rows(named=True)
    assert (finding["check_name"], finding["verdict"]) == ("file_readable", "veto")
    assert "damaged" in finding["reason"]
    assert stricter.table(SHORTLIST).filter(of_picture).is_empty()
    assert stricter.table(SHORTLIST).height == CANDIDATES - 1
    stricter.run()
    assert path.read_bytes() == whole
    assert "veto" not in stricter.table(SAFETY_SCORES).filter(of_picture)["verdict"]
    assert stricter.table(SHORTLIST).height == CANDIDATES


def test_a_published_file_that_was_altered_is_withdrawn_and_put_back(flow: Flow) -> None:
    flow.run()
    best = flow.table(SHORTLIST).row(0, named=True)
    flow.decide(best)
    flow.run("after_review")
    (name,) = flow.published()
    path = Path(str(flow.resources.publication_root)) / "de" / name
    path.write_bytes(b"not the approved picture")
    flow.run("after_review")
    (put_back,) = flow.published()
    data = (path.parent / put_back).read_bytes()
    assert flow.resources.publisher.credentials.read(data).state == "trusted"
    (row,) = flow.table(PUBLISHED_CATALOGUE).iter_rows(named=True)
    assert row["published_file"] == f"de/{put_back}"
    assert row["file_hash"] == hashlib.sha256(data).hexdigest()
    assert row["image_hash"] == best["image_hash"]


def test_large_work_is_cut_into_shards_and_small_work_is_one() -> None:
    rows = pl.DataFrame({"row": range(10)})
    assert [shard.height for shard in shards(rows, 4)] == [4, 4, 2]
    assert [shard.height for shard in shards(rows, 100)] == [10]
    assert list(shards(rows.clear(), 100)) == []


def test_many_shards_make_the_same_table_as_one(flow: Flow) -> None:
    flow.with_resources(shard_rows=2).run()
    assert len(flow.generator.drawn) == CANDIDATES
    assert flow.table(CANDIDATE_IMAGES).height == CANDIDATES
    assert flow.table(SAFETY_SCORES)["candidate_id"].n_unique() == CANDIDATES


def test_a_picture_can_be_made_again_from_its_row(flow: Flow) -> None:
    flow.run()
    row = flow.table(CANDIDATE_IMAGES).row(0, named=True)
    request = next(r for r in flow.generator.drawn if r.seed == row["seed"])
    assert (request.prompt, request.negative_prompt) == (row["prompt"], row["negative_prompt"])
    (picture,) = PlateGenerator().draw([request]).pictures
    assert picture is not None
    assert flow.resources.pictures.put(picture).image_hash == row["image_hash"]
    assert row["model_id"] == "plates" and row["model_revision"] == "plates-1"
    assert row["run_id"] and row["code_version"] and row["made_at"]


def test_a_dish_that_becomes_vegan_is_looked_at_again(flow: Flow) -> None:
    flow.run()
    before = flow.table(SAFETY_SCORES)
    flow.checks.looked_at.clear()
    land(flow.menus, "de.csv", [{**MENU[0], "dietary_flags": "vegan"}, *MENU[1:]])
    flow.run()
    after = flow.table(SAFETY_SCORES)
    again = after.join(before, on=["candidate_id", "checker_version"], how="anti")
    assert set(again["product_id"]) == {"de-1"}
