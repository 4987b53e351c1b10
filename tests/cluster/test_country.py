"""A country on the cluster: each run and each step is a job, from the menu to published pictures.

Real are Dagster with `K8sRunLauncher` and `k8s_job_executor`, PostgreSQL, S3 (moto's), the small
models, and every process; a stand-in is the cluster. Six minutes on two busy cores.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import SHORTLIST
from resources.database import Database
from resources.environment import Resources, resources_for
from resources.review_store import Decision
from resources.signing_certificates import CERTIFICATES_NAME, KEY_NAME, make_test_identity
from tests.cluster.api_server import serving
from tests.cluster.dagster_there import SETTINGS, dagster_on, ended, said, start
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

    def run(self, job: str) -> None:
        """Run a job for Germany, to its good end."""
        options = ("backfill", "--noprompt", "--partitions", "de")
        run_id = start(self.instance, "menu_assets.definitions", job, *options)
        run = ended(self.instance, run_id, patience_s=PATIENCE_S)
        failures = said(self.instance, run, dg.DagsterEventType.STEP_FAILURE)
        assert run.status == dg.DagsterRunStatus.SUCCESS, failures

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


@pytest.fixture
def platform(
    tmp_path: Path, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Platform]:
    credentials = tmp_path / "credentials"
    make_test_identity(credentials)
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
            "GARNISH_C2PA_KEY": str(credentials / KEY_NAME),
            "GARNISH_C2PA_CERTIFICATES": str(credentials / CERTIFICATES_NAME),
            "DAGSTER_HOME": str(tmp_path),
            **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        cluster = Cluster(
            tmp_path,
            nodes=[Node("control", {"cpu": "1500m", "memory": "16Gi"})],
            pools=[NodePool(L4, most=1, idle_s=5)],
            config_maps={SETTINGS: settings},
        )
        resources = resources_for("cluster")
        with (
            serving(cluster) as kubeconfig,
            dagster_on(kubeconfig, tmp_path, postgres_database) as dagster,
        ):
            yield Platform(dagster, cluster, resources)
        resources.reviews.database.engine.dispose()


@pytest.mark.cluster
@pytest.mark.timeout(2 * PATIENCE_S)
def test_a_country_from_its_menu_to_published_pictures(platform: Platform, tmp_path: Path) -> None:
    menu = land(tmp_path / "menu", "de.csv", DISHES)
    resources = platform.resources
    resources.menus.root.joinpath("de.csv").write_bytes(menu.read_bytes())

    platform.run("whole_flow")
    nodes = platform.nodes_of_steps()
    gpu_steps = {step for step in nodes if ".run_" in step}
    assert {step for step, node in nodes.items() if node.startswith("l4-")} == gpu_steps
    assert resources.tables.read(CANDIDATE_IMAGES, "de").height == 4

    for row in resources.tables.read(SHORTLIST, "de").iter_rows(named=True):
        if row["rank"] == 1:
            names = ("country", "product_id", "candidate_id", "image_hash")
            chosen = {name: row[name] for name in names}
            resources.reviews.record([Decision(**chosen, decision="approve", reviewer="ada")])
    resources.rollout.set("de", 1.0, is_stopped=False, set_by="ada")
    platform.run("after_review")
    published = resources.tables.read(PUBLISHED_CATALOGUE, "de")
    assert set(published["product_id"]) == {"de-1", "de-2"}
    for name in published["published_file"]:
        assert resources.publication_root.joinpath(name).exists()
