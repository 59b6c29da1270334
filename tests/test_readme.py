"""The README keeps its promises: its example runs, its commands are those that CI runs, its links lead somewhere."""

import re
from pathlib import Path
from typing import Any

import pytest

from stringee_async.emulator import Emulator

from .kit.documents import fenced

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


async def test_the_ten_lines_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (source,) = fenced(README, "python")
    async with Emulator() as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        scope: dict[str, Any] = {"__name__": "readme"}
        exec(compile(source.replace("asyncio.run(main())", ""), "README.md", "exec"), scope)
        await scope["main"]()
    assert capsys.readouterr().out.endswith(" Nguyễn Văn An\n")
    assert len(emulator.state.stringee.group_agents) == 1


def test_users_find_how_to_install_first() -> None:
    (command,) = re.findall(r"<!-- install -->\n```sh\n(.*?)\n```", README)
    assert command == "pip install stringee-async"
    assert README.index(command) < README.index("--editable")


def test_ci_runs_the_readmes_test_command() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (command,) = re.findall(r"<!-- tests -->\n```sh\n(.*?)\n```", README)
    assert command.startswith("python3 -m venv")
    assert "<!-- tests -->" in ci


def test_its_links_lead_somewhere() -> None:
    linked = re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", README)
    assert len(linked) >= 20
    assert [path for path in linked if not (ROOT / path).exists()] == []


def test_it_is_short() -> None:
    """What a stranger needs to decide; the rest is in `docs/`."""
    assert len(README.splitlines()) <= 320
