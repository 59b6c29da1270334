"""Plans of random centres: they lead to what is wished, in an order that serves callers all the while."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

import pytest

from stringee_async.core.errors import SpecError
from stringee_async.provision.adapter import Capabilities
from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.plan import Plan
from stringee_async.provision.planning import service
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.spec import QueueSpec, Spec
from stringee_async.provision.things import Reading, Wish
from stringee_async.provision.unit import Unit

from ..worlds import PLAIN, VENDORS, Centre, Double, random_centre, random_last, random_spec


def allowed_plan(double: Double, wish: Wish, last: LastApplied | None) -> Plan | None:
    """Return the plan that a person gets who allows what can be allowed; None if something cannot."""
    reading = double.reading(scope_of(wish))
    plan = plan_of(wish, reading, last, vendor="double")
    allow = {refusal.guard: refusal.number for refusal in plan.refusals if refusal.number is not None}
    plan = plan_of(wish, reading, last, vendor="double", allow=allow)
    assert not [refusal for refusal in plan.refusals if refusal.number is not None]
    return None if plan.refusals else plan


def worlds(
    seed: int, capabilities: Capabilities, *, full: bool = True
) -> Iterator[tuple[Double, Wish, Plan]]:
    """Yield a random centre, a wish for it and the plan, unless the wish contradicts itself."""
    rng = random.Random(seed)
    double = Double(random_centre(rng), capabilities)
    try:
        wish = double.hold(random_spec(rng, full=full))
    except SpecError:
        return
    plan = allowed_plan(double, wish, random_last(rng))
    if plan is not None:
        yield double, wish, plan


@pytest.mark.parametrize("capabilities", VENDORS.values(), ids=VENDORS)
def test_a_plan_after_a_plan_was_applied_is_empty(capabilities: Capabilities) -> None:
    planned = 0
    for double, wish, plan in itertools.chain.from_iterable(
        worlds(seed, capabilities) for seed in range(300)
    ):
        for unit in plan.units:
            double.carry_out(unit)
        last = LastApplied(refs=frozenset(wish.things))
        again = plan_of(wish, double.reading(scope_of(wish)), last, vendor="double")
        assert again.units == ()
        planned += 1
    assert planned >= 200


def test_a_file_that_only_adds_never_removes_anything() -> None:
    made = 0
    for seed in range(1_000):
        capabilities = list(VENDORS.values())[seed % 3]
        rng = random.Random(seed)
        double = Double(random_centre(rng), capabilities)
        try:
            wish = double.hold(random_spec(rng, full=False))
        except SpecError:
            continue
        plan = plan_of(wish, double.reading(scope_of(wish)), random_last(rng), vendor="double")
        assert {unit.action for unit in plan.units} <= {"create", "change", "rename"}
        if not plan.refusals:
            before = {row.id for row in double.centre.rows.values()}
            for unit in plan.units:
                double.carry_out(unit)
            assert before <= double.centre.rows.keys()
        made += 1
    assert made > 700


def served(centre: Centre) -> tuple[set[str], ...]:
    """Return the ids of queues with groups, of those with a primary one, of groups with agents, of agents with groups."""
    routes = [row for row in centre.rows.values() if row.kind == "route"]
    links = [row for row in centre.rows.values() if row.kind == "link"]
    primary = {row.key[0] for row in routes if row.fields.get("primary", True) is not False}
    return (
        {row.key[0] for row in routes},
        primary,
        {row.key[0] for row in links},
        {row.key[1] for row in links},
    )


def test_no_queue_and_no_group_is_without_service_in_between_if_it_has_one_before_and_afterwards() -> None:
    steps = 0
    for seed in range(200):
        for double, _, plan in worlds(seed, PLAIN):
            states = [served(double.centre)]
            for unit in plan.units:
                double.carry_out(unit)
                states.append(served(double.centre))
            for before, after, between in zip(states[0], states[-1], zip(*states, strict=True), strict=True):
                assert all(before & after <= state for state in between), seed
                steps += len(between)
    assert steps > 4_000


def test_any_order_that_the_units_allow_works_as_well() -> None:
    for seed in range(100):
        for double, wish, plan in worlds(seed, PLAIN):
            rng = random.Random(seed)
            states, waiting, done = [served(double.centre)], list(plan.units), set[str]()
            assert len({unit.name for unit in waiting}) == len(waiting)
            while waiting:
                ready = [unit for unit in waiting if done.issuperset(unit.after)]
                unit = rng.choice(ready)
                waiting.remove(unit)
                double.carry_out(unit)
                done.add(unit.name)
                states.append(served(double.centre))
            for before, after, between in zip(states[0], states[-1], zip(*states, strict=True), strict=True):
                assert all(before & after <= state for state in between), seed
            last = LastApplied(refs=frozenset(wish.things))
            assert plan_of(wish, double.reading(scope_of(wish)), last, vendor="double").empty


def test_what_callers_would_notice_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes through all connections, and both the guards and the effects of a plan need it."""
    looks: list[int] = []
    state = service._State

    class Counted(state):  # type: ignore[misc, valid-type]
        def __init__(self, units: Sequence[Unit], reading: Reading) -> None:
            looks.append(len(units))
            super().__init__(units, reading)

    monkeypatch.setattr(service, "_State", Counted)
    centre = Centre()
    centre.add("queue", "Q")
    centre.add("group", "A")
    centre.add("route", "Q", "A")
    double = Double(centre)
    wish = double.hold(Spec(queues=(QueueSpec(name="Q", groups=()),)))
    plan = plan_of(wish, double.reading(scope_of(wish)), vendor="double")
    assert [refusal.guard for refusal in plan.refusals] == ["service"]
    assert plan.effects == ("queue Q would be left without groups",)
    assert looks == [1]
