"""A browser, a page that tells of every error and every foreign request, and an emulator to look at."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from stringee_async.emulator import Emulator

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WRITE = {"X-Emulator": "1"}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser that finds this machine under a foreign name, too."""
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
        )
        yield browser
        await browser.close()


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """An emulator with its page."""
    async with Emulator(seed=1, page=True, rate_limit=(3000, 10.0)) as emulator:
        yield emulator


Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_page(browser: Browser, emulator: Emulator) -> AsyncIterator[Open]:
    """Open a section of the page; in the end there was no error, and no request to another host."""
    troubles: list[str] = []

    def requested(request: Any) -> None:
        if not request.url.startswith((emulator.url, "data:", "blob:")):
            troubles.append(f"asked {request.url}")

    async def open_section(section: str = "", **options: Any) -> Page:
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(f"{error}"))
        page.on("request", requested)
        page.on(
            "console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None
        )
        await page.goto(f"{emulator.url}/_emulator/#{section}")
        await page.wait_for_selector('#live[data-state="on"]')
        page.troubles = troubles  # type: ignore[attr-defined]
        return page

    yield open_section
    assert troubles == []
