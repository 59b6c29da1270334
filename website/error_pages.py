"""The page of the reference about each error: what it means, whether it is repeated, what your own user is told."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from stringee_async import web_errors
from stringee_async.core.errors import Repeat, SdkError
from tests.kit.error_tree import error_tree

from .page import Page, table

_REPEATED = {
    Repeat.ALWAYS: "always",
    Repeat.IF_IDEMPOTENT: "reads and idempotent writes; never a create",
    Repeat.NEVER: "no",
}
_OUTCOMES = {
    "not_sent": "`not_sent`: nothing left",
    "refused": "`refused`: the vendor said no",
    "unknown": "`unknown` for a write: the vendor may have carried it out",
    None: "depends on the call; read `error.outcome`",
}


def error_pages() -> Iterator[Page]:
    """Yield the page."""
    parts = [
        "# Every error",
        (
            "All of them are `SdkError`, and all are imported from `stringee_async`. What they have in common, and which calls are "
            "repeated, is on [Errors, and when a call is repeated](errors.md)."
        ),
    ]
    for name, kind in error_tree().items():
        parts += [f"## {name}", _text(kind), _facts(kind)]
    yield Page(
        path=PurePosixPath("reference/error-classes.md"), title="Every error", text="\n\n".join(parts) + "\n"
    )


def _text(kind: type[SdkError]) -> str:
    text = inspect.getdoc(kind) or ""
    for section in ("\n\nArgs:", "\n\nAttributes:"):
        text = text.partition(section)[0]
    return text


def _facts(kind: type[SdkError]) -> str:
    rows = [
        ("kind of", " of ".join(_link(base) for base in kind.__mro__[1:] if _is_ours(base)) or "`Exception`"),
        ("outcome", _OUTCOMES[kind.default_outcome]),
        ("repeated by the SDK", _REPEATED[kind.repeat]),
    ]
    meaning = web_errors.TABLE.get(kind)
    if meaning is not None:
        rows.append(
            ("told to the user of your web app", f"HTTP {meaning.status}, `{meaning.code}`: {meaning.text}")
        )
    return table(["", ""], rows)


def _is_ours(base: Any) -> bool:
    return inspect.isclass(base) and issubclass(base, SdkError)


def _link(base: type[Any]) -> str:
    return f"[`{base.__name__}`](#{base.__name__.lower()})"
