"""What the owner of a deployment allows to pass without a person, and what is always looked at.

Belongs here: the settings of calibration, and the draw of the audit slice. Does not belong here:
statistics (`menu_assets/acceptance_line.py`), and accepting (`menu_assets/auto_acceptance.py`).
"""

from dataclasses import dataclass

from resources.short_hash import short_hash


@dataclass(frozen=True)
class AcceptanceRule:
    """The terms of auto-accept.

    Attributes:
        bad_share: Share of bad pictures among auto-accepted ones that a certificate must exclude.
        audit_share: Share of the best pictures that a person judges for ever.
        is_on: Certified pictures pass without a person; off until somebody switches it on.
    """

    bad_share: float = 0.01
    audit_share: float = 0.02
    is_on: bool = False

    def draws(self, candidate_id: str) -> bool:
        """Whether the audit slice has this picture.

        Depends on its id alone, so nobody can choose what is judged; a larger share keeps all that
        a smaller one has.
        """
        return int(short_hash(f"audit\x1f{candidate_id}"), 16) < self.audit_share * 16**16
