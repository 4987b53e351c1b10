"""Menus as they arrive: files in a landing folder, one or more a country.

Belongs here: finding the files, reading each row as text with its place (file and line), and what
cannot be read at all. Does not belong here: what a valid product is
(`menu_assets/product_rules.py`).

A file belongs to the country that its name starts with: `de.csv`, `de-2026-11-23.jsonl`. Files
whose name starts with a dot or ends in `.tmp` or `.part` are still being written: left alone.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import polars as pl
from upath import UPath

from resources.countries import UNKNOWN_COUNTRY, country_codes
from resources.file_fingerprint import fingerprint

REQUIRED_COLUMNS = ("product_id", "vendor_id", "vendor_name", "name", "category", "price")
OPTIONAL_COLUMNS = (
    "country",
    "description",
    "cuisine",
    "dietary_flags",
    "currency",
    "views_30d",
    "add_to_carts_30d",
    "purchases_30d",
    "picture_url",
    "photo_url",
    "updated_at",
)
COLUMNS = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
PLACE_COLUMNS = ("source_file", "source_line")
ROW_SCHEMA = pl.Schema(
    {**dict.fromkeys(COLUMNS, pl.String), "source_file": pl.String, "source_line": pl.Int64}
)
REFUSED_SCHEMA = pl.Schema(
    {
        "source_file": pl.String,
        "source_line": pl.Int64,
        "reason_code": pl.String,
        "reason": pl.String,
        "raw": pl.String,
    }
)
FORMATS = (".csv", ".jsonl", ".parquet")


@dataclass(frozen=True)
class MenuRows:
    """What the files of a country say: rows as text, and what could not be read, with reasons."""

    rows: pl.DataFrame
    refused: pl.DataFrame


@dataclass(frozen=True)
class Refusal:
    """A line (or a whole file: line 1) that is no row."""

    line: int
    code: str
    reason: str
    raw: str = ""


class MenuSource(Protocol):
    """Where menus come from."""

    def fingerprints(self) -> dict[str, str]:
        """For each country with items: a word that changes when they do."""

    def read(self, country: str) -> MenuRows:
        """Every row of a country as text, and what could not be read."""


@dataclass(frozen=True)
class FolderMenuSource:
    """A landing folder on any fsspec store."""

    root: UPath

    def files(self, country: str) -> list[UPath]:
        """The files of a country, in the order of their names."""
        return [path for path in self._landed() if country_of(path) == country]

    def fingerprints(self) -> dict[str, str]:
        """For each country with files: a hash that changes when its files do."""
        by_country: dict[str, list[UPath]] = {}
        for path in self._landed():
            by_country.setdefault(country_of(path), []).append(path)
        return {country: fingerprint(paths) for country, paths in sorted(by_country.items())}

    def read(self, country: str) -> MenuRows:
        """Every row of the country's files as text.

        A file that cannot be read, or lacks a required column, is one refused row that says so.
        """
        frames, refused = [pl.DataFrame(schema=ROW_SCHEMA)], []
        for path in self.files(country):
            rows, refusals = _read_file(path)
            frames.append(rows)
            refused += [(path.name, r.line, r.code, r.reason, r.raw[:2000]) for r in refusals]
        return MenuRows(pl.concat(frames), pl.DataFrame(refused, REFUSED_SCHEMA, orient="row"))

    def _landed(self) -> list[UPath]:
        if not self.root.exists():
            raise FileNotFoundError(
                f"the menu folder {self.root} does not exist: make it, or set GARNISH_MENUS"
            )
        paths = (path for path in self.root.iterdir() if path.suffix.lower() in FORMATS)
        return sorted((p for p in paths if not p.name.startswith(".")), key=lambda path: path.name)


def country_of(path: UPath) -> str:
    """The country that a file's name starts with, or the code of the unknown one."""
    code = path.stem.split("-")[0].split("_")[0].lower()
    return code if code in country_codes() else UNKNOWN_COUNTRY


def _read_file(path: UPath) -> tuple[pl.DataFrame, list[Refusal]]:
    readers = {".csv": _csv_rows, ".jsonl": _jsonl_rows, ".parquet": _parquet_rows}
    refusals: list[Refusal] = []
    columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS}
    lines: list[int] = []
    for item in readers[path.suffix.lower()](path):
        if isinstance(item, Refusal):
            refusals.append(item)
            continue
        line, row = item
        lines.append(line)
        for name in COLUMNS:
            columns[name].append(row.get(name))
    data = {**columns, "source_file": [path.name] * len(lines), "source_line": lines}
    return pl.DataFrame(data, schema=ROW_SCHEMA), refusals


Item = Refusal | tuple[int, Mapping[str, str | None]]


def _missing_columns(found: list[str]) -> Refusal | None:
    missing = [name for name in REQUIRED_COLUMNS if name not in found]
    if not missing:
        return None
    names = ", ".join(missing)
    return Refusal(1, "missing_column", f"the file has no column {names}: add it and land it again")


def _csv_rows(path: UPath) -> Iterator[Item]:
    refusals: list[Refusal] = []

    def decoded() -> Iterator[str]:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raw = line.decode("utf-8", errors="replace")
                    reason = f"not UTF-8 at byte {error.start}: save the file as UTF-8"
                    refusals.append(Refusal(number, "not_utf8", reason, raw))
                    yield "\n"  # keeps the line numbers right; an empty line is no row

    reader = csv.reader(decoded())
    try:
        header = [name.strip() for name in next(reader, [])]
        if missing := _missing_columns(header):
            yield from refusals or [missing]
            return
        for fields in reader:
            if not fields:
                continue
            if len(fields) != len(header):
                reason = f"{len(fields)} fields where the header has {len(header)}: quote commas"
                yield Refusal(reader.line_num, "wrong_field_count", reason, ",".join(fields))
            else:
                yield reader.line_num, dict(zip(header, fields, strict=True))
    except csv.Error as error:
        reason = f"not CSV from here on ({error}): mend the line and land the file again"
        yield Refusal(reader.line_num, "unreadable", reason)
    yield from refusals


def _jsonl_rows(path: UPath) -> Iterator[Item]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                json.dumps(row, ensure_ascii=False).encode()  # half an emoji, \ud83c, is no text
            except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, nested too deep
                raw = line.decode("utf-8", errors="replace")
                yield Refusal(number, "unreadable", f"not a JSON object ({error})", raw)
                continue
            if not isinstance(row, dict):
                yield Refusal(number, "unreadable", "not a JSON object", str(row))
            elif missing := _missing_columns(list(row)):
                reason = missing.reason.replace("the file", "the row")
                yield Refusal(number, missing.code, reason, json.dumps(row, ensure_ascii=False))
            else:
                yield number, {name: text_of_value(value) for name, value in row.items()}


def _parquet_rows(path: UPath) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            frame = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError) as error:
        yield Refusal(1, "unreadable", f"not a Parquet file ({error}): write it again")
        return
    if missing := _missing_columns(frame.columns):
        yield missing
        return
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        yield number, {name: text_of_value(value) for name, value in row.items()}


def text_of_value(value: object) -> str | None:
    """A value of a typed source as the text that a CSV file would have."""
    if value is None:
        return None
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
