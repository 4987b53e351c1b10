"""A fleet of L4 nodes through one day, simulated: from new dishes to pictures, nodes and dollars.

Belongs here: parameters with their sources, the ways to run a fleet, and the simulation. Does not
belong here: which days are simulated, tables and charts (`fleet_report.py`).

Dishes come in deliveries (a menu file, a burst of messages). Where Dagster runs the pods, a
country has one run at a time: what comes meanwhile waits for the next one; a run's plan is cut
into shards, a shard is a pod, a node has one GPU. With KEDA each delivery is a message, and a
worker that holds the model takes one after another.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

DAY_S = 24 * 3600
Process = Generator[simpy.Event, Any, None]
Delivery = tuple[float, int, int]
"""Second, country, number of dishes."""


@dataclass(frozen=True)
class Parameters:
    """What a day is like. Times in seconds; *assumed* is what nobody has measured for us.

    Attributes:
        pictures_a_day: Candidates drawn.
        most_nodes: Limit of the node pool, and of Dagster's pool `l4_gpu`.
        pictures_a_dish: `GARNISH_CANDIDATES_PER_DISH`.
        seconds_a_picture: docs/performance.md, prediction for an L4: 8 steps distilled, bf16.
        dishes_a_delivery: Mean of a geometric distribution, assumed: an open menu has some dozens
            of dishes, most of them with a picture.
        hours: Share of the day's deliveries by hour, assumed: kitchens change menus before lunch
            and before dinner.
        countries: They share the deliveries as 1, 1/2, 1/3 ...: the sample menus have 14.
        shard_pictures: `GARNISH_SHARD_ROWS`.
        batch_pictures: Committed at once: what an interruption loses.
        control_s: From a landed menu to its plan: a tick (0 to 10 s), two runs' workers and six
            steps of some 12 s each, a pod starting and importing Dagster; assumed.
        collect_s: From the last shard to the table: two such steps.
        node_s: From asking for a node to its being ready, between these, assumed.
        pull_s: The GPU worker's image, about 6 GB; assumed. 0 with a snapshot of the node's disk.
        process_s: A pod on a node that has the image: start, imports (about 12 s), 6.9 GB of
            weights at 10 Gbit/s (5.6 s), compiled code that was kept (6 s; not measured on a GPU).
        spot_share: Share of nodes that are spot, assumed.
        spot_hours: Mean time to an interruption. AWS says 10 to 15 % a month for g6.xlarge in
            us-east-2; half a day is assumed, to be careful.
        usd_spot: An hour, resources/gpu_prices.toml.
        usd_on_demand: An hour, the same.
    """

    pictures_a_day: int = 100_000
    most_nodes: int = 36
    pictures_a_dish: int = 4
    seconds_a_picture: float = 1.16
    dishes_a_delivery: float = 12.0
    hours: tuple[float, ...] = (
        *(0.3, 0.2, 0.15, 0.15, 0.2, 0.3, 0.5, 0.8, 1.1, 1.5, 1.8, 1.7),
        *(1.4, 1.3, 1.4, 1.6, 1.7, 1.6, 1.5, 1.4, 1.2, 1.0, 0.7, 0.5),
    )
    countries: int = 14
    shard_pictures: int = 500
    batch_pictures: int = 8
    control_s: float = 100.0
    collect_s: float = 24.0
    node_s: tuple[float, float] = (50.0, 90.0)
    pull_s: float = 60.0
    process_s: float = 24.0
    spot_share: float = 0.85
    spot_hours: float = 12.0
    usd_spot: float = 0.33
    usd_on_demand: float = 0.8048


@dataclass(frozen=True)
class Way:
    """A way to run the fleet.

    Attributes:
        name: For tables.
        keep_s: How long a node stays without work.
        warm_nodes: Nodes that never go.
        is_worker: One process for a node's life takes deliveries from a queue (KEDA); else each
            shard of a run is a pod.
        notice_s: Until the scaler sees that work waits: Karpenter's batching, or KEDA's polling.
        messages_a_worker: KEDA's target: so many deliveries, waiting and in work, for a worker.
        gather_s: A country's run waits so long for more dishes.
    """

    name: str
    keep_s: float
    warm_nodes: int = 0
    is_worker: bool = False
    notice_s: float = 5.0
    messages_a_worker: int = 1
    gather_s: float = 0.0


@dataclass
class Shard:
    """Dishes that one process draws, in order, and when each arrived."""

    arrived: np.ndarray
    done: simpy.Event


@dataclass
class Day:
    """What a simulated day came to.

    Attributes:
        waits_s: From each dish's arrival to the commit of its last candidate.
        nodes: From when to when each node was paid.
        drawing_s: Device seconds of pictures that were kept.
        usd: Dollars of the nodes.
        interruptions: Nodes that were taken away.
    """

    waits_s: list[np.ndarray] = field(default_factory=list)
    nodes: list[tuple[float, float]] = field(default_factory=list)
    drawing_s: float = 0.0
    usd: float = 0.0
    interruptions: int = 0


class Fleet:
    """The nodes, what waits for them, and who asks for more."""

    def __init__(self, parameters: Parameters, way: Way, seed: int) -> None:
        """An empty fleet at midnight."""
        self.parameters, self.way = parameters, way
        self.rng = np.random.default_rng(seed)
        self.env, self.day = simpy.Environment(), Day()
        self.waiting: simpy.Store = simpy.Store(self.env)
        self.alive: dict[int, tuple[float, bool]] = {}
        self.launched = self.idle = self.coming = self.dishes_drawn = 0
        for _ in range(way.warm_nodes):
            self._launch(stays=True)
        if way.is_worker:
            self.env.process(self._polling())

    def draw(self, arrived: np.ndarray) -> list[simpy.Event]:
        """Have dishes drawn; an event for each shard that they were cut into."""
        size = self.parameters.shard_pictures // self.parameters.pictures_a_dish
        shards = [
            Shard(arrived[first : first + size], self.env.event())
            for first in range(0, len(arrived), size)
        ]
        for shard in shards:
            self._put(shard)
        return [shard.done for shard in shards]

    def _put(self, shard: Shard) -> None:
        self.waiting.put(shard)
        if not self.way.is_worker:
            self.env.process(self._noticed())

    def _noticed(self) -> Process:
        """A pod that finds no node makes Karpenter ask for one."""
        yield self.env.timeout(self.way.notice_s)
        self._ask_for(len(self.waiting.items) - self.idle - self.coming)

    def _polling(self) -> Process:
        """KEDA looks at the queue's length, and wants workers in proportion."""
        while True:
            yield self.env.timeout(self.way.notice_s)
            messages = len(self.waiting.items) + len(self.alive) - self.idle - self.coming
            self._ask_for(-(-messages // self.way.messages_a_worker) - len(self.alive))

    def _ask_for(self, nodes: int) -> None:
        for _ in range(min(nodes, self.parameters.most_nodes - len(self.alive))):
            self._launch(stays=False)

    def _launch(self, *, stays: bool) -> None:
        self.coming += 1
        self.env.process(self._node(stays))

    def _node(self, stays: bool) -> Process:
        """A node from its launch to its end."""
        parameters, way, began = self.parameters, self.way, self.env.now
        self.launched += 1
        number = self.launched
        is_spot = not stays and self.rng.random() < parameters.spot_share
        self.alive[number] = (began, is_spot)
        mean = parameters.spot_hours * 3600
        ends = began + self.rng.exponential(mean) if is_spot else float("inf")
        ready_s = self.rng.uniform(*parameters.node_s) + parameters.pull_s
        yield self.env.timeout(ready_s + (parameters.process_s if way.is_worker else 0))
        self.coming -= 1
        while self.env.now < ends:
            self.idle += 1
            get = self.waiting.get()
            patience = min(way.keep_s, max(0.0, ends - self.env.now))
            yield get if stays else get | self.env.timeout(patience)
            self.idle -= 1
            if not get.triggered:
                get.cancel()
                break
            yield from self._shard(get.value, ends)
        self.day.interruptions += int(self.env.now >= ends)
        self._pay(number)
        if not way.is_worker and self.waiting.items:
            self.env.process(self._noticed())

    def _pay(self, number: int) -> None:
        """A node has ended."""
        began, is_spot = self.alive.pop(number)
        price = self.parameters.usd_spot if is_spot else self.parameters.usd_on_demand
        self.day.nodes.append((began, self.env.now))
        self.day.usd += (self.env.now - began) / 3600 * price

    def close(self) -> Day:
        """Pay for the nodes that are left."""
        for number in list(self.alive):
            self._pay(number)
        return self.day

    def _shard(self, shard: Shard, ends: float) -> Process:
        """Draw; what an interruption cuts off goes back, and its newest batch is lost."""
        parameters = self.parameters
        start = self.env.now + (0 if self.way.is_worker else parameters.process_s)
        a_dish = parameters.seconds_a_picture * parameters.pictures_a_dish
        dishes = np.arange(1, len(shard.arrived) + 1)
        batch = max(1, parameters.batch_pictures // parameters.pictures_a_dish)
        committed = np.minimum(-(-dishes // batch) * batch, len(dishes))
        times = start + committed * a_dish
        kept = int((times <= ends).sum())
        yield self.env.timeout(min(times[-1], max(ends, self.env.now)) - self.env.now)
        self.day.waits_s.append(times[:kept] - shard.arrived[:kept])
        self.day.drawing_s += kept * a_dish
        self.dishes_drawn += kept
        if kept < len(dishes):
            self._put(Shard(shard.arrived[kept:], shard.done))
        else:
            shard.done.succeed()


def deliveries(parameters: Parameters, seed: int) -> list[Delivery]:
    """A day's deliveries, in order."""
    rng = np.random.default_rng(seed)
    dishes = parameters.pictures_a_day / parameters.pictures_a_dish
    number = rng.poisson(dishes / parameters.dishes_a_delivery)
    by_hour = np.array(parameters.hours) / sum(parameters.hours)
    seconds = 3600 * (rng.choice(len(by_hour), number, p=by_hour) + rng.random(number))
    shares = 1 / np.arange(1, parameters.countries + 1)
    countries = rng.choice(parameters.countries, number, p=shares / shares.sum())
    sizes = rng.geometric(1 / parameters.dishes_a_delivery, number)
    order = np.argsort(seconds)
    columns = (column[order].tolist() for column in (seconds, countries, sizes))
    return list(zip(*columns, strict=True))


def simulated(parameters: Parameters, way: Way, arriving: Sequence[Delivery], seed: int = 1) -> Day:
    """From no node (but the warm ones) until all deliveries are drawn and a last node has gone."""
    fleet = Fleet(parameters, way, seed)
    env = fleet.env
    landing: list[simpy.Store] = [simpy.Store(env) for _ in range(parameters.countries)]

    def lands() -> Process:
        for second, country, dishes in arriving:
            yield env.timeout(second - env.now)
            arrived = np.full(dishes, second)
            if way.is_worker:
                env.process(becomes_a_message(arrived))
            else:
                landing[country].put(arrived)

    def becomes_a_message(arrived: np.ndarray) -> Process:
        yield env.timeout(parameters.control_s)
        fleet.draw(arrived)

    def runs(landed: simpy.Store) -> Process:
        while True:
            first = yield landed.get()
            yield env.timeout(parameters.control_s + way.gather_s)
            planned = [first, *landed.items]  # the plan sees all that has landed by now
            landed.items.clear()
            yield env.all_of(fleet.draw(np.concatenate(planned)))
            yield env.timeout(parameters.collect_s)

    env.process(lands())
    if not way.is_worker:
        for landed in landing:
            env.process(runs(landed))
    total, stay = sum(dishes for _, _, dishes in arriving), way.warm_nodes
    while fleet.dishes_drawn < total or len(fleet.alive) > stay:
        env.run(until=env.now + 60)
    return fleet.close()
