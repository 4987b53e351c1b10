"""`garnish check`: what to do with any pictures, for people at a terminal and for scripts.

Belongs here: options, the table, exit codes. Does not belong here: looking
(`checked_pictures.py`), and reports (`picture_report.py`).
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import track
from rich.table import Table
from upath import UPath

from menu_assets.checked_pictures import CheckedPicture, check_pictures, picture_files
from menu_assets.picture_advice import Action, words
from menu_assets.picture_report import MEANINGS, as_json, as_page, counts, write_marked
from resources.atomic_files import replacing
from resources.channels import channel_named, load_channels
from resources.checks.check import Dish
from resources.countries import country
from resources.environment import environment, resources_for

COLOURS: dict[Action, str] = {
    "publish": "green",
    "look": "blue",
    "fix": "yellow",
    "regenerate": "red",
    "unreadable": "red",
}

EPILOG = (
    "Exit codes: 0, all pictures can be published; 1, some have to be fixed or made anew; 2, no"
    " fault was found, but something could not be looked at: a file that cannot be read, or a"
    " question that only a person can answer."
)


def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Pictures, folders, or patterns in quotation marks."
        ),
    ],
    subject: Annotated[
        str,
        typer.Option(
            metavar="DISH", help="The dish that all pictures should show. Else the file's name."
        ),
    ] = "",
    flags: Annotated[
        str,
        typer.Option(
            metavar="FLAGS", help="What the vendor states of the dish, e.g. 'vegan;halal'."
        ),
    ] = "",
    category: Annotated[
        str,
        typer.Option(metavar="CATEGORY", help="The platform's category of the dish, e.g. soup."),
    ] = "",
    country_code: Annotated[
        str,
        typer.Option("--country", metavar="CODE", help="The market, e.g. de: its diet and faith."),
    ] = "",
    channel_name: Annotated[
        str,
        typer.Option(
            "--channel",
            metavar="NAME",
            help="Hold the files to a channel's rules, e.g. doordash (resources/channels.toml).",
        ),
    ] = "",
    json_file: Annotated[
        str,
        typer.Option(
            "--json", metavar="FILE", help="Write all findings as JSON; - is the terminal."
        ),
    ] = "",
    html_file: Annotated[
        str,
        typer.Option(
            "--html", metavar="FILE", help="Write a page with the pictures and what is in them."
        ),
    ] = "",
    marked_folder: Annotated[
        str,
        typer.Option(
            "--marked", metavar="FOLDER", help="Write the pictures with faults marked in them."
        ),
    ] = "",
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Exit with 0 whatever was found.")
    ] = False,
) -> None:
    """Say of any pictures whether to publish, fix or regenerate them, and why."""
    dish = Dish(
        subject.strip(),
        category.strip().casefold(),
        dietary_flags=frozenset(re.findall(r"[^;,\s]+", flags.casefold())),
        country=country(country_code.casefold()).code if country_code else "",
    )
    channel = channel_named(channel_name, load_channels()) if channel_name else None
    checks = resources_for(environment()).checks
    files = picture_files(paths)
    looked_at = check_pictures(
        files, checks, dish, channel, previews=bool(html_file or marked_folder)
    )
    progress = Console(stderr=True)
    checked = list(track(looked_at, "looking", len(files), console=progress, transient=True))
    if json_file == "-":
        sys.stdout.write(as_json(checked, checks.version))
    else:
        Console().print(result_table(checked), *summary(checked), sep="\n")
    if json_file not in ("", "-"):
        _write(json_file, as_json(checked, checks.version))
    if html_file:
        _write(html_file, as_page(checked))
        progress.print(f"Look at [bold]{escape(html_file)}[/] in a browser")
    if marked_folder:
        write_marked(checked, Path(marked_folder))
    raise typer.Exit(0 if report_only else exit_code(checked))


def exit_code(checked: Sequence[CheckedPicture]) -> int:
    """As in `EPILOG`."""
    actions = {picture.advice.action for picture in checked}
    if actions & {"fix", "regenerate"}:
        return 1
    return 2 if actions & {"look", "unreadable"} else 0


def result_table(checked: Sequence[CheckedPicture]) -> Table:
    """A few lines for each picture; 80 columns are enough."""
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    common = common_questions(checked)
    for picture in checked:
        action, scores = picture.advice.action, picture.scores
        table.add_row(
            f"[bold {COLOURS[action]}]{action}[/]",
            "" if scores is None else f"{scores.combined:.2f}",
            "\n".join(_lines(picture, common)) + "\n",
        )
    return table


def common_questions(checked: Sequence[CheckedPicture]) -> dict[str, str]:
    """The checks that leave the same question open whatever the picture, and that question."""
    asked: dict[str, set[str]] = defaultdict(set)
    for picture in checked:
        for finding in picture.advice.open_questions:
            asked[finding.check_name].add(words(finding))
    return {name: why.pop() for name, why in sorted(asked.items()) if len(why) == 1}


def _lines(picture: CheckedPicture, common: Mapping[str, str]) -> list[str]:
    subject = picture.dish.subject or "no dish is named"
    if picture.is_subject_from_name and picture.dish.subject:
        subject += ", by the file's name"
    lines = [f"[bold]{escape(str(picture.path))}[/] [dim]({escape(subject)})[/]"]
    lines += [
        f"- {escape(fault.words)}" if fault.remedy else f"[red]- {escape(fault.words)}[/]"
        for fault in picture.advice.faults
    ]
    lines += [f"[yellow]→ {remedy}[/]" for remedy in picture.advice.remedies]
    questions = picture.advice.open_questions
    lines += [
        f"[blue]? {_name(finding.check_name)}:[/] {escape(words(finding))}"
        for finding in questions
        if finding.check_name not in common
    ]
    names = [_name(finding.check_name) for finding in questions if finding.check_name in common]
    if names:
        lines.append(f"[blue]? {', '.join(names)}[/]")
    return lines


def _name(check_name: str) -> str:
    return check_name.replace("_", " ")


def summary(checked: Sequence[CheckedPicture]) -> list[RenderableType]:
    """How many pictures got which advice and what it means, and what all leave open."""
    lines: list[RenderableType] = [
        _grid(
            (f"{count:,}", f"[bold {COLOURS[action]}]{action}[/]", MEANINGS[action])
            for action, count in counts(checked).items()
            if count
        )
    ]
    if any(picture.scores for picture in checked):
        lines.append("[dim]Numbers are combined scores, 0 to 1; none outvotes a fault.[/]")
    if common := common_questions(checked):
        lines.append("\n[blue]?[/] A person has to look, because")
        lines.append(_grid((f"[blue]{_name(n)}[/]", escape(why)) for n, why in common.items()))
    return lines


def _grid(rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table.grid(padding=(0, 2), pad_edge=False)
    for row in rows:
        table.add_row(*row)
    return table


def _write(file: str, text: str) -> None:
    with replacing(UPath(file)) as beside:
        beside.write_text(text, encoding="utf-8")
