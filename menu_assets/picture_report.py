"""What was found out about pictures: JSON for programs, a page and marked pictures for people.

Belongs here: the schema of the JSON (docs/guide.md), and writing them. Does not belong here: what
is found out (`checked_pictures.py`), and how the page looks (`picture_report.html.jinja`).
"""

import base64
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from menu_assets.checked_pictures import CheckedPicture
from menu_assets.evidence_marks import drawn_over
from menu_assets.gallery_dishes import SCORES
from menu_assets.pages import page_templates
from menu_assets.picture_advice import LOW_SCORE, Action

SCHEMA_VERSION = 1
"""Grows when a key of the JSON goes or changes its meaning; new keys may come without it."""

MEANINGS: dict[Action, str] = {
    "publish": "no fault, and nothing that a person has to look at",
    "look": "no fault was found, but a person has to look at what no check could judge",
    "fix": "mend it as is said, and check it again",
    "regenerate": "draw it anew, or take the photo again",
    "unreadable": "no picture could be read: send the file again, as JPEG or PNG",
}
"""What each piece of advice means, best first."""


def counts(checked: Sequence[CheckedPicture]) -> dict[Action, int]:
    """How many pictures got each piece of advice."""
    found = Counter(picture.advice.action for picture in checked)
    return {action: found[action] for action in MEANINGS}


def as_json(checked: Sequence[CheckedPicture], checks_version: str) -> str:
    """All that was found out, by the schema in docs/guide.md."""
    report = {
        "schema_version": SCHEMA_VERSION,
        "checks_version": checks_version,
        "counts": counts(checked),
        "pictures": [_picture(picture) for picture in checked],
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _picture(picture: CheckedPicture) -> dict[str, Any]:
    advice, scores = picture.advice, picture.scores
    return {
        "path": str(picture.path),
        "subject": picture.dish.subject,
        "subject_from": "file name" if picture.is_subject_from_name else "option",
        "advice": advice.action,
        "faults": [asdict(fault) for fault in advice.faults],
        "remedies": list(advice.remedies),
        "crop": advice.crop and [round(share, 4) for share in advice.crop],
        "open_questions": [finding.check_name for finding in advice.open_questions],
        "file": picture.facts and asdict(picture.facts),
        "findings": [vars(finding) for finding in picture.findings],
        "scores": scores and {**vars(scores), "combined": round(scores.combined, 4)},
    }


def as_page(checked: Sequence[CheckedPicture]) -> str:
    """One HTML file with the pictures in it and without a script: it can be sent anywhere."""
    return (
        page_templates()
        .get_template("picture_report.html.jinja")
        .render(
            pictures=[(picture, _address(picture)) for picture in checked],
            counts=counts(checked),
            MEANINGS=MEANINGS,
            SCORES=SCORES,
            LOW_SCORE=LOW_SCORE,
            written_at=datetime.now(UTC),
        )
    )


def _address(picture: CheckedPicture) -> str | None:
    if picture.preview is None:
        return None
    return f"data:image/webp;base64,{base64.b64encode(picture.preview).decode()}"


def write_marked(checked: Sequence[CheckedPicture], folder: Path) -> None:
    """A WebP of each picture that has marks, with them in it, numbered as it was checked."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(checked, start=1):
        if picture.preview and picture.marks:
            with Image.open(io.BytesIO(picture.preview)) as preview:
                marked = drawn_over(np.array(preview), picture.marks)
            name = f"{number:03}-{picture.path.stem}.webp"
            Image.fromarray(marked).save(folder / name, "WEBP", quality=85)
