"""`ensure_many` of every resource that has `ensure`: one object for a key, whatever is lost, in few readings."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import pytest

from stringee_async import ConfigError, RetryPolicy, Timeouts

from .faults import LOSSES
from .rig import Rig, Site
from .rigs import each

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)


class Noted:
    """Stands for a client, and notes which `ensure` is called with what."""

    def __init__(self, path: tuple[str, ...] = ()) -> None:
        self.path = path

    def __getattr__(self, name: str) -> Noted:
        return Noted((*self.path, name))

    def __call__(
        self, *args: Any, **keywords: Any
    ) -> tuple[tuple[str, ...], tuple[Any, ...], dict[str, Any]]:
        return self.path[:-1], args, keywords


def row_of(rig: Rig, name: str, site: Site) -> tuple[Any, dict[str, Any]]:
    """Return the resource of a rig's `ensure`, and its arguments as a row."""
    noted: Any = rig.ensures[name](SimpleNamespace(client=Noted(), state=site.state, emulator=site.emulator))  # type: ignore[arg-type]
    path, args, keywords = noted
    resource: Any = site.client
    for part in path:
        resource = getattr(resource, part)
    names = list(inspect.signature(resource.ensure).parameters)
    return resource, {**dict(zip(names, args, strict=False)), **keywords}


@pytest.mark.parametrize("count", [2, 8], ids=["few", "many"])
@each("ensures")
async def test_rows_of_one_key_make_one_object(rig: Rig, name: str, count: int) -> None:
    made = rig.creates[name][1]
    async with rig.emulated({"timeouts": Timeouts(settle=0.03)}) as site:
        rig.fill(site)
        before = made(site)
        resource, row = row_of(rig, name, site)
        outcomes = [outcome async for outcome in resource.ensure_many([row] * count)]
        assert [outcome.error for outcome in outcomes] == [None] * count
        assert made(site) - before == 1
        assert len({outcome.result for outcome in outcomes}) == 1
        assert outcomes[0].result.created
        site.emulator.clear_requests()
        again = [outcome async for outcome in resource.ensure_many([row] * count)]
        assert not any(outcome.result.created or outcome.result.changed for outcome in again)
        assert site.emulator.count(name) == 0
        if count > 5:
            assert len(site.emulator.requests) <= 2  # a page, and where no total is told an empty one


@each("ensures")
async def test_a_later_row_of_one_key_that_wants_something_else_fails(rig: Rig, name: str) -> None:
    made = rig.creates[name][1]
    async with rig.emulated({"timeouts": Timeouts(settle=0.03)}) as site:
        rig.fill(site)
        before = made(site)
        resource, row = row_of(rig, name, site)
        if "extra" in inspect.signature(resource.ensure).parameters:
            other = {**row, "extra": {**row.get("extra", {}), "unheard": 1}}
        else:
            other = {**row, "source": b"other"}
        outcomes = [outcome async for outcome in resource.ensure_many([row, other, row])]
        outcomes.sort(key=lambda outcome: outcome.index)
        assert [outcome.state for outcome in outcomes] == ["done", "failed", "done"]
        assert isinstance(outcomes[1].error, ConfigError)
        assert made(site) - before == 1


@pytest.mark.parametrize("loss", ["lost", "late", "reset before", "truncated"])
@each("ensures")
async def test_a_lost_response_makes_no_second_object(rig: Rig, name: str, loss: str) -> None:
    made = rig.creates[name][1]
    async with rig.emulated({"retry": QUICK, "timeouts": Timeouts(settle=0.1)}) as site:
        rig.fill(site)
        before = made(site)
        resource, row = row_of(rig, name, site)
        site.script(name, LOSSES[loss][0])
        outcomes = [outcome async for outcome in resource.ensure_many([row] * 6)]
        await site.emulator.settle()
        assert [outcome.state for outcome in outcomes] == ["done"] * 6
        assert made(site) - before == 1
        assert len({outcome.result for outcome in outcomes}) == 1
        assert outcomes[0].result.created
        assert site.client.stats().adopted == int(LOSSES[loss][1] > 0)
        assert site.client.stats().unknown == 0
        site.emulator.faults.assert_consumed()
