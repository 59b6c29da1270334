"""One file planned against three adapters with other rules: the same plan in words, and each comes to what is wished.

Ours of Stringee over the emulated service; a vendor that removes nothing; a vendor that keeps memberships as an attribute of
agents and writes ten of them in one request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs

from stringee_async import StringeeClient, Timeouts, provision
from stringee_async.core.clock import RealClock
from stringee_async.provision.adapter import Adapter, Done, no_progress
from stringee_async.provision.plan import Plan
from stringee_async.provision.planning.planned import planned
from stringee_async.provision.running.apply_setting import Setting
from stringee_async.provision.running.applying import Applying
from stringee_async.provision.running.local_runner import LocalRunner
from stringee_async.provision.running.state_folder import StateFolder
from stringee_async.provision.things import Live, Reading, Scope
from stringee_async.provision.unit import Unit
from stringee_async.provision.vendors.choice import adapter_for

from ...kit.emulated import emulated
from ..worlds import PLAIN, WITHOUT_DELETE, Centre, Double

BATCH = 10
FILE = f"""
version: 1
agents:
{"".join(f"  - {{user_id: u{n:02}, name: N{n}, groups: [Team {n % 12}]}}" + chr(10) for n in range(25))}
groups:
{"".join(f"  - Team {n}" + chr(10) for n in range(12))}
  - {{name: Support, manage: full, agents: [u00, u01, u02, u03, u04, u05, u06, u07, u08]}}
  - {{name: Night shift, was: Night}}
queues:
  - {{name: Hotline, wrap_up_time_limit: 20, groups: [{{name: Team 0}}, {{name: Support, primary: false}}]}}
  - {{name: Evening, groups: [Night shift]}}
"""


class Attributed(Double):
    """A vendor that keeps an agent's groups as an attribute, and writes up to ten agents in one request."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(centre, attrs.evolve(PLAIN, remove=PLAIN.remove - {"queue"}))
        self._waiting: list[tuple[Unit, asyncio.Future[Done]]] = []
        self.batches: list[int] = []

    def reading(self, scope: Scope | None = None) -> Reading:
        """Return what is there, with a link for each name in the attribute."""
        found = super().reading(scope)
        live = dict(found.live)
        for row in list(self.centre.rows.values()):
            for team in row.fields.get("teams", ()) if row.kind == "agent" else ():  # type: ignore[attr-defined]
                key = (self.centre.rows[team].key[0], row.key[0])
                live["link", key] = Live(kind="link", key=key)
        members = frozenset(ref for ref in live if ref[0] in {"group", "queue"})
        return attrs.evolve(found, live=live, members_of=members)

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit; one of a membership together with others."""
        if unit.kind != "link":
            return await super().do(unit)
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, future))
        await asyncio.sleep(0.001)
        if not future.done():
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            self.batches.append(len(batch))
            self.requests += 1
            for each, told in batch:
                told.set_result(self._write(each))
        return await future

    def _write(self, unit: Unit) -> Done:
        agent, group = self.centre.named("agent", unit.key[1]), self.centre.named("group", unit.key[0])
        teams = set(agent.fields.get("teams", ()))  # type: ignore[call-overload]
        agent.fields["teams"] = teams | {group.id} if unit.action == "create" else teams - {group.id}
        return Done()


def fill(centre: Centre, *, attribute: bool) -> Centre:
    """Add what is there before: ten agents, two groups, a queue."""
    for name in ("Support", "Night"):
        centre.add("group", name)
    centre.add("queue", "Hotline", wrap_up_time_limit=10)
    centre.add("route", "Hotline", "Support", primary=True)
    for number in range(10):
        row = centre.add("agent", f"u{number:02}", name="old" if number < 2 else f"N{number}")
        if attribute:
            row.fields["teams"] = {centre.named("group", "Support").id}
        else:
            centre.add("link", "Support", row.key[0])
    return centre


@asynccontextmanager
async def stringee() -> AsyncIterator[Any]:
    options = {"clock": RealClock(), "timeouts": Timeouts(settle=0.01)}
    async with emulated(StringeeClient, options) as site:
        held = site.state
        support, _ = held.add_group("Support"), held.add_group("Night")
        held.add_routing(held.add_queue("Hotline", wrap_up_time_limit=10), support)
        for number in range(10):
            agent = held.add_agent("old" if number < 2 else f"N{number}", f"u{number:02}")
            held.add_membership(support, agent)
        yield lambda: adapter_for(site.client)


@asynccontextmanager
async def without_delete() -> AsyncIterator[Any]:
    centre = fill(Centre(), attribute=False)
    yield lambda: Double(centre, WITHOUT_DELETE)


@asynccontextmanager
async def with_attributes() -> AsyncIterator[Any]:
    adapter = Attributed(fill(Centre(), attribute=True))
    yield lambda: adapter
    assert max(adapter.batches) == BATCH


async def plan_of(adapter: Adapter, state: Path) -> Plan:
    plan, _ = await planned(
        adapter,
        provision.loads(FILE),
        StateFolder(state),
        allow={"update": 4, "unlink": 1},
        progress=no_progress,
    )
    return plan


def neutral(plan: Plan) -> str:
    """Return a plan in words but for its first line, which names vendor, digest and what reading has cost."""
    return plan.render(verbose=True).partition("\n")[2]


async def test_one_file_gives_one_plan_in_words_and_each_vendor_comes_to_what_is_wished(
    tmp_path: Path,
) -> None:
    texts: list[str] = []
    for site in (stringee, without_delete, with_attributes):
        async with site() as adapter:
            plan = await plan_of(adapter(), tmp_path / site.__name__)
            assert plan.cannot == ()
            texts.append(neutral(plan))
            setting = Setting(
                adapter=adapter(),
                folder=StateFolder(tmp_path / site.__name__),
                runner=LocalRunner(),
                concurrency=20,
            )
            report = await Applying(setting, plan).run()
            assert (report.exit_code, report.left, report.problems) == (0, 0, ())
            assert (await plan_of(adapter(), tmp_path / site.__name__)).units == ()
    assert texts[0] == texts[1] == texts[2]
    for words in ('name "old" -> "N0"', "Night shift", "primary", "u24"):
        assert words in texts[0]
