"""The cluster's Dagster instance: Dagster itself reads it, on a real PostgreSQL."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._config import process_config
from dagster_aws.s3 import S3ComputeLogManager
from dagster_k8s import K8sRunLauncher
from dagster_postgres import DagsterPostgresStorage

from menu_assets.pods import GPU_POOL, GPU_RETRIES, L4_STEP
from resources.countries import country_codes
from resources.database import Database
from tests.deploy.manifests import helm_values, manifest, read

INSTANCE = read("deploy/dagster.yaml")
DATABASE = INSTANCE["storage"]["postgres"]["postgres_db"]


@pytest.fixture
def cluster_instance(
    tmp_path: Path, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """The instance with its storage on this test's server, and without S3 and Kubernetes."""
    here = {key: INSTANCE[key] for key in INSTANCE.keys() - {"compute_logs", "run_launcher"}}
    url = postgres_database.engine.url.set(drivername=DATABASE["scheme"])
    here["storage"] = {
        "postgres": {"postgres_url": url.render_as_string(hide_password=False)},
    }
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(here), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def test_dagster_starts_with_it(cluster_instance: dg.DagsterInstance) -> None:
    assert cluster_instance.run_monitoring_enabled
    assert cluster_instance.run_retries_enabled
    assert cluster_instance.managed_python_loggers == ["garnish"]
    queue = cluster_instance.get_concurrency_config().run_queue_config
    assert queue is not None
    # Each country's one run has room, and some that belong to no country.
    assert queue.max_concurrent_runs >= len(list(country_codes()))


def test_what_happens_is_kept(cluster_instance: dg.DagsterInstance) -> None:
    cluster_instance.report_runless_asset_event(dg.AssetMaterialization("products"))
    assert cluster_instance.get_latest_materialization_event(dg.AssetKey("products"))


def test_the_pool_has_as_many_slots_as_there_are_gpus(
    cluster_instance: dg.DagsterInstance,
) -> None:
    gpus = manifest("NodePool", "l4")["spec"]["limits"]["nvidia.com/gpu"]
    storage = cluster_instance.event_log_storage
    storage.initialize_concurrency_limit_to_default(GPU_POOL)  # as a run's first step does
    for number in range(gpus + 1):
        claim = storage.claim_concurrency_slot(GPU_POOL, "run", f"step-{number}")
        assert claim.is_claimed == (number < gpus), number


@pytest.mark.parametrize(
    ("key", "kind"),
    [("compute_logs", S3ComputeLogManager), ("run_launcher", K8sRunLauncher)],
)
def test_the_parts_outside_take_their_settings(
    key: str, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_LOGS_BUCKET", "logs")
    assert INSTANCE[key]["class"] == kind.__name__
    taken = process_config(kind.config_type(), INSTANCE[key]["config"])
    assert taken.success, taken.errors


def test_the_storage_takes_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "USERNAME", "PASSWORD", "DB"):
        monkeypatch.setenv(f"DAGSTER_PG_{name}", "garnish")
    storage = INSTANCE["storage"]["postgres"]
    taken = process_config(DagsterPostgresStorage.config_type(), storage)
    assert taken.success, taken.errors


def test_the_chart_writes_the_same_instance() -> None:
    values = helm_values()
    further = values["additionalInstanceConfig"]
    assert further == {key: INSTANCE[key] for key in further}
    assert values["postgresql"]["postgresqlScheme"] == DATABASE["scheme"]
    daemon = values["dagsterDaemon"]
    for twice in ("runCoordinator", "runMonitoring", "runRetries"):
        assert daemon[twice] == {"enabled": False}, "the chart would write the key a second time"
    assert daemon["sensors"]["numWorkers"] == INSTANCE["sensors"]["num_workers"]
    logs = values["computeLogManager"]["config"]["s3ComputeLogManager"]
    of_the_instance = INSTANCE["compute_logs"]["config"]
    assert logs["prefix"] == of_the_instance["prefix"]
    assert logs["uploadInterval"] == of_the_instance["upload_interval"]
    retention = values["retention"]
    assert (
        retention["sensor"]["purgeAfterDays"]
        == (INSTANCE["retention"]["sensor"]["purge_after_days"])
    )
    assert (
        retention["autoMaterialize"]["purgeAfterDays"]
        == (INSTANCE["retention"]["auto_materialize"]["purge_after_days"])
    )
    database = INSTANCE["storage"]["postgres"]["postgres_db"]
    assert values["postgresql"]["postgresqlScheme"] == database["scheme"]
    assert values["postgresql"]["postgresqlParams"] == database["params"]
    account = INSTANCE["run_launcher"]["config"]["service_account_name"]
    assert values["global"]["serviceAccountName"] == account


def test_a_run_may_last_as_long_as_its_gpu_steps_with_all_their_tries() -> None:
    deadline = L4_STEP["dagster-k8s/config"]["job_spec_config"]["active_deadline_seconds"]
    tries = 1 + GPU_RETRIES.max_retries
    assert INSTANCE["run_monitoring"]["max_runtime_seconds"] > deadline * tries


def test_slots_of_dead_runs_are_given_back() -> None:
    assert INSTANCE["run_monitoring"]["enabled"] is True
    assert 0 < INSTANCE["run_monitoring"]["free_slots_after_run_end_seconds"] <= 600
