"""Compiled code that outlives its process: a new pod starts with what another one compiled.

Belongs here: keeping torch.compile's artefacts in a file. Does not belong here: what is compiled
(`compilation.py`).

torch keys each artefact by the graph, its own version and the device, so a file from elsewhere is
of no use, but does no harm.
"""

import logging
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

logger = logging.getLogger("garnish.gpu")


def load_compiled_code(path: Path) -> bool:
    """Give torch what an earlier process compiled; False if there is nothing usable."""
    import torch

    if not path.exists():
        return False
    if torch.compiler.load_cache_artifacts(path.read_bytes()) is None:
        logger.warning("%s holds no compiled code that can be read: compiling anew", path)
        return False
    return True


def keeping_code_of(compiled: Callable[..., Any], path: Path) -> Callable[..., Any]:
    """The same function; what its first call compiles is kept in the file."""
    calls = iter([True])

    def call(*arguments: Any) -> Any:
        result = compiled(*arguments)
        if next(calls, False):
            _save(path)
        return result

    return call


def _save(path: Path) -> None:
    import torch

    kept = torch.compiler.save_cache_artifacts()
    if kept is None:  # everything came from the file
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    beside.write_bytes(kept[0])
    beside.replace(path)
