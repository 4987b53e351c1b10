"""Dagster on the cluster for tests: its instance, and starting runs from outside.

Belongs here: what `deploy/dagster.yaml` says, as far as one test needs it. Does not belong here:
the cluster (`workloads.py`), and what runs.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from menu_assets.pods import GPU_POOL
from resources.database import Database
from resources.places import REPOSITORY
from tests.cluster.api_server import NAMESPACE

SETTINGS = "garnish"
"""The config map that every pod has its environment from."""


@contextmanager
def dagster_on(kubeconfig: Path, home: Path, database: Database) -> Iterator[dg.DagsterInstance]:
    """The instance in `home`, which `DAGSTER_HOME` names here and in the pods."""
    url = database.engine.url.set(drivername="postgresql+psycopg2")
    launcher = {
        "load_incluster_config": False,
        "kubeconfig_file": str(kubeconfig),
        "job_namespace": NAMESPACE,
        "job_image": "garnish:tests",
        "service_account_name": "garnish-dagster",
        "instance_config_map": "dagster-instance",
        "dagster_home": str(home),
        "env_config_maps": [SETTINGS],
    }
    instance = {
        "telemetry": {"enabled": False},
        "storage": {"postgres": {"postgres_url": url.render_as_string(hide_password=False)}},
        # Runs begin at once: the queue is the daemon's, which is not part of these tests.
        "run_coordinator": {
            "module": "dagster._core.run_coordinator",
            "class": "DefaultRunCoordinator",
        },
        "run_launcher": {"module": "dagster_k8s", "class": "K8sRunLauncher", "config": launcher},
    }
    (home / "dagster.yaml").write_text(json.dumps(instance))
    with dg.DagsterInstance.get() as dagster:
        dagster.event_log_storage.set_concurrency_slots(GPU_POOL, 1)
        yield dagster


def start(instance: dg.DagsterInstance, module: str, job: str, *options: str) -> str:
    """Start a run of a job by Dagster's command line; returns the run's id."""
    command = [sys.executable, "-m", "dagster", "job", *options, "-m", module, "-j", job]
    subprocess.run(command, cwd=REPOSITORY, check=True, timeout=300)
    (run,) = instance.get_runs(dg.RunsFilter(job_name=job))
    return run.run_id


def ended(instance: dg.DagsterInstance, run_id: str, *, patience_s: float) -> dg.DagsterRun:
    """The run, once it has ended."""
    end = time.monotonic() + patience_s
    while True:
        run = instance.get_run_by_id(run_id)
        assert run is not None
        if run.is_finished:
            return run
        assert time.monotonic() < end, f"the run is {run.status} after {patience_s:.0f} s"
        time.sleep(0.5)


def said(instance: dg.DagsterInstance, run: dg.DagsterRun, kind: dg.DagsterEventType) -> list[str]:
    """What the run's events of a kind say, as a person reads it."""
    records = instance.get_records_for_run(run.run_id, of_type=kind).records
    return [str(record.event_log_entry) for record in records]
