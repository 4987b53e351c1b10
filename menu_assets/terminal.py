"""What a terminal shows while the flow runs: bars that move with every batch.

Belongs here: from Garnish's log records to progress bars. The same records go to Dagster's run log.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

STEP_WORDS = {
    "candidate_images": "drawing",
    "safety_scores": "looking for vetoes",
    "quality_scores": "scoring",
}


class ProgressHandler(logging.Handler):
    """One bar for each table and country that has something to do."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.INFO)
        self._progress = progress
        self._bars: dict[tuple[str, str], TaskID] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Start a bar for a plan, move it for a batch."""
        plan = getattr(record, "garnish_plan", None)
        if plan and plan[2]:
            table, country, total = plan
            words = f"  {country}  {STEP_WORDS.get(table, table)}"
            self._bars[table, country] = self._progress.add_task(words, total=total)
        step = getattr(record, "garnish_progress", None)
        if step and step[:2] in self._bars:
            bar = self._bars[step[:2]]
            self._progress.advance(bar, step[2])
            if self._progress.tasks[self._progress.task_ids.index(bar)].finished:
                self._progress.update(bar, visible=False)


@contextmanager
def country_progress(console: Console, countries: int) -> Iterator[Progress]:
    """Bars for a run over countries; the task of the countries themselves comes first."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    logger = logging.getLogger("garnish")
    level = logger.level
    with Progress(*columns, console=console) as progress:
        handler = ProgressHandler(progress)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        progress.add_task("countries", total=countries)
        try:
            yield progress
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)
