"""`stringee-async explain`: what an error, a code or a fault means, and what to do. Sends nothing, needs no credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from .command import shown
from .exit_codes import ERROR
from .options import Output
from .output import Form, OutputFormat, note, show_rows

if TYPE_CHECKING:
    from ..explanations import Explanation

COLUMNS: Final = ("words", "title", "remedy")
_MOST: Final = 4
"""So many explanations are shown whole; more are a table with a line for each."""

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="WORD...",
        help="An error class, a vendor with a code, or exit, http or fault with a code.",
        show_default=False,
    ),
]


def explain(words: Words, output: Output = OutputFormat.TABLE) -> None:
    """Say what an error or a code means, what probably happened, and what to do.

    Examples: explain AuthError, explain stringee calls.make 8, explain itniotech -68, explain exit 64, explain http 429,
    explain fault lost_answer. A vendor, or exit, http, error or fault alone lists all of its kind.
    """
    from ..core.errors import ConfigError
    from ..explanations import find

    misspelt = next((word for word in words if word.startswith("--")), None)
    if misspelt is not None:
        raise typer.BadParameter(f"there is no option {misspelt}; there are --output and --help")
    try:
        found = find(words)
    except ConfigError as error:
        note(f"error: {error.message}", "red")
        raise typer.Exit(ERROR) from None
    shown(lambda: _show(found, Form(output)))


def _show(found: Sequence[Explanation], form: Form) -> None:
    if form.for_people and len(found) <= _MOST:
        from .tables import show_records

        show_records([_lines(page) for page in found])
        return
    import attrs

    rows = [{"words": " ".join(page.words), **attrs.asdict(page)} for page in found]
    show_rows(rows, COLUMNS, form)


def _lines(page: Explanation) -> list[tuple[str, str]]:
    """Return what a person reads of one explanation."""
    lines = [
        (" ".join(page.words), page.title),
        ("means", page.meaning),
        ("probably", page.cause if page.cause.rstrip(".").lower() != page.title.lower() else None),
        ("do", page.remedy),
        ("on the command line", page.command_line),
        ("raises", page.error if page.kind in {"code", "http"} else None),
        ("retried", page.retried),
        ("carried out", page.outcome),
    ]
    return [(name, text) for name, text in lines if text]
