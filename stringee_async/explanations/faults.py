"""Explanations of the emulator's faults, out of their docstrings and of `fault_texts`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from .explanation import Explanation, sentence
from .fault_texts import FAULTS


def fault_pages() -> Iterator[Explanation]:
    """Yield the explanation of each fault. Imports the emulator, and with it the server half of aiohttp."""
    from ..emulator import Fault

    for name, text in FAULTS.items():
        said = _meaning(getattr(Fault, name).__doc__) or f"The fault {name}."
        error = "" if text.error is None else f" The client raises {text.error} where every attempt meets it."
        yield Explanation(
            kind="fault",
            code=name,
            title=text.cause,
            meaning=said + (error or " The client bears it: the call succeeds."),
            cause=sentence(text.cause),
            remedy=sentence(text.remedy),
            retried="As the error says: `stringee-async explain " + (text.error or "SdkError") + "`.",
            outcome=_outcome(commits=Fault.named(name).commit),
            error=text.error,
        )


def _outcome(*, commits: bool) -> str:
    if commits:
        return "The emulator carries the call out, unless the fault is made with commit=False."
    return "The emulator does not carry the call out."


def _meaning(doc: str | None) -> str:
    """Return the prose of a docstring, without its sections and with single backquotes."""
    prose = re.split(r"\n+(?:Args|Raises):", inspect.cleandoc(doc or ""), maxsplit=1)[0]
    return " ".join(prose.split()).replace("``", "`")
