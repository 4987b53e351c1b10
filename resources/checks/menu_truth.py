"""Whether a picture keeps what the menu promises: diet and faith, and allergens.

Belongs here: who answers the questions of the policy, and what follows. Does not belong here: the
questions (`resources/menu_policy.py`, `menu_policy.toml`), models (`gpu_ops/`).

A model may see what must not be there; none can see that something is not there. So these checks
veto, or they ask a person: a picture passes only where nothing is promised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gpu_ops.picture_questions import load_questioner, yes_probabilities
from resources.checks.check import Dish, Picture
from resources.checks.content import NOT_SHOWN_PROBABILITY, SHOWN_PROBABILITY, ContentCheck
from resources.checks.finding import Finding
from resources.checks.people_and_animals import CLIP_THRESHOLDS, SIGLIP_THRESHOLDS
from resources.checks.shared_models import SharedTagger
from resources.checks.sightings import Thresholds
from resources.checks.tags import load_tags
from resources.menu_policy import POLICY_FILE, MenuPolicy, load_policy
from resources.model_copies import OptionalModel

DIET, ALLERGENS = "diet", "allergens"

ALCOHOL_TAGS = "alcohol"
"""The group of `tags.csv` whose drinks are alcohol, whatever they are called."""

KIND_THRESHOLDS = Thresholds(doubt=NOT_SHOWN_PROBABILITY, veto=SHOWN_PROBABILITY)
"""Small CLIP: as for `dish_shown`."""

ANSWER_THRESHOLDS = Thresholds(doubt=0.1, veto=0.8)
"""Vision language model, probability of yes: start values."""


@dataclass(frozen=True)
class Seen:
    """An ingredient that a model sees in a picture.

    Attributes:
        group: Of the policy, "meat".
        what: What it looks like, "steak"; the group itself if the model was asked for it.
        score: How sure the model is, 0 to 1.
        is_sure: Whether that is a veto where the group must not be shown.
    """

    group: str
    what: str
    score: float
    is_sure: bool

    def __str__(self) -> str:
        return self.group if self.what == self.group else f"{self.group} (looks like {self.what})"


@dataclass(frozen=True)
class MenuTruthCheck:
    """`diet` (rules 25 and 26: flags and market) and `allergens` (rule 27).

    Attributes:
        content: Its CLIP tells which kind of dish a picture looks like.
        tagger: CLIP or SigLIP, which knows thousands of things.
        questioner: A vision language model, which answers the questions themselves.
        device: "cpu" or "cuda", of the questioner.
        policy_file: The operator's policy.
    """

    content: ContentCheck
    tagger: SharedTagger
    questioner: OptionalModel
    device: str
    policy_file: Path = POLICY_FILE

    @cached_property
    def version(self) -> str:
        """Policy and weights."""
        weights = (self.content.version, self.tagger.model.weights, self.questioner.weights)
        return "-".join(("menu-truth-1", self._policy.version, *weights))

    @property
    def _policy(self) -> MenuPolicy:
        return load_policy(self.policy_file)

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """Both findings on each picture."""
        kinds = self.content.probabilities(pictures)
        tags = self.tagger.scores(pictures) if self.tagger.is_installed else None
        findings = []
        for number, picture in enumerate(pictures):
            seen = self._kinds_seen(picture.dish, kinds[number])
            if tags is not None:
                seen += self._tags_seen(picture.dish, tags[number])
            seen += self._answers(picture)
            seen.sort(key=lambda sight: -sight.score)
            findings.append([self._diet(picture.dish, seen), self._allergens(picture.dish, seen)])
        return findings

    @cached_property
    def _kinds_of(self) -> Mapping[str, np.ndarray]:
        """Which of the CLIP's kinds look like each group, (kinds,) bool."""
        return {
            group: np.array(
                [self._policy.look_of(group, kind) is not None for kind in self.content.kinds],
                dtype=bool,
            )
            for group in self._policy.groups
        }

    @cached_property
    def _tags_of(self) -> Mapping[str, np.ndarray]:
        """Which of the tags look like each group, (tags,) bool."""
        return {
            group: np.array(
                [
                    tag.group == ALCOHOL_TAGS
                    if group == ALCOHOL_TAGS
                    else self._policy.look_of(group, tag.name) is not None
                    for tag in load_tags()
                ]
            )
            for group in self._policy.groups
        }

    def _kinds_seen(self, dish: Dish, row: np.ndarray) -> list[Seen]:
        asked = self.content.asked_kind(dish.subject)
        seen = []
        for group, fitting in self._kinds_of.items():
            together = float(row[fitting].sum())
            if together < KIND_THRESHOLDS.doubt:
                continue
            best = int(np.where(fitting, row, -1).argmax())
            kind = self.content.kinds[best]
            # A vegan burger has to look like a burger; no vegan dish has to look like a steak.
            told = kind != asked or self._policy.named(group, kind) is not None
            sure = told and bool(row[best] >= KIND_THRESHOLDS.veto)
            seen.append(Seen(group, kind, round(together, 4), sure))
        return seen

    def _tags_seen(self, dish: Dish, row: np.ndarray) -> list[Seen]:
        independent = self.tagger.scores_are_independent
        thresholds = SIGLIP_THRESHOLDS if independent else CLIP_THRESHOLDS
        seen = []
        for group, fitting in self._tags_of.items():
            best = int(np.where(fitting, row, -1).argmax())
            score = float(row[best] if independent else row[fitting].sum())
            if score >= thresholds.doubt:
                sure = score >= thresholds.veto and not self._is_named(group, dish)
                seen.append(Seen(group, load_tags()[best].name, round(score, 4), sure))
        return seen

    def _answers(self, picture: Picture) -> list[Seen]:
        if self.questioner.folder is None:
            return []
        asked = [q for q in self._policy.questions(picture.dish) if q.duty == "must_not"]
        questioner = load_questioner(self.questioner.folder, self.device)
        answers = yes_probabilities(questioner, picture.pixels, [q.words for q in asked])
        return [
            Seen(
                question.group,
                question.group,
                round(float(yes), 4),
                yes >= ANSWER_THRESHOLDS.veto and not self._is_named(question.group, picture.dish),
            )
            for question, yes in zip(asked, answers, strict=True)
            if yes >= ANSWER_THRESHOLDS.doubt
        ]

    def _is_named(self, group: str, dish: Dish) -> bool:
        """Whether the dish's own name says that it looks like it: that is for a person."""
        return self._policy.look_of(group, dish.subject) is not None

    def _diet(self, dish: Dish, seen: Sequence[Seen]) -> Finding:
        questions = self._policy.questions(dish)
        because = {q.group: q.because for q in questions if q.duty == "must_not"}
        sights = [sight for sight in seen if sight.group in because]
        if not because:
            return Finding(DIET, "pass")
        evidence = {
            "questions": {question.words: question.duty for question in questions},
            "seen": {sight.group: sight.what for sight in sights},
        }
        for sight in sights:
            if sight.is_sure:
                why = f"shows {sight}, but {because[sight.group]}"
                return Finding(DIET, "veto", sight.score, why, evidence)
        score = sights[0].score if sights else None
        doubts = [f"may show {sights[0]}"] if sights else []
        doubts += [
            f"the name says {word}, but {reason}"
            for group, reason in because.items()
            if (word := self._policy.named(group, dish.subject))
        ][:1]
        doubts += [
            f"no {_listed([group for group in because if because[group] == reason])}"
            f" may be seen, for {reason}"
            for reason in dict.fromkeys(because.values())
        ]
        why = f"a person has to look: {'; '.join(doubts)}"
        return Finding(DIET, "unchecked", score, why, evidence)

    def _allergens(self, dish: Dish, seen: Sequence[Seen]) -> Finding:
        may = {q.group for q in self._policy.questions(dish) if q.duty == "may"}
        untold = [
            group
            for group in self._policy.allergens
            if group not in may and not self._policy.look_of(group, dish.subject)
        ]
        sights = [sight for sight in seen if sight.group in untold]
        if sights:
            groups = list(dict.fromkeys(sight.group for sight in sights))
            why = (
                f"may show {_listed(groups)} (looks like {sights[0].what}), which the name does not"
                " tell: a person has to look"
            )
        elif untold:
            why = f"a person has to look for what the name does not tell: {_listed(untold)}"
        else:
            why = "a person has to look for what the name does not tell"
        evidence = {"untold": untold, "seen": {sight.group: sight.what for sight in sights}}
        return Finding(ALLERGENS, "unchecked", sights[0].score if sights else None, why, evidence)


def _listed(words: Sequence[str]) -> str:
    *rest, end = words
    return f"{', '.join(rest)} or {end}" if rest else end
