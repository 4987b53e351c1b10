"""Pictures made for the purpose, clean ones and failing ones, with the expected verdicts.

Belongs here: which groups there are and what is expected of each. Does not belong here: how they
are made (`tests/failures/`), and assertions.

Seeds: authors of checks look at pictures of `TUNING` seeds (0 to 9999) only; the figures in
docs/quality.md come from `MEASURING` seeds (10000 and up), which nobody tunes on.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from models.recipe.outlines import Rng
from resources.checks.check import Dish, Picture
from resources.checks.finding import Verdict
from tests.failures import files, light, living, marks, scenes, sheets, small_model

TUNING, MEASURING = 0, 10_000
MEAT_KINDS = ("steak", "schnitzel", "currywurst", "fried chicken", "kebab", "shawarma", "hot dog")


@dataclass(frozen=True, eq=False)
class FailureCase:
    """One picture or file, and what the checks should say of it.

    Attributes:
        name: Group and seed.
        group: What is wrong with it, or "clean_...".
        seed: Makes the same picture again.
        dish: What the picture should show.
        pixels: (side, side, 3) uint8 RGB; None = there is only a file.
        data: The bytes of a file; None = there are only pixels.
        expected: Verdicts by check; "unchecked": it has to go to a person, or is vetoed. Empty: no
            check may say "veto".
        low_score: The quality score that has to be low, where none has to veto.
    """

    name: str
    group: str
    seed: int
    dish: Dish
    pixels: np.ndarray | None = None
    data: bytes | None = None
    expected: Mapping[str, Verdict] = field(default_factory=dict)
    low_score: str | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.group.startswith("clean")

    @property
    def picture(self) -> Picture:
        """What checks look at.

        Raises:
            ValueError: the case is a file.
        """
        if self.pixels is None:
            raise ValueError(f"{self.name} is a file: decode it first")
        return Picture(self.pixels, self.dish)


@dataclass(frozen=True)
class Group:
    """How the pictures of a group are made, and what is expected of them.

    Attributes:
        make: From seed, randomness and side to pixels.
        expected: As in `FailureCase`.
        low_score: As in `FailureCase`.
        dish: What should be shown, from the seed; the default is what is drawn.
    """

    make: Callable[[int, Rng, int], np.ndarray]
    expected: Mapping[str, Verdict] = field(default_factory=dict)
    low_score: str | None = None
    dish: Callable[[int], Dish] = lambda seed: Dish(scenes.kind_of(seed))


def _marked(mark: Callable[[np.ndarray, Rng], np.ndarray]) -> Callable[[int, Rng, int], np.ndarray]:
    """A clean dish with something done to it."""
    return lambda seed, rng, side: mark(scenes.clean(scenes.kind_of(seed), seed, side), rng)


def _placed(
    place: Callable[[str, Rng, int], np.ndarray],
) -> Callable[[int, Rng, int], np.ndarray]:
    return lambda seed, rng, side: place(scenes.kind_of(seed), rng, side)


def _sheet(
    join: Callable[[list[np.ndarray], Rng], np.ndarray], count: int
) -> Callable[[int, Rng, int], np.ndarray]:
    return lambda seed, rng, side: join(
        [scenes.clean(scenes.kind_of(seed + n), seed, side) for n in range(count)], rng
    )


def _meat(seed: int) -> str:
    return MEAT_KINDS[seed % len(MEAT_KINDS)]


PEOPLE: Mapping[str, Verdict] = {"people": "veto"}
ANIMALS: Mapping[str, Verdict] = {"animals": "veto"}
TEXT: Mapping[str, Verdict] = {"text": "veto"}
COLLAGE: Mapping[str, Verdict] = {"collage_or_border": "veto"}

GROUPS: Mapping[str, Group] = {
    "clean_drawing": Group(_marked(lambda picture, rng: picture)),
    "clean_generated": Group(
        lambda seed, rng, side: small_model.picture(seed, side),
        dish=lambda seed: Dish(small_model.kind(seed)),
    ),
    "people_of_recipe": Group(_marked(living.of_recipe(living.PEOPLE)), PEOPLE),
    "animals_of_recipe": Group(_marked(living.of_recipe(living.ANIMALS)), ANIMALS),
    "face": Group(_marked(living.face), PEOPLE),
    "hand": Group(_marked(living.hand), PEOPLE),
    "person": Group(_marked(living.person), PEOPLE),
    "cat": Group(_marked(living.cat), ANIMALS),
    "bird": Group(_marked(living.bird), ANIMALS),
    "insect": Group(_marked(living.insect), ANIMALS),
    "text": Group(_marked(marks.readable), TEXT),
    "gibberish": Group(_marked(marks.gibberish), {**TEXT, "text_readable": "veto"}),
    "watermark": Group(_marked(marks.watermark), {"watermark": "veto"}),
    "sticker": Group(_marked(marks.sticker), {"logos": "veto"}),
    "cut": Group(_placed(scenes.cut), {"dish_whole": "veto"}),
    "off_centre": Group(_placed(scenes.stray), {"dish_centred": "veto"}),
    "tiny": Group(_placed(scenes.tiny), {"dish_size": "veto"}),
    "two_dishes": Group(
        lambda seed, rng, side: scenes.two(
            (scenes.kind_of(seed), scenes.kind_of(seed + seed % 2)), rng, side
        ),
        {"single_dish": "veto"},
    ),
    "empty_plate": Group(lambda seed, rng, side: scenes.empty(rng, side), {"dish_shown": "veto"}),
    "bare_table": Group(
        lambda seed, rng, side: scenes.bare_table(rng, side), {"dish_present": "veto"}
    ),
    "wrong_dish": Group(
        _marked(lambda picture, rng: picture),
        {"dish_shown": "veto"},
        dish=lambda seed: Dish(scenes.another_kind(seed)),
    ),
    "vegan_with_meat": Group(
        lambda seed, rng, side: scenes.clean(_meat(seed), seed, side),
        {"diet": "veto"},
        dish=lambda seed: Dish("vegan stew", dietary_flags=frozenset({"vegan"})),
    ),
    "soft": Group(_marked(light.soft), low_score="sharpness"),
    "shaken": Group(_marked(light.shaken), low_score="sharpness"),
    "dark": Group(_marked(light.dark), low_score="exposure"),
    "bright": Group(_marked(light.bright), low_score="exposure"),
    "grey": Group(_marked(light.grey), {"in_colour": "veto"}),
    "sepia": Group(_marked(light.sepia), {"in_colour": "unchecked"}),
    "colour_cast": Group(_marked(light.cast), low_score="white_balance"),
    "collage_of_2": Group(_sheet(sheets.pair, 2), COLLAGE),
    "collage_of_4": Group(_sheet(sheets.four, 4), COLLAGE),
    "border": Group(_marked(sheets.framed), COLLAGE),
}

MARKED = ("text", "gibberish", "watermark", "sticker")
"""Groups with writing on them: below 512 px much of it is too small to be read."""


def failure_pictures(
    first_seed: int = TUNING,
    per_group: int = 20,
    groups: Collection[str] = tuple(GROUPS),
    side_px: int = 512,
) -> Iterator[FailureCase]:
    """The pictures of some groups, seeds counted from the first; the same for the same arguments.

    Clean groups have 52 pictures, one of each kind, where `per_group` is 20 or more.

    Raises:
        KeyError: there is no such group.
    """
    for name in groups:
        group = GROUPS[name]
        count = max(52, per_group) if name.startswith("clean") and per_group >= 20 else per_group
        for seed in range(first_seed, first_seed + count):
            yield FailureCase(
                name=f"{name}-{seed}",
                group=name,
                seed=seed,
                dish=group.dish(seed),
                pixels=group.make(seed, scenes.rng_of(name, seed), side_px),
                expected=group.expected,
                low_score=group.low_score,
            )


def failure_files(first_seed: int = TUNING, per_group: int = 1) -> Iterator[FailureCase]:
    """Files instead of pixels: unusual ones that are read, and ones that cannot be."""
    for makers, verdict in ((files.READABLE, "pass"), (files.UNREADABLE, "veto")):
        for make in makers:
            for seed in range(first_seed, first_seed + per_group):
                kind = scenes.kind_of(seed)
                yield FailureCase(
                    name=f"{make.__name__}-{seed}",
                    group=make.__name__,
                    seed=seed,
                    dish=Dish(kind),
                    data=make(scenes.clean(kind, seed, 512)),
                    expected={"file_readable": verdict},
                )
