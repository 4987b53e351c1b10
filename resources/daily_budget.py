"""The cost guard: what drawing may cost in a country on one day (UTC).

Belongs here: how much is left, and how many pictures that pays for. Does not belong here: what one
costs (`picture_price.py`), which are drawn first (`menu_assets/candidate_images.py`), and the limit
of one process that asks an API (`openai_generator.py`).
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl


@dataclass(frozen=True)
class DailyBudget:
    """Dollars for a country and day; two runs that plan at the same moment do not see each other.

    Attributes:
        usd_per_country_day: The limit; None = there is none.
    """

    usd_per_country_day: float | None = None

    def left_usd(self, tries: pl.DataFrame, now: datetime) -> float:
        """What a country may still spend on the day of `now`; below 0 if it spent too much.

        Args:
            tries: The country's rows of `candidate_images`, committed ones included. As in the
                ledger, the cost of a picture that was drawn again counts on its last day.
            now: In UTC.

        Raises:
            ValueError: there is no limit.
        """
        if self.usd_per_country_day is None:
            raise ValueError("no daily budget is set: nothing is left of it")
        spent = tries.filter(pl.col("made_at").dt.date() == now.date())["cost_usd"].sum()
        return self.usd_per_country_day - float(spent)

    def pictures(self, price_usd: float, tries: pl.DataFrame, now: datetime) -> int | None:
        """How many pictures of a price are still paid for on the day of `now`; None = all."""
        if self.usd_per_country_day is None:
            return None
        left = self.left_usd(tries, now)
        if price_usd == 0:
            return None if left > 0 else 0
        return max(0, int(left / price_usd + 1e-9))  # three of 0.1 are paid for by 0.3
