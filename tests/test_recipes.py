"""The recipes do what they say: every Python and shell block of `docs/recipes` runs against the emulator."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from stringee_async.emulator import Emulator

from .document_checks import CALLS
from .kit.documents import commands, fenced, run
from .kit.other_thread import in_another_thread
from .kit.services import RedisServer
from .recipe_checks import CHECKS, ENVIRONMENT, VISITS, fill
from .testing.sample import outcome

RECIPES = Path(__file__).parent.parent / "docs" / "recipes"
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted(RECIPES.glob("*.md"))}
BY_HAND = "moving-from-your-own-client"
"""The recipe that shows code without the SDK, which is not run."""
Browser = TestClient[web.Request, web.Application]
SHORTER = (("days=30", "days=2"), ("--since 30d", "--since 2d"))
"""Spans that the recipes look back, and those that do in a test: many days mean many calls below a vendor's ceiling."""


def blocks(language: str) -> list[Any]:
    """List the blocks of all recipes, as name and source."""
    found = []
    for name, text in PAGES.items():
        for number, source in enumerate(fenced(text, language), 1):
            for long, short in SHORTER:
                source = source.replace(long, short)
            found.append(pytest.param(name, source, id=f"{name}:{number}"))
    return found


def need_imports(source: str) -> None:
    """Skip a block that needs a library which is not installed; `nox -s docs` installs all of them."""
    for name in re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE):
        pytest.importorskip(name, reason=f"{name} is not installed; `nox -s docs` runs this block")


def quota(name: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the variable that leads to the session's Redis, for the recipe that shares a quota over it."""
    if name != "many-machines":
        return {}
    server: RedisServer = request.getfixturevalue("redis_server")
    return {"STRINGEE_ASYNC_QUOTA_URL": f"{server.url}?limit=300/10&processes=2&name=recipe"}


def executed(source: str, name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a block as a program, whose module it stays until the test is over; return what it defines."""
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    exec(compile(source, f"{name}.md", "exec"), vars(module))
    return vars(module)


def served(visit: Callable[[Browser, Emulator], Awaitable[None]] | None, emulator: Emulator) -> Any:
    """Return what stands in for `web.run_app`: it starts the app, visits it and closes it."""

    async def serve(app: web.Application) -> None:
        async with TestClient(TestServer(app)) as browser:
            if visit is not None:
                await visit(browser, emulator)

    return lambda app, **_: asyncio.run(serve(app))


def matching(table: dict[str, Any], name: str, source: str) -> list[Any]:
    """Return the entries of a table for a block: by the name of its recipe and a word that stands in it."""
    found = []
    for key, entry in table.items():
        recipe, _, word = key.partition(":")
        if recipe == name and word in source:
            found.append(entry)
    return found


@pytest.mark.parametrize(("name", "source"), blocks("python"))
def test_each_program_runs(
    name: str,
    source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    """As a program of its own, in an empty folder, over a contact centre that holds a few calls and people."""
    need_imports(source)
    monkeypatch.chdir(tmp_path)
    if "pytestmark" in source or "unittest" in source:
        code, text = outcome(tmp_path, {"test_of_the_page.py": source})
        assert code == 0, text
        return
    with in_another_thread(Emulator(seed=1)) as emulator:
        fill(emulator, time.time())
        for variable, value in {**emulator.environment(), **ENVIRONMENT, **quota(name, request)}.items():
            monkeypatch.setenv(variable, value)
        visits = matching(VISITS, name, source)
        monkeypatch.setattr(web, "run_app", served(visits[0] if visits else None, emulator))
        scope = executed(source, name, monkeypatch)
        for call in matching(CALLS, f"recipes/{name}", source):
            asyncio.run(call(scope, emulator))
        for check in matching(CHECKS, name, source):
            check(emulator, tmp_path, capsys.readouterr().out)


@pytest.mark.parametrize(("name", "source"), blocks("sh"))
def test_each_command_runs(
    name: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    with in_another_thread(Emulator(seed=1)) as emulator:
        fill(emulator, time.time())
        shared = quota(name, request)
        environment = {**emulator.environment(), **ENVIRONMENT, **shared, "XDG_CONFIG_HOME": str(tmp_path)}
        for line in commands(source):
            run(line, environment, tmp_path)


def test_every_block_is_of_a_language_that_is_run_or_is_only_text() -> None:
    for name, text in PAGES.items():
        languages = set(re.findall(r"^```(.+)$", text, re.MULTILINE))
        assert languages <= {"python", "python no-run", "sh", "text", "json", "toml"}, name
        assert name == BY_HAND or "python no-run" not in languages, name


@pytest.mark.parametrize("name", [name for name in PAGES if name != "README"])
def test_each_recipe_says_the_problem_what_to_know_and_what_goes_wrong(name: str) -> None:
    text = PAGES[name]
    assert re.match(r"# \S[^\n]+\n\n[A-Z][^.#]+\.", text), "a title, and the problem in a sentence"
    assert "\n## What to know\n" in text
    assert "\n## When things go wrong\n" in text
    assert fenced(text, "python") or fenced(text, "sh")


def test_the_index_lists_each_recipe_and_the_readme_links_it() -> None:
    linked = re.findall(r"\]\(([\w-]+)\.md\)", PAGES["README"])
    assert sorted(linked) == sorted(name for name in PAGES if name != "README")
    readme = (RECIPES.parent.parent / "README.md").read_text(encoding="utf-8")
    assert "(docs/recipes/README.md)" in readme


@pytest.mark.parametrize("table", [CHECKS, VISITS], ids=["checks", "visits"])
def test_each_check_belongs_to_a_block(table: dict[str, Any]) -> None:
    for key in table:
        name, _, word = key.partition(":")
        assert any(word in source for source in fenced(PAGES[name], "python")), key
