"""What is approved is published as files that keep, and whatever no longer may be shown goes."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from menu_assets.tables.publication import PUBLISHED_CATALOGUE, PUBLISHED_FILES
from resources.content_credentials import ContentCredentials
from resources.publisher import MASTER
from resources.signing_certificates import CredentialsError
from resources.vendor_choices import VendorChoice
from tests.stand_ins import Flow
from tests.table_rows import write_approved


@pytest.fixture
def approved(flow: Flow) -> Flow:
    """After a run in which two approved pictures were published."""
    write_approved(flow.resources.tables, flow.resources.pictures, "de-1", "de-3")
    publish(flow)
    return flow


def publish(flow: Flow) -> dict[str, Any]:
    """Materialize files and catalogue; what the run says of the files."""
    run = flow.run("after_review", only=[PUBLISHED_FILES, PUBLISHED_CATALOGUE])
    (event,) = run.asset_materializations_for_node("publication__published_files")
    return {name: value.value for name, value in event.metadata.items()}


def masters(flow: Flow) -> dict[str, dict[str, Any]]:
    rows = flow.table(PUBLISHED_FILES).filter(pl.col("channel") == MASTER)
    return {row["product_id"]: row for row in rows.iter_rows(named=True)}


def folder(flow: Flow) -> Path:
    return Path(str(flow.resources.publication_root))


def test_each_picture_has_a_file_and_each_channel_a_file_or_a_reason(approved: Flow) -> None:
    rows = approved.table(PUBLISHED_FILES)
    channels = set(approved.resources.publisher.all_channels)
    assert rows.height == 2 * len(channels)
    for row in rows.iter_rows(named=True):
        assert (row["file"] is None) != (row["reason"] is None)
        if row["channel"] != MASTER:
            assert "px" in row["reason"]
    for row in masters(approved).values():
        data = (folder(approved) / row["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["file_hash"]
        assert (len(data), row["width_px"], row["format"]) == (row["file_bytes"], 96, "WEBP")
    catalogue = approved.table(PUBLISHED_CATALOGUE)
    assert catalogue["published_file"].to_list() == [
        row["file"] for row in masters(approved).values()
    ]
    assert set(catalogue["disclosure_label"]) == {"Mit KI erzeugtes Bild"}


def test_a_second_run_makes_nothing_and_keeps_every_byte(approved: Flow) -> None:
    before = approved.table(PUBLISHED_FILES)
    facts = publish(approved)
    assert (facts["files_made"], facts["files_withdrawn"]) == (0, 0)
    assert approved.table(PUBLISHED_FILES).equals(before)


def test_a_damaged_file_and_a_stray_one_are_put_right(approved: Flow) -> None:
    before = masters(approved)
    (folder(approved) / before["de-1"]["file"]).write_bytes(b"altered")
    (folder(approved) / "de" / "stray.webp").write_bytes(b"stray")
    facts = publish(approved)
    assert facts["files_made"] == 1
    after = masters(approved)
    assert after["de-1"]["file"] != before["de-1"]["file"]
    assert after["de-3"] == before["de-3"]
    assert sorted(approved.published()) == sorted(Path(row["file"]).name for row in after.values())


def test_a_new_certificate_signs_all_files_anew(approved: Flow, tmp_path: Path) -> None:
    before = masters(approved)
    renewed = ContentCredentials.for_tests(tmp_path / "renewed")
    publisher = replace(approved.resources.publisher, credentials=renewed)
    renewing = approved.with_resources(publisher=publisher)
    publish(renewing)
    after = masters(renewing)
    assert {row["file_hash"] for row in after.values()}.isdisjoint(
        row["file_hash"] for row in before.values()
    )
    assert all(
        renewed.read((folder(renewing) / row["file"]).read_bytes()).state == "trusted"
        for row in after.values()
    )
    assert len(renewing.published()) == 2


def test_an_owner_who_opts_out_is_withdrawn_and_one_who_comes_back_is_shown(
    approved: Flow,
) -> None:
    vendors = approved.resources.vendors
    vendors.add(VendorChoice("de", "v1", "decline", "de-1"))
    facts = publish(approved)
    assert facts["pictures_withheld_by_owners"] == 1
    assert set(masters(approved)) == {"de-3"}
    vendors.add(VendorChoice("de", "v1", "opt_out"))
    publish(approved)
    assert approved.published() == []
    assert approved.table(PUBLISHED_CATALOGUE).is_empty()
    vendors.add(VendorChoice("de", "v1", "opt_in"))
    publish(approved)
    assert set(masters(approved)) == {"de-3"}


def test_a_stopped_rollout_withdraws_everything_at_once(approved: Flow) -> None:
    approved.resources.rollout.set("de", 1.0, is_stopped=True, set_by="ada")
    facts = publish(approved)
    assert facts["pictures_withheld_by_rollout"] == 2
    assert approved.published() == []
    approved.resources.rollout.set("de", 1.0, is_stopped=False, set_by="ada")
    publish(approved)
    assert len(approved.published()) == 2


def test_what_may_not_be_seen_is_withdrawn_even_if_nothing_can_be_signed(
    approved: Flow, tmp_path: Path
) -> None:
    approved.resources.vendors.add(VendorChoice("de", "v1", "decline", "de-1"))
    keyless = ContentCredentials(tmp_path / "no-key.pem", tmp_path / "none.pem")
    publisher = replace(approved.resources.publisher, credentials=keyless)
    with pytest.raises(CredentialsError, match=r"no-key\.pem cannot be read"):
        publish(approved.with_resources(publisher=publisher))
    (left,) = approved.published()
    assert left.startswith("de-3-")


def test_one_damaged_picture_does_not_hold_the_others_back(approved: Flow) -> None:
    before = masters(approved)
    for row in before.values():
        (folder(approved) / row["file"]).unlink()
    approved.resources.pictures.path(before["de-1"]["image_hash"]).write_bytes(b"altered")
    facts = publish(approved)
    assert facts["pictures_damaged"] == 1
    assert set(masters(approved)) == {"de-3"}


def test_any_product_id_makes_a_file_name(flow: Flow) -> None:
    ids = ["../../etc/passwd", "餐" * 80, "a b/c?d", "x" * 400]
    write_approved(flow.resources.tables, flow.resources.pictures, *ids)
    publish(flow)
    assert set(masters(flow)) == set(ids)
    assert len(flow.published()) == len(ids)
    assert publish(flow)["files_made"] == 0
