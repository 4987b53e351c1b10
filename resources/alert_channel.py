"""Where people are told that something needs them: a chat's incoming webhook.

Belongs here: sending a text, once. Does not belong here: what is worth telling
(`sensors/alerts.py`), alarms on figures (`deploy/prometheus/alerts.yaml`), and the catalogue's feed
(`webhooks.py`), which must not lose anything.
"""

from dataclasses import dataclass, field

import httpx

TIMEOUT_S = 10


class NotTold(OSError):
    """The channel did not take a text; it says why, and never the address, which is a secret."""


@dataclass(frozen=True)
class AlertChannel:
    """An address that takes `{"text": ...}`, as Slack, Mattermost and Google Chat do.

    Attributes:
        url: The address, `GARNISH_ALERTS_TO`; None = what is told is only logged.
    """

    url: str | None = field(default=None, repr=False)

    def tell(self, text: str) -> None:
        """Send a text, if there is somebody to tell.

        Raises:
            NotTold: it was not taken.
        """
        if self.url is None:
            return
        try:
            answer = httpx.post(self.url, json={"text": text}, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            raise NotTold(f"GARNISH_ALERTS_TO: {type(error).__name__}") from None
        if not answer.is_success:
            raise NotTold(f"GARNISH_ALERTS_TO answers {answer.status_code}")
