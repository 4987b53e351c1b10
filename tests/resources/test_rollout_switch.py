"""The rollout by hand: what is set holds, stop stops, and the audit log says who it was."""

from pathlib import Path

import pytest

from resources.audit_log import AuditLog
from resources.database import Database
from resources.rollout import Rollout
from resources.rollout_switch import RolloutSwitch, UnknownCountry


@pytest.fixture
def switch(tmp_path: Path) -> RolloutSwitch:
    database = Database(f"sqlite:///{tmp_path}/reviews.db")
    return RolloutSwitch(Rollout(database, usual_share=0.5), AuditLog(database), "ada", "10.0.0.1")


def test_a_stop_keeps_the_share_for_when_it_goes_on(switch: RolloutSwitch) -> None:
    switch.set_share("de", 0.25)
    switch.stop("de")
    assert switch.rollout.now().share("de") == 0
    assert switch.rollout.now().share("tr") == 0.5
    switch.set_share("de", 0.3)  # stopped stays stopped
    assert switch.rollout.now().share("de") == 0
    switch.go("de")
    assert switch.rollout.now().share("de") == 0.3


def test_the_switch_of_all_leaves_each_country_as_it_was(switch: RolloutSwitch) -> None:
    switch.set_share("de", 0.25)
    switch.stop("tr")
    switch.stop()
    assert [switch.rollout.now().share(code) for code in ("de", "tr", "jp")] == [0, 0, 0]
    switch.go()
    assert [switch.rollout.now().share(code) for code in ("de", "tr", "jp")] == [0.25, 0, 0.5]


def test_each_step_is_in_the_audit_log(switch: RolloutSwitch) -> None:
    switch.set_share("de", 0.25)
    switch.stop()
    stopped, was_set = switch.audit.entries()
    assert (stopped.actor, stopped.action, stopped.subject) == ("ada", "rollout_stopped", "*")
    assert (was_set.action, was_set.address) == ("rollout_set", "10.0.0.1")
    assert was_set.detail == {"share": 0.25, "is_stopped": False, "share_before": 0.5}


def test_what_makes_no_sense_changes_nothing(switch: RolloutSwitch) -> None:
    with pytest.raises(UnknownCountry, match="'xx' is not served: use one of de, tr"):
        switch.stop("xx")
    with pytest.raises(UnknownCountry, match="a share is a country's"):
        switch.set_share("*", 0.5)
    for share in (-0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="use 0 to 1"):
            switch.set_share("de", share)
    assert switch.rollout.history() == []
    assert switch.audit.entries() == []
