"""Many reviewers at once at a desk with a million dishes: how quick it is, and whether all counts.

`python -m benchmarks.review_desk_load` starts PostgreSQL and the desk with two processes on this
machine, lets reviewers decide over connections of their own, and looks afterwards in the database
whether each decision that was answered is there, once, and no dish was two people's.

First at a pace that is given (`--rate`), where the time of an answer counts; then as fast as a few
people without a moment's thought can, which is the most that the desk takes.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.desk_reviewers import Noted, Shift, work
from benchmarks.full_queue import CATEGORIES, fill, postgres, signed_in
from benchmarks.measurement import write_figures
from resources.database import Database
from resources.review_queue import ReviewQueue, Wanted
from resources.review_store import DECISIONS
from resources.vote_log import VOTES

SECONDS_A_LOOK = 3.0
"""What the content team needs: so many reviewers make a rate."""


def main() -> None:
    """Measure, print and keep the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dishes", type=int, default=1_000_000)
    options.add_argument("--rate", type=int, default=200, help="decisions a second")
    options.add_argument("--seconds", type=float, default=60)
    chosen = options.parse_args()
    people = round(chosen.rate * SECONDS_A_LOOK)
    figures: dict[str, Any] = {"dishes": chosen.dishes}
    with postgres() as database:
        began = time.monotonic()
        fill(database, chosen.dishes)
        print(f"{chosen.dishes:,} dishes in {time.monotonic() - began:.0f} s")
        figures["next_dish_ms"] = next_dish(database)
        tokens = signed_in(database, people)
        with desk(database) as port:
            work(Shift(port, dict(list(tokens.items())[:8]), 5, 0.2))  # imports, templates, plans
            paced, first_pages = shifts(port, tokens, chosen.seconds, SECONDS_A_LOOK)
            few = dict(list(tokens.items())[:16])
            fastest, _ = shifts(port, few, chosen.seconds / 3, 0.0)
        figures |= {
            "reviewers": people,
            "at_pace": figures_of(paced),
            "first_page_ms": percentiles(first_pages),
            "as_fast_as_it_can": {"reviewers": len(few), **figures_of(fastest)},
            "afterwards": checked(database, [*paced, *fastest]),
            "next_dish_ms_afterwards": next_dish(database),
        }
    print(json.dumps(figures, indent=2))
    write_figures("review_desk_load", figures)


@contextmanager
def desk(database: Database) -> Iterator[int]:
    """`garnish desk serve` with two processes; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="garnish-load-home-") as home:
        settings = {
            "GARNISH_HOME": home,
            "GARNISH_REVIEW_DATABASE": database.url,
            "GARNISH_DESK_REQUESTS_PER_MINUTE": "1000000",  # some do not stop to think
        }
        command = [str(Path(sys.executable).with_name("garnish")), "desk", "serve"]
        server = subprocess.Popen(
            [*command, "--port", str(port), "--workers", "2"], env={**os.environ, **settings}
        )
        try:
            for _ in range(300):
                if _answers(port):
                    break
                time.sleep(0.2)
            time.sleep(3)  # until the second process is there, too
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def shifts(
    port: int, tokens: dict[str, str], seconds: float, think_s: float
) -> tuple[list[Noted], list[float]]:
    """Reviewers at work in two processes beside the desk's."""
    names = list(tokens)
    halves = [{name: tokens[name] for name in names[start::2]} for start in range(2)]
    with get_context("spawn").Pool(2) as pool:
        found = pool.map(work, [Shift(port, half, seconds, think_s) for half in halves])
    return [one for noted, _ in found for one in noted], [s for _, pages in found for s in pages]


def figures_of(noted: Sequence[Noted]) -> dict[str, Any]:
    """Decisions a second, and how long their answers took, the next dish in them."""
    counted = [one for one in noted if one.status == 200]
    first, last = min(one.sent_at for one in noted), max(one.answered_at for one in noted)
    return {
        "decisions": len(counted),
        "refused": len(noted) - len(counted),
        "decisions_per_s": round(len(counted) / (last - first), 1),
        "answer_ms": percentiles([one.answered_at - one.sent_at for one in noted]),
    }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    named = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(seconds)}
    return {name: round(value * 1000, 1) for name, value in named.items()}


def next_dish(database: Database, times: int = 20) -> dict[str, float]:
    """Milliseconds from asking the queue to having the next dish, over each way to filter."""
    queue, took = ReviewQueue(database), []
    for country in ((), ("de",), ("jp", "tr", "ae")):
        for category in (None, CATEGORIES[0]):
            for reason in (None, "choice", "diet"):
                for order in ("priority", "uncertainty"):
                    wanted = Wanted(country, category, reason, order)
                    for _ in range(times):
                        began = time.perf_counter()
                        found = queue.take("measurer", wanted)
                        took.append(time.perf_counter() - began)
                        assert found
                        queue.release("measurer")
    return percentiles(took)


def checked(database: Database, noted: Sequence[Noted]) -> dict[str, int]:
    """What the database says of the decisions that were answered.

    Raises:
        AssertionError: one is lost or doubled, or two people had a dish at the same time.
    """
    answered = Counter((one.reviewer, one.dish) for one in noted if one.status == 200)
    key = VOTES.c.country + "/" + VOTES.c.version + "/" + VOTES.c.product_id
    with database.reading() as connection:
        kept = Counter(tuple(row) for row in connection.execute(sa.select(VOTES.c.reviewer, key)))
        of_picture = (
            sa.select(sa.func.count())
            .select_from(DECISIONS)
            .group_by(DECISIONS.c.candidate_id, DECISIONS.c.reviewer)
        )
        most = max(connection.execute(of_picture).scalars())
        settled = sa.select(sa.func.count()).where(VOTES.c.outcome == "settled")
        settling = connection.execute(settled.group_by(key)).scalars().all()
    lost = sum((answered - kept).values())
    held: dict[str, list[Noted]] = defaultdict(list)
    for one in noted:
        held[one.dish].append(one)
    shared = sum(
        later.got_at < earlier.sent_at and later.reviewer != earlier.reviewer
        for of_dish in held.values()
        for earlier, later in pairwise(sorted(of_dish, key=lambda one: one.sent_at))
    )
    doubled = sum(count - 1 for count in answered.values()) + sum(one - 1 for one in settling)
    assert (lost, doubled, shared, most) == (0, 0, 0, 1), (lost, doubled, shared, most)
    return {"answered": answered.total(), "lost": lost, "doubled": doubled, "shared": shared}


if __name__ == "__main__":
    main()
