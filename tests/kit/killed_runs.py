"""Processes that apply a specification and are killed in the middle, over an emulator that loses and delays creates."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
from collections import Counter
from pathlib import Path

import attrs

from stringee_async.emulator import Emulator, Fault
from stringee_async.provision.spec import Spec

from . import applied_centre
from .applied_centre import centre

LAG = 0.1
"""Seconds until a new row is listed."""
LATE = 0.2
"""Seconds until a late commit takes effect."""


@attrs.frozen(kw_only=True)
class Killed:
    """What became of an apply that was killed and run again until it was done.

    Args:
        kills: How often it was killed.
        doubles: Rows that a clean run does not leave: a second one of a key, or one with another name.
        missing: Rows that a clean run leaves and that are not there.
        codes: The exit codes of the processes that ended by themselves.
        creates: How many creates arrived.
        wanted: How many a clean run sends.
    """

    kills: int
    doubles: int
    missing: int
    codes: tuple[int, ...]
    creates: int
    wanted: int


async def killed(
    state: Path,
    *,
    agents: int,
    kills: int,
    seed: int,
    side_by_side: int = 1,
    apart: bool = False,
    rolling: int = 0,
    runs: str = "local",
) -> Killed:
    """Apply in processes of their own, kill them at random moments, and run them again until one is done.

    Args:
        state: The folder for journal and lock.
        agents: How many agents the specification has.
        kills: How many processes are killed.
        seed: Of the moments and the faults.
        side_by_side: How many processes apply at one time at the end.
        rolling: How many processes apply at one time before; each kill ends and replaces the oldest of the others too.
        runs: What carries the units out: `local`, `file` for a durable run in a file, or the URL of a database for one.
        apart: Whether each of these has a state folder of its own, and so a lock of its own.
    """
    chance = random.Random(seed)
    async with Emulator(
        seed=seed, unique=False, read_lag=LAG, latency=0.002, request_log_limit=1
    ) as emulator:
        for fault, probability in ((Fault.lost_answer(), 0.02), (Fault.late_commit(LATE), 0.01)):
            for noun in ("agents", "groups", "queues"):
                emulator.faults.rate(f"stringee:{noun}.create", fault, probability)
        held = emulator.state.stringee
        share = 2 * agents // (kills + 1)
        others = [await _process(emulator, state, agents, runs) for _ in range(rolling - 1)]
        for _ in range(kills):
            process = await _process(emulator, state, agents, runs)
            goal = len(held.agents) + len(held.group_agents) + chance.randint(1, max(1, share))
            while process.returncode is None and len(held.agents) + len(held.group_agents) < goal:
                await asyncio.sleep(0.002)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            if others:  # what was started last is killed last
                others.append(await _process(emulator, state, agents, runs))
                oldest = others.pop(0)
                with contextlib.suppress(ProcessLookupError):
                    oldest.kill()
                await oldest.wait()
        folders = [state / str(number) if apart else state for number in range(side_by_side)]
        last = [await _process(emulator, folder, agents, runs) for folder in folders]
        codes = tuple([await process.wait() for process in (*last, *others)])
        await emulator.settle()
        agent_ids = {id: str(row["stringee_user_id"]) for id, row in held.agents.items()}
        group_ids = {id: str(row["name"]) for id, row in held.groups.items()}
        queue_ids = {id: str(row["name"]) for id, row in held.queues.items()}
        found: Counter[tuple[str, ...]] = Counter(
            [
                *(("agent", agent_ids[id], str(row["name"])) for id, row in held.agents.items()),
                *(("group", name) for name in group_ids.values()),
                *(("queue", name) for name in queue_ids.values()),
                *(
                    ("link", group_ids[row["group_id"]], agent_ids[row["agent_id"]])
                    for row in held.group_agents.values()
                ),
                *(
                    ("route", queue_ids[row["queue_id"]], group_ids[row["group_id"]])
                    for row in held.group_routings.values()
                ),
            ]
        )
        wanted = _rows(centre(agents))
        return Killed(
            kills=kills,
            doubles=(found - wanted).total(),
            missing=(wanted - found).total(),
            codes=codes,
            creates=found.total(),
            wanted=wanted.total(),
        )


def _rows(spec: Spec) -> Counter[tuple[str, ...]]:
    """Return the rows that a clean run leaves."""
    agents, groups, queues = spec.agents or (), spec.groups or (), spec.queues or ()
    return Counter(
        [
            *(("agent", agent.user_id, str(agent.name)) for agent in agents),
            *(("group", group.name) for group in groups),
            *(("queue", queue.name) for queue in queues),
            *(("link", group, agent.user_id) for agent in agents for group in agent.groups or ()),
            *(("route", queue.name, route.name) for queue in queues for route in queue.groups or ()),
        ]
    )


async def _process(emulator: Emulator, state: Path, agents: int, runs: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        applied_centre.__file__,
        str(state),
        str(agents),
        runs,
        env={**os.environ, **emulator.environment()},
        stderr=None if os.environ.get("SHOW") else asyncio.subprocess.DEVNULL,
    )
