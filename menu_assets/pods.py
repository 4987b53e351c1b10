"""Where steps run on a cluster: pod shapes, pools and retries, each with its reason.

Belongs here: what a step asks of Kubernetes. Does not belong here: namespaces, accounts and secrets
(`deploy/`). In the local environment none of this has an effect: steps run in process.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from resources.settings import SettingError, needed

GPU_POOL = "l4_gpu"
"""The scarce thing. Its limit is in the instance: `pools` of `deploy/dagster.yaml`."""

# A spot node can vanish at any time; what a shard had committed stays, so a retry is cheap. The
# waits (5, 10 and 20 seconds) are so short that a person at a laptop sees a lasting error soon.
GPU_RETRIES = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL)

_MODELS = {"garnish/image": "gpu-worker"}
"""Marks steps that load a model: only the GPU worker's image has torch."""

L4_STEP: Mapping[str, Any] = {
    **_MODELS,
    "dagster-k8s/config": {
        "container_config": {
            "resources": {
                # g6.xlarge: 4 vCPU, 16 GiB, one L4. The rest is left to the node's own daemons.
                "requests": {"cpu": "3", "memory": "12Gi"},
                "limits": {"nvidia.com/gpu": "1", "memory": "14Gi"},
            },
        },
        "pod_spec_config": {
            "node_selector": {"karpenter.k8s.aws/instance-gpu-name": "l4"},
            "tolerations": [
                {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
            ],
        },
        # Nothing in Dagster ends a pod that stays Pending; Kubernetes does after six hours.
        "job_spec_config": {"active_deadline_seconds": 6 * 3600},
    },
}

CPU_STEP: Mapping[str, Any] = {
    "dagster-k8s/config": {
        "container_config": {
            "resources": {
                "requests": {"cpu": "500m", "memory": "1Gi"},
                "limits": {"memory": "4Gi"},  # a million prompts need 2 GB at their peak
            },
        },
    }
}

MODEL_STEP: Mapping[str, Any] = {**_MODELS, **CPU_STEP}
"""A small model, or a translation model, on a CPU."""


def gpu_image() -> str | None:
    """The image of steps that load a model, `GARNISH_GPU_IMAGE`; None = the image of their run.

    Each image knows the version of the code in it (`GARNISH_CODE_VERSION`), and this is asked in
    every process that loads the definitions, in GPU pods too: a run never mixes two versions.

    Raises:
        SettingError: the image's tag is not the version of the code that runs here.
    """
    image = os.environ.get("GARNISH_GPU_IMAGE")
    if not image:
        return None
    version = needed("GARNISH_CODE_VERSION", "GARNISH_GPU_IMAGE")
    name = image.partition("@")[0].rpartition("/")[2]
    if name.partition(":")[2] != version:
        raise SettingError(
            f"GARNISH_GPU_IMAGE is {image!r}, and the code here is of version {version}: deploy"
            f" both images of one version, and name this one with the tag :{version}"
        )
    return image


def image_of_gpu_steps(
    image: str, assets: Iterable[dg.AssetsDefinition]
) -> Mapping[str, Mapping[str, Any]]:
    """`per_step_k8s_config` of the executor: every op that loads a model runs in this image."""
    return {
        op.name: {"container_config": {"image": image}}
        for asset in assets
        for op in asset.node_def.iterate_op_defs()
        if _MODELS.items() <= op.tags.items()
    }
