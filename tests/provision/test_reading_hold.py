"""Reading in an outage: it is held and goes on where it was, one call at a time, until patience ends."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from stringee_async import (
    DecodeError,
    ItniotechClient,
    NotSentError,
    RetryPolicy,
    RingMeClient,
    SdkError,
    ServerError,
    StringeeClient,
    Timeouts,
    provision,
)
from stringee_async.core.clock import RealClock
from stringee_async.emulator import Fault
from stringee_async.provision.reading_hold import ReadingHold
from stringee_async.provision.run_events import Waiting
from stringee_async.provision.spec import AgentSpec, GroupSpec, QueueSpec, RouteSpec, Spec

from ..kit import virtual
from ..kit.emulated import QuickClock, emulated

SPECS = {
    StringeeClient: Spec(
        agents=(AgentSpec(user_id="u.an", groups=("Sales",)),),
        groups=(GroupSpec(name="Sales"),),
        queues=(QueueSpec(name="Hotline", groups=(RouteSpec(name="Sales"),)),),
    ),
    RingMeClient: Spec(agents=(AgentSpec(user_id="u.an", extension="101"),)),
    ItniotechClient: Spec(groups=(GroupSpec(name="Sales", x={"itniotech": {"app_id": "A"}}),)),
}
QUICK: dict[str, Any] = {
    "retry": RetryPolicy(max_attempts=1),
    "clock": QuickClock(),
    "timeouts": Timeouts(settle=0.01),
}
AWAY = NotSentError("the connection was refused")


FIRST = {StringeeClient: "groups.list", RingMeClient: "extensions.list", ItniotechClient: "agent_groups.list"}
"""A list that every reading needs."""


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("how", ["plan", "verify"])
async def test_plan_and_verify_go_on_when_the_vendor_is_back(
    kind: type[Any], how: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    call: Any = getattr(provision, how)
    async with emulated(kind, QUICK) as site:
        calm = await call(site.client, SPECS[kind], state=tmp_path)
        site.script(FIRST[kind], *[Fault.reset_before()] * 3)
        held = await call(site.client, SPECS[kind], state=tmp_path, patience=300)
        site.emulator.faults.assert_consumed()
        assert (held.units, held.refusals) == (calm.units, ())
        assert "reading goes on once it can" in caplog.text
        site.script(FIRST[kind], Fault.reset_before())
        with pytest.raises(SdkError):
            await call(site.client, SPECS[kind], state=tmp_path)


@pytest.mark.parametrize("kind", SPECS)
async def test_a_real_outage_delays_a_plan_and_nothing_else(kind: type[Any], tmp_path: Path) -> None:
    async with emulated(kind, QUICK) as site:
        calm = await provision.plan(site.client, SPECS[kind], state=tmp_path)
        site.emulator.outage(0.04, "close")
        held = await provision.plan(site.client, SPECS[kind], state=tmp_path, patience=300)
        assert (held.units, held.refusals) == (calm.units, ())


async def test_apply_holds_its_readings_and_tells_of_it(tmp_path: Path) -> None:
    async with emulated(StringeeClient, QUICK) as site:
        site.script("groups.list", *[Fault.reset_before()] * 3)
        events = provision.apply_events(site.client, SPECS[StringeeClient], state=tmp_path)
        told = [event async for event in events]
        assert told.count(Waiting(0.0, "outage")) == 3
        assert told[-1].report.exit_code == 0  # type: ignore[union-attr]
        assert len(site.state.agents) == 1


async def test_a_list_that_fails_once_is_read_again_and_no_other(tmp_path: Path) -> None:
    async with emulated(StringeeClient, QUICK) as site:
        await provision.apply(site.client, SPECS[StringeeClient], state=tmp_path)
        calm = (await provision.plan(site.client, SPECS[StringeeClient], state=tmp_path)).calls
        site.script("group_agents.list", Fault.status(503))
        again = await provision.plan(site.client, SPECS[StringeeClient], state=tmp_path, patience=300)
        assert (again.empty, again.calls) == (True, calm + 1)


class Vendor:
    """A vendor that cannot be reached for some time; counts calls, and how many were under way at once."""

    def __init__(self, away: float, error: Exception = AWAY) -> None:
        self.back, self.error = now() + away, error
        self.calls = self.inside = self.most = 0

    async def read(self) -> str:
        self.calls += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0.1)
        self.inside -= 1
        if now() < self.back:
            raise self.error
        return "read"


def now() -> float:
    return asyncio.get_running_loop().time()


def hold(patience: float, told: list[float]) -> ReadingHold:
    return ReadingHold(patience, RealClock(), lambda: told.append(now()))


class TestHold:
    @virtual
    async def test_one_call_at_a_time_probes_and_then_all_go_on_at_once(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        vendor, told = Vendor(100.0), list[float]()
        holding = hold(300.0, told)
        first = [asyncio.create_task(holding.through(vendor.read)) for _ in range(8)]
        await asyncio.sleep(1.0)
        vendor.most = 0
        await asyncio.sleep(95.0)
        assert vendor.most == 1
        assert await asyncio.gather(*first) == ["read"] * 8
        assert vendor.most == 7
        assert vendor.calls == 8 + len(told) + 7
        assert len(told) < 10
        assert sum(record.levelno == logging.WARNING for record in caplog.records) == 1

    @virtual
    async def test_patience_is_counted_from_the_first_failure(self) -> None:
        began, told = now(), list[float]()
        vendor = Vendor(1000.0)
        with pytest.raises(NotSentError):
            await hold(60.0, told).through(vendor.read)
        assert 60.0 <= now() - began < 61.0

    @virtual
    async def test_what_is_no_outage_is_raised_at_once(self) -> None:
        vendor = Vendor(10.0, ServerError("broken", status=500))
        with pytest.raises(ServerError):
            await hold(60.0, []).through(vendor.read)
        assert vendor.calls == 1

    @virtual
    async def test_a_foreign_page_is_an_outage_only_where_the_vendor_was_reached(self) -> None:
        page = DecodeError("a page of a proxy")
        page.foreign = True
        vendor, holding = Vendor(10.0, page), hold(60.0, [])
        with pytest.raises(DecodeError):
            await holding.through(vendor.read)
        await asyncio.sleep(20.0)
        await holding.through(vendor.read)
        vendor.back = now() + 10.0
        assert await holding.through(vendor.read) == "read"
