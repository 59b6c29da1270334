"""Explanations of the error classes, out of their docstrings and of `core/error_remedies`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from ..core.error_remedies import REMEDIES, remedy_of
from ..core.errors import SdkError
from .explanation import Explanation, outcome, retried, sentence
from .terminal_hints import terminal_hint


def error_pages() -> Iterator[Explanation]:
    """Yield the explanation of each error class, the base first."""
    for kind in REMEDIES:
        yield error_page(kind)


def error_page(kind: type[SdkError]) -> Explanation:
    """Return the explanation of one error class."""
    remedy = remedy_of(kind)
    base = kind.__bases__[0]
    above = f" A kind of {base.__name__}." if issubclass(base, SdkError) else ""
    return Explanation(
        kind="error",
        code=kind.__name__,
        title=kind().message,
        meaning=_meaning(kind) + above,
        cause=sentence(remedy.cause),
        remedy=sentence(remedy.step),
        retried=retried(kind),
        outcome=outcome(kind),
        error=kind.__name__,
        command_line=_command_line(kind),
    )


def _command_line(kind: type[SdkError]) -> str | None:
    """Return what a user of the command line does, where no vendor is known yet."""
    text = terminal_hint(kind)
    return None if text is None else text.replace("{address}", "the variable with the vendor's address")


def _meaning(kind: type[SdkError]) -> str:
    """Return the prose of a class's docstring, without its sections; its message where it has none."""
    text = inspect.cleandoc(vars(kind).get("__doc__") or kind().message)
    prose = re.split(r"\n+(?:Args|Attributes|Raises):", text, maxsplit=1)[0]
    return " ".join(prose.split())
