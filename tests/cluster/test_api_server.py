"""The cluster for tests does what Kubernetes would, where dagster-k8s and our pods rely on it."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes.client
import kubernetes.config
import pytest
from dagster_k8s.client import DagsterKubernetesClient
from dagster_k8s.job import (
    DagsterK8sJobConfig,
    UserDefinedDagsterK8sConfig,
    construct_dagster_k8s_job,
)

from menu_assets.pods import CPU_STEP, L4_STEP
from tests.cluster.api_server import NAMESPACE, serving
from tests.cluster.nodes import Node, NodePool, Taint
from tests.cluster.workloads import Cluster

CONTROL = Node("control", {"cpu": "2", "memory": "8Gi"})
L4 = Node(
    "l4",
    {"cpu": "4", "memory": "16Gi", "nvidia.com/gpu": "1"},
    {"karpenter.k8s.aws/instance-gpu-name": "l4"},
    (Taint("nvidia.com/gpu"),),
)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(
        tmp_path,
        nodes=[CONTROL],
        pools=[NodePool(L4, most=1, idle_s=0.3)],
        config_maps={"settings": {"GREETING": "from the config map"}},
    )
    with serving(cluster) as kubeconfig:
        kubernetes.config.load_kube_config(str(kubeconfig))
        yield cluster


@pytest.fixture
def client(cluster: Cluster) -> DagsterKubernetesClient:
    return DagsterKubernetesClient.production_client()


def start(
    client: DagsterKubernetesClient,
    name: str,
    script: str,
    shape: Mapping[str, Any] = CPU_STEP,
    **job_spec: Any,
) -> None:
    config = shape["dagster-k8s/config"]
    job = construct_dagster_k8s_job(
        DagsterK8sJobConfig(job_image="garnish:1", env_config_maps=["settings"]),
        ["sh", "-c", script],
        name,
        UserDefinedDagsterK8sConfig.from_dict(
            {**config, "job_spec_config": {**config.get("job_spec_config", {}), **job_spec}}
        ),
    )
    client.create_namespaced_job_with_retries(body=job, namespace=NAMESPACE)


def wait_until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "nothing happened for 10 s"
        time.sleep(0.05)


def status(client: DagsterKubernetesClient, name: str) -> Any:
    return client.get_job_status(name, NAMESPACE)


def test_a_job_runs_and_its_log_can_be_read(client: DagsterKubernetesClient) -> None:
    start(client, "good", "echo $GREETING; exit 0")
    start(client, "bad", "echo no; exit 3")
    wait_until(lambda: status(client, "good").succeeded and status(client, "bad").failed)
    (pod,) = client.get_pod_names_in_job("good", NAMESPACE)
    assert client.retrieve_pod_logs(pod, NAMESPACE) == "from the config map\n"
    (pod,) = client.get_pod_names_in_job("bad", NAMESPACE)
    assert "exit code 3" in client.get_pod_debug_info(pod, NAMESPACE)


def test_gpu_steps_run_one_at_a_time_on_a_node_that_comes_and_goes(
    cluster: Cluster, client: DagsterKubernetesClient
) -> None:
    for name in ("first", "second"):
        start(client, name, "sleep 0.3", L4_STEP)
    start(client, "small", "sleep 0.3")
    most = 0
    while not all(status(client, name).succeeded for name in ("first", "second", "small")):
        running = [w for w in cluster.workloads.values() if w.phase == "Running"]
        most = max(most, sum(w.node.name != "control" for w in running))
    assert most == 1
    placed = dict(cluster.history)
    assert placed["small"] == "control"
    assert placed["first"].startswith("l4-") and placed["second"].startswith("l4-")
    wait_until(lambda: cluster.nodes == [CONTROL])


def test_a_gpu_step_without_its_toleration_waits(
    cluster: Cluster, client: DagsterKubernetesClient
) -> None:
    config = dict(L4_STEP["dagster-k8s/config"])
    config["pod_spec_config"] = {**config["pod_spec_config"], "tolerations": []}
    start(client, "lonely", "true", {"dagster-k8s/config": config})
    time.sleep(0.5)
    (pod,) = client.get_pods_in_job("lonely", NAMESPACE)
    assert (pod.status.phase, pod.spec.node_name) == ("Pending", None)
    assert "0/1 nodes are available" in client.get_pod_debug_info(pod.metadata.name, NAMESPACE)


def test_a_pod_that_waits_for_ever_is_ended_by_its_deadline_with_a_reason(
    client: DagsterKubernetesClient,
) -> None:
    config = dict(L4_STEP["dagster-k8s/config"])
    config["pod_spec_config"] = {"node_selector": {"no": "such-node"}}
    start(client, "waits", "true", {"dagster-k8s/config": config}, active_deadline_seconds=1)
    wait_until(lambda: status(client, "waits").failed)
    (condition,) = status(client, "waits").conditions
    assert (condition.type, condition.reason) == ("Failed", "DeadlineExceeded")
    assert "DeadlineExceeded" in client.get_job_debug_info("waits", NAMESPACE)


def test_a_lost_node_fails_its_jobs_and_a_deleted_job_ends_its_process(
    cluster: Cluster, client: DagsterKubernetesClient
) -> None:
    start(client, "lost", "sleep 60", L4_STEP)
    start(client, "deleted", "sleep 60")
    wait_until(lambda: len(cluster.history) == 2)
    process = cluster.workloads["deleted"].process
    assert client.delete_job("deleted", NAMESPACE) is True
    assert process is not None and process.poll() == -9
    assert status(client, "deleted") is None
    cluster.lose_node(dict(cluster.history)["lost"])
    assert status(client, "lost").failed == 1


def test_a_job_that_kubernetes_would_not_take_is_refused(cluster: Cluster) -> None:
    batch = kubernetes.client.BatchV1Api()
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "odd"},
        "spec": {"template": {"spec": {"containers": [{"name": "a"}], "nodeSelektor": {}}}},
    }
    with pytest.raises(kubernetes.client.ApiException, match="nodeSelektor") as refused:
        batch.create_namespaced_job(NAMESPACE, manifest)
    assert refused.value.status == 422
