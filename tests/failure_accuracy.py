"""What checks say of pictures made to fail, and how often each is right.

Belongs here: looking and counting, for the test of the suite and for the benchmark. Does not belong
here: the pictures (`failure_pictures.py`), and figures that are wanted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from resources.checks.file import open_file
from resources.checks.finding import Finding
from resources.checks.quality import QualityScores
from resources.picture_checks import PictureChecks
from tests.failure_pictures import FailureCase


@dataclass(frozen=True)
class Seen:
    """A case, and what the checks said of it.

    Attributes:
        case: The picture or file.
        findings: By the check's name.
        scores: None for a file that cannot be read.
    """

    case: FailureCase
    findings: Mapping[str, Finding]
    scores: QualityScores | None

    def verdict(self, check: str) -> str:
        """What a check said; "unchecked" if it said nothing."""
        return self.findings[check].verdict if check in self.findings else "unchecked"

    @property
    def vetoes(self) -> list[str]:
        """The checks that veto."""
        return [name for name, finding in self.findings.items() if finding.verdict == "veto"]


@dataclass(frozen=True)
class Accuracy:
    """How often a check is right.

    Attributes:
        failing: Pictures that it should veto.
        vetoed: How many of them it vetoes.
        to_a_person: How many of them it leaves to a person.
        clean: Pictures with nothing wrong.
        false_alarms: How many of them it vetoes.
        clean_to_a_person: How many of them it leaves to a person.
    """

    failing: int
    vetoed: int
    to_a_person: int
    clean: int
    false_alarms: int
    clean_to_a_person: int

    @property
    def ever_judges(self) -> bool:
        """Whether it says more than "unchecked" of any picture."""
        return self.to_a_person < self.failing or self.clean_to_a_person < self.clean

    @property
    def recall(self) -> float:
        """Vetoed, of those that it should veto."""
        return self.vetoed / self.failing if self.failing else float("nan")

    @property
    def missed(self) -> int:
        """Failing pictures that it passes."""
        return self.failing - self.vetoed - self.to_a_person

    @property
    def false_alarm_share(self) -> float:
        """Vetoed, of the clean ones."""
        return self.false_alarms / self.clean if self.clean else float("nan")

    @property
    def precision(self) -> float:
        """Failing, of those that it vetoes among its own failing and the clean ones."""
        vetoed = self.vetoed + self.false_alarms
        return self.vetoed / vetoed if vetoed else float("nan")


def looked_at(cases: Iterable[FailureCase], checks: PictureChecks) -> Iterator[Seen]:
    """What the checks say of each case, in batches of their size."""
    cases = iter(cases)
    while some := list(islice(cases, checks.batch_size)):
        pictures = [case.picture for case in some]
        for case, findings, scores in zip(
            some, checks.safety(pictures), checks.quality(pictures), strict=True
        ):
            yield Seen(case, {finding.check_name: finding for finding in findings}, scores)


def files_looked_at(cases: Iterable[FailureCase]) -> Iterator[Seen]:
    """What is said of each file before anybody looks at the picture."""
    for case in cases:
        finding = open_file(case.data or b"").finding
        yield Seen(case, {finding.check_name: finding}, None)


def accuracy(check: str, seen: Sequence[Seen]) -> Accuracy:
    """How often a check was right."""
    failing = [one.verdict(check) for one in seen if one.case.expected.get(check) == "veto"]
    clean = [
        one.verdict(check)
        for one in seen
        if one.case.expected.get(check) == "pass" or (one.case.is_clean and check in one.findings)
    ]
    return Accuracy(
        failing=len(failing),
        vetoed=failing.count("veto"),
        to_a_person=failing.count("unchecked"),
        clean=len(clean),
        false_alarms=clean.count("veto"),
        clean_to_a_person=clean.count("unchecked"),
    )


def why_unchecked(check: str, seen: Sequence[Seen]) -> str:
    """The reason that a check gives most often for judging nothing; "" = it gives none."""
    found = [one.findings[check] for one in seen if check in one.findings]
    reasons = Counter(one.reason for one in found if one.verdict == "unchecked" and one.reason)
    return reasons.most_common(1)[0][0] if reasons else ""


def check_names(seen: Sequence[Seen]) -> list[str]:
    """All checks that said something or should have, in the order in which they are told."""
    names = {name: None for one in seen for name in (*one.findings, *one.case.expected)}
    return list(names)
