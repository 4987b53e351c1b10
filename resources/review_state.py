"""One word a country for all that people said: when it changes, what follows is worked out anew.

Belongs here: putting the stores' states together. Does not belong here: the stores, and who
answers to a change (`sensors/review_decisions.py`).
"""

from resources.review_store import ReviewStore
from resources.rollout import EVERYWHERE, Rollout
from resources.vendor_choices import VendorChoices


def state_by_country(
    reviews: ReviewStore, vendors: VendorChoices, rollout: Rollout
) -> dict[str, str]:
    """For each country that people said anything of: decisions, owners' choices, and rollout."""
    decisions, choices = reviews.state_by_country(), vendors.count_by_country()
    now = rollout.now()
    return {
        # The moment, not the share: a share that comes back is another step, and another run.
        country: f"{decisions.get(country, 0)} {choices.get(country, 0)} {now.changed_at(country)}"
        for country in sorted(decisions.keys() | choices.keys() | now.steps.keys() - {EVERYWHERE})
    }
