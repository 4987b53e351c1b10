"""Files appear whole or not at all: in a folder and in an S3 bucket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from upath import UPath

from resources.atomic_files import replacing
from tests.model_servers import s3_store

MAPPED_STEP = "run_images[00002]"


@pytest.fixture(params=["folder", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[UPath]:
    if request.param == "folder":
        yield UPath(tmp_path)
        return
    with s3_store("garnish"):
        yield UPath("s3://garnish/root")


@pytest.mark.parametrize("folder", ["tables", MAPPED_STEP])
def test_a_file_takes_the_place_of_another(root: UPath, folder: str) -> None:
    path = root / folder / "result.parquet"
    for data in (b"old", b"new"):
        with replacing(path) as beside:
            beside.write_bytes(data)
    assert path.read_bytes() == b"new"
    assert [found.name for found in path.parent.iterdir()] == ["result.parquet"]


@pytest.mark.parametrize("folder", ["tables", MAPPED_STEP])
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(root: UPath, folder: str) -> None:
    path = root / folder / "result.parquet"
    with replacing(path) as beside:
        beside.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as beside:
        beside.write_bytes(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert [found.name for found in path.parent.iterdir()] == ["result.parquet"]
