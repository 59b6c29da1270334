"""Groups, which RingMe has not: whose agents become agents of a queue, at which level, and when a list of them is complete."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.provision.planning.stated import stated_in
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueAgentSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    Spec,
)
from stringee_async.provision.vendors.ringme_groups import without_groups

FULL = SectionSpec(manage="full")


def queue(*routes: RouteSpec, **more: Any) -> QueueSpec:
    return QueueSpec(name="Hotline", groups=routes, **more)


def levels(spec: Spec) -> dict[str, Any]:
    left, _ = without_groups(stated_in(spec), spec)
    assert {kind for kind, _ in left.things} <= {"agent", "queue", "queue_agent"}
    return {
        thing.key[1]: thing.fields.get("level")
        for thing in left.things.values()
        if thing.kind == "queue_agent"
    }


def test_members_of_primary_groups_are_called_first_and_who_is_in_both_counts_as_primary() -> None:
    routes = (
        RouteSpec(name="Back", primary=False),
        RouteSpec(name="Front", primary=True),
        RouteSpec(name="Else"),
    )
    spec = Spec(
        agents=(
            AgentSpec(user_id="c", groups=("Back", "Front")),
            AgentSpec(user_id="e", groups=("Else", "Back")),
        ),
        groups=(
            GroupSpec(name="Front", agents=("a",)),
            GroupSpec(name="Back", agents=("a", "b")),
            GroupSpec(name="Else"),
        ),
        queues=(queue(*routes),),
    )
    assert levels(spec) == {"a": 0, "c": 0, "b": 1, "e": None}


def test_what_a_queue_states_of_an_agent_goes_before_its_groups() -> None:
    spec = Spec(
        groups=(GroupSpec(name="Sales", agents=("a", "b")),),
        queues=(
            queue(
                RouteSpec(name="Sales", primary=True),
                agents=(QueueAgentSpec(user_id="a", level=3, position=2),),
            ),
        ),
    )
    left, _ = without_groups(stated_in(spec), spec)
    assert left.things["queue_agent", ("Hotline", "a")].fields == {"level": 3, "position": 2}
    assert left.things["queue_agent", ("Hotline", "b")].fields == {"level": 0}


def test_a_group_that_no_queue_names_is_named_with_the_number_of_its_agents() -> None:
    spec = Spec(
        agents=(AgentSpec(user_id="a", groups=("Sales", "Idle")),),
        groups=(GroupSpec(name="Sales"), GroupSpec(name="Idle", agents=("b",))),
        queues=(queue(RouteSpec(name="Sales")),),
        absent=AbsentSpec(groups=("Old",), queues=("Older",)),
    )
    left, lost = without_groups(stated_in(spec), spec)
    assert lost == ("RingMe has no groups, and no queue names the group Idle: it is left out, with 2 agents",)
    assert left.absent == {("queue", ("Older",))}


LISTED = GroupSpec(name="Sales", agents=("a",))
SALES = RouteSpec(name="Sales")


@pytest.mark.parametrize(
    ("groups_section", "queues_section", "group", "stated", "complete"),
    [
        (FULL, FULL, LISTED, queue(SALES), True),
        (SectionSpec(), FULL, LISTED, queue(SALES), False),
        (FULL, SectionSpec(), LISTED, queue(SALES), False),
        (FULL, FULL, GroupSpec(name="Sales"), queue(SALES), False),
        (SectionSpec(), FULL, GroupSpec(name="Sales", agents=()), queue(SALES), True),
        (FULL, SectionSpec(), LISTED, queue(SALES, manage="full"), True),
        (FULL, FULL, LISTED, queue(SALES, manage="add"), False),
        (SectionSpec(), SectionSpec(), LISTED, queue(), True),
        (SectionSpec(), SectionSpec(), LISTED, queue(agents=(QueueAgentSpec(user_id="a"),)), False),
        (FULL, FULL, LISTED, queue(SALES, agents=(QueueAgentSpec(user_id="b"),)), True),
        (SectionSpec(), SectionSpec(), LISTED, QueueSpec(name="Hotline", agents=()), True),
        (FULL, FULL, LISTED, QueueSpec(name="Hotline"), False),
    ],
)
def test_a_queues_agents_are_complete_where_every_list_that_they_come_from_is(
    groups_section: SectionSpec,
    queues_section: SectionSpec,
    group: GroupSpec,
    stated: QueueSpec,
    complete: bool,
) -> None:
    spec = Spec(
        groups=(group,), queues=(stated,), groups_section=groups_section, queues_section=queues_section
    )
    left, _ = without_groups(stated_in(spec), spec)
    assert (("queue_agent", ("Hotline",)) in left.lists.exact) == complete
    assert "group" not in {*left.lists.kinds, *(kind for kind, _ in left.lists.exact | left.lists.both_ends)}
