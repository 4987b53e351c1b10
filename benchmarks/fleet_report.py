"""Days of a fleet for 100,000 to 10,000,000 pictures: tables and charts for docs/scaling.md.

Belongs here: which days and ways are compared. Does not belong here: the simulation (`fleet.py`).

    .venv/bin/python -m benchmarks.fleet_report
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from benchmarks.fleet import DAY_S, Day, Delivery, Parameters, Way, deliveries, simulated
from benchmarks.line_chart import Points, line_chart
from benchmarks.measurement import PERFORMANCE_PAGE, write_figures, write_table

SEED = 20261125
PAGE = PERFORMANCE_PAGE.with_name("scaling.md")
IMAGES = PAGE.parent / "images"
LONE_DELIVERIES = 300

PODS = Way("pods, nodes kept for 3 min", keep_s=180)
"""As deploy/ sets it up: menu_assets/pods.py and Karpenter's `consolidateAfter`."""
KEDA = Way("KEDA, 8 messages a worker", keep_s=30, is_worker=True, notice_s=15, messages_a_worker=8)
WAYS = (
    Way("pods, a node for each", keep_s=0),
    PODS,
    Way("pods, 2 nodes always warm", keep_s=180, warm_nodes=2),
    Way("KEDA, 2 messages a worker", 90, is_worker=True, notice_s=15, messages_a_worker=2),
    KEDA,
)
SCALES = (
    Parameters(pictures_a_day=100_000, most_nodes=36),
    Parameters(pictures_a_day=1_000_000, most_nodes=36),
    Parameters(pictures_a_day=10_000_000, most_nodes=400),
)
USUAL = SCALES[0]
COLUMNS = (
    "| | pictures | s/picture | paid time that draws | USD | USD/picture"
    " | median min | p95 min | nodes |"
)


@dataclass(frozen=True)
class Summary:
    """A line of the tables; minutes are from a dish's landing to its last candidate."""

    day: str
    pictures: int
    seconds_a_picture: float
    drawing_share: float
    paid_hours: float
    usd: float
    median_minutes: float
    p95_minutes: float
    most_nodes: int
    nodes_launched: int
    interruptions: int

    def row(self) -> str:
        """The line, in Markdown."""
        return (
            f"| {self.day} | {self.pictures:,} | {self.seconds_a_picture:g} |"
            f" {self.drawing_share:.0%} | {self.usd:,.0f} | {self.usd / self.pictures:.5f} |"
            f" {self.median_minutes:.1f} | {self.p95_minutes:.1f} | {self.most_nodes} |"
        )


def summary(name: str, parameters: Parameters, days: Sequence[Day]) -> Summary:
    """What a day, or several together, came to."""
    waits = np.concatenate([wait for day in days for wait in day.waits_s])
    paid_s = sum(end - began for day in days for began, end in day.nodes)
    return Summary(
        name,
        len(waits) * parameters.pictures_a_dish,
        parameters.seconds_a_picture,
        round(sum(day.drawing_s for day in days) / paid_s, 4),
        round(paid_s / 3600, 2),
        round(sum(day.usd for day in days), 2),
        round(float(np.median(waits)) / 60, 2),
        round(float(np.percentile(waits, 95)) / 60, 2),
        max(int(count) for day in days for _, count in nodes_over_time(day, 60)),
        sum(len(day.nodes) for day in days),
        sum(day.interruptions for day in days),
    )


def nodes_over_time(day: Day, step_s: float) -> Points:
    """Hour, and the nodes that were paid at that moment."""
    began, ended = (np.sort(column) for column in np.array(day.nodes).T)
    moments = np.arange(0, max(DAY_S, ended[-1]) + step_s, step_s)
    counts = np.searchsorted(began, moments, "right") - np.searchsorted(ended, moments, "right")
    return list(zip((moments / 3600).tolist(), counts.tolist(), strict=True))


def at_once(parameters: Parameters) -> list[Delivery]:
    """A backfill: all dishes of a day land at midnight."""
    return [(0.0, country, dishes) for _, country, dishes in deliveries(parameters, SEED)]


def lone(parameters: Parameters, way: Way) -> Summary:
    """Deliveries that each meet an empty fleet."""
    some = deliveries(parameters, SEED)[:LONE_DELIVERIES]
    days = [
        simulated(parameters, way, [(0.0, country, dishes)], SEED + number)
        for number, (_, country, dishes) in enumerate(some)
    ]
    return summary(way.name, parameters, days)


def main() -> None:
    """Simulate, write tables, charts and figures."""
    began = time.perf_counter()
    through_the_day: list[Summary] = []
    for parameters in SCALES:
        arriving, lines = deliveries(parameters, SEED), {}
        for way in WAYS:
            day = simulated(parameters, way, arriving, SEED)
            through_the_day.append(summary(way.name, parameters, [day]))
            lines[way.name] = nodes_over_time(day, 900)
        chart = line_chart(
            f"{parameters.pictures_a_day:,} pictures through a day",
            {way.name: [one for one in lines[way.name] if one[0] <= 24] for way in (PODS, KEDA)},
            x_label="hour",
            y_label="nodes that are paid",
        )
        path = IMAGES / f"fleet-{parameters.pictures_a_day}.svg"
        path.write_text(chart, encoding="utf-8")
    variants = {
        "8 steps distilled": USUAL,
        "the node's disk has the image": replace(USUAL, pull_s=0),
        "20 steps of DPM++ 2M": replace(USUAL, seconds_a_picture=5.52),
        "20 steps, shards of 100": replace(USUAL, seconds_a_picture=5.52, shard_pictures=100),
        "the account's 40 steps": replace(USUAL, seconds_a_picture=11.2),
    }
    other_models = [
        summary(name, one, [simulated(one, PODS, deliveries(one, SEED), SEED)])
        for name, one in variants.items()
    ]
    backfills = [
        summary(f"at most {nodes} nodes", one, [simulated(one, PODS, at_once(one), SEED)])
        for nodes in (36, 12, 4)
        for one in [replace(USUAL, most_nodes=nodes)]
    ]
    from_zero = [
        replace(lone(one, way), day=name)
        for name, one, way in (
            (PODS.name, USUAL, PODS),
            ("the same, image on the node's disk", replace(USUAL, pull_s=0), PODS),
            ("KEDA, 2 messages a worker", USUAL, WAYS[3]),
        )
    ]
    tables = {
        "fleet-day": through_the_day,
        "fleet-models": other_models,
        "fleet-backfill": backfills,
        "fleet-zero": from_zero,
    }
    for name, rows in tables.items():
        lines_of_table = [COLUMNS, "|---" + "|--:" * 8 + "|", *(row.row() for row in rows)]
        write_table(name, "\n".join(lines_of_table), PAGE)
    figures = {name: [asdict(row) for row in rows] for name, rows in tables.items()}
    seconds = round(time.perf_counter() - began, 1)
    path = write_figures(
        "fleet", {"parameters": asdict(USUAL), "seed": SEED, **figures, "seconds": seconds}
    )
    print(f"simulated in {seconds} s: {PAGE}, {path}")


if __name__ == "__main__":
    main()
