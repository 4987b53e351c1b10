"""What the guide says of settings and models is what the code does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from resources.model_catalogue import load_catalogue

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md")))
GUIDE = (REPOSITORY / "docs" / "guide.md").read_text(encoding="utf-8")
SETTING = re.compile(r"(GARNISH|OPENAI|DAGSTER)_[A-Z0-9_]+")


def settings_of_the_code() -> set[str]:
    """Names that stand alone as a string: in a message they stand between other words."""
    return {
        node.value
        for room in ("gpu_ops", "resources", "sensors", "menu_assets", "review_desk")
        for path in (REPOSITORY / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SETTING.fullmatch(node.value)
    }


def settings_of_the_guide() -> Iterator[str]:
    """Names in the first column of the table of settings."""
    section = GUIDE.split("## Settings")[1].split("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            yield from (match.group() for match in SETTING.finditer(line.split("|")[1]))


def test_the_guide_has_every_setting_that_the_code_reads_and_no_other() -> None:
    listed = list(settings_of_the_guide())
    assert len(listed) == len(set(listed)), "a setting stands there twice"
    assert set(listed) == settings_of_the_code()


def test_the_guides_catalogue_of_ones_own_can_be_read_as_it_stands(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    own = tmp_path / "own.toml"
    own.write_text(example, encoding="utf-8")
    settings = load_catalogue(own)["sdxl-quick"].settings()
    assert (settings.full_every, settings.guidance_to, settings.solver) == (2, 0.8, "dpmpp_2m")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
