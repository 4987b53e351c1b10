"""Nodes of the cluster for tests: what they offer, and whether a pod may and can run there.

Belongs here: capacity, labels, taints, node selectors and tolerations, as Kubernetes' scheduler
reads them, as far as our pods use them. Does not belong here: processes (`workloads.py`).
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Manifest = Mapping[str, Any]

_UNITS = {"m": 0.001, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 1e3, "M": 1e6, "G": 1e9}


@dataclass(frozen=True)
class Taint:
    """Keeps away pods that do not tolerate it."""

    key: str
    value: str = ""
    effect: str = "NoSchedule"


@dataclass(frozen=True)
class Node:
    """A machine.

    Attributes:
        name: Its name.
        capacity: What it has, in Kubernetes' words: `{"cpu": "4", "nvidia.com/gpu": "1"}`.
        labels: What selectors ask for.
        taints: What pods have to tolerate.
    """

    name: str
    capacity: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()

    def takes(self, pod_spec: Manifest) -> bool:
        """Whether a pod may run here, be there room or not."""
        selector = pod_spec.get("nodeSelector") or {}
        tolerations = pod_spec.get("tolerations") or []
        return selector.items() <= self.labels.items() and all(
            any(tolerates(toleration, taint) for toleration in tolerations) for taint in self.taints
        )

    def has_room(self, pod_spec: Manifest, others: Iterable[Manifest]) -> bool:
        """Whether what a pod asks for is left beside the others."""
        used = [asked_for(other) for other in others]
        return all(
            amount + sum(other.get(name, 0.0) for other in used)
            <= quantity(self.capacity.get(name, "0"))
            for name, amount in asked_for(pod_spec).items()
        )


@dataclass(frozen=True)
class NodePool:
    """Nodes that come when a pod finds no room, and go when nothing runs on them.

    Attributes:
        like: What each node is; a number is added to its name.
        most: How many there may be at once.
        boot_s: How long one takes to be there.
        idle_s: How long one stays empty before it goes.
    """

    like: Node
    most: int
    boot_s: float = 0.2
    idle_s: float = 1.0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def next_node(self) -> Node:
        """A new node."""
        name = f"{self.like.name}-{next(self._numbers)}"
        return Node(name, self.like.capacity, self.like.labels, self.like.taints)


def tolerates(toleration: Manifest, taint: Taint) -> bool:
    """Whether a toleration matches a taint."""
    if toleration.get("effect") not in (None, taint.effect):
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return toleration.get("key") in (None, taint.key)
    return (toleration.get("key"), toleration.get("value", "")) == (taint.key, taint.value)


def asked_for(pod_spec: Manifest) -> dict[str, float]:
    """What a pod's containers ask for, by resource; where only a limit is set it is that."""
    total: dict[str, float] = {}
    for container in pod_spec["containers"]:
        resources = container.get("resources") or {}
        asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
        for name, amount in asked.items():
            total[name] = total.get(name, 0.0) + quantity(amount)
    return total


def quantity(text: str) -> float:
    """A quantity of Kubernetes as a number: "500m" is 0.5, "1Gi" is 2**30."""
    for unit, factor in _UNITS.items():
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    return float(text)
