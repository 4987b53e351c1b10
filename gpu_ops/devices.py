"""Preparing a device before torch is imported.

Belongs here: what must be set before the first import of torch and diffusers in a process, and why.
"""

import logging
import os


def prepare(device: str) -> None:
    """Make torch ready for a device; call it before the function's `import torch`.

    On a CPU, OpenMP's threads spin while they wait for each other. Beside any other busy process
    that made a step of a small U-Net thirty times slower on two cores (5.7 s instead of 0.18 s), so
    waiting threads sleep instead. OpenMP reads this once, when torch loads it.
    """
    if device == "cpu":
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Bars of loaded weights would fall into the command line's own bars and into run logs.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    # diffusers says "modules kept in float32: []" for each load, and that torchao is new to it.
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    # torchao 0.18 registers enums in a way that torch 2.15 finds out of date.
    logging.getLogger("torch.utils._pytree").setLevel(logging.ERROR)


def hide_progress_bars() -> None:
    """No bars of loaded components, which diffusers lets nobody switch off from outside."""
    from diffusers.utils import logging as diffusers_logging

    diffusers_logging.disable_progress_bar()
