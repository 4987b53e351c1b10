"""Logs as JSON, a line for each record, where something collects them.

Belongs here: the format, and choosing it. Does not belong here: what is logged, and the logs of
steps, which are Dagster's.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from resources.settings import one_of

FIELDS = ("request_id",)
"""What a record may carry beside its message: `extra={"request_id": ...}`."""


class JsonLines(logging.Formatter):
    """One JSON object a record: time (UTC), level, logger, message, and what else it carries."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs() -> bool:
    """Write the logs of this process to stderr as JSON, if that is asked for; else leave them.

    Returns:
        Whether they are JSON.

    Raises:
        SettingError: `GARNISH_LOG_FORMAT` is a word that it does not know.
    """
    if one_of("GARNISH_LOG_FORMAT", ("text", "json"), "text") == "text":
        return False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("garnish").setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error"):  # it has set up handlers of its own by then
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    return True
