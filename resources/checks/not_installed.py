"""Checks that nothing on this machine can make: they say so, and a person looks.

Belongs here: what is unchecked everywhere. A check whose model is not installed says so itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resources.checks.check import Picture
from resources.checks.finding import Finding

UNCHECKED: Mapping[str, str] = {
    "people_and_animals": "no detector for people and animals is installed",
}


@dataclass(frozen=True)
class NotInstalled:
    """A finding `unchecked` for each of `UNCHECKED`."""

    version: str = "not-installed-1"

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The same findings on every picture."""
        findings = [Finding(name, "unchecked", None, why) for name, why in UNCHECKED.items()]
        return [findings for _ in pictures]
