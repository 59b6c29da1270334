"""A saved plan is the plan that was saved, or it is refused."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from stringee_async.core.errors import PlanError
from stringee_async.provision.plan import Plan
from stringee_async.provision.plan_data import checksum_of
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.spec import AgentSpec, GroupSpec, Spec

from ..worlds import Centre, Double


def saved() -> dict[str, Any]:
    centre = Centre()
    centre.add("agent", "u.an", name="An")
    centre.add("group", "Old")
    double = Double(centre)
    agents = (AgentSpec(user_id="u.an", name="An N.", groups=("Sales",)), AgentSpec(user_id="u.chi"))
    groups = (GroupSpec(name="Sales", was="Old", agents=("u.none",)), GroupSpec(name="Old"))
    wish = double.hold(Spec(agents=agents, groups=groups))
    reading = double.reading(scope_of(wish))
    plan = plan_of(wish, reading, vendor="double", account="1", made=1.5, in_doubt=2)
    assert len(plan.units) == 5
    assert plan.refusals
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    return plan.to_json()


def test_a_saved_plan_is_read_as_it_was() -> None:
    assert Plan.from_json(saved()).to_json() == saved()


def test_every_edit_is_noticed() -> None:
    before = saved()

    def edits(value: Any) -> list[Any]:
        """Return what a value could be edited to."""
        if isinstance(value, dict):
            return [{**value, name: new} for name in value for new in edits(value[name])]
        if isinstance(value, list) and value:
            return [[*value[:-1], new] for new in edits(value[-1])] + [value[1:]]
        return [7] if value != 7 else [8]

    edited = [each for each in edits(before) if each != before]
    assert len(edited) > 30
    for each in edited:
        with pytest.raises(PlanError, match="plan"):
            Plan.from_json(each)


@pytest.mark.parametrize("value", [None, [], {}, "plan", {"form": 2}, {"form": 1}])
def test_what_is_no_plan_is_refused(value: Any) -> None:
    with pytest.raises(PlanError, match="plan"):
        Plan.from_json(value)


def test_units_that_make_no_sense_are_refused_even_with_the_right_checksum() -> None:
    def broken(change: Any) -> dict[str, Any]:
        plan = copy.deepcopy(saved())
        change(plan["units"])
        plan["checksum"] = checksum_of(plan)
        return plan

    for change in (
        lambda units: units[0].update(kind="sheep"),
        lambda units: units[0].update(action="paint"),
        lambda units: units[0].update(key=["a", "b"]),
        lambda units: units[0].update(id=3),
        lambda units: units[0].update(extra=1),
        lambda units: units[0].update(after=["create agent none"]),
        lambda units: units.append(units[0]),
        lambda units: units.reverse(),
        lambda units: units[0].pop("kind"),
        lambda units: units[-1].pop("after"),
        lambda units: units[0].update(fields=1),
        lambda units: units[0].update(before=True),
    ):
        with pytest.raises(PlanError, match="make a new plan"):
            Plan.from_json(broken(change))


@pytest.mark.parametrize(
    "change",
    [{"seconds": float("nan")}, {"made": float("inf")}, {"unchanged": float("inf")}, {"made": "now"}],
)
def test_numbers_that_are_none_are_refused_even_with_the_right_checksum(change: dict[str, Any]) -> None:
    plan = {**saved(), **change}
    plan["checksum"] = checksum_of(plan)
    with pytest.raises(PlanError, match="cannot be read"):
        Plan.from_json(plan)
