"""How often each check is right, on pictures made to fail: `python -m benchmarks.check_accuracy`.

Looks at the measuring seeds of `tests/failure_pictures.py` with the checks of the local
environment. Writes `results/check_accuracy.json` and the tables in docs/quality.md.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence

from benchmarks.measurement import write_figures, write_table
from resources.environment import REPOSITORY, resources_for
from resources.picture_checks import PictureChecks
from tests.failure_accuracy import (
    Accuracy,
    Seen,
    accuracy,
    check_names,
    files_looked_at,
    looked_at,
    why_unchecked,
)
from tests.failure_pictures import (
    GROUPS,
    MARKED,
    MEASURING,
    failure_files,
    failure_pictures,
)

PAGE = REPOSITORY / "docs" / "quality.md"


def share(part: float) -> str:
    """A share as text; empty where there is nothing to share."""
    return "" if part != part else f"{part:.1%}"


def check_table(figures: Mapping[str, Accuracy], at_128_px: Mapping[str, Accuracy]) -> str:
    """Markdown: one line for each check, with recall and false alarms at 128 px as well."""
    lines = [
        "| check | failing | vetoed | to a person | missed | precision | clean | false alarms |"
        " clean, to a person | vetoed at 128 px | false alarms at 128 px |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in figures.items():
        small = at_128_px.get(name)
        if not found.ever_judges:
            at_128 = (
                f"{share(small.recall)} | {share(small.false_alarm_share)}"
                if small and small.ever_judges
                else " | "
            )
            lines.append(
                f"| `{name}` | {found.failing or ''} | not judged | | | | | | | {at_128} |"
            )
            continue
        lines.append(
            f"| `{name}` | {found.failing or ''} | {share(found.recall)} |"
            f" {found.to_a_person or ''} | {found.missed or ''} | {share(found.precision)} |"
            f" {found.clean} | {share(found.false_alarm_share)} |"
            f" {share(found.clean_to_a_person / found.clean) if found.clean else ''} |"
            f" {share(small.recall) if small else ''} |"
            f" {share(small.false_alarm_share) if small else ''} |"
        )
    return "\n".join(lines)


def unjudged(figures: Mapping[str, Accuracy], seen: Sequence[Seen]) -> str:
    """Markdown: which checks leave every picture to a person, and why."""
    lines = [
        f"- `{name}`: {why_unchecked(name, seen)}"
        for name, found in figures.items()
        if not found.ever_judges
    ]
    return "\n".join(["*Not judged* means: every picture goes to a person.", "", *lines])


def group_table(seen: Sequence[Seen]) -> str:
    """Markdown: one line for each group of pictures."""
    lines = [
        "| pictures | how many | asked of | vetoed by it | left to a person by it |"
        " vetoed by any check | by which, most often |",
        "|---|---|---|---|---|---|---|",
    ]
    for group in dict.fromkeys(one.case.group for one in seen):
        of_group = [one for one in seen if one.case.group == group]
        asked = next(iter(of_group[0].case.expected), of_group[0].case.low_score or "")
        verdicts = [one.verdict(asked) for one in of_group]
        vetoes = [name for one in of_group for name in one.vetoes]
        often = sorted(set(vetoes), key=vetoes.count, reverse=True)[:3]
        is_check = bool(of_group[0].case.expected)
        lines.append(
            f"| {group.replace('_', ' ')} | {len(of_group)} | {f'`{asked}`' if asked else ''} |"
            f" {share(verdicts.count('veto') / len(of_group)) if is_check else ''} |"
            f" {share(verdicts.count('unchecked') / len(of_group)) if is_check else ''} |"
            f" {share(sum(bool(one.vetoes) for one in of_group) / len(of_group))} |"
            f" {', '.join(f'`{name}`' for name in often)} |"
        )
    return "\n".join(lines)


def score_table(seen: Sequence[Seen]) -> str:
    """Markdown: scores that have to be low, beside those of the clean drawings."""
    lines = [
        "| pictures | score | median | at most | median of clean | at least |",
        "|---|---|---|---|---|---|",
    ]
    for group in dict.fromkeys(one.case.group for one in seen if one.case.low_score):
        name = next(one.case.low_score for one in seen if one.case.group == group) or ""
        low, good = (
            [
                score
                for one in seen
                if one.case.group == of and (score := getattr(one.scores, name)) is not None
            ]
            for of in (group, "clean_drawing")
        )
        lines.append(
            f"| {group.replace('_', ' ')} | `{name}` | {statistics.median(low):.2f} |"
            f" {max(low):.2f} | {statistics.median(good):.2f} | {min(good):.2f} |"
        )
    return "\n".join(lines)


def seen_at(
    side_px: int, marked_side_px: int, first_seed: int, per_group: int, checks: PictureChecks
) -> list[Seen]:
    """What the checks say of all pictures at one size, those with writing on them at another."""
    others = [name for name in GROUPS if name not in MARKED]
    cases = (
        failure_pictures(first_seed, per_group, others, side_px),
        failure_pictures(first_seed, per_group, MARKED, marked_side_px),
    )
    return [one for some in cases for one in looked_at(some, checks)]


def alarms_of_any(seen: Sequence[Seen]) -> float:
    """Clean pictures that any check vetoes, as a share of all clean ones."""
    clean = [one for one in seen if one.case.is_clean]
    return sum(bool(one.vetoes) for one in clean) / len(clean)


def figures_of(seen: Sequence[Seen]) -> dict[str, Accuracy]:
    """How often each check was right."""
    return {name: accuracy(name, seen) for name in check_names(seen)}


def main() -> None:
    """Measure, and write figures and tables down; other seeds only print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first-seed", type=int, default=MEASURING)
    parser.add_argument("--per-group", type=int, default=20)
    arguments = parser.parse_args()
    first_seed, per_group = arguments.first_seed, arguments.per_group
    with tempfile.TemporaryDirectory() as home:
        os.environ["GARNISH_HOME"] = home
        checks = resources_for("local").checks
        seen = seen_at(320, 512, first_seed, per_group, checks)
        small = seen_at(128, 128, first_seed, per_group, checks)
    seen += files_looked_at(failure_files(first_seed, max(1, per_group // 4)))
    figures, small_figures = figures_of(seen), figures_of(small)
    summary = (
        f"Vetoed by any check: {alarms_of_any(seen):.1%} of the clean pictures at 320 px,"
        f" {alarms_of_any(small):.1%} at 128 px (wanted: 5 % at most)."
    )
    tables = {
        "check-accuracy": "\n\n".join(
            (check_table(figures, small_figures), summary, unjudged(figures, seen))
        ),
        "failure-groups": group_table(seen),
        "low-scores": score_table(seen),
    }
    print("\n\n".join(tables.values()))
    if first_seed != MEASURING:
        return
    for name, table in tables.items():
        write_table(name, table, PAGE)
    write_figures(
        "check_accuracy",
        {
            "clean_vetoed_by_any_at_320_px": round(alarms_of_any(seen), 4),
            "clean_vetoed_by_any_at_128_px": round(alarms_of_any(small), 4),
            "checks_at_320_px": {name: vars(found) for name, found in figures.items()},
            "checks_at_128_px": {name: vars(found) for name, found in small_figures.items()},
        },
    )


if __name__ == "__main__":
    main()
