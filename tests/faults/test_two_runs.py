"""Two runs of one country at the same time, which the run queue prevents: nothing is lost."""

import subprocess
import sys
from pathlib import Path

import dagster as dg

from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.scores import SAFETY_SCORES
from resources.places import REPOSITORY
from tests.stand_ins import land, local_flow, menu_row

DISHES = 9


def start(log: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.menu_assets.interrupted_run", str(log)]
    return subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)


def test_both_end_well_and_each_candidate_is_there_once(home: Path, tmp_path: Path) -> None:
    menu = [menu_row(f"de-{n}", f"Pizza {n}", views_30d=1000 - n) for n in range(DISHES)]
    land(home / "menus", "de.csv", menu)
    runs = [start(tmp_path / "first"), start(tmp_path / "second")]
    for run in runs:
        _, errors = run.communicate(timeout=120)
        assert run.returncode == 0, errors
    with dg.DagsterInstance.ephemeral() as instance:
        flow = local_flow(instance)
        candidates = flow.table(CANDIDATE_IMAGES)
        assert candidates.height == candidates["candidate_id"].n_unique() == 2 * DISHES
        assert flow.table(SAFETY_SCORES)["candidate_id"].n_unique() == 2 * DISHES
        flow.run()
        assert flow.generator.drawn == []
        assert flow.table(CANDIDATE_IMAGES).equals(candidates)
