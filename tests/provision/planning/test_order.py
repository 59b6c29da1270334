"""What each unit waits for: as much as callers need, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.core.errors import PlanError
from stringee_async.provision.planning.diff import compare
from stringee_async.provision.planning.order import ordered
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.spec import AbsentSpec, AgentSpec, GroupSpec, QueueSpec, RouteSpec, Spec

from ..worlds import Centre, Double


def waiting(centre: Centre, **spec: Any) -> dict[str, tuple[str, ...]]:
    """Return what each unit waits for, in the order in which they stand."""
    double = Double(centre)
    wish = double.hold(Spec(**spec))
    reading = double.reading(scope_of(wish))
    return {unit.name: unit.after for unit in ordered(list(compare(wish, reading, None).units), reading)}


def test_a_queue_gets_a_group_with_an_agent_before_it_gives_up_the_other() -> None:
    centre = Centre()
    centre.add("agent", "u")
    centre.add("group", "Old")
    centre.add("queue", "Q")
    centre.add("link", "Old", "u")
    centre.add("route", "Q", "Old")
    found = waiting(
        centre,
        groups=(GroupSpec(name="New", agents=("u", "v")),),
        agents=(AgentSpec(user_id="u"), AgentSpec(user_id="v")),
        queues=(QueueSpec(name="Q", groups=(RouteSpec(name="New", primary=True),), manage="full"),),
        absent=AbsentSpec(groups=("Old",)),
    )
    assert list(found.items()) == [
        ("create group New", ()),
        ("create agent v", ()),
        ("create link New/u", ("create group New",)),
        ("create link New/v", ("create group New", "create agent v")),
        ("create route Q/New", ("create group New", "create link New/u")),
        ("remove route Q/Old", ("create route Q/New",)),
        ("remove link Old/u", ("create link New/u", "remove route Q/Old")),
        ("remove group Old", ("remove route Q/Old", "remove link Old/u")),
    ]


def test_names_are_freed_before_they_are_given_again() -> None:
    centre = Centre()
    centre.add("group", "A")
    centre.add("group", "B")
    groups = (GroupSpec(name="B", was="A"), GroupSpec(name="C", was="B"), GroupSpec(name="A"))
    with_agent = (*groups[:2], GroupSpec(name="A", agents=("u",)))
    centre.add("agent", "u")
    assert list(waiting(centre, groups=with_agent).items()) == [
        ("rename group C", ()),
        ("rename group B", ("rename group C",)),
        ("create group A", ("rename group B",)),
        ("create link A/u", ("create group A",)),
    ]


def test_two_that_trade_their_names_are_refused() -> None:
    centre = Centre()
    first, second = centre.add("group", "A"), centre.add("group", "B")
    with pytest.raises(PlanError, match="a third name first"):
        waiting(centre, groups=(GroupSpec(name="B", id=first.id), GroupSpec(name="A", id=second.id)))


def test_hundreds_of_agents_who_come_and_go_do_not_wait_for_one_another() -> None:
    centre = Centre()
    centre.add("group", "A")
    names = [f"{kind}{number:03}" for kind in ("old", "new") for number in range(300)]
    for name in names:
        centre.add("agent", name)
        if name.startswith("old"):
            centre.add("link", "A", name)
    found = waiting(centre, groups=(GroupSpec(name="A", agents=tuple(names[300:]), manage="full"),))
    assert len(found) == 600
    assert sum(map(len, found.values())) == 300
    assert found["remove link A/old007"] == ("create link A/new000",)


def test_a_renamed_group_keeps_its_agents_so_nothing_waits_for_a_new_one() -> None:
    centre = Centre()
    centre.add("agent", "u")
    centre.add("group", "Old")
    centre.add("queue", "Q")
    centre.add("link", "Old", "u")
    found = waiting(
        centre,
        groups=(GroupSpec(name="New", was="Old", agents=("v",)),),
        agents=(AgentSpec(user_id="v"),),
        queues=(QueueSpec(name="Q", groups=(RouteSpec(name="New"),)),),
    )
    assert found["create route Q/New"] == ("rename group New",)


def test_where_agents_are_created_in_their_group_they_wait_for_it() -> None:
    double = Double(Centre())
    agents = tuple(AgentSpec(user_id=name, groups=("New",)) for name in ("u", "v"))
    wish = double.hold(Spec(agents=agents))
    reading = double.reading(scope_of(wish))
    units = ordered(list(compare(wish, reading, None).units), reading, one_group=True)
    assert [(unit.name, unit.after) for unit in units][:3] == [
        ("create group New", ()),
        ("create agent u", ("create group New",)),
        ("create agent v", ("create group New",)),
    ]
