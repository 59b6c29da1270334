"""Commands that do one thing to many ids: ids from a file, and the ids that failed into one, which can be fed back."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer

from .output import note
from .wording import counted

_SEVERAL: Final = re.compile(r"[A-Z_]+\.\.\.")
_FILE: Final = Path | None
IDS_FROM: Final = inspect.Parameter(
    "ids_from",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        _FILE,
        typer.Option(
            "--ids-from",
            metavar="FILE",
            help="More ids, one a line; - is standard input.",
            show_default=False,
        ),
    ],
)
FAILED: Final = inspect.Parameter(
    "failed",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        _FILE,
        typer.Option(
            "--failed",
            metavar="FILE",
            help="Write the ids that failed or were not reached to this file, for --ids-from.",
            show_default=False,
        ),
    ],
)


def several(own: Iterable[inspect.Parameter]) -> inspect.Parameter | None:
    """Return the argument of a command that takes many ids, such as `AGENT_ID...`; None if it has none."""
    for parameter in own:
        kind, *declared = get_args(parameter.annotation) or (None,)
        for one in declared:
            if kind == list[str] and isinstance(one, typer.models.ArgumentInfo):
                return parameter if _SEVERAL.fullmatch(str(one.metavar)) else None
    return None


def optional(parameter: inspect.Parameter) -> inspect.Parameter:
    """Return such an argument as one that may be left out, because a file may hold the ids."""
    kind, declared = get_args(parameter.annotation)
    return parameter.replace(annotation=Annotated[kind | None, declared], default=None)


def all_ids(parameter: inspect.Parameter, typed: Sequence[str] | None, file: Path | None) -> list[str]:
    """Return the ids that were typed, and those of a file.

    Raises:
        typer.BadParameter: There are none, or the file cannot be read.
        typer.Exit: The file is empty, so there is nothing to do.
    """
    found = list(typed or ())
    if file is None:
        if not found:
            _, declared = get_args(parameter.annotation)
            raise typer.BadParameter("name at least one, or --ids-from FILE", param_hint=declared.metavar)
        return found
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise typer.BadParameter(f"{file} cannot be read: {why}", param_hint="--ids-from") from None
    lines = (line.strip() for line in text.splitlines())
    found += [line for line in lines if line and not line.startswith("#")]
    if not found:
        note(f"{file} holds no ids; there is nothing to do")
        raise typer.Exit(0)
    return found


def write_failed(path: Path, ids: Sequence[str]) -> None:
    """Write ids to a file that only its owner can read; an empty one says that none failed."""
    from ..core.errors import ConfigError
    from ..provision.running.private_file import write_private

    try:
        write_private(path, "".join(f"{one}\n" for one in ids).encode())
    except ConfigError as error:
        note(f"warning: {error.message}", "yellow")
        return
    if ids:
        note(f"{counted(len(ids), 'id')} in {path}; --ids-from {path} tries them again")


def extended(own: Sequence[inspect.Parameter], found: inspect.Parameter | None) -> list[Any]:
    """Return the parameters of a command with those of this module, if it takes many ids."""
    if found is None:
        return list(own)
    return [*(optional(one) if one is found else one for one in own), IDS_FROM, FAILED]
