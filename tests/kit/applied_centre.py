"""Applies a made-up contact centre: a script that `killed_runs` starts, with few imports, and kills."""

from __future__ import annotations

import asyncio
import sys

from stringee_async import StringeeClient, Timeouts, provision
from stringee_async.provision.spec import AgentSpec, GroupSpec, QueueSpec, RouteSpec, Spec

SETTLE = 0.6
"""Above lag and late commit together, with room for a loaded machine."""


def centre(agents: int) -> Spec:
    """Return a specification: agents in groups of some twenty, and a queue for every second group."""
    groups = max(1, agents // 20)
    return Spec(
        agents=tuple(
            AgentSpec(user_id=f"u{n}", name=f"N{n}", groups=(f"G{n % groups}",)) for n in range(agents)
        ),
        groups=tuple(GroupSpec(name=f"G{n}") for n in range(groups)),
        queues=tuple(QueueSpec(name=f"Q{n}", groups=(RouteSpec(name=f"G{n}"),)) for n in range(0, groups, 2)),
    )


async def _apply(state: str, agents: str) -> int:
    timeouts = Timeouts(attempt=2.0, settle=SETTLE)
    async with StringeeClient.from_env(timeouts=timeouts) as client:
        report = await provision.apply(client, centre(int(agents)), state=state)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(asyncio.run(_apply(*sys.argv[1:])))
