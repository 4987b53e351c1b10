"""Nodes that go and nodes that never come: the step is tried again, or fails with a reason."""

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from menu_assets.pods import GPU_POOL
from resources.database import Database
from tests.cluster.api_server import serving
from tests.cluster.dagster_there import SETTINGS, dagster_on, ended, said, start
from tests.cluster.nodes import NodePool
from tests.cluster.test_api_server import CONTROL, L4
from tests.cluster.workloads import Cluster

MODULE = "tests.cluster.shards"
PATIENCE_S = 180

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(2 * PATIENCE_S)]


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    settings = {"DAGSTER_HOME": str(tmp_path), "PARTS": str(tmp_path)}
    pools = [NodePool(L4, most=1)]
    return Cluster(tmp_path, nodes=[CONTROL], pools=pools, config_maps={SETTINGS: settings})


@pytest.fixture
def instance(
    cluster: Cluster, tmp_path: Path, postgres_database: Database
) -> Iterator[dg.DagsterInstance]:
    with (
        serving(cluster) as kubeconfig,
        dagster_on(kubeconfig, tmp_path, postgres_database) as dagster,
    ):
        yield dagster


def test_a_shard_whose_node_goes_is_tried_again_on_another(
    cluster: Cluster, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run_id = start(instance, MODULE, "lost", "launch")
    end = time.monotonic() + PATIENCE_S
    while not (tmp_path / "first").exists():
        assert time.monotonic() < end, "the shard did not begin"
        time.sleep(0.1)
    cluster.lose_node("l4-1")
    run = ended(instance, run_id, patience_s=PATIENCE_S)
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert [node for _, node in cluster.history] == ["control", "l4-1", "l4-2"]
    (again,) = said(instance, run, dg.DagsterEventType.STEP_UP_FOR_RETRY)
    assert "Discovered failed Kubernetes job" in again
    assert instance.event_log_storage.get_concurrency_info(GPU_POOL).active_slot_count == 0


def test_a_shard_that_no_node_takes_fails_with_a_reason(
    cluster: Cluster, instance: dg.DagsterInstance
) -> None:
    run = ended(instance, start(instance, MODULE, "pending", "launch"), patience_s=PATIENCE_S)
    assert run.status == dg.DagsterRunStatus.FAILURE
    (failure,) = said(instance, run, dg.DagsterEventType.STEP_FAILURE)
    assert "Discovered failed Kubernetes job" in failure
    assert [node for _, node in cluster.history] == ["control"]
    assert instance.event_log_storage.get_concurrency_info(GPU_POOL).active_slot_count == 0
