"""Jobs and pods of the cluster for tests: each pod is a process of this machine.

Belongs here: what the scheduler, the job controller, the kubelet and the autoscaler do to a pod, in
one loop. Does not belong here: HTTP (`api_server.py`), what fits where (`nodes.py`).

A job has one pod and no second try, as Dagster makes them (`backoffLimit: 0`). Images are not run:
every container has this checkout and its virtual environment.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from resources.places import REPOSITORY
from tests.cluster.nodes import Manifest, Node, NodePool

TICK_S = 0.05


def now_text() -> str:
    """The time as Kubernetes writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Workload:
    """A job, its pod and the pod's process."""

    manifest: dict[str, Any]
    log: Path
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: str = field(default_factory=now_text)
    created_at: float = field(default_factory=time.monotonic)
    node: Node | None = None
    process: subprocess.Popen[bytes] | None = None
    exit_code: int | None = None
    reason: str = ""
    message: str = ""
    has_job: bool = True
    has_pod: bool = True

    @property
    def name(self) -> str:
        return self.manifest["metadata"]["name"]

    @property
    def pod_name(self) -> str:
        return f"{self.name}-{self.uid[:5]}"

    @property
    def pod_spec(self) -> Manifest:
        return self.manifest["spec"]["template"]["spec"]

    @property
    def phase(self) -> str:
        if self.exit_code is not None:
            return "Succeeded" if self.exit_code == 0 else "Failed"
        return "Running" if self.process else "Pending"


class Cluster:
    """Nodes and what runs on them.

    Attributes:
        nodes: Nodes that stay.
        pools: Nodes that come and go.
        config_maps: Environment variables by the name of a config map or secret.
        folder: Where the pods' logs are.
        history: Every pod that was started: name of the job, name of the node.
    """

    def __init__(
        self,
        folder: Path,
        *,
        nodes: Sequence[Node] = (),
        pools: Sequence[NodePool] = (),
        config_maps: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.folder, self.nodes, self.pools = folder, list(nodes), tuple(pools)
        self.config_maps = dict(config_maps or {})
        self.workloads: dict[str, Workload] = {}
        self.history: list[tuple[str, str]] = []
        self.lock = threading.RLock()
        self._booting: dict[str, tuple[float, Node]] = {}
        self._empty_since: dict[str, float] = {}
        self._pool_of: dict[str, NodePool] = {}

    def create(self, manifest: dict[str, Any]) -> Workload:
        """Take a job; its pod waits for a node."""
        with self.lock:
            name = manifest["metadata"]["name"]
            workload = Workload(manifest, self.folder / f"{name}.log")
            self.workloads[name] = workload
            return workload

    def delete_job(self, workload: Workload) -> None:
        """Remove a job; its pod stays, as an orphan, which is what the API does if not told."""
        workload.has_job = False
        self._forget(workload)

    def delete_pod(self, workload: Workload) -> None:
        """Remove a pod, and end it without grace; its job has then failed."""
        with self.lock:
            workload.has_pod = False
            if workload.exit_code is None:
                self._end(workload, "Deleted", "the pod was deleted")
            self._forget(workload)

    def _forget(self, workload: Workload) -> None:
        with self.lock:
            if not workload.has_job and not workload.has_pod:
                del self.workloads[workload.name]

    def lose_node(self, name: str) -> None:
        """A node vanishes, as spot nodes do, and what ran there is killed."""
        with self.lock:
            self.nodes = [node for node in self.nodes if node.name != name]
            self._pool_of.pop(name, None)
            for workload in self._on(name):
                self._end(workload, "NodeLost", f"node {name} is gone")

    def tick(self) -> None:
        """What a cluster does all the time, once."""
        with self.lock:
            for workload in self.workloads.values():
                if workload.exit_code is None:
                    self._watch(workload)
                if workload.phase == "Pending":
                    self._schedule(workload)
            self._scale()

    def end_all(self) -> None:
        """End every process."""
        with self.lock:
            for workload in self.workloads.values():
                if workload.exit_code is None:
                    self._end(workload, "Deleted", "the cluster is going")

    def _watch(self, workload: Workload) -> None:
        code = workload.process.poll() if workload.process else None
        if code is not None:
            workload.exit_code = code if code >= 0 else 128 - code
            workload.reason = "Completed" if code == 0 else "Error"
            return
        deadline = workload.manifest["spec"].get("activeDeadlineSeconds")
        if deadline is not None and time.monotonic() - workload.created_at > deadline:
            self._end(workload, "DeadlineExceeded", "Job was active longer than specified deadline")

    def _schedule(self, workload: Workload) -> None:
        spec = workload.pod_spec
        for node in self.nodes:
            if node.takes(spec) and node.has_room(spec, [w.pod_spec for w in self._on(node.name)]):
                workload.node = node
                self._start(workload)
                return
        workload.message = f"0/{len(self.nodes)} nodes are available"
        if workload.name in self._booting:  # a node is on its way
            return
        for pool in self.pools:
            fits = pool.like.takes(spec) and pool.like.has_room(spec, ())
            here = sum(of is pool for of in self._pool_of.values())
            if fits and here < pool.most:
                node = pool.next_node()
                self._pool_of[node.name] = pool
                self._booting[workload.name] = (time.monotonic() + pool.boot_s, node)
                return

    def _scale(self) -> None:
        now = time.monotonic()
        for name, (ready_at, node) in list(self._booting.items()):
            if now >= ready_at:
                self.nodes.append(node)
                del self._booting[name]
        for node in [node for node in self.nodes if node.name in self._pool_of]:
            if self._on(node.name):
                self._empty_since.pop(node.name, None)
            elif (
                now - self._empty_since.setdefault(node.name, now) > self._pool_of[node.name].idle_s
            ):
                self.nodes.remove(node)
                del self._pool_of[node.name], self._empty_since[node.name]

    def _on(self, node: str) -> list[Workload]:
        return [
            w
            for w in self.workloads.values()
            if w.phase == "Running" and w.node and w.node.name == node
        ]

    def _start(self, workload: Workload) -> None:
        (container,) = workload.pod_spec["containers"]
        command = [*(container.get("command") or ()), *(container.get("args") or ())]
        assert workload.node
        with workload.log.open("wb") as log:
            workload.process = subprocess.Popen(
                command,
                cwd=container.get("workingDir") or REPOSITORY,
                env={**self._environment(container), "HOSTNAME": workload.pod_name},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.history.append((workload.name, workload.node.name))

    def _environment(self, container: Manifest) -> dict[str, str]:
        """What the image has, then config maps and secrets, then single variables."""
        image = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
        for source in container.get("envFrom") or ():
            reference = source.get("configMapRef") or source["secretRef"]
            image |= self.config_maps[reference["name"]]
        single = {entry["name"]: entry.get("value", "") for entry in container.get("env") or ()}
        return {**image, **single}

    def _end(self, workload: Workload, reason: str, message: str) -> None:
        if workload.process and workload.process.poll() is None:
            os.killpg(workload.process.pid, signal.SIGKILL)
            workload.process.wait()
        workload.exit_code = 128 + signal.SIGKILL
        workload.reason, workload.message = reason, message
