"""Looks at a built site as files: every link and anchor leads somewhere, every public name is there, nothing is foreign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import attrs

from tests.kit.signatures import methods_of

from .names import CLIENTS, public_names

_LOADED: Final = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
}
_HARMLESS: Final = {"canonical", "alternate", "prev", "next"}
"""Relations of a `link` that make a browser load nothing."""


@attrs.define
class Looked:
    """What stands in a page: its anchors, its links, and what a browser loads for it."""

    anchors: set[str] = attrs.Factory(set)
    links: list[str] = attrs.Factory(list)
    loaded: list[str] = attrs.Factory(list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.looked = Looked()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        for name in ("id", "name"):
            if (anchor := found.get(name)) and (name == "id" or tag == "a"):
                self.looked.anchors.add(anchor)
        if tag == "a" and found.get("href"):
            self.looked.links.append(str(found["href"]))
        source = found.get(_LOADED.get(tag, ""))
        if source and not (tag == "link" and found.get("rel") in _HARMLESS):
            self.looked.loaded.append(source)


def pages_of(site: Path) -> dict[Path, Looked]:
    """Return every page of a site with what stands in it."""
    found = {}
    for page in sorted(site.rglob("*.html")):
        reader = _Reader()
        reader.feed(page.read_text(encoding="utf-8"))
        found[page] = reader.looked
    return found


def problems(site: Path, pages: dict[Path, Looked] | None = None) -> list[str]:
    """Return what is wrong with a built site, one line each; empty if nothing is."""
    pages = pages_of(site) if pages is None else pages
    return [*_broken_links(site, pages), *_foreign(site, pages), *_missing_names(pages)]


def _broken_links(site: Path, pages: dict[Path, Looked]) -> Iterator[str]:
    for page, looked in pages.items():
        for link in looked.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or page.name == "404.html":
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                yield f"{page.relative_to(site)}: {link} leads nowhere"
            elif (
                parts.fragment
                and target in pages
                and unquote(parts.fragment) not in pages[target].anchors | {"__top"}
            ):
                yield f"{page.relative_to(site)}: {link}: there is no such anchor"


def _foreign(site: Path, pages: dict[Path, Looked]) -> Iterator[str]:
    for page, looked in pages.items():
        for source in looked.loaded:
            if urlsplit(source).netloc:
                yield f"{page.relative_to(site)}: loads {source}"


def _missing_names(pages: dict[Path, Looked]) -> Iterator[str]:
    """Yield public names that no page has: as an anchor, or as code in the table of its module."""
    anchors = {anchor for looked in pages.values() for anchor in looked.anchors}
    texts = {page.stem: page.read_text(encoding="utf-8") for page in pages if page.parent.name == "modules"}
    for one in public_names():
        if f"<code>{one.name}</code>" not in texts.get(one.door, ""):
            yield f"{one.path} stands on no page"
    ends = {anchor.split(".", 1)[-1] for anchor in anchors}
    for client in CLIENTS.values():
        for path, methods in methods_of(client).items():
            kind = _class_of(client, path)
            for method in methods:
                if not any(end.endswith(f"{kind}.{method}") for end in ends):
                    yield f"{type(client).__name__}.{path}.{method} stands on no page"


def _class_of(client: object, path: str) -> str:
    found = client
    for word in path.split("."):
        found = getattr(found, word)
    return type(found).__name__


def searchable(site: Path) -> str:
    """Return the text of the search index."""
    return json.dumps(json.loads((site / "search.json").read_text(encoding="utf-8")), ensure_ascii=False)
