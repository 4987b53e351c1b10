"""Jobs whose one step is shaped like a shard on an L4; `test_lost_shards.py` disturbs them."""

import os
import time
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_k8s import k8s_job_executor

from menu_assets.pods import GPU_POOL, GPU_RETRIES, L4_STEP

SHAPE: dict[str, Any] = L4_STEP["dagster-k8s/config"]
NOWHERE = {
    **SHAPE,
    "pod_spec_config": {"node_selector": {"karpenter.k8s.aws/instance-gpu-name": "none-left"}},
    "job_spec_config": {"active_deadline_seconds": 2},
}


@dg.op(tags=L4_STEP, pool=GPU_POOL, retry_policy=GPU_RETRIES)
def shard() -> None:
    """The first try works until it is killed; the second one finds what it had committed."""
    part = Path(os.environ["PARTS"]) / "first"
    if not part.exists():
        part.touch()
        time.sleep(600)


@dg.op(tags={"dagster-k8s/config": NOWHERE}, pool=GPU_POOL)
def shard_without_a_node() -> None:
    """It never begins."""


@dg.job(executor_def=k8s_job_executor)
def lost() -> None:
    """A shard whose node goes."""
    shard()


@dg.job(executor_def=k8s_job_executor)
def pending() -> None:
    """A shard that no node takes."""
    shard_without_a_node()


defs = dg.Definitions(jobs=[lost, pending])
