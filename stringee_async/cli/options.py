"""Options that several commands share, and how given options become fields of a call."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import attrs
import typer

from ..core.errors import ConfigError
from ..core.near_names import near_names
from ..core.profiles import (
    CONFIG_VARIABLES,
    PROFILE_VARIABLES,
    default_config_path,
    named_by,
    read_profiles,
)
from .output import Form, OutputFormat
from .vendor import CONNECTION

if TYPE_CHECKING:
    from ..core.ratelimit import RateLimit

QUOTA_VARIABLE: Final = "STRINGEE_ASYNC_QUOTA_URL"

Output = Annotated[OutputFormat, typer.Option("--output", "-o", help="How to write the result.")]
First = Annotated[
    int | None, typer.Option("--first", min=1, help="Stop after this many rows.", show_default=False)
]
MissingOk = Annotated[bool, typer.Option("--missing-ok", help="Being gone already is fine.")]
Ensure = Annotated[
    bool, typer.Option("--ensure", help="Look first; adopt and update what is there instead of failing.")
]


def profile_names(incomplete: str) -> list[str]:
    """Return the profiles whose names begin with what is typed, for the completion of a shell."""
    try:
        file = named_by(CONFIG_VARIABLES)
        names = read_profiles(default_config_path() if file is None else Path(file))
    except ConfigError:
        return []
    return [name for name in names if name.startswith(incomplete)]


Raw = Annotated[
    bool,
    typer.Option("--raw", help="CSV: leave cells as they are that a spreadsheet would run as a formula."),
]
Bom = Annotated[bool, typer.Option("--bom", help="CSV: begin with a byte order mark, for Excel.")]
Profile = Annotated[
    str | None,
    typer.Option(
        envvar=list(PROFILE_VARIABLES),
        help="Profile with the credentials.",
        autocompletion=profile_names,
        rich_help_panel=CONNECTION,
        show_default=False,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        envvar=list(CONFIG_VARIABLES),
        help="Profile file; by default config.toml in stringee-async in your configuration folder.",
        rich_help_panel=CONNECTION,
        show_default=False,
    ),
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="Log each request to standard error.", rich_help_panel=CONNECTION),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Write results, warnings and errors alone.")]
LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log-file",
        metavar="FILE",
        help="Append a line for each request to a file that only you can read.",
        rich_help_panel=CONNECTION,
        show_default=False,
    ),
]
QuotaUrl = Annotated[
    str | None,
    typer.Option(
        "--quota-url",
        envvar=QUOTA_VARIABLE,
        metavar="URL",
        help="Redis over which processes share a quota: redis://HOST/0?limit=300/10&processes=8. One with a password "
        "goes into the variable.",
        rich_help_panel=CONNECTION,
        show_default=False,
    ),
]
PhoneCountry = Annotated[
    str | None,
    typer.Option(
        "--phone-country",
        metavar="VN",
        help="Country of phone numbers that begin with 0; they are refused without.",
        rich_help_panel=CONNECTION,
        show_default=False,
    ),
]
Clear = Annotated[
    list[str] | None,
    typer.Option(
        "--clear", metavar="FIELD", help="Set this field to null; may be repeated.", show_default=False
    ),
]


COLUMN_CHOICE: Final = tuple(
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    for name, annotation, default in (
        (
            "columns",
            Annotated[
                str | None,
                typer.Option(
                    "--columns", metavar="NAME,...", help="Show these fields alone.", show_default=False
                ),
            ],
            None,
        ),
        ("wide", Annotated[bool, typer.Option("--wide", help="Table: show every field.")], False),
    )
)
"""What every list has."""


def with_columns(form: Form, columns: str | None, *, wide: bool) -> Form:
    """Return how results are written, with the fields that were chosen."""
    if columns is None:
        return attrs.evolve(form, wide=wide)
    names = tuple(dict.fromkeys(name.strip() for name in columns.split(",") if name.strip()))
    if not names or wide:
        text = "name fields, such as id,name" if not names else "give one of --columns and --wide"
        raise typer.BadParameter(text, param_hint="--columns")
    return attrs.evolve(form, columns=names)


def rate_limit(text: str) -> RateLimit:
    """Return the limit that `--rate` states as CALLS/SECONDS; CALLS alone are meant a second."""
    from ..core.ratelimit import RateLimit

    calls, _, seconds = text.partition("/")
    try:
        limit = RateLimit(int(calls), float(seconds or 1))
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not of the form CALLS/SECONDS, such as 300/10", param_hint="--rate"
        ) from None
    return limit


def pairs(texts: Sequence[str] | None, hint: str, form: str = "NAME=VALUE") -> dict[str, str]:
    """Return what was given as `NAME=VALUE`, by name; `hint` is the option or argument for the message, `form` its form."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"{text!r} is not of the form {form}", param_hint=hint)
        if name in found:
            raise typer.BadParameter(f"{name!r} is there twice", param_hint=hint)
        found[name] = value
    return found


def json_object(text: str, hint: str) -> dict[str, Any]:
    """Return a JSON object that was given as text; `hint` is the option or argument for the message."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise typer.BadParameter("must be a JSON object, such as '{\"a\": 1}'", param_hint=hint)
    return cast("dict[str, Any]", value)


def without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return those fields that were given on the command line."""
    return {name: value for name, value in fields.items() if value is not None}


def changes(clear: Sequence[str] | None, clearable: Sequence[str], **fields: Any) -> dict[str, Any]:
    """Return the fields of an update: those given, and None for those to clear.

    Raises:
        typer.BadParameter: A name is unknown, a field is both set and cleared, or there is nothing to change.
    """
    wanted = without_none(fields)
    for name in clear or ():
        field = name.replace("-", "_")
        if field not in clearable:
            hint = near_names(field, clearable, "these can:")
            raise typer.BadParameter(f"{name!r} cannot be cleared; {hint}", param_hint="--clear")
        if field in wanted:
            raise typer.BadParameter(f"{name!r} is set and cleared at once", param_hint="--clear")
        wanted[field] = None
    if not wanted:
        raise typer.BadParameter("name at least one field to change; --help lists them")
    return wanted
