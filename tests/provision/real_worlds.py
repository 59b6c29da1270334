"""Random specifications applied one after the other through a real adapter; after each there is nothing to do."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import attrs

from stringee_async import (
    ItniotechClient,
    RetryPolicy,
    RingMeClient,
    SpecError,
    StringeeClient,
    Timeouts,
    provision,
)
from stringee_async.core.clock import RealClock
from stringee_async.provision.plan import Plan
from stringee_async.provision.spec import SectionSpec, Spec

from ..kit.emulated import emulated
from .worlds import AGENTS, random_spec

OPTIONS: dict[str, Any] = {
    "clock": RealClock(),
    "timeouts": Timeouts(settle=0.01),
    "retry": RetryPolicy(base=0.0, throttle_base=0.001),
}


BEFORE = "Before"
"""A group of ITNIO TECH that is there from the beginning: it tells the application in which others are created."""


@attrs.define
class Counted:
    """What became of the specifications.

    Args:
        applied: How many were carried out.
        units: How many units that took.
        refused: How many contradict themselves, or cannot be allowed.
        left: What a plan after an apply still had to do, by seed.
    """

    applied: int = 0
    units: int = 0
    refused: int = 0
    left: dict[int, list[str]] = attrs.field(factory=dict[int, list[str]])


def for_stringee(spec: Spec) -> Spec:
    """Return a specification as it is."""
    return spec


def for_ringme(spec: Spec) -> Spec:
    """Return a specification with a place for each agent and queue, and without settings that RingMe lacks."""
    places: list[dict[str, Any]] = [
        {"phone": f"8412345670{at}"} if at % 3 == 2 else {"extension": f"10{at}"} for at in range(len(AGENTS))
    ]
    agents = [attrs.evolve(agent, **places[AGENTS.index(agent.user_id)]) for agent in spec.agents or ()]
    queues = [attrs.evolve(queue, fields={}, extension=f"37{queue.name}") for queue in spec.queues or ()]
    return attrs.evolve(spec, agents=tuple(agents) or None, queues=tuple(queues) or None)


def for_itniotech(spec: Spec) -> Spec:
    """Return a specification without queues in which each agent states one group, with names that ITNIO TECH takes."""
    groups = [
        attrs.evolve(group, name=_team(group.name), was=group.was and _team(group.was), agents=None)
        for group in spec.groups or ()
    ]
    agents = [
        attrs.evolve(agent, groups=(groups[at % len(groups)].name,))
        for at, agent in enumerate(spec.agents or ())
        if groups
    ]
    return attrs.evolve(
        spec,
        agents=tuple(agents) or None,
        groups=tuple(groups),
        queues=None,
        queues_section=SectionSpec(),
        groups_section=attrs.evolve(spec.groups_section, ignore=(BEFORE,)),
        absent=attrs.evolve(spec.absent, groups=tuple(map(_team, spec.absent.groups)), queues=()),
    )


def _team(name: str) -> str:
    return f"Team {name}"


VENDORS: dict[str, tuple[type[Any], Callable[[Spec], Spec]]] = {
    "stringee": (StringeeClient, for_stringee),
    "ringme": (RingMeClient, for_ringme),
    "itniotech": (ItniotechClient, for_itniotech),
}


async def applied_one_after_the_other(vendor: str, seeds: Iterable[int], state: Path) -> Counted:
    """Apply a random specification for each seed, and plan each again; each begins from what those before have left.

    Args:
        vendor: One of `VENDORS`.
        seeds: Of the specifications.
        state: The folder for journal and lock.
    """
    kind, fitted = VENDORS[vendor]
    counted = Counted()
    async with emulated(kind, OPTIONS) as site:
        if vendor == "itniotech":
            site.state.add_agents(site.state.add_group(BEFORE), 2)
        for seed in seeds:
            spec = fitted(random_spec(random.Random(seed)))
            try:
                plan = await _allowed(site.client, spec, state)
            except SpecError:
                counted.refused += 1
                continue
            if plan.refusals:
                counted.refused += 1
                continue
            report = await provision.apply(site.client, plan, state=state)
            again = await provision.plan(site.client, spec, state=state)
            counted.applied += 1
            counted.units += len(plan.units)
            if report.exit_code or report.left or again.units:
                problems = [f"{one.unit.name}: {one.error or one.because}" for one in report.problems]
                counted.left[seed] = problems + [unit.name for unit in again.units]
    return counted


async def _allowed(client: Any, spec: Spec, state: Path) -> Plan:
    """Return the plan that a person gets who allows what can be allowed."""
    plan = await provision.plan(client, spec, state=state)
    allow = {refusal.guard: refusal.number for refusal in plan.refusals if refusal.number is not None}
    return await provision.plan(client, spec, state=state, allow=allow) if allow else plan
