"""3,000 `ensure`s through a forwarder that has an outage, of each kind, for 2 s, for 20 s and for ever.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import attrs
import pytest

from stringee_async import StringeeClient, Timeouts, bulk
from stringee_async.emulator import Emulator
from tests.kit import Forwarder, Weather

ITEMS = 3000
KINDS: tuple[Weather, ...] = ("close", "refuse", "swallow")


@attrs.frozen
class Figures:
    """What a run did."""

    states: dict[str, int]
    outcomes: int
    made: int
    doubles: int
    requests: int
    seconds: float


async def run(
    kind: Weather | None, seconds: float | None, *, attempt: float = 15.0, **options: Any
) -> Figures:
    """Run the ensures; the outage begins after half a second and never ends where `seconds` is None."""
    async with Emulator(latency=0.005) as emulator, Forwarder(emulator.port) as forwarder:
        keys = {**emulator.stringee(), "icc_url": forwarder.url, "api_url": forwarder.url}
        async with StringeeClient(**keys, timeouts=Timeouts(attempt=attempt)) as client:

            async def ensure(item: int) -> Any:
                return await client.agents.ensure(name=f"A{item}", stringee_user_id=f"u{item}")

            async def outage() -> None:
                await asyncio.sleep(0.5)
                if kind is not None:
                    await (forwarder.turn(kind) if seconds is None else forwarder.outage(seconds, kind))

            started = time.monotonic()
            weather = asyncio.ensure_future(outage())
            outcomes = [one async for one in bulk(ensure, range(ITEMS), concurrency=64, **options)]
            took = time.monotonic() - started
            await weather
            assert sorted(one.index for one in outcomes) == list(range(ITEMS))
            users = [agent["stringee_user_id"] for agent in emulator.state.stringee.agents.values()]
            found = Figures(
                states=dict(Counter(one.state for one in outcomes)),
                outcomes=len(outcomes),
                made=len(users),
                doubles=len(users) - len(set(users)),
                requests=client.stats().requests,
                seconds=round(took, 1),
            )
    print(f"\n{kind or 'undisturbed'}, {'for ever' if seconds is None else f'{seconds:g} s'}: {found}")
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seconds", [2.0, 20.0])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_run_survives_an_outage(kind: Weather, seconds: float) -> None:
    """Everything is done, nothing twice, with at most 1.1 times the requests of an undisturbed run."""
    found = await run(kind, seconds)
    assert found.states == {"done": ITEMS}
    assert (found.made, found.doubles) == (ITEMS, 0)
    assert found.requests <= 1.1 * 2 * ITEMS


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", KINDS)
async def test_an_outage_for_ever_ends_within_patience(kind: Weather) -> None:
    """The run is over within patience and one attempt's time limit, with one outcome for each item."""
    found = await run(kind, None, attempt=2.0, patience=10.0)
    assert found.seconds <= 0.5 + 10.0 + 2.0
    assert found.outcomes == ITEMS
    assert found.doubles == 0
    assert found.states["not_started"] > 0


async def test_an_undisturbed_run_looks_and_creates_once() -> None:
    """Without an outage each `ensure` costs two requests: the measure of the others."""
    found = await run(None, 0.0)
    assert found.states == {"done": ITEMS}
    assert found.requests == 2 * ITEMS
