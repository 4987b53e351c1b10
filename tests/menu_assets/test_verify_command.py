"""`garnish verify` says what a file is, to people in words and to scripts by its exit code."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from menu_assets.cli import app
from menu_assets.published_files import pictures_of, published_rows
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.publication import PUBLISHED_FILES
from menu_assets.tables.review import APPROVED_IMAGES
from resources.content_credentials import Statement
from resources.environment import Resources, resources_for
from resources.publisher import MASTER
from tests.stand_ins import draw_plate
from tests.table_rows import write_approved


@pytest.fixture
def resources(home: Path) -> Resources:
    """After a run that published one picture."""
    resources = resources_for("local")
    write_approved(resources.tables, resources.pictures, "de-1")
    (picture,) = pictures_of(
        resources.tables.read(APPROVED_IMAGES, "de"), resources.tables.read(CANDIDATE_IMAGES, "de")
    )
    rows = published_rows(picture, [MASTER], resources.publisher, resources.publication_root)
    resources.tables.write(PUBLISHED_FILES, "de", pl.DataFrame(rows, PUBLISHED_FILES.schema))
    return resources


@pytest.fixture
def published(resources: Resources) -> Path:
    """The published file."""
    return Path(str(resources.publication_root / row_of(resources)["file"]))


def row_of(resources: Resources) -> dict[str, Any]:
    """Its row."""
    return resources.tables.read(PUBLISHED_FILES, "de").row(0, named=True)


def verify(*paths: Path) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, paths)], env={"COLUMNS": "100"})


def words(result: Result) -> str:
    return " ".join(result.stdout.split())


def saved_again(file: Path, name: str) -> Path:
    with Image.open(file) as picture:
        picture.save(file.parent.parent / name, quality=75)
    return file.parent.parent / name


def test_a_published_file_is_trusted_and_leads_to_its_row(
    published: Path, resources: Resources
) -> None:
    result = verify(published)
    assert result.exit_code == 0
    row = row_of(resources)
    said = words(result)
    assert "trusted: whole" in said and "TEST certificate" in said
    assert "trainedAlgorithmicMedia" in said
    assert row["watermark_id"] in said and row["candidate_id"] in said
    assert f"master of de {row['product_id']}" in said


@pytest.mark.parametrize("name", ["again.jpg", "again.webp"])
def test_a_copy_without_credentials_still_leads_to_its_row(published: Path, name: str) -> None:
    result = verify(saved_again(published, name))
    assert result.exit_code == 2
    assert "none: they were never there" in words(result)
    assert "published as master of de" in words(result)


def test_a_file_that_was_withdrawn_still_leads_to_its_candidate(
    published: Path, resources: Resources
) -> None:
    copy = saved_again(published, "copy.jpg")
    row = row_of(resources)
    resources.tables.write(PUBLISHED_FILES, "de", PUBLISHED_FILES.empty())
    said = words(verify(copy))
    assert f"withdrawn: master of de {row['product_id']}, {row['candidate_id']}" in said


def test_an_altered_file_is_told_and_the_worst_file_makes_the_exit_code(
    published: Path, tmp_path: Path
) -> None:
    data = bytearray(published.read_bytes())
    data[200] ^= 1
    (tmp_path / "altered.webp").write_bytes(data)
    Image.fromarray(draw_plate(5)).save(tmp_path / "strange.png")
    result = verify(published, tmp_path / "altered.webp", tmp_path / "strange.png")
    assert result.exit_code == 1
    said = words(result)
    assert "altered: the file is not what was signed" in said
    assert "watermark none can be read" in said


def test_credentials_of_another_picture_are_a_contradiction(
    published: Path, resources: Resources
) -> None:
    credentials = resources.publisher.credentials
    other = Statement("trainedAlgorithmicMedia", "m", "r", {}, "0123456789ab")
    copy = saved_again(published, "copy.webp")
    copy.write_bytes(credentials.sign(copy.read_bytes(), other))
    result = verify(copy)
    assert result.exit_code == 1
    assert "the credentials say 0123456789ab" in words(result)


def test_what_cannot_be_read_is_said_and_the_others_go_on(published: Path, tmp_path: Path) -> None:
    (tmp_path / "text.webp").write_bytes(b"no picture")
    result = verify(tmp_path / "text.webp", tmp_path / "missing.webp", published)
    assert result.exit_code == 2
    said = words(result)
    assert "not a picture of a kind we read" in said and "No such file" in said
    assert "trusted: whole" in said
