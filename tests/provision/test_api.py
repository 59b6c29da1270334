"""What programs call, over a client and an emulated vendor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from stringee_async import ConfigError, StringeeClient, provision
from stringee_async.provision.plan import Plan
from stringee_async.provision.run_events import Finished, Observed, Planned
from stringee_async.provision.spec import AgentSpec, GroupSpec, Spec

from ..kit.emulated import emulated

SPEC = Spec(
    agents=tuple(AgentSpec(user_id=f"u{n}", name=f"N{n}", groups=("Sales",)) for n in range(3)),
    groups=(GroupSpec(name="Sales"),),
)


async def test_plan_apply_verify(tmp_path: Path) -> None:
    async with emulated(StringeeClient) as site:
        read: list[tuple[str, int]] = []
        plan = await provision.plan(
            site.client, SPEC, state=tmp_path, progress=lambda *seen: read.append(seen)
        )
        assert (len(plan.units), plan.refusals) == (7, ())
        assert {kind for kind, _ in read} >= {"agent", "group"}
        saved = Plan.from_json(plan.to_json())
        report = await provision.apply(site.client, saved, state=tmp_path)
        assert (report.exit_code, report.left, len(site.state.agents)) == (0, 0, 3)
        proved = await provision.verify(site.client, SPEC, state=tmp_path)
        assert not proved
        (agent,) = [id for id, row in site.state.agents.items() if row["stringee_user_id"] == "u1"]
        await site.client.agents.update(agent, name="Another")
        differs = await provision.verify(site.client, SPEC, state=tmp_path)
        assert differs
        assert [unit.name for unit in differs.units] == ["change agent u1"]


async def test_the_events_of_a_run(tmp_path: Path) -> None:
    async with emulated(StringeeClient) as site:
        async with provision.apply_events(site.client, SPEC, state=tmp_path, concurrency=2) as events:
            seen = [event async for event in events]
        assert {type(event) for event in seen} >= {Observed, Planned, Finished}
        last = seen[-1]
        assert isinstance(last, Finished)
        assert last.file is not None
        assert last.file.is_file()
        assert last.report.exit_code == 0


@pytest.mark.parametrize(
    ("asked", "options", "words"),
    [
        ("a plan", {}, "plan must be a plan or a specification"),
        (SPEC, {"concurrency": 0}, "concurrency"),
        (SPEC, {"patience": -1}, "patience"),
    ],
)
async def test_wrong_arguments_are_named_before_anything_is_sent(
    tmp_path: Path, asked: Any, options: dict[str, Any], words: str
) -> None:
    async with emulated(StringeeClient) as site:
        with pytest.raises(ConfigError, match=words):
            await provision.apply(site.client, asked, state=tmp_path, **options)
        with pytest.raises(ConfigError, match=words):
            provision.apply_events(site.client, asked, state=tmp_path, **options)
        assert site.client.stats().requests == 0
    assert list(tmp_path.iterdir()) == []


def test_the_package_costs_nothing_until_a_name_is_used_and_its_functions_stay_functions() -> None:
    code = (
        "import sys\n"
        "from stringee_async import provision\n"
        "assert not [name for name in sys.modules if 'provision.' in name], sys.modules\n"
        "from stringee_async.provision.plan import Plan\n"
        "import stringee_async.provision.files.load\n"
        "assert callable(provision.plan) and callable(provision.load) and callable(provision.apply)\n"
        "assert set(provision.__all__) <= set(dir(provision))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_a_specification_for_another_vendor_is_refused(tmp_path: Path) -> None:
    spec = attrs.evolve(SPEC, vendor="ringme")
    async with emulated(StringeeClient) as site:
        for call in (provision.plan, provision.apply, provision.verify):
            with pytest.raises(ConfigError, match="is for ringme, and this account is of stringee"):
                await call(site.client, spec, state=tmp_path)  # type: ignore[operator]
        assert site.client.stats().requests == 0
