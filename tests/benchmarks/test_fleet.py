"""The simulated fleet pays for what it uses, loses no dish, and takes as long as its parts."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.fleet import Day, Parameters, Way, deliveries, simulated

PODS = Way("pods", keep_s=180)
KEDA = Way("KEDA", keep_s=30, is_worker=True, notice_s=15, messages_a_worker=4)
CALM = Parameters(pictures_a_day=2_000, node_s=(60.0, 60.0), spot_share=0.0)
ROUGH = replace(CALM, pictures_a_day=20_000, spot_share=1.0, spot_hours=0.2)


def paid_s(day: Day) -> float:
    return sum(end - began for began, end in day.nodes)


def test_one_delivery_takes_and_costs_what_its_parts_do() -> None:
    day = simulated(CALM, PODS, [(0.0, 0, 4)])
    drawing_s = 4 * 4 * CALM.seconds_a_picture
    before_s = 60 + CALM.pull_s + CALM.process_s
    assert day.waits_s[0].max() == pytest.approx(
        CALM.control_s + PODS.notice_s + before_s + drawing_s
    )
    assert paid_s(day) == pytest.approx(before_s + drawing_s + PODS.keep_s)
    assert day.usd == pytest.approx(paid_s(day) / 3600 * CALM.usd_on_demand)
    assert day.drawing_s == pytest.approx(drawing_s)


@pytest.mark.parametrize("way", [PODS, KEDA], ids=lambda way: way.name)
@pytest.mark.parametrize("parameters", [CALM, ROUGH], ids=["calm", "rough"])
def test_every_dish_is_drawn_once_whatever_is_taken_away(parameters: Parameters, way: Way) -> None:
    arriving = deliveries(parameters, 1)
    day = simulated(parameters, way, arriving)
    assert sum(map(len, day.waits_s)) == sum(dishes for _, _, dishes in arriving)
    assert (np.concatenate(day.waits_s) > 0).all()
    assert 0 < day.drawing_s < paid_s(day)
    assert (day.interruptions > 0) == (parameters is ROUGH)


def test_no_more_nodes_than_the_limit() -> None:
    few = replace(ROUGH, most_nodes=2)
    day = simulated(few, PODS, [(0.0, country, 500) for country in range(10)])
    began, ended = (np.sort(column) for column in np.array(day.nodes).T)
    at_once = [1 + n - np.searchsorted(ended, second, "right") for n, second in enumerate(began)]
    assert max(at_once) == 2


def test_warm_nodes_are_paid_all_day_and_save_the_boot() -> None:
    arriving = deliveries(CALM, 1)
    cold = simulated(CALM, PODS, arriving)
    warm = simulated(CALM, replace(PODS, warm_nodes=1), arriving)
    assert np.median(np.concatenate(warm.waits_s)) < np.median(np.concatenate(cold.waits_s))
    assert warm.usd > cold.usd


def test_the_same_seed_gives_the_same_day() -> None:
    one, again = (simulated(ROUGH, PODS, deliveries(ROUGH, 5), 5) for _ in range(2))
    assert one.nodes == again.nodes
