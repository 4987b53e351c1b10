"""What a person has to look for in a dish's pictures: what the checks leave open, in plain words.

Belongs here: findings put together into questions. Does not belong here: the questions' words
(`reject_reasons.toml`), and boxes over pictures (`resources/picture_marks.py`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from resources.checks.finding import Finding
from resources.review_item import ReviewItem
from review_desk.reject_reasons import reason_of_check

_TO_A_PERSON = ("a person has to look: ", "a person has to look for ", ": a person has to look")
"""What checks say beside the matter: on a page that a person looks at it goes without saying."""

_SETTING = "GARNISH_"
"""Words that name a setting tell operators what to install, and nobody what to look for."""


@dataclass(frozen=True)
class Question:
    """What a person has to look for.

    Attributes:
        asks: The question.
        seen: What the checks say of it, with the numbers of the pictures.
        is_usual: Nothing in particular was seen: it is asked of most dishes, and stays in the
            background.
    """

    asks: str
    seen: tuple[str, ...]
    is_usual: bool


@dataclass
class _Asked:
    pictures: set[int] = field(default_factory=set)
    seen: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    is_pointed_at: bool = False


def questions_of(item: ReviewItem) -> list[Question]:
    """The open questions of a dish, those with something to look at first."""
    asked: dict[str, _Asked] = defaultdict(_Asked)
    for number, candidate in enumerate(item.candidates, start=1):
        for finding in candidate.findings:
            question = asked[_asks(finding)]
            question.pictures.add(number)
            question.is_pointed_at |= finding.check_name == item.reason
            question.is_pointed_at |= bool((finding.evidence or {}).get("boxes"))
            if words := _words(finding):
                question.seen[words].append(number)
    every = len(item.candidates)
    questions = [
        Question(
            asks,
            tuple(_of_pictures(words, numbers, every) for words, numbers in one.seen.items()),
            is_usual=len(one.pictures) == every and not one.is_pointed_at,
        )
        for asks, one in asked.items()
    ]
    return sorted(questions, key=lambda question: question.is_usual)


def _asks(finding: Finding) -> str:
    reason = reason_of_check(finding.check_name)
    return reason.asks if reason else finding.check_name.replace("_", " ").capitalize() + "?"


def _words(finding: Finding) -> str:
    words = finding.reason or ""
    if _SETTING in words:
        return ""
    for beside in _TO_A_PERSON:
        words = words.removeprefix(beside).removesuffix(beside)
    return words


def _of_pictures(words: str, numbers: Sequence[int], every: int) -> str:
    if len(numbers) == every:
        return words
    *others, last = map(str, numbers)
    which = f"pictures {', '.join(others)} and {last}" if others else f"picture {last}"
    return f"{which}: {words}"
