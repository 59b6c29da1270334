"""Options that several commands share, and how given options become fields of a call.

One job: the same option has the same name, help and meaning in every command.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from .output import OutputFormat

Output = Annotated[OutputFormat, typer.Option("--output", "-o", help="How to write the result.")]
First = Annotated[
    int | None, typer.Option("--first", min=1, help="Stop after this many rows.", show_default=False)
]
MissingOk = Annotated[bool, typer.Option("--missing-ok", help="Being gone already is fine.")]
Ensure = Annotated[
    bool, typer.Option("--ensure", help="Look first; adopt and update what is there instead of failing.")
]
Clear = Annotated[
    list[str] | None,
    typer.Option(
        "--clear", metavar="FIELD", help="Set this field to null; may be repeated.", show_default=False
    ),
]


def given(**fields: Any) -> dict[str, Any]:
    """Return those fields that were given on the command line, which are those that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def changes(clear: Sequence[str] | None, clearable: Sequence[str], **fields: Any) -> dict[str, Any]:
    """Return the fields of an update: those given, and None for those to clear.

    Args:
        clear: Names of fields to clear.
        clearable: Names that may be cleared.
        fields: The fields by name; None was not given.

    Raises:
        typer.BadParameter: A name is unknown, a field is both set and cleared, or there is nothing to change.
    """
    wanted = given(**fields)
    for name in clear or ():
        field = name.replace("-", "_")
        if field not in clearable:
            raise typer.BadParameter(
                f"{name!r} cannot be cleared; these can: {', '.join(clearable)}", param_hint="--clear"
            )
        if field in wanted:
            raise typer.BadParameter(f"{name!r} is set and cleared at once", param_hint="--clear")
        wanted[field] = None
    if not wanted:
        raise typer.BadParameter("name at least one field to change; --help lists them")
    return wanted
