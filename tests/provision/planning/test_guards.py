"""Each guard refuses, says what to do, and gives way to the right number only."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from stringee_async.core.errors import ConfigError
from stringee_async.provision.adapter import Capabilities
from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.plan import Plan
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueAgentSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    SourceSpec,
    Spec,
)
from stringee_async.provision.things import Allowance, Limits, Reading

from ..worlds import ONE_GROUP, PLAIN, Centre, Double

FULL = SectionSpec(manage="full")


def planned(
    centre: Centre,
    spec: Spec,
    last: LastApplied | None = None,
    *,
    allow: Mapping[str, int] | None = None,
    capabilities: Capabilities = PLAIN,
    **reading: object,
) -> Plan:
    double = Double(centre, capabilities)
    wish = double.hold(spec)
    found: Reading = attrs.evolve(double.reading(scope_of(wish)), **reading)
    return plan_of(wish, found, last, vendor="double", allow=allow)


def refused(centre: Centre, spec: Spec, guard: str, number: int, *words: str, **more: object) -> None:
    """Check that one guard refuses, that its number allows the plan, and that no other number does."""
    (refusal,) = planned(centre, spec, **more).refusals  # type: ignore[arg-type]
    assert (refusal.guard, refusal.number) == (guard, number)
    for word in (*words, f"--allow {guard}={number}"):
        assert word in refusal.text
    assert planned(centre, spec, allow={guard: number}, **more).refusals == ()  # type: ignore[arg-type]
    for wrong in (number - 1, number + 1, 10**9):
        (refusal,) = planned(centre, spec, allow={guard: wrong}, **more).refusals  # type: ignore[arg-type]
        assert f"--allow {guard}={number}; it is not {wrong:,}" in refusal.text


def agents(number: int, *, links: bool = False) -> Centre:
    centre = Centre()
    if links:
        centre.add("group", "A")
    for each in range(number):
        centre.add("agent", f"u{each:04}", name="old")
        if links:
            centre.add("link", "A", f"u{each:04}")
    return centre


def roster(first: int, end: int, name: str | None = None) -> tuple[AgentSpec, ...]:
    return tuple(AgentSpec(user_id=f"u{each:04}", name=name) for each in range(first, end))


@pytest.mark.parametrize(
    ("there", "gone", "words"),
    [
        (100, 11, "11 of 100 agents would be removed or disabled (limit 10 %)"),
        (100, 10, ""),
        (1_000, 21, "21 of 1,000 agents would be removed or disabled (limit 20)"),
        (1_000, 20, ""),
        (10, 2, "limit 10 %"),
        (10, 1, ""),
        (9, 5, "5 of 9 agents would be removed or disabled (more than half)"),
        (9, 4, ""),
        (2, 1, ""),
        (3, 2, "more than half"),
    ],
)
def test_only_so_many_objects_of_a_kind_are_removed(there: int, gone: int, words: str) -> None:
    spec = Spec(agents=roster(gone, there), agents_section=FULL, on_leave="delete")
    if words:
        refused(agents(there), spec, "delete", gone, words)
    else:
        assert planned(agents(there), spec).refusals == ()


def test_a_disabled_agent_counts_as_one_who_is_removed() -> None:
    spec = Spec(agents=roster(11, 100), agents_section=FULL, on_leave="disable")
    refused(agents(100), spec, "delete", 11, "11 of 100 agents")


def test_leaving_agents_lose_their_groups_only_and_not_too_many_at_once() -> None:
    spec = Spec(agents=roster(21, 100), agents_section=FULL)
    plan = planned(agents(100, links=True), spec)
    assert {(unit.action, unit.kind) for unit in plan.units} == {("remove", "link")}
    refused(agents(100, links=True), attrs.evolve(spec, groups=(GroupSpec(name="A"),)), "unlink", 21, "limit")
    more = Spec(agents=roster(101, 1_000), agents_section=FULL)
    refused(agents(1_000, links=True), more, "unlink", 101, "(limit 100)")


def test_only_so_many_things_are_changed() -> None:
    refused(agents(100), Spec(agents=(*roster(0, 31, "new"), *roster(31, 100))), "update", 31, "(limit 30 %)")
    assert planned(agents(100), Spec(agents=(*roster(0, 30, "new"), *roster(30, 100)))).refusals == ()
    limits = Limits(update=Allowance(percent=100, count=4))
    refused(
        agents(10), Spec(agents=roster(0, 5, "new") + roster(5, 10), limits=limits), "update", 5, "(limit 4)"
    )


def test_the_number_is_that_of_all_kinds_and_names_each_kind_that_is_too_many() -> None:
    centre = agents(9)
    for name in "ABC":
        centre.add("group", name)
    absent = AbsentSpec(agents=("u0000",), groups=("A", "B"))
    spec = Spec(agents=roster(1, 9), groups=(GroupSpec(name="C"),), absent=absent)
    refused(centre, spec, "delete", 3, "2 of 3 groups would be removed")


def served() -> Centre:
    centre = agents(2)
    for name in "AB":
        centre.add("group", name)
    for name in "PQ":
        centre.add("queue", name)
    centre.add("link", "A", "u0000")
    centre.add("link", "B", "u0001")
    centre.add("route", "P", "A")
    centre.add("route", "P", "B", primary=False)
    centre.add("route", "Q", "B")
    return centre


GROUPS = (GroupSpec(name="A"), GroupSpec(name="B"))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (Spec(queues=(QueueSpec(name="Q", groups=()),)), "1 queue would be left without groups: Q"),
        (
            Spec(groups=(GroupSpec(name="A", agents=()),)),
            "1 group of a queue would be left without agents: A",
        ),
        (
            Spec(groups=GROUPS, queues=(QueueSpec(name="P", groups=(RouteSpec(name="A", primary=False),)),)),
            "1 queue would lose the last primary group: P",
        ),
        (
            Spec(
                groups=GROUPS,
                queues=(QueueSpec(name="P", manage="full", groups=(RouteSpec(name="B", primary=False),)),),
            ),
            "1 queue would lose the last primary group: P",
        ),
        (
            Spec(groups=(GroupSpec(name="C", was="A", agents=()),)),
            "1 group of a queue would be left without agents: C",
        ),
    ],
)
def test_callers_are_not_left_without_anybody_who_answers(spec: Spec, words: str) -> None:
    refused(served(), spec, "service", 1, words)


def test_a_queue_that_is_removed_or_gets_another_group_needs_no_allowance() -> None:
    routes = (RouteSpec(name="B", primary=True),)
    spec = Spec(
        groups=GROUPS,
        queues=(QueueSpec(name="P", manage="full", groups=routes),),
        absent=AbsentSpec(queues=("Q",)),
    )
    plan = planned(served(), spec)
    assert plan.refusals == ()
    assert len(plan.units) == 4


def test_a_queue_of_a_vendor_without_groups_keeps_an_agent() -> None:
    centre = agents(1)
    centre.add("queue", "Q")
    centre.add("queue_agent", "Q", "u0000")
    refused(centre, Spec(queues=(QueueSpec(name="Q", agents=()),)), "service", 1, "Q", "without agents")
    swap = Spec(
        agents=(AgentSpec(user_id="new"),),
        queues=(QueueSpec(name="Q", manage="full", agents=(QueueAgentSpec(user_id="new"),)),),
    )
    assert planned(centre, swap).refusals == ()


@pytest.mark.parametrize("spec", [
    Spec(absent=AbsentSpec(agents=("u.busy",))),
    Spec(agents=(AgentSpec(user_id="u0000"),), agents_section=FULL, on_leave="disable"),
    Spec(groups=(GroupSpec(name="A", agents=("u0000",), manage="full"),)),
])  # fmt: skip
def test_who_is_busy_is_left_in_peace(spec: Spec) -> None:
    centre = agents(1, links=True)
    centre.add("agent", "u.busy", busy="in a call")
    centre.add("link", "A", "u.busy")
    refused(centre, spec, "service", 1, "1 busy thing would be touched: agent u.busy (in a call)")
    rename = Spec(agents=(AgentSpec(user_id="u.busy", name="new"),))
    assert planned(centre, rename).refusals == ()


def test_a_vendor_with_one_group_for_each_agent_moves_nobody_unasked() -> None:
    centre = agents(2, links=True)
    centre.add("link", "A", "u0001")
    spec = Spec(groups=(GroupSpec(name="B", agents=("u0000",)),))
    refused(centre, spec, "move", 1, "u0000 (A)", capabilities=ONE_GROUP)
    assert planned(centre, spec).refusals == ()
    asked = Spec(groups=(*spec.groups, GroupSpec(name="A", agents=("u0001",), manage="full")))  # type: ignore[misc]
    assert planned(centre, asked, capabilities=ONE_GROUP).refusals == ()


def test_a_list_that_is_empty_by_accident_is_refused_whatever_is_typed() -> None:
    spec = Spec(agents=(), agents_section=FULL, on_leave="delete")
    (refusal,) = planned(agents(1), spec, allow={"delete": 1}).refusals
    assert (refusal.guard, refusal.number) == ("input", None)


def test_a_roster_with_less_than_half_of_the_agents_is_refused() -> None:
    last = LastApplied(agents=10)
    refused(agents(10), Spec(agents=roster(0, 4)), "roster", 4, "4 agents", "last 10", last=last)
    assert planned(agents(10), Spec(agents=roster(0, 5)), last).refusals == ()
    assert planned(agents(10), Spec(groups=()), last).refusals == ()


def test_files_older_than_those_that_were_applied_are_refused() -> None:
    spec = Spec(agents=roster(0, 1), sources=(SourceSpec(path="a"), SourceSpec(path="b", modified=1_000)))
    last = LastApplied(modified=1_000 + 7_200, wish_digest="last")
    plan = planned(agents(1), spec, last)
    (refusal,) = plan.refusals
    assert (refusal.guard, refusal.number) == ("input", None)
    assert "by 2 hours" in refusal.text
    assert planned(agents(1), spec, attrs.evolve(last, wish_digest=plan.wish_digest)).refusals == ()
    assert planned(agents(1), spec, attrs.evolve(last, modified=1_000)).refusals == ()
    assert planned(agents(1), Spec(agents=roster(0, 1)), last).refusals == ()


@pytest.mark.parametrize("reading", [
    {"doubts": ("page 2 of agents came twice",)},
    {"read": frozenset({"group", "link"})},
    {"members_of": frozenset(), "read": frozenset({"agent", "group"})},
])  # fmt: skip
def test_a_reading_that_cannot_be_trusted_is_refused(reading: dict[str, object]) -> None:
    spec = Spec(agents=roster(0, 1), groups=(GroupSpec(name="A", agents=("u0000",)),))
    (refusal,) = planned(agents(1, links=True), spec, **reading).refusals  # type: ignore[arg-type]
    assert (refusal.guard, refusal.number) == ("reading", None)
    assert planned(agents(1, links=True), spec).refusals == ()


@pytest.mark.parametrize(
    ("allow", "words"),
    [
        ({"reading": 1}, "no number overrules the guard 'reading': mend what it refuses"),
        ({"input": 1}, "no number overrules the guard 'input'"),
        ({"everything": 1}, "there is no guard 'everything'"),
        ({"dele": 1}, "did you mean delete"),
        ({"delete": -1}, "allow: delete must be at least 0"),
    ],
)
def test_nothing_else_can_be_allowed(allow: dict[str, int], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        planned(agents(1), Spec(), allow=allow)


def queues(number: int, *, groups: int = 0) -> Centre:
    """Return a centre with queues, and groups of three agents each."""
    centre = Centre()
    for each in range(number):
        centre.add("queue", f"q{each:04}")
    for each in range(groups):
        centre.add("group", f"g{each:04}")
        for agent in range(3):
            centre.add("agent", f"a{each:04}{agent}")
            centre.add("link", f"g{each:04}", f"a{each:04}{agent}")
    return centre


@pytest.mark.parametrize(
    ("there", "named", "words"),
    [
        (1_000, 2, ""),
        (1_000, 21, "21 of 1,000 queues would be removed or disabled (limit 20)"),
        (20, 2, ""),
        (12, 2, "2 of 12 queues would be removed or disabled (limit 10 %)"),
        (9, 4, ""),
        (3, 2, "2 of 3 queues would be removed or disabled (more than half)"),
        (2, 2, "2 of 2 queues would be removed or disabled (more than half)"),
        (1, 1, ""),
    ],
)
def test_what_absent_names_is_a_part_of_all_that_is_there(there: int, named: int, words: str) -> None:
    spec = Spec(absent=AbsentSpec(queues=tuple(f"q{each:04}" for each in range(named))))
    if words:
        refused(queues(there), spec, "delete", named, words)
    else:
        assert planned(queues(there), spec).refusals == ()


def test_members_of_an_absent_group_are_a_part_of_all_members() -> None:
    spec = Spec(absent=AbsentSpec(groups=("g0000",)))
    assert planned(queues(0, groups=40), spec).refusals == ()
    few = planned(queues(0, groups=1), spec)
    assert [refusal.text[:6] for refusal in few.refusals] == ["3 of 3"]


def test_what_leaves_unnamed_beside_counts_with_it_as_a_part_of_what_is_managed() -> None:
    spec = Spec(
        queues=tuple(QueueSpec(name=f"q{each:04}") for each in range(3, 20)),
        queues_section=FULL,
        absent=AbsentSpec(queues=("q0000",)),
    )
    last = LastApplied(refs=frozenset(("queue", (f"q{each:04}",)) for each in range(20)))
    refused(queues(1_000), spec, "delete", 3, "3 of 20 queues would be removed", last=last)


def test_a_name_under_absent_that_is_nearly_that_of_something_is_noted() -> None:
    centre = Centre()
    for name in ("Old hotline", "Sales"):
        centre.add("queue", name)
    spec = Spec(absent=AbsentSpec(queues=("Old hotlin", "Gone")))
    (note,) = planned(centre, spec).notes
    assert note == "absent: names queue Old hotlin, which is not there; there is Old hotline"
    assert planned(centre, attrs.evolve(spec, queues=(QueueSpec(name="Old hotline"),))).notes == ()
