"""The three worked examples of CONTRIBUTING.md fit the code: applied to a copy of the package, they work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import stringee_async

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = re.compile(r"^`(stringee_async/\S+\.py)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DIFF = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)

USED = """
import asyncio
from aiohttp import web
from stringee_async import ConfigError, NotFoundError, StringeeClient
from stringee_async.acme import AcmeClient
from stringee_async.emulator import Emulator

async def field_and_resource():
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        group = await client.groups.create(name="Sales")
        await client.groups.update(group.id, language="vi")
        (row,) = await client.groups.list().collect()
        assert row.language == "vi" and "language" in client.groups.update.__doc__
        skill = await client.skills.create(name="Russian")
        await client.skills.update(skill.id, name="English")
        assert [row.name async for row in client.skills.list()] == ["English"]
        await client.skills.delete(skill.id)
        assert await client.skills.list().collect() == []
        assert emulator.requests[-1].operation == "skills.list"
        try:
            await client.skills.create(name="")
        except ConfigError as error:
            assert "name" in str(error)

keys = []

async def respond(request):
    keys.append(request.headers["X-Key"])
    if len(keys) == 1:
        return web.Response(status=503)
    found = {"/account": {"id": "acc"}, "/agents/a1": {"id": "a1", "name": "An", "new": 1}}.get(request.path)
    body = {"ok": True, "result": found} if found else {"ok": False, "error": "no such agent"}
    return web.json_response(body, status=200 if found else 404)

async def vendor():
    app = web.Application()
    app.router.add_get("/{path:.*}", respond)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with AcmeClient("acc", "secret-key", url=url) as client:
        agent = await client.agents.get("a1")
        assert (agent.name, agent.extra) == ("An", {"new": 1})
        try:
            await client.agents.get("a2")
        except NotFoundError as error:
            assert "no such agent" in str(error)
        assert (await client.check()).account == "acc"
        assert client.stats().retries == 1 and "secret-key" not in repr(client)
    await runner.cleanup()
    assert keys == ["secret-key"] * 4

asyncio.run(field_and_resource())
asyncio.run(vendor())
print("done")
"""


@pytest.mark.skipif(shutil.which("git") is None, reason="git applies the changes")
def test_the_three_examples_work_when_they_are_applied(tmp_path: Path) -> None:
    package = Path(stringee_async.__file__).parent
    shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    diffs, files = DIFF.findall(TEXT), dict(FILE.findall(TEXT))
    assert (len(diffs), len(files)) == (2, 6)
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        assert not (tmp_path / name).exists()
        (tmp_path / name).write_text(source, encoding="utf-8")
    for text in diffs:
        ran = subprocess.run(
            ["git", "apply", "-"], cwd=tmp_path, input=text, text=True, capture_output=True, check=False
        )
        assert ran.returncode == 0, f"CONTRIBUTING.md is behind the code: {ran.stderr}"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", USED],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "done\n"), ran.stderr


def test_the_files_that_are_named_are_there() -> None:
    """Whatever stands in backquotes and looks like a path of the repository, but for the vendor of the example."""
    texts = [TEXT, (ROOT / "SECURITY.md").read_text(encoding="utf-8")]
    named = {
        name
        for text in texts
        for name in re.findall(
            r"(?:`|\]\()((?:stringee_async|tests|docs|release|\.github|\.ci)/[\w./-]+)[`)]", text
        )
        if "acme" not in name and "skills" not in name
    }
    assert len(named) > 8
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
