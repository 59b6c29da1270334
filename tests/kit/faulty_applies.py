"""An apply over an emulator that refuses, resets and loses: what it left behind, and how many calls it took."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import attrs

from stringee_async import RetryPolicy, StringeeClient, Timeouts, provision
from stringee_async.emulator import Emulator, Fault
from stringee_async.provision.spec import AgentSpec, GroupSpec, Spec

LATE = 0.1
"""Seconds until a late commit takes effect."""
SETTLE = 0.5
"""Above it, with room for a loaded machine."""
REPEATED = ("retry_after", "reset_before")
"""Faults after which a call has to be sent again, as the server did not carry it out."""
LOST = ("lost_answer", "late_commit")
"""Faults after which only a call that creates nothing has to be sent again."""


def people(agents: int, groups: int) -> Spec:
    """Return a specification of agents, each in one group."""
    return Spec(
        agents=tuple(
            AgentSpec(user_id=f"u{n}", name=f"N{n}", groups=(f"G{n % groups}",)) for n in range(agents)
        ),
        groups=tuple(GroupSpec(name=f"G{n}") for n in range(groups)),
    )


@attrs.frozen(kw_only=True)
class Faulty:
    """What an apply did.

    Args:
        doubles: Objects and connections beyond the first of their key.
        missing: Those that are not there.
        code: Its exit code.
        calls: How many calls arrived.
        clean: How many an apply without faults sends.
        refused: Calls that the server answered with 429; likewise the next two.
        reset: Those whose connection was reset before the server acted.
        lost: Those that were carried out, at once or late, and whose response never came.
        extra: Calls beyond those of a clean apply and one more for each that had to be sent again.
        seconds: How long it took.
    """

    doubles: int
    missing: int
    code: int
    calls: int
    clean: int
    refused: int
    reset: int
    lost: int
    extra: int
    seconds: float

    @property
    def share(self) -> float:
        """The extra calls as a share of those that the faults left no way around."""
        return self.extra / (self.calls - self.extra)


async def faulty(state: Path, *, agents: int, groups: int, seed: int, clean: int) -> Faulty:
    """Apply with 10 % of all calls refused by 429, 5 % reset, and the responses of 3 % lost, half of which act late.

    Args:
        state: The folder for journal and lock.
        agents: How many agents the specification has.
        groups: How many groups.
        seed: Of the faults.
        clean: How many calls an apply without faults sends; see `clean_calls`.
    """
    started = time.monotonic()
    async with Emulator(seed=seed, unique=False, latency=0.0, request_log_limit=1) as emulator:
        for fault, share in (
            (Fault.retry_after(0.02), 0.10),
            (Fault.reset_before(), 0.05),
            (Fault.lost_answer(), 0.015),
            (Fault.late_commit(LATE), 0.015),
        ):
            emulator.faults.rate("*", fault, share)
        code = await _apply(emulator, state, people(agents, groups))
        await emulator.settle()
        seen: Counter[str] = Counter()
        again = 0
        for (operation, name), count in emulator.faults.counts.items():
            seen[name] += count
            creates = operation.endswith((".create", ".add"))
            again += count if name in REPEATED or (name in LOST and not creates) else 0
        doubles, missing = _wrong(emulator, agents, groups)
        calls = emulator.count()
    return Faulty(
        doubles=doubles,
        missing=missing,
        code=code,
        calls=calls,
        clean=clean,
        refused=seen["retry_after"],
        reset=seen["reset_before"],
        lost=sum(seen[name] for name in LOST),
        extra=calls - clean - again,
        seconds=round(time.monotonic() - started, 1),
    )


async def clean_calls(state: Path, *, agents: int, groups: int) -> int:
    """Return how many calls an apply without faults sends."""
    async with Emulator(seed=0, unique=False, request_log_limit=1) as emulator:
        assert await _apply(emulator, state, people(agents, groups)) == 0
        assert _wrong(emulator, agents, groups) == (0, 0)
        return emulator.count()


async def _apply(emulator: Emulator, state: Path, spec: Spec) -> int:
    quick = RetryPolicy(base=0.0, throttle_base=0.001)
    options: dict[str, Any] = {"timeouts": Timeouts(settle=SETTLE), "retry": quick}
    async with StringeeClient(**emulator.stringee(), **options) as client:
        return (await provision.apply(client, spec, state=state)).exit_code


def _wrong(emulator: Emulator, agents: int, groups: int) -> tuple[int, int]:
    """Return how many things are there too often, and how many are not there."""
    held = emulator.state.stringee
    found: list[Counter[Any]] = [
        Counter(str(row["stringee_user_id"]) for row in held.agents.values()),
        Counter(str(row["name"]) for row in held.groups.values()),
        Counter((row["group_id"], row["agent_id"]) for row in held.group_agents.values()),
    ]
    sizes = [agents, groups, agents]
    return (
        sum(sum(kind.values()) - len(kind) for kind in found),
        sum(size - len(kind) for size, kind in zip(sizes, found, strict=True)),
    )
