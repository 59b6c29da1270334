"""The pages of the reference about the command line, out of its own declarations: one for each vendor."""

from __future__ import annotations

import enum
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from stringee_async.cli.app import NAME, tree
from stringee_async.cli.vendor import Vendor
from tests.kit.command_tree import leaves

from .page import Page, table

FOLDER: Final = PurePosixPath("reference/commands")
_OFTEN: Final = 0.5
"""An option that more than this share of the commands take is described once."""
_SHARED: Final = frozenset(
    [
        "--output",
        "--raw",
        "--bom",
        "--profile",
        "--config",
        "--phone-country",
        "--quota-url",
        "--verbose",
        "--vendor",
        "--quiet",
        "--log-file",
        "--columns",
        "--wide",
        "--failed",
        "--dry-run",
    ]
)


@functools.cache
def command_pages() -> tuple[Page, ...]:
    """Return a page for each vendor."""
    pages = []
    for vendor in Vendor:
        root = tree(vendor)
        found = [(path, one) for path, one in leaves(root) if not _hidden(root, path)]
        text = _text(vendor, root, found)
        pages.append(Page(path=FOLDER / f"{vendor}.md", title=vendor.label, text=text))
    return tuple(pages)


def _hidden(command: Any, path: tuple[str, ...]) -> bool:
    for word in path:
        command = command.commands[word]
        if command.hidden:
            return True
    return False


def _text(vendor: Vendor, root: Any, commands: list[tuple[tuple[str, ...], Any]]) -> str:
    shared = _shared([one for _, one in commands])
    parts = [
        f"# Commands for {vendor.label}",
        (
            f"`{NAME} COMMAND --vendor {vendor}`. What `--help` of each command says, on one page. What they have in common is on "
            "[Command line](../command-line.md)."
        ),
        "## Options of most commands",
        _options(shared.values()),
    ]
    heading = ""
    for path, one in commands:
        first = path[0]
        if first != heading:
            heading = first
            parts.append(f"## {first}")
            if len(path) > 1 and (said := _prose(root.commands[first].help)):
                parts.append(said)
        parts += _command(path, one, set(shared))
    return "\n\n".join(part for part in parts if part) + "\n"


def _command(path: tuple[str, ...], command: Any, shared: set[str]) -> Iterator[str]:
    if len(path) > 1:
        yield f"### {' '.join(path)}"
    yield _prose(command.help)
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    own = [one for one in options if one.opts[0] not in shared]
    words = [_usage(one) for one in arguments] + [
        f"{one.opts[0]} {_value(one)}".strip() for one in own if one.required
    ]
    yield f"```text\n{' '.join([NAME, *path, *words])}\n```"
    if rows := [(f"`{_usage(one)}`", _prose(one.help)) for one in arguments]:
        yield table(["argument", "what it is"], rows)
    if own:
        yield _options(own)


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    many = "..." if argument.nargs != 1 else ""
    return f"{name}{many}" if argument.required else f"[{name}{many}]"


def _shared(commands: list[Any]) -> dict[str, Any]:
    counted = Counter(one.opts[0] for command in commands for one in command.params)
    often = {name for name, count in counted.items() if count > _OFTEN * len(commands)}
    return {
        one.opts[0]: one for command in commands for one in command.params if one.opts[0] in often & _SHARED
    }


def _options(options: Iterable[Any]) -> str:
    rows = [(_names(one), _said(one)) for one in options]
    return table(["option", "what it does"], rows)


def _names(option: Any) -> str:
    value = _value(option)
    names = [f"`{name} {value}`".replace(" `", "`") for name in option.opts]
    return ", ".join([*names, *(f"`{name}`" for name in option.secondary_opts)])


def _value(option: Any) -> str:
    """Return what follows the option: nothing for a flag, its choices, or a word in capitals."""
    if option.is_flag:
        return ""
    kind = option.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "|".join(str(one.value) for one in kind)
    if option.metavar:
        return str(option.metavar)
    return {int: "NUMBER", float: "NUMBER", Path: "PATH"}.get(kind, "TEXT")


def _said(option: Any) -> str:
    notes = [_prose(option.help)]
    if option.required:
        notes.append("Must be given.")
    if option.min is not None or option.max is not None:
        notes.append(
            f"From {option.min} to {option.max}." if None not in {option.min, option.max} else _bound(option)
        )
    default = option.default
    if option.show_default and default not in (None, False, True) and not callable(default):
        notes.append(f"Default: `{getattr(default, 'value', default)}`.")
    if option.envvar:
        variables = [option.envvar] if isinstance(option.envvar, str) else option.envvar
        notes.append(f"Variable: {', '.join(f'`{one}`' for one in variables)}.")
    return " ".join(note for note in notes if note)


def _bound(option: Any) -> str:
    return f"At least {option.min}." if option.max is None else f"At most {option.max}."


def _prose(text: str | None) -> str:
    """Return the text of a help as Markdown: what would be read as markup stands as it is."""
    lines = (text or "").strip()
    return re.sub(r"(?<!`)([<>\[\]*])(?![^`]*`(?:[^`]*`[^`]*`)*[^`]*$)", r"\\\1", lines)
