"""The terms of auto-accept: the draw of the audit slice, and settings that cannot be used."""

import pytest

from resources.acceptance_rule import AcceptanceRule
from resources.environment import resources_for
from resources.settings import SettingError

IDS = [f"candidate-{number}" for number in range(10_000)]


def drawn(share: float) -> set[str]:
    rule = AcceptanceRule(audit_share=share)
    return {name for name in IDS if rule.draws(name)}


def test_the_audit_slice_is_about_its_share_and_the_same_each_time() -> None:
    assert 150 < len(drawn(0.02)) < 250 and 900 < len(drawn(0.1)) < 1100
    assert drawn(0.02) == drawn(0.02)
    assert drawn(1.0) == set(IDS)


def test_a_larger_share_keeps_what_a_smaller_one_has() -> None:
    assert drawn(0.02) < drawn(0.1)


def test_nothing_passes_alone_unless_it_is_said(
    home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resources_for("local").acceptance == AcceptanceRule(0.01, 0.02, is_on=False)
    monkeypatch.setenv("GARNISH_AUTO_ACCEPT", "1")
    monkeypatch.setenv("GARNISH_AUDIT_SHARE", "0.5")
    monkeypatch.setenv("GARNISH_BAD_SHARE", "0.02")
    assert resources_for("local").acceptance == AcceptanceRule(0.02, 0.5, is_on=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GARNISH_BAD_SHARE", "0"),
        ("GARNISH_BAD_SHARE", "1 %"),
        ("GARNISH_AUDIT_SHARE", "2"),
        ("GARNISH_AUDIT_SHARE", "nan"),
        ("GARNISH_AUTO_ACCEPT", "yes"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    home: object, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=f"{name} is '{value}'"):
        resources_for("local")
