"""The example keeps its promises."""

from __future__ import annotations

import pytest

from stringee_async.core.secrets import MASK

from ..kit.examples import load_example, run_example
from .rig import Centre, centre_of

NAME = "itniotech_agents"


def secrets_of(centre: Centre) -> list[str]:
    """Return every word of an account that must not be printed."""
    state = centre.state
    passwords = [row["password"] for row in state.agents.values()]
    bearers = [row["authentication"] for row in state.credentials.values()]
    return [*state.keys.values(), *passwords, *bearers]


async def test_the_example_brings_a_group_live(capsys: pytest.CaptureFixture[str]) -> None:
    module = load_example(NAME)
    async with centre_of() as centre:
        state = centre.state
        await module.bring_live(centre.client, state.app_id)
        ((key, group),) = state.agent_groups.items()
        agents = list(state.agents.values())
        assert group["groupName"] == "Night shift"
        assert (group["displaySwitch"], group["encryptNumber"], group["callinStrategy"]) == (0, 0, 3)
        assert (group["wrapUpTime"], group["timeoutIdle"]) == (20, None)
        assert group["labelName"] == ["night", "vip"]
        assert [row["priority"] for row in agents] == [1, 2, 3, 4]
        assert [row["enable"] for row in agents] == [0, 0, 0, 1]
        assert {row["voiceGroupId"] for row in agents} == {int(key)}
        assert list(state.credentials) == [agents[0]["account"]]
        assert centre.client.stats().retries == 0
        first = capsys.readouterr().out
        assert f"group {key}: created" in first
        await module.bring_live(centre.client, state.app_id)
        second = capsys.readouterr().out
        assert f"group {key}: was there" in second
        assert len(state.agent_groups) == 1
        for secret in secrets_of(centre):
            assert secret not in first + second


def test_the_example_runs_by_itself() -> None:
    """As a script, with warnings as errors: exit code 0, plain lines, the credential hidden, nothing on stderr."""
    lines = run_example(NAME)
    assert lines[0] == "group 5000047: created"
    assert [line.split()[1] for line in lines if line.startswith("agent ")] == [
        "60001", "60002", "60003", "60004"
    ]  # fmt: skip
    switches = [line.rsplit(", ", 1)[1] for line in lines if line.startswith("agent ")]
    assert switches == ["on", "on", "on", "off"]
    assert f"browser login of agent60001: Secret({MASK})" in lines
    assert not any("Bearer" in line for line in lines)
    assert lines[-1].endswith("repeated: 0")
