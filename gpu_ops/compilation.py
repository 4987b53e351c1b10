"""torch.compile, as it is used here.

Belongs here: how networks are compiled. Does not belong here: keeping the compiled code
(`compiled_code.py`), and who asks for it.
"""

from collections.abc import Callable
from typing import Any

MOST_SHAPES = 64
"""Graphs of one function. Batch sizes and lengths of prompts are few, but torch's own limit of 8
would end the process: a whole graph is asked for, so there is nothing to fall back to."""


def compile_blocks(network: Any, *, dynamic: bool | None = None) -> None:
    """Compile the blocks that a network repeats, once for all of them.

    They are most of the arithmetic, and a fraction of the time that compiling the whole takes.

    Args:
        network: A diffusers model that names its `_repeated_blocks`.
        dynamic: False = a graph for each shape; None = one for all lengths, once two were seen.
    """
    network.compile_repeated_blocks(fullgraph=True, dynamic=dynamic, recompile_limit=MOST_SHAPES)


def compiled(function: Callable[..., Any], *, on_gpu: bool) -> Callable[..., Any]:
    """A function as one graph for each shape of its arguments."""
    import torch

    # CUDA graphs save launches, which an L4 hides behind 100 ms of arithmetic, and cost memory.
    mode = "max-autotune-no-cudagraphs" if on_gpu else "default"
    result: Callable[..., Any] = torch.compile(
        function, fullgraph=True, dynamic=False, mode=mode, recompile_limit=MOST_SHAPES
    )
    return result
