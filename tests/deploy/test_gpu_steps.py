"""Pods of steps: Kubernetes takes them, and the node pool has a node for those on a GPU."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import kubernetes_validate
import pytest
from dagster_k8s import DagsterK8sJobConfig, construct_dagster_k8s_job
from dagster_k8s.container_context import K8sContainerContext
from dagster_k8s.job import get_user_defined_k8s_config
from kubernetes.client import ApiClient

from menu_assets.definitions import FLOW, build_defs
from menu_assets.pods import CPU_STEP, GPU_POOL, L4_STEP, MODEL_STEP, image_of_gpu_steps
from tests.deploy.manifests import helm_values, manifest
from tests.deploy.test_manifests import KUBERNETES

SMALLEST_NODE = {"cpu": 3.9, "memory": 14.0}
"""What a g6.xlarge leaves to pods: 4 vCPU and 16 GiB, less Kubernetes' and the system's share."""


def ops() -> Iterator[dg.OpDefinition]:
    """The op of every step: of assets, of checks, and inside of graph-backed assets."""
    for asset in build_defs(env="local").resolve_asset_graph().assets_defs:
        if asset.is_executable:
            yield from asset.node_def.iterate_op_defs()


def job_of(tags: dict[str, str]) -> dict[str, Any]:
    """The job that dagster-k8s would post for a step with these tags."""
    launcher = helm_values()["runLauncher"]["config"]["k8sRunLauncher"]
    further = launcher["runK8sConfig"]
    context = K8sContainerContext.create_from_config(
        {
            "k8s": {
                "volumes": launcher["volumes"],
                "volume_mounts": launcher["volumeMounts"],
                "security_context": launcher["securityContext"],
                "run_k8s_config": {
                    "pod_template_spec_metadata": further["podTemplateSpecMetadata"],
                    "pod_spec_config": further["podSpecConfig"],
                    "job_spec_config": further["jobSpecConfig"],
                },
            }
        }
    ).merge(K8sContainerContext(run_k8s_config=get_user_defined_k8s_config(tags)))
    config = DagsterK8sJobConfig(
        job_image="registry.example.org/garnish/control-plane:0.1.0",
        dagster_home="/opt/dagster/dagster_home",
    )
    job = construct_dagster_k8s_job(
        config,
        ["dagster", "api", "execute_step"],
        "dagster-step-1",
        user_defined_k8s_config=context.run_k8s_config,
        component="step_worker",
    )
    return ApiClient().sanitize_for_serialization(job)


@pytest.mark.parametrize("shape", [L4_STEP, CPU_STEP, MODEL_STEP], ids=["l4", "cpu", "model"])
def test_kubernetes_takes_the_jobs_of_steps(shape: dict[str, Any]) -> None:
    tags = dg.OpDefinition(compute_fn=lambda _: None, name="step", tags=shape).tags
    job = job_of(dict(tags))
    kubernetes_validate.validate(job, KUBERNETES, strict=True)
    pod = job["spec"]["template"]
    assert pod["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"
    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    assert pod["spec"]["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def l4_pod() -> dict[str, Any]:
    tags = dg.OpDefinition(compute_fn=lambda _: None, name="step", tags=L4_STEP).tags
    return job_of(dict(tags))["spec"]["template"]["spec"]


def test_the_node_pool_has_the_nodes_that_gpu_pods_select() -> None:
    template = manifest("NodePool", "l4")["spec"]["template"]["spec"]
    offered = {each["key"]: each["values"] for each in template["requirements"]}
    for key, value in l4_pod()["nodeSelector"].items():
        assert value in offered[key], key


def test_gpu_pods_tolerate_the_nodes_taint_and_others_do_not() -> None:
    (taint,) = manifest("NodePool", "l4")["spec"]["template"]["spec"]["taints"]
    (toleration,) = l4_pod()["tolerations"]
    assert toleration["key"] == taint["key"]
    assert toleration["effect"] == taint["effect"]
    assert toleration["operator"] == "Exists" or toleration["value"] == taint["value"]
    assert "tolerations" not in CPU_STEP["dagster-k8s/config"].get("pod_spec_config", {})


def test_a_gpu_pod_fits_the_smallest_node() -> None:
    resources = l4_pod()["containers"][0]["resources"]
    assert resources["limits"]["nvidia.com/gpu"] == "1"
    assert float(resources["requests"]["cpu"]) <= SMALLEST_NODE["cpu"]
    for kind in ("requests", "limits"):
        assert float(resources[kind]["memory"].removesuffix("Gi")) <= SMALLEST_NODE["memory"]


def test_a_node_is_let_finish_what_a_step_may_take() -> None:
    template = manifest("NodePool", "l4")["spec"]["template"]["spec"]
    hours = float(template["terminationGracePeriod"].removesuffix("h"))
    deadline = L4_STEP["dagster-k8s/config"]["job_spec_config"]["active_deadline_seconds"]
    assert hours * 3600 > deadline


def test_every_step_has_a_shape_and_every_gpu_step_all_that_it_needs() -> None:
    images = image_of_gpu_steps("gpu-worker:1", FLOW)
    steps = list(ops())
    on_a_gpu = [op for op in steps if "nvidia.com/gpu" in op.tags.get("dagster-k8s/config", "")]
    assert len(on_a_gpu) >= 4
    for op in steps:
        assert "dagster-k8s/config" in op.tags, op.name
        assert (op.pool == GPU_POOL) == (op in on_a_gpu), op.name
    for op in on_a_gpu:
        assert op.name in images, op.name
        assert op.retry_policy is not None, op.name
