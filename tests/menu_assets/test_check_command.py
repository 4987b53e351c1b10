"""`garnish check` as a person and a script meet it: real files, real models."""

import json
import re
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from menu_assets.check_command import exit_code
from menu_assets.checked_pictures import (
    CheckedPicture,
    check_pictures,
    picture_files,
    subject_from_name,
)
from menu_assets.cli import app
from menu_assets.picture_advice import Advice
from models.recipe.drawings import draw_dish
from resources.channels import Channel, load_channels
from resources.checks.check import Dish
from resources.checks.finding import Finding, boxed
from resources.picture_checks import PictureChecks
from tests.stand_ins import RuleChecks, RuleContent

REPOSITORY = Path(__file__).resolve().parents[2]
BROKEN = REPOSITORY / "sample_menus" / "broken" / "photos"


def save(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


@lru_cache
def pizza(side_px: int = 512) -> np.ndarray:
    return draw_dish("pizza", 90_001, side_px).picture


def looked_at(
    path: Path, checks: PictureChecks | None = None, channel: Channel | None = None
) -> CheckedPicture:
    checks = checks or RuleChecks(shown={"pizza": 0.9})
    (checked,) = check_pictures([path], checks, Dish("pizza"), channel)
    return checked


class AllAnswered(RuleChecks):
    """As if a person had answered all open questions."""

    def safety(self, pictures: Any) -> list[list[Finding]]:
        return [[f for f in of if f.verdict != "unchecked"] for of in super().safety(pictures)]


class TextTopLeft(AllAnswered):
    """As if text stood in the corner of every picture."""

    def safety(self, pictures: Any) -> list[list[Finding]]:
        evidence = {"boxes": [boxed((0.0, 0.0, 0.2, 0.02), "SALE", 0.9)]}
        text = Finding("text", "veto", 0.9, "text in the picture: SALE", evidence)
        return [[*of, text] for of in super().safety(pictures)]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("lentil-soup.jpg", "lentil soup"),
        ("12_Crème_brûlée (2).png", "Crème brûlée"),
        ("ラーメン.webp", "ラーメン"),
        ("餃子.jpg", "餃子"),
        ("चिकन बिरयानी.jpg", "चिकन बिरयानी"),
        ("lentil-soup-3f9c2a.webp", "lentil soup"),
        ("IMG_1234.jpg", ""),
        ("bd-0035-b287354184d2.webp", ""),
        ("de-0012.jpg", ""),
    ],
)
def test_a_file_is_named_for_its_dish_or_for_none(name: str, subject: str) -> None:
    assert subject_from_name(Path(name)) == subject


def test_files_folders_and_patterns_are_found_once_and_in_order(tmp_path: Path) -> None:
    names = ("b.JPG", "a.png", "deep/c.webp", "deep/notes.txt", ".hidden/d.jpg")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    found = picture_files(
        [str(tmp_path / "b.JPG"), str(tmp_path), str(tmp_path / "**/*.webp"), "no/such.png"]
    )
    assert found[:3] == [tmp_path / "b.JPG", tmp_path / "a.png", tmp_path / "deep/c.webp"]
    assert found[3:] == [Path("no/such.png")]
    assert picture_files([str(tmp_path / "empty")]) == [tmp_path / "empty"]


def test_a_good_picture_is_published_only_when_nothing_is_open(tmp_path: Path) -> None:
    path = save(tmp_path / "pizza.png", pizza())
    open_to_people = looked_at(path)
    assert open_to_people.advice.action == "look"
    assert [f.verdict for f in open_to_people.advice.open_questions] != []
    answered = looked_at(path, AllAnswered(shown={"pizza": 0.9}))
    assert answered.advice == Advice("publish")


def test_a_dark_picture_is_brightened_and_a_black_one_is_taken_anew(tmp_path: Path) -> None:
    dim = looked_at(save(tmp_path / "dim.png", (pizza() * 0.5).astype(np.uint8)))
    assert dim.advice.action == "fix"
    assert re.fullmatch(r"brighten by \d\.\d stops", dim.advice.remedies[0])
    black = looked_at(save(tmp_path / "black.png", (pizza() * 0.05).astype(np.uint8)))
    assert black.advice.action == "regenerate"
    assert black.advice.remedies == ()


def test_a_dish_that_only_the_dark_hides_is_looked_at_again_in_better_light(
    tmp_path: Path,
) -> None:
    dim = save(tmp_path / "dim.png", (pizza() * 0.5).astype(np.uint8))
    unseen = {"pizza": 0.01}
    hidden = looked_at(dim, AllAnswered(shown=unseen, content=RuleContent(shown={"pizza": 0.9})))
    assert hidden.advice.action == "fix"
    assert len(hidden.advice.remedies) == 1
    doubted = looked_at(dim, AllAnswered(shown=unseen, content=RuleContent(shown={"pizza": 0.3})))
    assert doubted.advice.action == "fix"
    assert [f.check_name for f in doubted.advice.open_questions] == ["dish_shown"]
    another = looked_at(dim, AllAnswered(shown=unseen, content=RuleContent(shown=unseen)))
    assert another.advice.action == "regenerate"
    asked = RuleContent(shown={"pizza": 0.9})
    bright = save(tmp_path / "bright.png", pizza())
    assert looked_at(bright, AllAnswered(shown=unseen, content=asked)).advice.action == "regenerate"
    assert asked.looked_at == [], "nothing is mended, so nothing is asked again"


def test_what_stands_beside_the_dish_is_cropped_away_and_what_lies_on_it_is_not(
    tmp_path: Path,
) -> None:
    path = save(tmp_path / "pizza.png", pizza())
    checked = looked_at(path, TextTopLeft(shown={"pizza": 0.9}))
    assert checked.advice.action == "fix"
    assert checked.advice.remedies[0].startswith("crop to ")
    assert checked.advice.crop is not None and checked.advice.crop[1] >= 0.02
    small = save(tmp_path / "small.png", pizza(128))
    checked = looked_at(small, TextTopLeft(shown={"pizza": 0.9}))
    assert checked.advice.action == "regenerate"
    assert "a crop would leave only" in checked.advice.faults[0].words


def test_another_dish_cannot_be_mended(tmp_path: Path) -> None:
    path = save(tmp_path / "pizza.png", pizza())
    checked = looked_at(path, RuleChecks(shown={"pizza": 0.01}))
    assert checked.advice.action == "regenerate"
    assert checked.advice.faults[0].words == "looks like soup, not like pizza"


def test_a_file_for_a_channel_is_saved_anew_or_taken_anew(tmp_path: Path) -> None:
    channels = load_channels()
    path = save(tmp_path / "pizza.png", pizza())
    answered = AllAnswered(shown={"pizza": 0.9})
    assert looked_at(path, answered, channels["uber_eats"]).advice.action == "publish"
    small = looked_at(path, answered, channels["menu_app"]).advice
    assert small.action == "regenerate"
    assert "menu.app takes 1200 x 800 at least" in small.faults[0].words
    with Image.open(path) as picture:
        picture.resize((1536, 1536)).save(tmp_path / "large.bmp")
    large = looked_at(tmp_path / "large.bmp", answered, channels["uber_eats"])
    assert [fault.remedy for fault in large.advice.faults if "BMP" in fault.words] == [
        "save it as JPEG of 1536 x 1536 px, cut around the dish"
    ]


def test_files_that_cannot_be_read_are_told_and_the_batch_goes_on(tmp_path: Path) -> None:
    good = save(tmp_path / "pizza.png", pizza())
    files = [*sorted(BROKEN.iterdir()), tmp_path / "gone.jpg", tmp_path, good]
    checks = RuleChecks(shown={"pizza": 0.9}, batch_size=2)
    checked = list(check_pictures(files, checks, Dish("")))
    assert [picture.path for picture in checked] == files
    *unreadable, last = checked
    assert {picture.advice.action for picture in unreadable} == {"unreadable"}
    reasons = [picture.advice.faults[0].words for picture in unreadable]
    for reason, words in zip(
        reasons,
        ["100 megapixels", "not a picture", "damaged", "no such file", "no picture in this folder"],
        strict=True,
    ):
        assert words in reason
    assert last.advice.action == "look"
    assert last.dish.subject == "pizza"


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        (("publish", "publish"), 0),
        (("publish", "look"), 2),
        (("publish", "unreadable"), 2),
        (("look", "fix"), 1),
        (("unreadable", "regenerate"), 1),
        ((), 0),
    ],
)
def test_the_exit_code_says_what_a_script_has_to_know(
    tmp_path: Path, actions: tuple[Any, ...], code: int
) -> None:
    picture = looked_at(save(tmp_path / "pizza.png", pizza()))
    assert exit_code([replace(picture, advice=Advice(action)) for action in actions]) == code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pizza, one that pretends to be ramen, one that is off its middle, and no picture."""
    folder = tmp_path_factory.mktemp("pictures")
    save(folder / "pizza.png", pizza())
    save(folder / "ramen.png", pizza())
    save(folder / "stray-pizza.png", np.roll(pizza(), 160, axis=1))
    (folder / "<b>tofu.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    out = folder / ".out"
    reports = ["--json", str(out / "r.json"), "--html", str(out / "r.html"), "--marked", str(out)]
    return CliRunner().invoke(app, ["check", str(folder), *reports], env={"COLUMNS": "80"})


def test_the_table_fits_80_columns_and_says_why(folder: Path, result: Result) -> None:
    assert result.exit_code == 1
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
    said = " ".join(result.stdout.split())
    assert "looks like pizza, not like ramen" in said
    assert "(ramen, by the file's name)" in said
    assert "1 unreadable no picture could be read" in said


def test_the_json_keeps_its_schema(folder: Path, result: Result) -> None:
    report = json.loads((folder / ".out" / "r.json").read_text(encoding="utf-8"))
    assert set(report) == {"schema_version", "checks_version", "counts", "pictures"}
    assert sum(report["counts"].values()) == len(report["pictures"]) == 4
    documented = set(
        re.findall(r"^\| `pictures\[\]\.(\w+)`", (REPOSITORY / "docs/guide.md").read_text(), re.M)
    )
    for picture in report["pictures"]:
        assert set(picture) == documented
        for finding in picture["findings"]:
            assert set(finding) == {"check_name", "verdict", "score", "reason", "evidence"}
    by_name = {Path(picture["path"]).name: picture for picture in report["pictures"]}
    assert by_name["ramen.png"]["advice"] == "regenerate"
    assert by_name["ramen.png"]["subject_from"] == "file name"
    assert by_name["ramen.png"]["file"]["width"] == 512
    assert by_name["<b>tofu.jpg"]["scores"] is None
    assert 0 < by_name["pizza.png"]["scores"]["combined"] <= 1


class Report(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_one_file_without_a_script(folder: Path, result: Result) -> None:
    report = Report((folder / ".out" / "r.html").read_text(encoding="utf-8"))
    names = {tag for tag, _ in report.tags}
    assert not names & {"script", "link", "iframe"}
    sources = [values["src"] or "" for tag, values in report.tags if tag == "img"]
    assert len(sources) == 3
    assert all(source.startswith("data:image/webp;base64,") for source in sources)
    assert all(values.get("alt") for tag, values in report.tags if tag == "img")
    assert "<b>tofu.jpg" in report.text, "a file's name was taken for markup"
    assert any(values.get("class") == "marks" for _, values in report.tags)
    assert not any("http" in (v or "") for _, values in report.tags for v in values.values())


def test_only_pictures_with_something_to_see_are_marked(folder: Path, result: Result) -> None:
    (marked,) = (folder / ".out").glob("*.webp")
    assert marked.name == "004-stray-pizza.webp"
    with Image.open(marked) as picture, Image.open(folder / "stray-pizza.png") as plain:
        difference = np.abs(np.array(picture, int) - np.array(plain, int)).max(axis=2)
    assert 0.002 < (difference > 100).mean() < 0.2


def test_json_on_the_terminal_is_nothing_but_json(folder: Path) -> None:
    asked = ["check", str(folder / "pizza.png"), "--subject", "pizza", "--json", "-"]
    result = CliRunner().invoke(app, [*asked, "--flags", "vegan; halal", "--country", "DE"])
    (picture,) = json.loads(result.stdout)["pictures"]
    assert (picture["subject"], picture["subject_from"]) == ("pizza", "option")


def test_a_report_only_run_never_fails_a_script(folder: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(folder / "ramen.png"), "--report-only"])
    assert result.exit_code == 0
    assert "regenerate" in result.stdout


@pytest.mark.parametrize(
    ("option", "words"),
    [("--country", "'xx' is not served"), ("--channel", "no channel is called 'xx'")],
)
def test_what_an_option_does_not_know_is_named(folder: Path, option: str, words: str) -> None:
    result = CliRunner().invoke(app, ["check", str(folder), option, "xx"])
    assert result.exit_code != 0
    assert words in str(result.exception)
