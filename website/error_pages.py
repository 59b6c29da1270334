"""The pages of the reference about errors and codes, out of the same texts that `stringee-async explain` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import PurePosixPath
from typing import Final

import stringee_async
from stringee_async import web_errors
from stringee_async.explanations import Explanation, pages

from .names import VENDORS
from .page import Page

FOLDER: Final = PurePosixPath("reference/explained")


def error_pages() -> Iterator[Page]:
    """Yield a page about each kind of explanation: error classes, a vendor's codes, HTTP statuses, exit codes."""
    found = list(pages())
    yield _page("errors", "Every error", "All are imported from `stringee_async`.", _of(found, "error"))
    for vendor, label in VENDORS.items():
        intro = f"What {label} answers when it refuses, by operation; `error.code` has it."
        codes = [one for one in _of(found, "code") if one.vendor == vendor]
        yield _page(vendor, f"Codes of {label}", intro, codes)
    yield _page("http", "HTTP statuses", "What the SDK makes of a status.", _of(found, "http"))
    yield _page("exit", "Exit codes", "What the commands of `stringee-async` exit with.", _of(found, "exit"))


def _of(found: Iterable[Explanation], kind: str) -> list[Explanation]:
    return [one for one in found if one.kind == kind]


def _page(name: str, title: str, intro: str, found: list[Explanation]) -> Page:
    parts = [f"# {title}", f"{intro} `stringee-async explain` prints the same, offline."]
    for operation, some in groupby(sorted(found, key=_operation), key=_operation):
        if operation:
            parts.append(f"## `{operation}`")
        elif name in VENDORS:
            parts.append("## All other operations")
        for one in some:
            parts += _text(one, "###" if name in VENDORS else "##")
    return Page(path=FOLDER / f"{name}.md", title=title, text="\n\n".join(parts) + "\n")


def _operation(one: Explanation) -> str:
    return one.operation or ""


def _text(one: Explanation, level: str) -> Iterator[str]:
    yield f"{level} {_heading(one)}"
    yield one.meaning
    rows = [
        ("What probably happened", one.cause),
        ("What to do", one.remedy),
        ("Sent again by the SDK", one.retried),
        ("Carried out", one.outcome),
    ]
    if one.kind != "error" and one.error:
        rows.append(("Raised as", f"[`{one.error}`](errors.md#{one.error.lower()})"))
    kind = getattr(stringee_async, one.code, None) if one.kind == "error" else None
    if kind in web_errors.TABLE:
        meaning = web_errors.TABLE[kind]
        rows.append(("Told to the user of your web app", f"HTTP {meaning.status}: {meaning.text}"))
    yield "\n".join(f"- **{name}:** {' '.join(text.split())}" for name, text in rows if text)


def _heading(one: Explanation) -> str:
    if one.kind == "error":
        return one.code
    return f"`{one.code}`: {one.title}" if one.title and one.title != one.code else f"`{one.code}`"
