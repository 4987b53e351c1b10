"""Compiled code in a file: a second process compiles nothing, a damaged file does no harm."""

import subprocess
import sys
from pathlib import Path

import pytest

from gpu_ops.compiled_code import load_compiled_code
from resources.environment import REPOSITORY

COMPILE = """
import pathlib, sys, torch
from torch._dynamo.utils import counters
from gpu_ops.compiled_code import keeping_code_of, load_compiled_code

kept = pathlib.Path(sys.argv[1])
found = load_compiled_code(kept)
network = torch.nn.Sequential(torch.nn.Linear(16, 16), torch.nn.GELU()).eval()
compiled = torch.compile(network, fullgraph=True, dynamic=False)
call = keeping_code_of(compiled, kept)
with torch.inference_mode():
    call(torch.ones(2, 16))
    call(torch.ones(2, 16))
hits, misses = (counters["inductor"][f"fxgraph_cache_{kind}"] for kind in ("hit", "miss"))
print(int(found), hits, misses)
"""


def compile_in_a_process(kept: Path, cache: Path) -> tuple[int, ...]:
    """With an empty cache of its own: whether code was found, hits and misses of graphs."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(cache),
        "TORCHINDUCTOR_CACHE_DIR": str(cache),
        "PYTHONPATH": str(REPOSITORY),
    }
    result = subprocess.run(
        [sys.executable, "-c", COMPILE, str(kept)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return tuple(map(int, result.stdout.split()))


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "compiled.bin"
    assert compile_in_a_process(kept, tmp_path / "first") == (0, 0, 1)
    assert [path.name for path in kept.parent.iterdir()] == ["compiled.bin"]
    assert compile_in_a_process(kept, tmp_path / "second") == (1, 1, 0)


def test_a_damaged_file_is_said_and_left_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "compiled.bin"
    assert not load_compiled_code(path)
    path.write_bytes(b"not compiled code")
    assert not load_compiled_code(path)
    assert "compiling anew" in caplog.text
