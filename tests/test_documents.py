"""The pages in `docs/` keep their promises: every Python and shell block runs against the emulator.

Recipes have their own conditions (`test_recipes`), as has the tutorial (`test_tutorial`); the tour of provisioning is the
README's.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from stringee_async.emulator import Emulator

from .document_checks import CALLS, PRINTED
from .kit.documents import commands, fenced, run
from .kit.other_thread import in_another_thread
from .kit.tour import masked
from .test_recipes import PAGES as RECIPES
from .test_recipes import matching

DOCS = Path(__file__).parent.parent / "docs"
PAGES = {
    page.relative_to(DOCS).with_suffix("").as_posix(): page.read_text(encoding="utf-8")
    for page in sorted(DOCS.rglob("*.md"))
}
OWN_TESTS = ("recipes/", "tutorial")
TRANSLATED = ("vi/", "ru/")
CURL = "emulator"
"""The page whose `shell` blocks, which are lines for curl, have a test of their own (`test_emulator_docs`)."""
OWN_PROGRAM = "provisioning"
"""The page whose program has a test of its own (`test_provisioning_docs`)."""
RUN = {name: text for name, text in PAGES.items() if not name.startswith((*OWN_TESTS, *TRANSLATED))}


def blocks(language: str) -> list[Any]:
    """List the blocks of all pages, as name and source."""
    return [
        pytest.param(name, source, id=f"{name}:{number}")
        for name, text in RUN.items()
        if (name, language) != (OWN_PROGRAM, "python")
        for number, source in enumerate(fenced(text, language), 1)
    ]


def test_there_are_blocks() -> None:
    """The pattern that collects them still finds them."""
    assert len(blocks("python")) >= 14


@pytest.mark.parametrize(("name", "source"), blocks("python"))
def test_each_program_runs(
    name: str,
    source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As a program of its own, in an empty folder; then what it defines is called."""
    monkeypatch.chdir(tmp_path)
    with in_another_thread(Emulator(seed=1)) as emulator:
        for variable, value in emulator.environment().items():
            monkeypatch.setenv(variable, value)
        scope: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(source, f"{name}.md", "exec"), scope)
        for call in matching(CALLS, name, source):
            asyncio.run(call(scope, emulator))
        for text in matching(PRINTED, name, source):
            assert capsys.readouterr().out.startswith(text)


@pytest.mark.parametrize(("name", "source"), blocks("sh"))
def test_each_command_runs(name: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with in_another_thread(Emulator(seed=1)) as emulator:
        folders = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(tmp_path))
        environment = {**emulator.environment(), **folders}
        printed = {line: run(line, environment, tmp_path) for line in commands(source)}
    if name == "reference/command-line":
        (group,) = emulator.state.itniotech.agent_groups.values()
        assert (group["wrapUpTime"], group["timeoutIdle"]) == (20, None)
        told = excerpt("output of the demo")
        assert told == shortened(told, printed["stringee-async demo --keep centre"])


def excerpt(mark: str) -> list[str]:
    """Return the lines of the README's text block below a mark."""
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(rf"<!-- {mark} -->\n```text\n(.*?)```", readme, re.DOTALL)
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


def test_every_block_is_of_a_language_that_is_run_or_is_only_text() -> None:
    for name, text in PAGES.items():
        languages = set(re.findall(r"^```(.+)$", text, re.MULTILINE)) - ({"shell"} if name == CURL else set())
        if name in RUN:
            assert languages <= {"python", "sh", "text", "json", "toml", "yaml", "csv", "console"}, name
            assert "console" not in languages, f"{name}: what a command prints is shown where it is checked"


@pytest.mark.parametrize("table", [CALLS, PRINTED], ids=["calls", "printed"])
def test_each_check_belongs_to_a_block(table: dict[str, Any]) -> None:
    known = {**RUN, **{f"recipes/{name}": text for name, text in RECIPES.items()}}
    for key in table:
        name, _, word = key.partition(":")
        assert any(word in source for source in fenced(known[name], "python")), key
