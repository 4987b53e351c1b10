"""Menu files as vendors send them: what can be read is read, what cannot is refused by line."""

import json
from pathlib import Path

import polars as pl
import pytest
from upath import UPath

from resources.environment import REPOSITORY
from resources.menu_source import COLUMNS, FolderMenuSource, MenuRows
from tests.stand_ins import land, menu_row

BROKEN = REPOSITORY / "sample_menus" / "broken"


def read(folder: Path, country: str = "de") -> MenuRows:
    return FolderMenuSource(UPath(folder)).read(country)


def refusals(menu: MenuRows) -> list[tuple[int, str]]:
    return list(menu.refused.select("source_line", "reason_code").iter_rows())


# One fault a folder: which rows can be read, and which lines are refused with which code. Faults of
# values (prices, names ...) are rows like any other here; the product rules judge them.
FAULTS = {
    "missing_column": (0, [(1, "missing_column")]),
    "wrong_types": (4, []),
    "empty_names": (4, []),
    "duplicate_ids": (3, []),
    "long_description": (2, []),
    "control_characters": (4, []),
    "prompt_in_name": (4, []),
    "negative_price": (4, []),
    "impossible_counts": (4, []),
    "invalid_utf8": (0, [(2, "not_utf8")]),
    "malformed_line": (2, [(2, "unreadable")]),
    "truncated_parquet": (0, [(1, "unreadable")]),
    "empty_file": (0, [(1, "missing_column")]),
    "unknown_country": (0, []),
}


def test_every_fault_of_the_samples_is_tested() -> None:
    folders = {folder.name for folder in BROKEN.iterdir() if folder.is_dir()}
    assert FAULTS.keys() == folders - {"photos"}  # those: test_vendor_photos.py


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_gives_its_good_rows_and_names_its_bad_lines(fault: str) -> None:
    menu = read(BROKEN / fault)
    rows, refused = FAULTS[fault]
    assert menu.rows.height == rows
    assert refusals(menu) == refused
    assert menu.refused["reason"].str.len_chars().min() != 0


def test_the_file_of_an_unknown_country_is_kept_for_the_refuge() -> None:
    assert read(BROKEN / "unknown_country", "zz").rows["product_id"].to_list() == ["zz-0001"]


def test_quoted_commas_and_newlines_are_text(tmp_path: Path) -> None:
    odd = 'Schnitzel "Wiener Art",\nmit Pommes'
    land(tmp_path, "de.csv", [menu_row("1", odd), menu_row("2", "Pizza")])
    menu = read(tmp_path)
    assert menu.rows["name"].to_list() == [odd, "Pizza"]
    assert menu.rows["source_line"].to_list() == [3, 4]
    assert menu.refused.is_empty()


def test_the_three_formats_say_the_same(tmp_path: Path) -> None:
    rows = [menu_row("1", "Çorba", price=12.5), menu_row("2", "牛肉麵, 大\n", views_30d=7)]
    land(tmp_path, "de-1.csv", rows)
    typed = [
        {**row, "price": float(row["price"]), "views_30d": int(row["views_30d"])} for row in rows
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in typed]
    (tmp_path / "de-2.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pl.DataFrame(typed).write_parquet(tmp_path / "de-3.parquet")
    menu = read(tmp_path)
    assert menu.refused.is_empty()
    values = [name for name in COLUMNS if name not in ("price", "description", "picture_url")]
    by_file = [frame.select(values) for frame in menu.rows.partition_by("source_file")]
    assert len(by_file) == 3
    assert by_file[0].equals(by_file[1]) and by_file[0].equals(by_file[2])
    assert menu.rows["price"].cast(pl.Float64).to_list() == [12.5, 8.9] * 3


def test_files_that_are_still_being_written_are_left_alone(tmp_path: Path) -> None:
    land(tmp_path, "de.csv", [menu_row("1", "Pizza")])
    for name in (".de.csv", "de.csv.tmp", "de-2.csv.part", "notes.txt"):
        (tmp_path / name).write_text("half a li")
    source = FolderMenuSource(UPath(tmp_path))
    assert [path.name for path in source.files("de")] == ["de.csv"]
    assert source.fingerprints().keys() == {"de"}


def test_a_file_belongs_to_the_country_that_its_name_starts_with(tmp_path: Path) -> None:
    for name in ("de.csv", "de-2026-11-23.csv", "DE_late.csv", "tr.csv", "denmark.csv", "fr.csv"):
        land(tmp_path, name, [menu_row("1", "Pizza")])
    source = FolderMenuSource(UPath(tmp_path))
    assert [path.name for path in source.files("de")] == [
        "DE_late.csv",
        "de-2026-11-23.csv",
        "de.csv",
    ]
    assert [path.name for path in source.files("zz")] == ["denmark.csv", "fr.csv"]
    assert source.fingerprints().keys() == {"de", "tr", "zz"}


def test_a_fingerprint_changes_with_its_country_only(tmp_path: Path) -> None:
    source = FolderMenuSource(UPath(tmp_path))
    land(tmp_path, "de.csv", [menu_row("1", "Pizza")])
    land(tmp_path, "tr.csv", [menu_row("1", "Pide")])
    before = source.fingerprints()
    assert source.fingerprints() == before
    land(tmp_path, "de.csv", [menu_row("1", "Pizza Funghi")])
    after = source.fingerprints()
    assert after["tr"] == before["tr"]
    assert after["de"] != before["de"]


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="does not exist: make it, or set GARNISH_MENUS"):
        read(tmp_path / "nowhere")


def test_a_row_with_too_many_fields_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    path = land(tmp_path, "de.csv", [menu_row("1", "Pizza")])
    header = path.read_text().splitlines()[0]
    good = "2,v,V,Salat,," + "," * (header.count(",") - 5)
    path.write_text(f"{header}\n1,2,3\n\n{good}\n", encoding="utf-8")
    menu = read(tmp_path)
    assert refusals(menu) == [(2, "wrong_field_count")]
    assert menu.rows.select("name", "source_line").row(0) == ("Salat", 4)


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    path = land(tmp_path, "de.csv", [menu_row("1", "Pizza")])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(tmp_path).rows["product_id"].to_list() == ["1"]


def test_only_the_lines_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    path = land(tmp_path, "de.csv", [menu_row("1", "Pizza"), menu_row("2", "Käse")])
    good = menu_row("3", "Öl")
    path.write_bytes(path.read_bytes().replace("ä".encode(), b"\xe4"))
    with path.open("ab") as file:
        file.write(",".join(good.values()).encode() + b"\n")
    menu = read(tmp_path)
    assert refusals(menu) == [(3, "not_utf8")]
    assert menu.rows["source_line"].to_list() == [2, 4]


def test_a_file_in_another_encoding_says_so_and_not_that_columns_are_missing(
    tmp_path: Path,
) -> None:
    path = land(tmp_path, "de.csv", [menu_row("1", "Pizza")])
    path.write_bytes(path.read_text().encode("utf-16"))
    assert refusals(read(tmp_path)) == [(1, "not_utf8")]


@pytest.mark.parametrize(
    "line", [b'"a text"', b"[1, 2]", b"nul", b"[" * 100_000, b'{"name": "\xff"}', b"\xff\xfe"]
)
def test_a_line_that_is_no_json_object_is_refused(tmp_path: Path, line: bytes) -> None:
    good = json.dumps(menu_row("1", "Pizza")).encode()
    (tmp_path / "de.jsonl").write_bytes(b"\n".join([good, line, b"", good]))
    menu = read(tmp_path)
    assert refusals(menu) == [(2, "unreadable")]
    assert menu.rows["source_line"].to_list() == [1, 4]


def test_half_an_emoji_is_refused_and_not_a_crash(tmp_path: Path) -> None:
    row = json.dumps(menu_row("1", "Pizza")).replace("Pizza", r"Pizza \ud83c")
    (tmp_path / "de.jsonl").write_text(row + "\n")
    menu = read(tmp_path)
    assert menu.rows.is_empty()
    assert refusals(menu) == [(1, "unreadable")]


def test_lists_and_times_of_parquet_become_text(tmp_path: Path) -> None:
    frame = pl.DataFrame([menu_row("1", "Pizza")]).with_columns(
        dietary_flags=pl.lit(pl.Series([["vegan", "halal"]])),
        updated_at=pl.datetime(2026, 11, 12, 10, time_zone="UTC"),
    )
    frame.write_parquet(tmp_path / "de.parquet")
    row = read(tmp_path).rows.row(0, named=True)
    assert row["dietary_flags"] == "vegan;halal"
    assert row["updated_at"] == "2026-11-12T10:00:00+00:00"
