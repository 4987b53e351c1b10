"""A country on the cluster: each run and each step is a job, from the menu to published pictures.

Real are Dagster with `K8sRunLauncher` and `k8s_job_executor`, PostgreSQL, S3 (moto's), the small
models, and every process; a stand-in is the cluster.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from menu_assets.pods import GPU_POOL
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import SHORTLIST
from resources.database import Database
from resources.environment import Resources, resources_for
from resources.places import REPOSITORY
from resources.review_store import Decision
from resources.signing_certificates import CERTIFICATES_NAME, KEY_NAME, make_test_identity
from tests.cluster.api_server import NAMESPACE, serving
from tests.cluster.nodes import Node, NodePool
from tests.cluster.test_api_server import L4
from tests.cluster.workloads import Cluster
from tests.model_servers import s3_store
from tests.stand_ins import land, menu_row

PATIENCE_S = 900
DISHES = [
    menu_row("de-1", "Pizza Funghi", category="pizza"),
    menu_row("de-2", "Tomatensuppe", category="soup"),
]


@dataclass(frozen=True)
class Platform:
    """Dagster's instance, the cluster that it runs on, and what the pods write to."""

    instance: dg.DagsterInstance
    cluster: Cluster
    resources: Resources

    def run(self, job: str) -> dg.DagsterRun:
        """Launch a job for Germany, and wait for its end."""
        command = [sys.executable, "-m", "dagster", "job", "backfill", "--noprompt"]
        options = ["-m", "menu_assets.definitions", "-j", job, "--partitions", "de"]
        subprocess.run([*command, *options], cwd=REPOSITORY, check=True, timeout=PATIENCE_S)
        (run,) = self.instance.get_runs(dg.RunsFilter(job_name=job))
        end = time.monotonic() + PATIENCE_S
        while not run.is_finished and time.monotonic() < end:
            time.sleep(0.5)
            (run,) = self.instance.get_runs(dg.RunsFilter(job_name=job))
        return run

    def nodes_of_steps(self) -> dict[str, str]:
        """The node that each step ran on."""
        labels = {
            name: workload.manifest["metadata"]["labels"]
            for name, workload in self.cluster.workloads.items()
        }
        return {
            labels[name]["dagster/op"]: node
            for name, node in self.cluster.history
            if "dagster/op" in labels[name]
        }

    def why(self, run: dg.DagsterRun) -> str:
        """What a person would look for if a run failed."""
        failed = dg.DagsterEventType.STEP_FAILURE
        records = self.instance.get_records_for_run(run.run_id, of_type=failed).records
        return "\n".join(str(record.event_log_entry) for record in records) or str(run.status)


@pytest.fixture
def platform(
    tmp_path: Path, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Platform]:
    make_test_identity(tmp_path)
    with s3_store("garnish"):
        settings = {
            "GARNISH_ENV": "cluster",
            "GARNISH_HOME": str(tmp_path / "home"),
            "GARNISH_STORE": "s3://garnish/store",
            "GARNISH_MENUS": "s3://garnish/menus",
            "GARNISH_REVIEW_DATABASE": postgres_database.url,
            "GARNISH_MODEL": "garnish-small",
            "GARNISH_DEVICE": "cpu",
            "GARNISH_CANDIDATES_PER_DISH": "2",
            "GARNISH_SHARD_ROWS": "2",
            "GARNISH_CHANNELS": "garnish",
            "GARNISH_C2PA_KEY": str(tmp_path / KEY_NAME),
            "GARNISH_C2PA_CERTIFICATES": str(tmp_path / CERTIFICATES_NAME),
            "DAGSTER_HOME": str(tmp_path),
            **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        cluster = Cluster(
            tmp_path,
            nodes=[Node("control", {"cpu": "1500m", "memory": "16Gi"})],
            pools=[NodePool(L4, most=1, idle_s=5)],
            config_maps={"garnish": settings},
        )
        with serving(cluster) as kubeconfig:
            launcher = {
                "load_incluster_config": False,
                "kubeconfig_file": str(kubeconfig),
                "job_namespace": NAMESPACE,
                "job_image": "garnish:tests",
                "service_account_name": "dagster",
                "instance_config_map": "dagster-instance",
                "dagster_home": str(tmp_path),
                "env_config_maps": ["garnish"],
            }
            # Dagster's own statements are for psycopg2, and SQLAlchemy 2.1 prefers psycopg.
            database = postgres_database.url.replace("postgresql:", "postgresql+psycopg2:")
            instance = {
                "telemetry": {"enabled": False},
                "storage": {"postgres": {"postgres_url": database}},
                # Runs begin at once: the queue is the daemon's, which is not part of this test.
                "run_coordinator": {
                    "module": "dagster._core.run_coordinator",
                    "class": "DefaultRunCoordinator",
                },
                "run_launcher": {
                    "module": "dagster_k8s",
                    "class": "K8sRunLauncher",
                    "config": launcher,
                },
            }
            (tmp_path / "dagster.yaml").write_text(json.dumps(instance))
            with dg.DagsterInstance.get() as dagster:
                dagster.event_log_storage.set_concurrency_slots(GPU_POOL, 1)
                yield Platform(dagster, cluster, resources_for("cluster"))


@pytest.mark.cluster
@pytest.mark.timeout(2 * PATIENCE_S)
def test_a_country_from_its_menu_to_published_pictures(platform: Platform, tmp_path: Path) -> None:
    menu = land(tmp_path / "menu", "de.csv", DISHES)
    resources = platform.resources
    resources.menus.root.joinpath("de.csv").write_bytes(menu.read_bytes())

    run = platform.run("whole_flow")
    assert run.status == dg.DagsterRunStatus.SUCCESS, platform.why(run)
    nodes = platform.nodes_of_steps()
    gpu_steps = {step for step in nodes if ".run_" in step}
    assert {step for step, node in nodes.items() if node.startswith("l4-")} == gpu_steps
    candidates = resources.tables.read(CANDIDATE_IMAGES, "de")
    assert candidates.height == 4

    for row in resources.tables.read(SHORTLIST, "de").iter_rows(named=True):
        if row["rank"] == 1:
            names = ("country", "product_id", "candidate_id", "image_hash")
            chosen = {name: row[name] for name in names}
            resources.reviews.record([Decision(**chosen, decision="approve", reviewer="ada")])
    resources.rollout.set("de", 1.0, is_stopped=False, set_by="ada")
    run = platform.run("after_review")
    assert run.status == dg.DagsterRunStatus.SUCCESS, platform.why(run)
    published = resources.tables.read(PUBLISHED_CATALOGUE, "de")
    assert set(published["product_id"]) == {"de-1", "de-2"}
    for name in published["published_file"]:
        assert resources.publication_root.joinpath(name).exists()
