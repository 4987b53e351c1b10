"""Collages and frames are vetoed with what is to be done; dishes are not."""

import pytest

from resources.checks.collage import CollageCheck
from tests.failure_pictures import failure_pictures


@pytest.mark.parametrize(
    ("group", "says"),
    [
        ("collage_of_2", "as between two pictures: send one"),
        ("collage_of_4", "as between two pictures: send one"),
        ("border", "a frame or there are bars around the picture: send it without"),
    ],
)
def test_what_was_joined_or_framed_is_vetoed(group: str, says: str) -> None:
    cases = list(failure_pictures(100, 20, (group,), side_px=256))
    found = [finding for (finding,) in CollageCheck().look([case.picture for case in cases])]
    vetoed = [finding for finding in found if finding.verdict == "veto"]
    assert len(vetoed) >= 19
    assert says in str(vetoed[0].reason)
    assert all(finding.evidence and finding.evidence["boxes"] for finding in vetoed)


def test_one_picture_of_one_dish_passes() -> None:
    cases = failure_pictures(100, 19, ("clean_drawing", "clean_generated"), side_px=128)
    found = CollageCheck().look([case.picture for case in cases])
    assert sum(finding.verdict == "veto" for (finding,) in found) <= 1
