"""The Dagster instance that `make dev` shows.

Belongs here: where it is, made on first use. Does not belong here: runs (`demo.py`).
"""

import os
import shutil
from pathlib import Path

import dagster as dg

from resources.environment import environment
from resources.places import REPOSITORY, home


def dagster_instance() -> dg.DagsterInstance:
    """The instance in `DAGSTER_HOME`; locally it is made on first use."""
    if environment() == "cluster":  # which has its own, and its own dagster.yaml
        return dg.DagsterInstance.get()
    folder = Path(os.environ.setdefault("DAGSTER_HOME", str(home() / "dagster")))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(REPOSITORY / "dagster.yaml", folder / "dagster.yaml")
    return dg.DagsterInstance.get()
