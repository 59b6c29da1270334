"""Applies a made-up contact centre: a script that `killed_runs` starts, with few imports, and kills."""

from __future__ import annotations

import asyncio
import sys

from stringee_async import StringeeClient, Timeouts, provision
from stringee_async.provision.runner import Runner
from stringee_async.provision.spec import AgentSpec, GroupSpec, QueueSpec, RouteSpec, Spec

SETTLE = 0.6
"""Above lag and late commit together, with room for a loaded machine."""

SILENT = 2.0
"""Seconds after which a durable run takes over what a killed process had."""


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


async def _apply(state: str, agents: str, runs: str = "local") -> int:
    timeouts = Timeouts(attempt=2.0, settle=SETTLE)
    async with StringeeClient.from_env(timeouts=timeouts) as client:
        report = await provision.apply(client, centre(int(agents)), state=state, runner=_runner(runs))
    return report.exit_code


def _runner(runs: str) -> Runner | None:
    """Return the runner that is asked for: `local`, `file`, or the URL of a database."""
    if runs == "local":
        return None
    from stringee_async.durable import DbosRunner

    return DbosRunner(None if runs == "file" else runs, silent=SILENT)


if __name__ == "__main__":
    sys.exit(asyncio.run(_apply(*sys.argv[1:])))
