"""Opens a built site in a real browser: no page may have a console error or ask a foreign host, and search must find things.

The owner of playwright, which drives the Chromium of the system.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

CHROMIUM: Final = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
_SEARCH_WAIT: Final = 15_000
"""Milliseconds for the search to show a result."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site on this machine; yields its address."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def browsing() -> Iterator[Any]:
    """Yield a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def problems(site: Path, pages: Iterable[str], words: Iterable[str]) -> list[str]:
    """Open pages and search for words; returns what is wrong, one line each.

    Args:
        site: The folder of the built site.
        pages: The paths of the pages to open.
        words: What a search must find.
    """
    with served(site) as address, browsing() as browser:
        page = browser.new_context(color_scheme="dark").new_page()
        found: list[str] = []
        page.on("console", lambda message: _told(found, page, message))
        page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
        page.on("request", lambda request: _asked(found, page, address, request.url))
        for path in pages:
            page.goto(f"{address}/{path}", wait_until="networkidle")
        for word in words:
            found += _searched(page, address, word)
    return found


def _told(found: list[str], page: Any, message: Any) -> None:
    if message.type == "error":
        found.append(f"{page.url}: {message.text}")


def _asked(found: list[str], page: Any, address: str, url: str) -> None:
    if urlsplit(url).scheme in {"http", "https"} and not url.startswith(f"{address}/"):
        found.append(f"{page.url}: asks {url}")


def _searched(page: Any, address: str, word: str) -> list[str]:
    from playwright.sync_api import TimeoutError as NothingError

    page.goto(f"{address}/index.html", wait_until="networkidle")
    page.keyboard.press("/")
    page.keyboard.type(word)
    try:
        page.wait_for_selector(f"a[href*='.html'] mark:has-text('{word}')", timeout=_SEARCH_WAIT)
    except NothingError:
        return [f"search finds nothing for {word!r}"]
    return []
