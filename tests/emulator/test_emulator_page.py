"""The emulator's page in a real browser, in short; `nox -s browser` runs the long form (folder `browser/`)."""

from __future__ import annotations

import os
import re
import shutil
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pytest

from stringee_async.emulator import Emulator

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
PAGE = resources.files("stringee_async.emulator").joinpath("page")
FOREIGN = """at => Promise.all([
  fetch(at, { method: "POST", headers: { "X-Emulator": "1" } }).then(response => response.status, () => "blocked"),
  fetch(at, { method: "POST", mode: "no-cors" }).then(response => response.type, () => "blocked"),
])"""


async def test_the_page_in_a_browser() -> None:
    """No console error, no foreign request, names are text, the log is live, a foreign page cannot write."""
    playwright: Any = pytest.importorskip("playwright.async_api", reason="playwright is in group browser")
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    troubles: list[str] = []
    asked_hosts: set[str] = set()
    async with Emulator(seed=1, page=True) as emulator, playwright.async_playwright() as play:
        emulator.state.stringee.add_agent(HOSTILE, "u.an")
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: asked_hosts.add(asked.url.partition("/_emulator")[0]))
        await page.goto(f"{emulator.url}/_emulator/#data")
        await playwright.expect(page.locator("#data-rows")).to_contain_text(HOSTILE)
        await page.goto(f"{emulator.url}/_emulator/#requests")
        await page.wait_for_selector('#live[data-state="on"]')
        await page.request.get(f"{emulator.url}/v1/agent")
        await playwright.expect(page.locator("#request-rows")).to_contain_text("agents.list")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        assert await page.evaluate("window.hacked") is None
        assert troubles == []
        assert {host for host in asked_hosts if not host.startswith("data:")} == {emulator.url}
        other = await browser.new_page()
        await other.goto(f"http://localhost:{emulator.port}/")
        tried = await other.evaluate(FOREIGN, f"{emulator.url}/_emulator/api/reset")
        assert tried[0] == "blocked"
        assert len(emulator.state.stringee.agents) == 1
        await browser.close()


def test_the_page_is_part_of_the_package() -> None:
    """Three files, small, that ask no other host; the script makes no markup out of texts, nor code."""
    files = {file.name: file.read_text(encoding="utf-8") for file in PAGE.iterdir()}
    assert files.keys() == {"page.html", "page.css", "page.js"}
    assert sum(map(len, files.values())) < 64 * 1024
    for text in files.values():
        links = set(re.findall(r"(?:https?:)?//[\w.-]+", re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)))
        assert links <= {"http://www.w3.org", "http://127.0.0.1"}
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", files["page.js"]
    )
    assert not re.search(r"<script(?! src)|\son\w+=|style=", files["page.html"])
    used = set(re.findall(r'\$\("([\w-]+)"\)', files["page.js"]))
    assert used <= set(re.findall(r'id="([\w-]+)"', files["page.html"]))


def test_the_page_is_in_the_wheel() -> None:
    """Of an installed wheel the list of files says so; an installation from the sources has the files themselves."""
    listed = {str(file) for file in metadata.files("stringee-async") or ()}
    names = {f"stringee_async/emulator/page/page.{kind}" for kind in ("html", "css", "js")}
    editable = not any(name.startswith("stringee_async/") for name in listed)
    assert editable or names <= listed
    root = Path(str(PAGE))
    assert all((root / Path(name).name).is_file() for name in names)
