"""What all trainings share: learning-rate schedule, resumable checkpoints and the log.

No model is built and no loss is computed here.
"""

import json
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def warmup_cosine(step: int, *, total_steps: int, warmup_steps: int, floor: float = 0.02) -> float:
    """Share of the peak learning rate at `step`: a linear rise, then a half cosine to `floor`."""
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = min(1.0, (step - warmup_steps) / max(1, total_steps - warmup_steps))
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))


def set_learning_rate(optimizer: Any, learning_rate: float) -> None:
    """Give every parameter group of the optimizer the same learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write the state beside its place and swap it in, so a kill leaves the old one whole."""
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    torch.save(dict(state), draft)
    draft.replace(path)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The last state written to `path`, or None for a training that has not begun."""
    import torch

    return torch.load(path, weights_only=True) if path.exists() else None


class TrainingLog:
    """Appends one JSON line per report: step, wall-clock seconds of this run, and the figures."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._begun_s = time.monotonic()

    def report(self, step: int, **figures: float) -> None:
        """Add a line, to the file and to standard output."""
        line = json.dumps(
            {"step": step, "run_seconds": round(time.monotonic() - self._begun_s, 1)}
            | {name: round(value, 5) for name, value in figures.items()}
        )
        with self._path.open("a") as file:
            file.write(line + "\n")
        print(line, flush=True)
