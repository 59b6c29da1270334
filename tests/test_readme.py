"""The README keeps its promises: its examples run, its commands are those that CI runs."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from stringee_async.emulator import Emulator

from .kit.documents import commands, fenced, run
from .kit.other_thread import in_another_thread
from .test_provisioning_tour import masked

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = fenced(README, "python")


def test_there_are_examples() -> None:
    """The pattern that collects the examples still finds them."""
    assert len(EXAMPLES) == 17


@pytest.mark.parametrize("source", EXAMPLES)
async def test_example_runs(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with Emulator() as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        code = source.replace("asyncio.run(main())", "")
        scope: dict[str, Any] = {"__name__": "readme"}
        exec(compile(code, "README.md", "exec"), scope)
        from stringee_async import ItniotechClient, RingMeClient, StringeeClient

        async with StringeeClient.from_env() as client:
            if "main" in scope:
                await scope["main"]()
            if "bring_live" in scope:
                await scope["bring_live"](client, [("u.an", "An"), ("u.chi", "Chi")])
                assert emulator.count("agents.create") == 2
            if "open_groups" in scope:
                ids = await scope["open_groups"](client, ["Sales", "Support"])
                assert sorted(ids) == ["Sales", "Support"]
                assert sorted(ids.values()) == sorted(emulator.state.stringee.groups)
            if "night_shift" in scope:
                state = emulator.state.itniotech
                async with ItniotechClient.from_env() as itniotech:
                    await scope["night_shift"](itniotech, state.app_id)
                assert [row["priority"] for row in state.agents.values()] == [1, 2, 3]
                (group,) = state.agent_groups.values()
                assert (group["callinStrategy"], group["displaySwitch"], group["timeoutIdle"]) == (3, 0, None)
            if "hotline" in scope:
                exchange = emulator.state.ringme
                phone = exchange.add_extension("117")
                async with RingMeClient.from_env() as ringme:
                    queue_id = await scope["hotline"](ringme, phone, "https://host.example/5f1c")
                assert exchange.queues[int(queue_id)]["strategy"] == "ring-all"
                assert [row["extension_id"] for row in exchange.queue_agents.rows()] == [int(queue_id)]
                assert [row["event_type"] for row in exchange.agent_events.rows()] == ["agent-login"]
            if "read" in scope:
                await client.agents.create(name="An", stringee_user_id="u.an")
                await scope["read"](client)
        await asyncio.sleep(0)


@pytest.mark.parametrize("source", [source for source in EXAMPLES if "def make_app" in source])
def test_a_web_app_of_the_readme_serves_two_test_clients(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_another_thread(Emulator()) as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        scope: dict[str, Any] = {"__name__": "readme"}
        exec(compile(source, "README.md", "exec"), scope)

        async def visit() -> list[str]:
            async with TestClient(TestServer(scope["make_app"]())) as browser:
                answers = await asyncio.gather(*(browser.get("/agents") for _ in range(5)))
                assert {answer.status for answer in answers} == {200}
                names: list[str] = await answers[0].json()
                return names

        assert [asyncio.run(visit()) for _ in range(2)] == [[], []]
        assert emulator.count("agents.list") == 10


def test_the_shell_blocks_work_on_the_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for block in fenced(README, "sh") for line in commands(block)]
    assert len(lines) >= 7
    monkeypatch.chdir(tmp_path)
    with in_another_thread(Emulator(seed=1)) as emulator:
        environment = {**emulator.environment(), "XDG_CONFIG_HOME": str(tmp_path)}
        printed = {line: run(line, environment, tmp_path) for line in lines}
    (group,) = emulator.state.itniotech.agent_groups.values()
    assert (group["wrapUpTime"], group["timeoutIdle"]) == (20, None)
    told = excerpt("output of the demo")
    assert told == shortened(told, printed["stringee-async demo --keep centre"])


def excerpt(mark: str) -> list[str]:
    """Return the lines of the text block below a mark."""
    (text,) = re.findall(rf"<!-- {mark} -->\n```text\n(.*?)```", README, re.DOTALL)
    return [line for line in masked(text).splitlines() if line]


def shortened(told: list[str], printed: str) -> list[str]:
    """Return what a command printed with `...` where an excerpt has it, as far as the two agree."""
    lines = iter([line for line in masked(printed).splitlines() if line])
    found: list[str] = []
    for number, line in enumerate(told):
        if line == " ...":
            found.append(line)
        elif number and told[number - 1] == " ...":
            found.append(next((one for one in lines if one == line), "not printed"))
        else:
            found.append(next(lines, "nothing more is printed"))
    return found


def test_users_find_how_to_install_first() -> None:
    (command,) = re.findall(r"<!-- install -->\n```sh\n(.*?)\n```", README)
    assert command == "pip install stringee-async"
    assert README.index(command) < README.index("--editable")


def test_ci_runs_the_readmes_test_command() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (command,) = re.findall(r"<!-- tests -->\n```sh\n(.*?)\n```", README)
    assert command.startswith("python3 -m venv")
    assert "<!-- tests -->" in ci


def test_readme_names_every_error() -> None:
    from stringee_async.core import errors

    for name in ("ConfigError", "NotSentError", "OutcomeUnknownError", "RateLimitedError", "DeadlineError"):
        assert hasattr(errors, name)
        assert f"`{name}`" in README
