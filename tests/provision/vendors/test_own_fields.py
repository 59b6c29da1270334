"""Fields that only one vendor has: they are written, compared and dumped alike, and what cannot be written is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stringee_async import (
    ItniotechClient,
    RetryPolicy,
    RingMeClient,
    SpecError,
    StringeeClient,
    Timeouts,
    provision,
)
from stringee_async.core.clock import RealClock
from stringee_async.provision.spec import AgentSpec, GroupSpec, Spec

from ...kit.emulated import emulated

OPTIONS: dict[str, Any] = {
    "clock": RealClock(),
    "timeouts": Timeouts(settle=0.01),
    "retry": RetryPolicy(base=0.0, throttle_base=0.001),
}
FILES = {
    StringeeClient: """
version: 1
agents: [{user_id: u.an, name: An, groups: [Sales], x-stringee: {manual_status: AVAILABLE}}]
groups: [Sales]
""",
    RingMeClient: """
version: 1
agents: [{user_id: u.an, name: An, extension: "101", x-ringme: {wrap_up_time: 20}}]
queues: [{name: Hotline, extension: "370", x-ringme: {strategy: ring-all}}]
""",
    ItniotechClient: """
version: 1
agents: [{user_id: u.an, name: An, groups: [Sales], x-itniotech: {display_num: 842473001234, ccode: "84"}}]
groups: [{name: Sales, x-itniotech: {app_id: "%s"}}]
""",
}
DUMPED = {
    StringeeClient: (),
    RingMeClient: ('"wrap_up_time": 20', '"strategy": "ring-all"'),
    ItniotechClient: ('"display_num": "842473001234"', '"ccode": "84"'),
}


@pytest.mark.parametrize("kind", FILES)
async def test_what_a_dump_writes_is_read_back(kind: type[Any], tmp_path: Path) -> None:
    async with emulated(kind, OPTIONS) as site:
        text = FILES[kind]
        spec = provision.loads(text % site.state.app_id if "%s" in text else text)
        report = await provision.apply(site.client, spec, state=tmp_path)
        assert (report.exit_code, report.left) == (0, 0)
        dumped = await provision.dump(site.client)
        for words in DUMPED[kind]:
            assert words in dumped
        again = await provision.plan(site.client, provision.loads(dumped), state=tmp_path)
        assert (again.units, again.refusals, again.cannot) == ((), (), ())
        changed = dumped.replace("842473001234", "842473009999").replace(
            '"wrap_up_time": 20', '"wrap_up_time": 30'
        )
        if changed != dumped:  # what stands there is no comment: another value is another plan
            plan = await provision.plan(site.client, provision.loads(changed), state=tmp_path)
            assert [unit.name for unit in plan.units] == ["change agent u.an"]
            assert (await provision.apply(site.client, plan, state=tmp_path)).exit_code == 0
            assert not await provision.verify(site.client, provision.loads(changed), state=tmp_path)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            Spec(agents=(AgentSpec(user_id="u", x={"itniotech": {"emp_no": "7"}}),)),
            "emp_no cannot be written",
        ),
        (
            Spec(agents=(AgentSpec(user_id="u", x={"itniotech": {"display_nr": "7"}}),)),
            "did you mean display_num",
        ),
        (
            Spec(groups=(GroupSpec(name="Team", x={"itniotech": {"app_name": "x"}}),)),
            "app_name cannot be written",
        ),
        (Spec(agents=(AgentSpec(user_id="u", x={"itniotech": {"ccode": True}}),)), "ccode"),
    ],
)
async def test_what_cannot_be_written_is_refused_before_anything_is_sent(
    spec: Spec, words: str, tmp_path: Path
) -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        with pytest.raises(SpecError, match="x-itniotech") as refused:
            await provision.plan(site.client, spec, state=tmp_path)
        assert words in refused.value.message
        assert site.client.stats().requests == 0


async def test_what_states_settings_of_what_the_vendor_has_not_is_told(tmp_path: Path) -> None:
    spec = Spec(groups=(GroupSpec(name="Sales", x={"ringme": {"a": 1}}),))
    async with emulated(RingMeClient, OPTIONS) as site:
        plan = await provision.plan(site.client, spec, state=tmp_path)
    assert "RingMe has no groups: x-ringme of 1 group is left out" in plan.cannot
