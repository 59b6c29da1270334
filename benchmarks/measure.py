"""How things are measured: contenders in turn, round by round, and ratios within each round.

One job: clocks and medians. Machines are noisy, and differently so from minute to minute; so all contenders run once
in every round, in an order that rotates, and what is reported is the median over the rounds of a ratio taken within a
round, with the lowest and the highest beside it. CPU time is that of this process alone. Peak memory is measured in a
fresh process, once as Python counts it and once as the system does.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import attrs

PACKAGES: Final = (
    "stringee-async", "aiohttp", "attrs", "cattrs", "msgspec", "PyJWT", "tenacity", "httptools", "uvloop", "pyreqwest",
    "httpx", "orjson", "pydantic",
    "openapi-python-client (generator)", "openapi-generator-cli (generator)",
)  # fmt: skip
GENERATORS: Final = {"openapi-python-client": "0.29.1", "openapi-generator-cli": "7.26.0"}
"""What the generated peers were made with."""

ROOT: Final = Path(__file__).parent.parent


@attrs.frozen
class Spread:
    """The median of some values, with the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


@attrs.frozen
class Cost:
    """What one run cost, per call.

    Args:
        wall: Seconds on the clock.
        cpu: Seconds of this process's CPU.
    """

    wall: float
    cpu: float


Run = Callable[[int], Awaitable[object]]
"""Makes this many calls."""


async def timed(run: Run, calls: int) -> Cost:
    """Run once and return the cost per call; the garbage of others is collected first."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    await run(calls)
    return Cost((time.perf_counter() - wall) / calls, (time.process_time() - cpu) / calls)


async def calibrate(run: Run, *, seconds: float, least: int = 1, most: int = 100_000) -> int:
    """Return how many calls take about `seconds`, between `least` and `most`; this is the warm-up too.

    Where there is nothing to choose, nothing is run."""
    calls = max(1, least)
    if calls >= most:
        return calls
    while True:
        cost = await timed(run, calls)
        if cost.wall * calls >= seconds / 4 or calls >= most:
            return max(least, min(most, round(seconds / cost.wall)))
        calls = min(most, calls * 4)


async def interleave(
    contenders: Mapping[str, Run], *, rounds: int, seconds: float, least: int = 1, most: int = 100_000
) -> dict[str, list[Cost]]:
    """Run all contenders once in each round, in an order that rotates.

    Args:
        contenders: What is compared, by name.
        rounds: How many rounds.
        seconds: How long one run should take, about.
        least: Calls in one run at least, the width of a fan-out for instance.
        most: Calls in one run at most.

    Returns:
        The costs per call, one for each round.
    """
    calls = {
        name: await calibrate(run, seconds=seconds, least=least, most=most)
        for name, run in contenders.items()
    }
    order = list(contenders)
    costs: dict[str, list[Cost]] = {name: [] for name in order}
    for turn in range(rounds):
        shift = turn % len(order)
        for name in order[shift:] + order[:shift]:
            costs[name].append(await timed(contenders[name], calls[name]))
    return costs


def ratios(
    costs: Mapping[str, Sequence[Cost]], reference: str, of: str, *, kind: str = "wall", inverse: bool = False
) -> Spread:
    """Return how many times cheaper `of` was than `reference`, round by round.

    Args:
        costs: What `interleave` returned.
        reference: The contender that counts as 1.
        of: The contender.
        kind: `wall` (throughput) or `cpu`.
        inverse: Return how many times dearer instead.
    """
    pairs = [
        (getattr(mine, kind), getattr(theirs, kind))
        for mine, theirs in zip(costs[of], costs[reference], strict=True)
    ]
    return Spread.of([mine / theirs if inverse else theirs / mine for mine, theirs in pairs])


async def fan_out(one: Callable[[], Awaitable[object]], calls: int, width: int) -> None:
    """Make `calls` calls, `width` at once."""
    left: Iterator[int] = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await one()

    await asyncio.gather(*(work() for _ in range(width)))


def in_fresh_process(module: str, *arguments: str, timeout: float = 120.0) -> Any:
    """Run `python -m MODULE ARGUMENTS` in a fresh interpreter and return the JSON that it prints.

    Args:
        module: A module of this package that prints one JSON value.
        arguments: Its arguments.
        timeout: Seconds.
    """
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{ran.stderr}")
    return json.loads(ran.stdout)


def machine() -> dict[str, Any]:
    """Return what the figures depend on: the versions of everything, and the number of cores."""
    packages = {}
    for name in PACKAGES:
        plain = name.removesuffix(" (generator)")
        try:
            packages[name] = GENERATORS[plain] if plain in GENERATORS else version(plain)
        except PackageNotFoundError:
            packages[name] = "not installed"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cores": cores,
        "packages": packages,
    }
