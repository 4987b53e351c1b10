"""Where steps run on a cluster: pod shapes, pools and retries, each with its reason.

Belongs here: what a step asks of Kubernetes. Does not belong here: images, namespaces and secrets
(`deploy/`). In the local environment none of this has an effect: steps run in process.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

GPU_POOL = "l4_gpu"
"""The scarce thing. Its limit is set in the instance:
`dagster instance concurrency set l4_gpu 36`."""

# A spot node can vanish at any time; what a shard had committed stays, so a retry is cheap. The
# waits (5, 10 and 20 seconds) are so short that a person at a laptop sees a lasting error soon.
GPU_RETRIES = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL)

L4_STEP: Mapping[str, Any] = {
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
    }
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
