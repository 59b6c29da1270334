"""What provisioning promises, each promise by the test that proves it, over the real adapters and the emulator.

| promise | proven by |
|---------|-----------|
| a plan after an apply is empty, for each vendor | here; 200 specifications a vendor in `soak/test_provisioning.py`; 300 worlds a rule set in `planning/test_planning.py` |
| 10 % 429, 5 % resets, 3 % lost: nothing twice, nothing missing, at most 3 % extra calls | here with 300 agents; 10,000 agents and 20 seeds in `soak/test_provisioning.py` |
| killed and resumed: the state of one clean run | `running/test_killed_runs.py`; 50 kills of 3,000 agents in `soak/test_killed_runs.py` |
| each guard refuses and nothing is written | here; each rule of each guard in `planning/test_guards.py` |
| bad rows of a roster are told all at once | here; every kind of broken roster in `files/test_roster_table.py`, `files/test_csv_text.py` |
| a stale or edited plan is refused | here; `planning/test_recheck.py`, `planning/test_saved_plan.py` |
| a file that only adds removes nothing | `planning/test_planning.py` |
| no secret in any output or file | here; of all commands and vendors in `tests/cli/test_provisioning_secrets.py` |
| a plan only reads, a second apply writes nothing | here |
| two applies at once make no duplicate | here without a lock; with it in `running/test_killed_runs.py`; where the vendor takes doubles, both are named: `running/test_two_writers.py`, `vendors/test_doubled_connections.py` |
| a dump plans to nothing | `files/test_dump.py`; byte for byte, and for another vendor, in `vendors/test_dumps_between_vendors.py` |
| one file, one plan in words for three sets of rules | `vendors/test_three_adapters.py` |
"""

from __future__ import annotations

import logging
from asyncio import gather
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from stringee_async import (
    GuardError,
    ItniotechClient,
    RingMeClient,
    SpecError,
    StalePlanError,
    StringeeClient,
    Timeouts,
    provision,
)
from stringee_async.emulator import Fault
from stringee_async.provision.plan import Plan
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    SourceSpec,
    Spec,
)

from ..kit.emulated import Site, emulated
from ..kit.faulty_applies import clean_calls, faulty, people
from .real_worlds import VENDORS, applied_one_after_the_other

Stringee = Site[StringeeClient]
QUICK: dict[str, Any] = {"timeouts": Timeouts(settle=0.02)}
FULL = SectionSpec(manage="full")
CENTRE = attrs.evolve(
    people(40, 2),
    queues=(QueueSpec(name="Hotline", groups=(RouteSpec(name="G0", primary=True),)),),
)


def writes(site: Site[Any]) -> list[str]:
    """Return the operations of all requests that are no readings."""
    return [
        record.operation
        for record in site.emulator.requests
        if not record.operation.endswith((".list", ".get", "token", ".count", "list_all"))
    ]


def staff(begin: int, end: int) -> tuple[AgentSpec, ...]:
    """Return some agents of `CENTRE`."""
    return (CENTRE.agents or ())[begin:end]


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_plan_after_an_apply_is_empty(vendor: str, tmp_path: Path) -> None:
    counted = await applied_one_after_the_other(vendor, range(40, 48), tmp_path)
    assert counted.left == {}
    assert counted.applied >= 4


async def test_faults_make_nothing_twice_lose_nothing_and_cost_few_calls(tmp_path: Path) -> None:
    clean = await clean_calls(tmp_path / "clean", agents=300, groups=6)
    found = await faulty(tmp_path / "faulty", agents=300, groups=6, seed=0, clean=clean)
    assert (found.doubles, found.missing, found.code) == (0, 0, 0)
    assert found.refused > 40
    assert found.reset > 20
    assert found.lost > 8
    assert found.share <= 0.05  # one more listing weighs more in a small run than in one of 10,000 agents


async def _spoil(site: Stringee) -> None:
    """Let the list of agents repeat a page."""
    site.emulator.faults.always("agents.list", Fault.page_repeats())


REFUSED: dict[str, Callable[[], tuple[Spec, dict[str, int], str]]] = {
    "too many": lambda: (Spec(agents=staff(0, 30), agents_section=FULL, on_leave="delete"), {}, "delete=10"),
    "another number": lambda: (
        Spec(agents=staff(0, 30), agents_section=FULL, on_leave="delete"),
        {"delete": 9},
        "delete=10",
    ),
    "service": lambda: (Spec(queues=(QueueSpec(name="Hotline", groups=()),)), {}, "without groups: Hotline"),
    "empty input": lambda: (Spec(agents=(), agents_section=FULL), {}, "empty list"),
    "half a roster": lambda: (Spec(agents=staff(0, 19)), {}, "last 40"),
    "old files": lambda: (
        Spec(agents=staff(0, 30), sources=(SourceSpec(path="a", modified=1.0),)),
        {},
        "older",
    ),
    "people who leave": lambda: (Spec(agents=staff(0, 30), agents_section=FULL), {}, "unlink=10"),
}


@pytest.mark.parametrize("guard", REFUSED)
async def test_each_guard_refuses_and_nothing_is_written(guard: str, tmp_path: Path) -> None:
    first = attrs.evolve(CENTRE, sources=(SourceSpec(path="a", modified=9_000.0),))
    async with emulated(StringeeClient, QUICK) as site:
        assert (await provision.apply(site.client, first, state=tmp_path)).exit_code == 0
        site.emulator.clear_requests()
        spec, allow, words = REFUSED[guard]()
        with pytest.raises(GuardError, match=words):
            await provision.apply(site.client, spec, state=tmp_path, allow=allow)
        assert site.emulator.count() > 0
        assert writes(site) == []


async def test_a_broken_reading_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    async with emulated(StringeeClient, QUICK) as site:
        site.state.seed_agents(230, prefix="old")
        await _spoil(site)
        with pytest.raises(GuardError, match="not read reliably"):
            await provision.apply(site.client, CENTRE, state=tmp_path)
        assert writes(site) == []


async def test_a_stale_plan_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    async with emulated(StringeeClient, QUICK) as site:
        await provision.apply(site.client, CENTRE, state=tmp_path)
        changed = attrs.evolve(CENTRE, agents=(attrs.evolve(staff(0, 1)[0], name="New"), *staff(1, 40)))
        plan = await provision.plan(site.client, changed, state=tmp_path)
        (agent,) = [id for id, row in site.state.agents.items() if row["stringee_user_id"] == "u0"]
        await site.client.agents.update(agent, name="Somebody else's")
        site.emulator.clear_requests()
        with pytest.raises(StalePlanError):
            await provision.apply(site.client, Plan.from_json(plan.to_json()), state=tmp_path)
        assert writes(site) == []


def test_one_bad_row_in_a_hundred_is_told_with_all_others_and_nothing_can_be_sent(tmp_path: Path) -> None:
    rows = [f"u{n},{'0901' if n % 100 == 50 else '84901234567'},G" for n in range(3000)]
    (tmp_path / "roster.csv").write_text("user_id,phone,groups\n" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "centre.json").write_text(
        '{"version": 1, "agents": {"from": "roster.csv"}}', encoding="utf-8"
    )
    with pytest.raises(SpecError) as caught:
        provision.load(tmp_path / "centre.json")
    told = [problem for problem in caught.value.problems if "roster.csv" in problem]
    assert len(told) == 30
    assert all(f":{n + 2}:" in text for n, text in zip(range(50, 3000, 100), told, strict=True)), told[:3]


@pytest.mark.parametrize("kind", [StringeeClient, RingMeClient, ItniotechClient])
async def test_a_plan_only_reads_and_a_second_apply_writes_nothing(kind: type[Any], tmp_path: Path) -> None:
    vendor = kind.__name__.removesuffix("Client").lower()
    spec = Spec(
        agents=tuple(
            AgentSpec(user_id=f"u{n}", name=f"N{n}", extension=f"10{n}", groups=("Sales",)) for n in range(6)
        ),
        groups=(GroupSpec(name="Sales", x={"itniotech": {"app_id": "A1"}}),),
    )
    async with emulated(kind, QUICK) as site:
        if vendor == "itniotech":
            site.state.add_agents(site.state.add_group("Sales"), 1)
        plan = await provision.plan(site.client, spec, state=tmp_path)
        assert len(plan.units) >= 6
        assert writes(site) == []
        assert (await provision.apply(site.client, plan, state=tmp_path)).exit_code == 0
        assert len(writes(site)) >= 6
        site.emulator.clear_requests()
        assert (await provision.apply(site.client, spec, state=tmp_path)).exit_code == 0
        assert not await provision.verify(site.client, spec, state=tmp_path)
        assert site.emulator.count() > 0
        assert writes(site) == []


async def test_two_applies_at_once_without_a_common_lock_make_no_duplicate(tmp_path: Path) -> None:
    """The vendor refuses a second object of one key; where it does not, the lock and the last reading are what helps."""
    async with emulated(StringeeClient, QUICK) as site, StringeeClient(**site.emulator.stringee()) as other:
        reports = await gather(
            provision.apply(site.client, CENTRE, state=tmp_path / "one"),
            provision.apply(other, CENTRE, state=tmp_path / "two"),
        )
        assert [report.exit_code for report in reports] == [0, 0]
        assert (len(site.state.agents), len(site.state.groups), len(site.state.queues)) == (40, 2, 1)
        assert len(site.state.group_agents) == 40


async def test_duplicates_of_a_vendor_that_takes_them_are_named_and_touched_by_nothing(
    tmp_path: Path,
) -> None:
    async with emulated(StringeeClient, QUICK, unique=False) as site:
        site.state.add_agent("N0", "u0")
        site.state.add_agent("N0", "u0")
        report = await provision.apply(site.client, CENTRE, state=tmp_path)
        assert [text for text in report.duplicates if text.startswith("agent u0 is there 2 times")]
        assert len(site.state.agents) == 41


async def test_no_secret_is_in_any_output_or_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with emulated(StringeeClient, QUICK) as site:
        site.script("agents.create", Fault.lost_answer(), Fault.status(500))
        site.script("groups.create", Fault.status(400))
        keys = site.emulator.stringee()
        shown: list[str] = []
        plan = await provision.plan(site.client, CENTRE, state=tmp_path)
        async with provision.apply_events(site.client, plan, state=tmp_path) as events:
            shown += [repr(event) async for event in events]
        changed = attrs.evolve(CENTRE, absent=AbsentSpec(queues=("Hotline",)), queues=None)
        report = await provision.apply(site.client, changed, state=tmp_path)
        for form in ("text", "markdown", "json"):
            shown.append(plan.render(form))
        shown += [
            report.render(verbose=True),
            repr(report),
            repr(plan),
            str(plan.to_json()),
            str(report.to_json()),
        ]
        shown += [await provision.dump(site.client), str(provision.graph_of(CENTRE).render())]
        sent = [record.headers for record in site.emulator.requests]
    tokens = {value for headers in sent for value in headers.values() if value.startswith("eyJ")}
    secrets = {keys["key_secret"], *tokens}
    assert tokens
    shown += [record.getMessage() + str(record.args) for record in caplog.records]
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 5
    assert not [secret for secret in secrets for text in shown if secret in text]
    assert not [secret for secret in secrets for data in written if secret.encode() in data]
    assert not [text for text in shown if "eyJ" in text]
