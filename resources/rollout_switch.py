"""Setting the rollout by hand: how far, stop and go, each with an entry in the audit log.

Belongs here: what people at the desk and on the command line may set. Does not belong here: the
steps themselves and whom they cover (`rollout.py`).
"""

from dataclasses import dataclass

from resources.audit_log import AuditEntry, AuditLog
from resources.countries import served_countries
from resources.rollout import EVERYWHERE, Rollout, RolloutStep


class UnknownCountry(ValueError):
    """A rollout was asked for where nothing is sold."""


@dataclass(frozen=True)
class RolloutSwitch:
    """The rollout in one person's hand.

    Attributes:
        rollout: Where steps are kept.
        audit: Where it is said who took them.
        actor: Who: an account, or a name on the command line.
        address: From where; None on the command line.
    """

    rollout: Rollout
    audit: AuditLog
    actor: str
    address: str | None = None

    def set_share(self, country: str, share: float) -> RolloutStep:
        """Show the pictures of a share of a country's vendors, 0 to 1; stopped stays stopped.

        Raises:
            UnknownCountry: it is not served. "*" has no share: each country has its own.
            ValueError: the share is not within 0 to 1.
        """
        if country == EVERYWHERE:
            raise UnknownCountry("a share is a country's: name one, e.g. de")
        return self._step(country, "rollout_set", share=share)

    def stop(self, country: str = EVERYWHERE) -> RolloutStep:
        """Show nobody's pictures, in a country or everywhere; shares stay for when it goes on.

        Raises:
            UnknownCountry: it is not served.
        """
        return self._step(country, "rollout_stopped", is_stopped=True)

    def go(self, country: str = EVERYWHERE) -> RolloutStep:
        """Go on where it was stopped, with the share that was set.

        Everywhere releases the switch of all; a country that was stopped by itself stays stopped.

        Raises:
            UnknownCountry: it is not served.
        """
        return self._step(country, "rollout_goes_on", is_stopped=False)

    def _step(
        self,
        country: str,
        action: str,
        *,
        share: float | None = None,
        is_stopped: bool | None = None,
    ) -> RolloutStep:
        served = served_countries()
        if country not in (EVERYWHERE, *served):
            raise UnknownCountry(f"{country!r} is not served: use one of {', '.join(served)}")
        before = self.rollout.now().steps.get(country)
        usual = 1.0 if country == EVERYWHERE else self.rollout.usual_share
        old = (before.share, before.is_stopped) if before else (usual, False)
        step = self.rollout.set(
            country,
            old[0] if share is None else share,
            is_stopped=old[1] if is_stopped is None else is_stopped,
            set_by=self.actor,
        )
        detail = {"share": step.share, "is_stopped": step.is_stopped, "share_before": old[0]}
        self.audit.add(AuditEntry(self.actor, action, country, detail, self.address))
        return step
